"""Times 100 distinct tags at 20 ms a request: concurrent, one by one, by skopeo.

Run it as `python benchmarks/registry_resolve.py`. It starts the registry (Debian's
`docker-registry`) behind a server that delays and counts; `skopeo` is the peer.
"""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.registry import Registry, start_registry
from support.slow_line import slow_line_to

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

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


def serve_slowly(host: str, pipe: Connection) -> None:
    """Delay in a process of its own, until something comes through the pipe."""
    with slow_line_to(host, DELAY_SECONDS) as slow:
        pipe.send(slow)
        pipe.recv()


def count_requests(registry: Registry) -> int:
    """Return how many requests the registry's access log holds by now."""
    time.sleep(0.5)  # the log is written after the answer
    log = registry.log.read_text(encoding="utf-8", errors="replace")
    return log.count('HTTP/1.1" ')


def measure(work: Callable[[], None], registry: Registry) -> tuple[float, float]:
    """Return the median time, and the requests of one round."""
    seconds = []
    before = count_requests(registry)
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), (count_requests(registry) - before) / ROUNDS


def run(host: str, registry: Registry) -> dict[str, tuple[float, float]]:
    references = [
        ImageReference.parse(f"{host}/kindest/node:v1.0.{number}")
        for number in range(TAGS)
    ]
    resolve(references[:1], 1)  # loads what is loaded once
    return {
        "concurrent (8)": measure(lambda: resolve(references, 8), registry),
        "one by one": measure(lambda: resolve(references, 1), registry),
        "skopeo inspect": measure(lambda: inspect_with_skopeo(references), registry),
    }


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        start_registry(Path(folder)) as registry,
    ):
        for number in range(TAGS):
            registry.push_index("kindest/node", f"v1.0.{number}")
        pipe, theirs = multiprocessing.Pipe()
        server = multiprocessing.Process(
            target=serve_slowly, args=(registry.host, theirs)
        )
        server.start()
        try:
            results = run(pipe.recv(), registry)
        finally:
            pipe.send("stop")
            server.join()
    best = results["concurrent (8)"][0]
    print(f"{TAGS} distinct tags, {DELAY_SECONDS * 1000:g} ms a request")
    for name, (seconds, requests) in results.items():
        ratio = f"x{seconds / best:5.1f}"
        print(f"{name:16} {seconds:7.3f} s  {ratio}  {requests:g} requests")


if __name__ == "__main__":
    main()
