"""What the command line and the configuration say of registries reaches the client."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from support import faults, images
from support.commands import Ran, run_digestpin
from support.http_server import Exchange, HttpServer, serve
from support.registry_setups import start_tls_registry
from support.repositories import make_repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.certificates import Certificates
    from support.registry import Registry

pytestmark = pytest.mark.registry

NEW = images.build_index("new")


def has_everything(exchange: Exchange) -> None:
    """Have an index under every tag, and whatever digest is asked for by HEAD."""
    name = exchange.path.rpartition("/")[2]
    digest = name if name.startswith("sha256:") else NEW.top.digest
    headers = {"Content-Type": images.OCI_INDEX, "Docker-Content-Digest": digest}
    exchange.send(200, NEW.top.body, headers)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with serve(has_everything) as running:
        yield running


def repository_with(folder: Path, *references: str, configuration: str = "") -> Path:
    files: dict[str, bytes | str] = {
        "digestpin.toml": configuration,
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "".join(f"x {reference}\n" for reference in references),
    }
    return make_repository(folder / "repository", files)


def asked(server: HttpServer) -> Counter[str]:
    """Count what was asked for by digest, by tag and otherwise, by method."""
    kinds = Counter[str]()
    for line in server.asked:
        method, _, path = line.partition(" ")
        name = path.rpartition("/")[2]
        what = "digest" if name.startswith("sha256:") else "tag" if name else "ping"
        kinds[f"{method} {what}"] += 1
    return kinds


COMMANDS = [
    pytest.param(("resolve", "{host}/kindest/node@{digest}"), id="resolve"),
    pytest.param(("check", "--online"), id="check"),
    pytest.param(("fix", "--diff"), id="fix"),
    pytest.param(("upgrade", "--kind", "v0.27.0", "--diff"), id="upgrade"),
]


def run(command: tuple[str, ...], folder: Path, server: HttpServer, *more: str) -> Ran:
    """Run a command on a repository with a reference that it asks for by digest."""
    digest = NEW.top.digest
    reference = f"{server.host}/kindest/node:v1.31.4"
    if command[0] == "check":
        reference += f"@{digest}"
    repository = repository_with(folder, reference)
    words = [word.format(host=server.host, digest=digest) for word in command]
    return run_digestpin(repository, *words, *more)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_cache_keeps_and_uses_no_answers(
    tmp_path: Path, server: HttpServer, command: tuple[str, ...]
) -> None:
    cache = tmp_path / "home" / ".cache" / "digestpin"
    counts = []
    for number, more in enumerate([("--no-cache",), (), (), ("--no-cache",)]):
        server.requests.clear()
        run(command, tmp_path / str(number), server, *more)
        counts.append(asked(server)["HEAD digest"])
        assert cache.exists() == bool(number)
    assert counts == [1, 1, 0, 1]


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_verify_fetches_the_manifest_and_hashes_it(
    tmp_path: Path, server: HttpServer, command: tuple[str, ...]
) -> None:
    ran = run(command, tmp_path, server, "--verify")
    found = asked(server)
    assert found["GET digest"] + found["GET tag"] >= 1
    assert found["HEAD digest"] + found["HEAD tag"] == 0
    # What it has under the published digest hashes to something else.
    if command[0] == "fix":
        assert "the content hashes to" in " ".join(ran.stderr.split())


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [pytest.param("", 2, id="never"), pytest.param("cache-seconds = 60\n", 1, id="60")],
)
def test_cache_seconds_keep_the_answer_for_a_tag(
    tmp_path: Path, server: HttpServer, configuration: str, expected: int
) -> None:
    repository = repository_with(tmp_path, configuration=configuration)
    reference = f"{server.host}/node:v1"
    for _ in range(2):
        ran = run_digestpin(repository, "resolve", reference)
        assert ran.stdout.startswith(f"{reference}@{NEW.top.digest}\n")
    assert asked(server)["HEAD tag"] == expected


def test_insecure_registries_are_spoken_to_by_plain_http(
    tmp_path: Path, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://{server.host}")
    listed = 'insecure-registries = ["registry.test:5000"]\n'
    codes = []
    for number, configuration in enumerate(("", listed)):
        repository = repository_with(
            tmp_path / str(number), configuration=configuration
        )
        ran = run_digestpin(repository, "resolve", "registry.test:5000/node:v1")
        codes.append(ran.code)
    assert codes == [3, 0]
    assert server.asked[-1] == "HEAD http://registry.test:5000/v2/node/manifests/v1"


def test_the_file_of_the_authority_is_trusted(
    tmp_path: Path, certificates: Certificates
) -> None:
    with start_tls_registry(tmp_path / "registry", certificates) as registry:
        image = registry.push_index("kindest/node", "v9.9.9")
        # Relative to the configuration, wherever the command is run.
        configuration = 'ca-file = "certificates/ca.pem"\n'
        repository = repository_with(tmp_path, image.reference)
        (repository / "certificates").mkdir()
        authority = certificates.authority.read_bytes()
        (repository / "certificates" / "ca.pem").write_bytes(authority)
        refused = run_digestpin(repository, "fix")
        (repository / "digestpin.toml").write_text(configuration, encoding="utf-8")
        (repository / "inner").mkdir()
        trusted = run_digestpin(repository / "inner", "fix", "..", "--ignore", "DP101")
        resolved = run_digestpin(repository / "inner", "resolve", image.reference)
    assert refused.code == 3
    host = image.reference.partition("/")[0]
    assert f"the certificate of {host} is not trusted" in " ".join(
        refused.stdout.split()
    )
    assert trusted.code == 0
    assert (repository / "a.sh").read_text(encoding="utf-8") == f"x {image.pinned}\n"
    assert resolved.stdout.startswith(f"{image.pinned}\n")


def test_mirrors_are_asked_instead(tmp_path: Path, registry: Registry) -> None:
    image = registry.push_index("settings/kindest/node", "v9.9.9")
    configuration = (
        f'registry-mirrors = {{ "docker.io" = ["{registry.host}/settings"] }}\n'
    )
    repository = repository_with(
        tmp_path, "kindest/node:v9.9.9", configuration=configuration
    )
    resolved = run_digestpin(repository, "resolve", "docker.io/kindest/node:v9.9.9")
    assert resolved.stdout.splitlines() == [
        f"docker.io/kindest/node:v9.9.9@{image.digest}",
        f"  from what {registry.host}/settings/kindest/node answers now",
    ]
    assert run_digestpin(repository, "fix", "--ignore", "DP101").code == 0
    text = (repository / "a.sh").read_text(encoding="utf-8")
    assert text == f"x kindest/node:v9.9.9@{image.digest}\n"


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        pytest.param(
            "deadline-seconds = 0.5\n", "no answer from {host} within 0.5 s", id="all"
        ),
        pytest.param(
            "timeout-seconds = 0.1\ndeadline-seconds = 9\n",
            "{host} did not answer in time",
            id="one",
        ),
    ],
)
def test_time_limits_hold(tmp_path: Path, configuration: str, message: str) -> None:
    repository = repository_with(tmp_path, configuration=configuration)
    with serve(faults.hang) as server:
        ran = run_digestpin(repository, "resolve", f"{server.host}/node:v1")
    assert ran.code == 3
    assert message.format(host=server.host) in " ".join(ran.stderr.split())


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_are_asked_for_at_a_time(tmp_path: Path, most: int) -> None:
    lock, at_a_time, highest = threading.Lock(), 0, 0
    together = threading.Barrier(most)

    def answer(exchange: Exchange) -> None:
        nonlocal at_a_time, highest
        with lock:
            at_a_time += 1
            highest = max(highest, at_a_time)
        if not exchange.path.endswith("/v2/"):
            together.wait(20)
            time.sleep(0.1)  # in which others would come
        with lock:
            at_a_time -= 1
        has_everything(exchange)

    repository = repository_with(tmp_path, configuration=f"concurrency = {most}\n")
    with serve(answer) as server:
        names = [f"{server.host}/node:v{number}" for number in range(9)]
        assert run_digestpin(repository, "resolve", *names).code == 0
    assert highest == most
