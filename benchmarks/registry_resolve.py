"""Times 100 distinct tags at 20 ms a request: concurrent, one by one, by skopeo.

Run it as `python benchmarks/registry_resolve.py`. It starts the registry (Debian's
`docker-registry`) behind a server that delays and counts; `skopeo` is the peer.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.forwarding import forward
from support.registry import start_registry

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http_server import Exchange

TAGS = 100
DELAY_SECONDS = 0.020
ROUNDS = 3


def resolve(references: list[ImageReference], concurrency: int) -> None:
    with Resolver(RegistrySettings(concurrency=concurrency)) as resolver:
        answers = resolver.resolve_all(references)
    if not all(isinstance(answer, Resolved) for answer in answers.values()):
        raise SystemExit("a tag was not resolved")


def inspect_with_skopeo(references: list[ImageReference]) -> None:
    command = ["skopeo", "inspect", "--tls-verify=false", "--format={{.Digest}}"]
    for reference in references:
        target = f"docker://{reference}"
        subprocess.run([*command, target], check=True, stdout=subprocess.DEVNULL)


def measure(work: Callable[[], None], asked: list[Exchange]) -> tuple[float, int]:
    """Return the median time, and the requests of one round."""
    seconds = []
    before = len(asked)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), (len(asked) - before) // ROUNDS


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        start_registry(Path(folder)) as registry,
    ):
        tags = [f"v1.0.{number}" for number in range(TAGS)]
        for tag in tags:
            registry.push_index("kindest/node", tag)
        with forward(registry.host, delay_seconds=DELAY_SECONDS) as counted:
            references = [
                ImageReference.parse(f"{counted.host}/kindest/node:{tag}")
                for tag in tags
            ]
            runs: dict[str, Callable[[], None]] = {
                "concurrent (8)": lambda: resolve(references, 8),
                "one by one": lambda: resolve(references, 1),
                "skopeo inspect": lambda: inspect_with_skopeo(references),
            }
            resolve(references[:1], 1)  # loads what is loaded once
            results = {
                name: measure(work, counted.requests) for name, work in runs.items()
            }
    best = results["concurrent (8)"][0]
    print(f"{TAGS} distinct tags, {DELAY_SECONDS * 1000:g} ms a request")
    for name, (seconds, requests) in results.items():
        print(
            f"{name:16} {seconds:7.3f} s  x{seconds / best:5.1f}  {requests} requests"
        )


if __name__ == "__main__":
    main()
