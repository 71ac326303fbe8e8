"""What registries give cause to warn of is told, whatever the form of the result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import images
from support.commands import run_digestpin
from support.http_server import Exchange, serve
from support.repositories import make_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    WriteConfig = Callable[[dict[str, Any]], None]

HOST = "registry.test:5000"
PLAIN = (
    f"{HOST}: asked over plain http, so its answers could be forged "
    "(it is listed in insecure-registries)"
)
UNSENT = (
    f"{HOST}: stored credentials are not sent over plain http "
    "(give the registry a certificate)"
)
CONFIGURATION = f'insecure-registries = ["{HOST}"]\n'


def has_everything(exchange: Exchange) -> None:
    """Have each digest that is asked for, and the same one under every tag."""
    name = exchange.path.rpartition("/")[2]
    if exchange.path.endswith("/v2/"):
        exchange.send(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        return
    digest = name if name.startswith("sha256:") else images.digest_of(b"new")
    headers = {"Content-Type": images.OCI_INDEX, "Docker-Content-Digest": digest}
    exchange.send(200, b"{}", headers)


@pytest.fixture
def repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker_config: WriteConfig
) -> Iterator[Path]:
    """A repository that uses a registry with plain http that is not on loopback.

    It is reached by a proxy. There are credentials for it.
    """
    docker_config({"auths": {HOST: {"username": "alice", "password": "battery"}}})
    files: dict[str, bytes | str] = {
        "digestpin.toml": CONFIGURATION,
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": f"x {HOST}/kindest/node:v1.31.4\n",
    }
    with serve(has_everything) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        yield make_repository(tmp_path / "repository", files)


def words(text: str) -> str:
    """Return a text whose lines are not folded."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "stream"),
    [
        pytest.param((), "stdout", id="text"),
        pytest.param(("--output-format", "json"), "stdout", id="json"),
        pytest.param(("--output-format", "sarif"), "stdout", id="sarif"),
        pytest.param(("--output-format", "github"), "stdout", id="github"),
        pytest.param(("--output-format", "markdown"), "stdout", id="markdown"),
        pytest.param(("--output-format", "concise"), "stderr", id="concise"),
        pytest.param(("--output-format", "gitlab"), "stderr", id="gitlab"),
        pytest.param(("--diff",), "stderr", id="diff"),
    ],
)
def test_fix_tells_them_though_it_only_confirms(
    repository: Path, arguments: tuple[str, ...], stream: str
) -> None:
    ran = run_digestpin(repository, "fix", *arguments)
    shown = words(getattr(ran, stream)).replace("\\", "").replace("%25", "%")
    assert [shown.count(text) for text in (PLAIN, UNSENT)] == [1, 1]
    other = ran.stderr if stream == "stdout" else ran.stdout
    assert "plain http" not in other


def test_quiet_is_quiet(repository: Path) -> None:
    ran = run_digestpin(repository, "fix", "--quiet")
    assert (ran.stdout, ran.stderr) == ("", "")


def test_resolve_tells_them_beside_its_answers(repository: Path) -> None:
    reference = f"{HOST}/node:v1"
    ran = run_digestpin(repository, "resolve", reference)
    digest = images.digest_of(b"new")
    assert ran.code == 0
    assert ran.stdout.splitlines() == [
        f"{reference}@{digest}",
        f"  from what {HOST}/node answers now",
    ]
    assert words(ran.stderr) == f"note: {PLAIN} note: {UNSENT}"


def test_resolve_tells_them_in_json(repository: Path) -> None:
    ran = run_digestpin(
        repository, "resolve", f"{HOST}/node:v1", "--output-format", "json"
    )
    (item,) = json.loads(ran.stdout)["resolved"]
    assert item["notes"] == [PLAIN, UNSENT]


def test_what_cannot_be_resolved_is_told_on_stderr_with_what_to_do(
    repository: Path,
) -> None:
    (repository / "digestpin.toml").unlink()
    with serve(has_everything) as gone:
        closed = gone.host
    with serve(has_everything) as near:
        good, bad = f"{near.host}/node:v1", f"{closed}/node:v1"
        ran = run_digestpin(repository, "resolve", bad, good)
        as_json = run_digestpin(
            repository, "resolve", bad, good, "--output-format", "json"
        )
    assert ran.code == as_json.code == 3
    assert ran.stdout.splitlines()[0] == f"{good}@{images.digest_of(b'new')}"
    assert bad not in ran.stdout
    message = f"cannot connect to {closed}: connection refused"
    hint = "check the registry's host and port and the network"
    for each in (ran, as_json):
        assert words(each.stderr) == f"problem: {bad}: {message} = help: {hint}"
    first, second = json.loads(as_json.stdout)["resolved"]
    assert (first["digest"], first["failure"], first["hint"]) == (
        None,
        "connection",
        hint,
    )
    assert (second["failure"], second["hint"]) == (None, None)


def test_resolve_says_with_verbose_what_it_asks(repository: Path) -> None:
    ran = run_digestpin(repository, "resolve", "-v", f"{HOST}/node:v1")
    lines = ran.stderr.splitlines()
    assert f"digestpin: GET http://{HOST}/v2/: 401" in lines
    assert f"digestpin: HEAD http://{HOST}/v2/node/manifests/v1: 200" in lines


def test_a_digest_that_could_not_be_confirmed_is_told_with_the_reason(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    ran = run_digestpin(repository, "fix")
    assert "@sha256:" in (repository / "a.sh").read_text(encoding="utf-8")
    assert f"not confirmed: cannot reach {HOST} through the proxy" in words(ran.stdout)
