from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from digestpin.registry.credentials import CredentialStore, FoundCredentials
from digestpin.registry.docker_config import find_config_files

if TYPE_CHECKING:
    from pathlib import Path

    Shown = tuple[str, str] | None


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "DOCKER_CONFIG",
        "REGISTRY_AUTH_FILE",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = value if isinstance(value, str) else json.dumps(value)
    path.write_text(text, encoding="utf-8")


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def find(registry: str, repository: str = "kindest/node") -> FoundCredentials:
    return CredentialStore(helper_timeout_seconds=1).find(registry, repository)


def show(found: FoundCredentials) -> Shown:
    """Return user and password."""
    if found.credentials is None:
        return None
    return found.credentials.username, found.credentials.password.reveal()


def test_the_files_are_looked_into_in_order(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_config_files() == (
        home / ".docker/config.json",
        home / ".config/containers/auth.json",
    )
    for name, value in {
        "REGISTRY_AUTH_FILE": "/a/auth.json",
        "DOCKER_CONFIG": "/b",
        "XDG_RUNTIME_DIR": "/c",
        "XDG_CONFIG_HOME": "/d",
    }.items():
        monkeypatch.setenv(name, value)
    assert [str(path) for path in find_config_files()] == [
        "/a/auth.json",
        "/b/config.json",
        "/c/containers/auth.json",
        "/d/containers/auth.json",
    ]


def test_the_first_file_that_has_an_entry_counts(home: Path) -> None:
    write(home / ".docker/config.json", {"auths": {"quay.io": {}}})
    write(
        home / ".config/containers/auth.json",
        {
            "auths": {
                "quay.io": {"auth": encode("b:2")},
                "quay.io/kindest": {"auth": encode("c:3")},
            }
        },
    )
    assert show(find("quay.io")) == ("c", "3")
    assert show(find("quay.io", "other/node")) == ("b", "2")
    assert show(find("ghcr.io")) is None


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io/kindest"]
)
def test_docker_hub_has_many_names(home: Path, key: str) -> None:
    write(home / ".docker/config.json", {"auths": {key: {"auth": encode("a:1:2")}}})
    assert show(find("docker.io")) == ("a", "1:2")
    assert show(find("quay.io")) is None


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"auth": "!"}, id="no base64"),
        pytest.param({"auth": encode("no colon")}, id="no colon"),
        pytest.param({"auth": base64.b64encode(b"\xff:\xff").decode()}, id="no text"),
        pytest.param({"auth": 7}, id="a number"),
        pytest.param(["a"], id="a list"),
        pytest.param({"email": "a@b"}, id="nothing of use"),
        pytest.param({"username": "a\ud800", "password": "p"}, id="half a character"),
        pytest.param({"username": "a", "password": "\ud800"}, id="half in a password"),
        pytest.param({"identitytoken": "\ud800"}, id="half in an identity token"),
        pytest.param({"registrytoken": "hunter2\n"}, id="a token with a line break"),
        pytest.param({"registrytoken": "hunter2\u20ac"}, id="a token with a sign"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told(home: Path, entry: object) -> None:
    path = home / ".docker/config.json"
    write(path, {"auths": {"quay.io": entry}})
    found = find("quay.io")
    assert found.credentials is None
    assert [str(warning) for warning in found.warnings] == [
        f"quay.io: the entry quay.io in {path} cannot be read; "
        "no credentials from there"
    ]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "[" * 5000, " " * 1_100_000],
    ids=lambda it: it[:3] or "empty",
)
def test_a_file_of_another_kind_is_told(home: Path, text: str) -> None:
    path = home / ".docker/config.json"
    write(path, text)
    assert [str(warning) for warning in find("quay.io").warnings] == [
        f"quay.io: {path} is no Docker configuration; no credentials from there"
    ]


def test_a_file_that_cannot_be_opened_is_told(home: Path) -> None:
    path = home / ".docker/config.json"
    path.mkdir(parents=True)
    assert [str(warning) for warning in find("quay.io").warnings] == [
        f"quay.io: cannot read {path}: is a directory; no credentials from there"
    ]


def test_a_helpers_name_is_no_path(home: Path) -> None:
    write(home / ".docker/config.json", {"credHelpers": {"quay.io": "../evil"}})
    assert [str(warning) for warning in find("quay.io").warnings] == [
        "quay.io: the credential helper docker-credential-../evil is not installed; "
        "no credentials from there"
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"Username": "a", "Secret": "s"}, ("a", "s", None), id="password"),
        pytest.param({"Username": "<token>", "Secret": "s"}, ("", "", "s"), id="token"),
        pytest.param({"Username": "a", "Secret": 7}, None, id="a number"),
    ],
)
def test_what_a_helper_answers(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, str],
    expected: tuple[str, str, str | None] | None,
) -> None:
    program = home / "docker-credential-test"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\necho '{json.dumps(answer)}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:/usr/bin:/bin")
    write(home / ".docker/config.json", {"credsStore": "test"})
    store = CredentialStore(helper_timeout_seconds=10)
    credentials = store.find("quay.io", "a").credentials
    program.unlink()
    assert store.find("quay.io", "b").credentials is credentials  # asked once
    token = None if credentials is None else credentials.identity_token
    shown = (
        None
        if credentials is None
        else (
            credentials.username,
            credentials.password.reveal(),
            None if token is None else token.reveal(),
        )
    )
    assert shown == expected


@pytest.mark.parametrize("user", ["a", "<token>"])
def test_a_helpers_answer_that_cannot_be_sent_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    program = home / "docker-credential-test"
    answer = json.dumps({"Username": user, "Secret": "hunter2\ud800"})
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:/usr/bin:/bin")
    write(home / ".docker/config.json", {"credsStore": "test"})
    found = find("quay.io")
    assert found.credentials is None
    assert [str(warning) for warning in found.warnings] == [
        "quay.io: docker-credential-test gave credentials that cannot be sent; "
        "no credentials from there"
    ]


def test_a_helper_that_is_no_program_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = home / "docker-credential-test"
    program.write_bytes(b"\x00\x01")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(home))
    write(home / ".docker/config.json", {"credsStore": "test"})
    assert [str(warning) for warning in find("quay.io").warnings] == [
        "quay.io: docker-credential-test cannot be run: exec format error; "
        "no credentials from there"
    ]
