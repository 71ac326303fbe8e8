"""Whatever a registry does, a command does the rest, says what failed, and where.

Each fault costs its reference; the exit code is 3, and every file is whole.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support import faults
from support.commands import run_digestpin
from support.fake_registry import GOOD, answering, send_good
from support.fault_table import FAULTS, LONG_WAIT
from support.http_server import Exchange, HttpServer, serve
from support.registry_setups import start_token_registry
from support.repositories import make_repository
from support.trees import read_tree

from digestpin.errors import RegistryUnreachable
from digestpin.registry import clients, retrying
from digestpin.registry.credentials import CredentialStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.faults import Answer
    from support.token_server import TokenServer

    from digestpin.errors import RegistryError

    WriteConfig = Callable[[dict[str, Any]], None]
    InstallHelper = Callable[[str, str], None]

DIGEST = GOOD.top.digest
UNTOUCHED = "y quay.io/not-looked-at:v1\r\n# \u00fc\n"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the random waits between attempts, and wait less for helpers."""
    monkeypatch.setattr(clients, "CredentialStore", lambda _: CredentialStore(0.3))
    monkeypatch.setattr(retrying, "random", SimpleNamespace(uniform=lambda *_: 0.0))


def repository_with(folder: Path, *references: str, seconds: float = 30) -> Path:
    """Make a repository: a reference a line, and between them what is to stay."""
    files: dict[str, bytes | str] = {
        "digestpin.toml": 'images = ["node"]\n'
        f"timeout-seconds = 0.4\ndeadline-seconds = {seconds}\n",
        "a.sh": "".join(f"x {reference}\n{UNTOUCHED}" for reference in references),
        "b.sh": f"x {references[-1]}\n",
    }
    return make_repository(folder / "repository", files)


def words(text: str) -> str:
    return " ".join(text.split())


def run_both_commands(
    folder: Path,
    references: tuple[str, ...],
    error: type[RegistryError],
    message: str,
    *,
    seconds: float = 30,
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Resolve and fix references, of which the first is the bad one.

    Returns the files afterwards, and as they should be: all but that one pinned.
    """
    bad, *good = references
    repository = repository_with(folder, *references, seconds=seconds)
    resolved = run_digestpin(
        repository, "resolve", *references, "--output-format", "json"
    )
    first, *others = json.loads(resolved.stdout)["resolved"]
    assert resolved.code == 3
    assert (first["digest"], first["failure"]) == (None, error.failure)
    assert (first["origin"], bool(first["hint"])) == (message, True)
    assert words(f"problem: {bad}: {message}") in words(resolved.stderr)
    assert [item["digest"] for item in others] == [DIGEST] * len(good)

    before = read_tree(repository)
    fixed = run_digestpin(repository, "fix", "--output-format", "json")
    assert fixed.code == 3
    (problem,) = json.loads(fixed.stdout)["problems"]
    assert problem == {
        "path": "a.sh",
        "line": 1,
        "message": message,
        "hint": first["hint"],
    }
    assert words(f"problem: a.sh:1: {message}") in words(fixed.stderr)
    expected = before
    for reference in good:
        line = f"{reference}\n".encode()
        pinned = f"{reference}@{DIGEST}\n".encode()
        expected = {name: data.replace(line, pinned) for name, data in expected.items()}
    return read_tree(repository), expected


@pytest.mark.parametrize(("answer", "error", "message"), FAULTS)
def test_a_fault_costs_its_own_reference_only(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    answer: Answer,
    error: type[RegistryError],
    message: str,
) -> None:
    with serve(answering(answer)) as server, serve(send_good) as other:
        bad, near, far = (
            f"{server.host}/node:bad",
            f"{server.host}/node:good",
            f"{other.host}/node:v1",
        )
        # A registry that asks to be left alone is left alone by all.
        asks_to_wait = LONG_WAIT in request.node.name
        references = (bad, far) if asks_to_wait else (bad, near, far)
        files, expected = run_both_commands(
            tmp_path, references, error, message.format(host=server.host)
        )
    assert files == expected


@pytest.mark.parametrize(
    "answer", [faults.drip, faults.drip_body], ids=lambda it: it.__name__
)
def test_a_slow_drip_ends_with_the_deadline(tmp_path: Path, answer: Answer) -> None:
    with serve(answering(answer)) as server, serve(send_good) as other:
        files, expected = run_both_commands(
            tmp_path,
            (
                f"{server.host}/node:bad",
                f"{server.host}/node:good",
                f"{other.host}/node:v1",
            ),
            RegistryUnreachable,
            f"no answer from {server.host} within 2 s",
            seconds=2,
        )
    assert files == expected


@pytest.mark.parametrize(
    ("status", "retry_after"),
    [(429, "1"), (429, None), (503, "0"), (500, None), (502, None), (504, None)],
)
def test_what_passes_is_waited_for(
    tmp_path: Path, status: int, retry_after: str | None
) -> None:
    def answer(exchange: Exchange) -> None:
        if next(refusals, None) is None:
            send_good(exchange)
        else:
            exchange.send(
                status, b"", {"Retry-After": retry_after} if retry_after else {}
            )

    with serve(answering(answer)) as server:
        reference = f"{server.host}/node:bad"
        repository = repository_with(tmp_path, reference)
        refusals = iter(range(2))
        resolved = run_digestpin(repository, "resolve", reference)
        refusals = iter(range(2))
        fixed = run_digestpin(repository, "fix")
    assert (resolved.code, fixed.code) == (0, 0)
    assert resolved.stdout.startswith(f"{reference}@{DIGEST}\n")
    pinned = f"x {reference}@{DIGEST}\n"
    assert (repository / "a.sh").read_bytes() == (pinned + UNTOUCHED).encode()


HELPERS = [
    pytest.param(
        "sleep 600 & wait",
        "docker-credential-test did not answer within 0.3 s",
        id="hangs",
    ),
    pytest.param(
        "echo hunter2; exit 3",
        "docker-credential-test failed with exit code 3",
        id="fails",
    ),
    pytest.param(
        "echo hunter2; echo hunter2 >&2",
        "docker-credential-test printed something else than credentials",
        id="prints rubbish",
    ),
    pytest.param(
        None, "the credential helper docker-credential-test is not installed", id="none"
    ),
]


@pytest.mark.registry
@pytest.mark.parametrize(("script", "problem"), HELPERS)
def test_a_broken_helper_is_told_and_public_images_found(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
    script: str | None,
    problem: str,
) -> None:
    if script is not None:
        install_helper("test", script)
    docker_config({"credsStore": "test"})
    names = ("public/node", "private/node")
    with start_token_registry(tmp_path / "registry", tokens, *names) as registry:
        public, private = (registry.push_index(name, "v1") for name in names)
        repository = repository_with(tmp_path, private.reference, public.reference)
        (repository / "digestpin.toml").write_text('images = ["*/node"]\n')
        resolved = run_digestpin(
            repository, "resolve", private.reference, public.reference
        )
        fixed = run_digestpin(repository, "fix")
    told = f"{registry.host}: {problem}; no credentials from there"
    denied = f"{registry.host} shows private/node:v1 to nobody who is not logged in"
    assert (resolved.code, fixed.code) == (3, 3)
    assert resolved.stdout.startswith(f"{public.pinned}\n")
    assert told in words(resolved.stderr)
    assert denied in words(resolved.stderr)
    assert told in words(fixed.stdout)
    assert denied in words(fixed.stdout)
    assert "hunter2" not in resolved.stderr + fixed.stdout + fixed.stderr
    text = (repository / "a.sh").read_bytes().decode()
    assert text == f"x {private.reference}\n{UNTOUCHED}x {public.pinned}\n{UNTOUCHED}"


def check_online(folder: Path, server: HttpServer, other: HttpServer) -> dict[str, Any]:
    references = [
        f"{server.host}/node:bad@{DIGEST}",
        f"{other.host}/node:v1@{faults.OTHER_DIGEST}",
    ]
    repository = repository_with(folder, *references)
    before = read_tree(repository)
    ran = run_digestpin(
        repository, "check", "--online", "--select", "DP2", "--output-format", "json"
    )
    assert ran.code == 3
    assert read_tree(repository) == before
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def test_check_online_judges_what_it_could_ask(tmp_path: Path) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.path.endswith(faults.OTHER_DIGEST):
            exchange.send(404)
        else:
            send_good(exchange)

    with serve(faults.hang) as server, serve(answer) as other:
        report = check_online(tmp_path, server, other)
    assert {item["message"] for item in report["problems"]} == {
        f"{server.host} did not answer in time"
    }
    assert {item["rule"] for item in report["findings"]} == {"DP201"}
    assert {(item["path"], item["line"]) for item in report["findings"]} == {
        ("a.sh", 4),
        ("b.sh", 1),
    }
