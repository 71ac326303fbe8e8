"""Finds the certificates to trust: the environment's, the settings', the usual ones."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from digestpin.errors import TlsFailure, UsageError
from digestpin.registry.redaction import escape


def find_ca_bundle(registry: str) -> str | bool:
    """Return the file of trusted certificates that the environment names, or True."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        path = os.environ.get(name)
        if path and not Path(path).exists():
            raise TlsFailure(
                f"{name} names a file that does not exist: {escape(path)}",
                registry=registry,
                hint=f"correct or unset {name}",
            )
        if path:
            return path
    return True


def make_context(ca_file: Path | None) -> ssl.SSLContext | None:
    """Return a context that also trusts `ca_file`, None where the usual one will do.

    Raises:
        UsageError: no certificates can be read from the file.
    """
    if ca_file is None:
        return None
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise UsageError(
            f"no certificates can be read from {ca_file}",
            hint="the file has to exist and to be in PEM",
        ) from error
    return context
