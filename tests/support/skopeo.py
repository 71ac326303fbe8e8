"""Asks `skopeo`, the independent witness, what a reference names."""

from __future__ import annotations

import subprocess


def find_digest(reference: str) -> str:
    """Return the digest that `skopeo inspect` gives, over http or unverified TLS."""
    command = ["skopeo", "inspect", "--tls-verify=false", "--format={{.Digest}}"]
    return subprocess.run(
        [*command, f"docker://{reference}"], capture_output=True, text=True, check=True
    ).stdout.strip()
