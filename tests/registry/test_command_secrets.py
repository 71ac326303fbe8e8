"""No secret is in anything that a command prints at its highest verbosity, or keeps."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from support.commands import run_digestpin
from support.fake_registry import send_good
from support.http_server import Exchange, serve
from support.registry_setups import start_password_registry, start_token_registry
from support.repositories import make_repository

from digestpin.registry import retrying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.token_server import TokenServer

    WriteConfig = Callable[[dict[str, Any]], None]
    InstallHelper = Callable[[str, str], None]

USER = "alice"
PASSWORD, WRONG = "correct-horse: battery", "staple-of-yesterday"
IDENTITY, STORED = "identity-token-of-alice", "stored-registry-token"
ISSUED, SIGNED = "issued-token-of-the-service", "signature-of-a-url"
PROXY = "proxy-password-here"
ALL = (PASSWORD, WRONG, IDENTITY, STORED, ISSUED, SIGNED, PROXY)


def encode(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def forms(*more: str) -> Iterator[str]:
    """Yield what must not be seen, in small letters."""
    for secret in (*ALL, *more):
        yield secret.lower()
        yield quote(secret, safe="").lower()
        yield base64.b64encode(secret.encode()).decode().rstrip("=").lower()
        yield encode(USER, secret).rstrip("=").lower()


COMMANDS = [
    ("resolve", "-v", "{names}"),
    ("resolve", "-v", "{names}", "--verify", "--output-format", "json"),
    ("check", "-v", "--online"),
    ("check", "-v", "--online", "--verify", "--output-format", "sarif"),
    ("fix", "-v", "--diff"),
    ("fix", "-v", "--diff", "--verify"),
    ("upgrade", "-v", "--kind", "v0.27.0", "--diff"),
]


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the random waits between attempts."""
    monkeypatch.setattr(retrying, "random", SimpleNamespace(uniform=lambda *_: 0.0))


class Watched:
    """Runs every command on a repository, and keeps all that is printed."""

    def __init__(self, folder: Path, *references: str) -> None:
        lines = "".join(f"x {each}\n" for each in references)
        files: dict[str, bytes | str] = {
            "digestpin.toml": 'images = ["*/node", "*/*/node"]\n',
            ".tool-versions": "kind 0.26.0\n",
            "a.sh": lines,
        }
        self.names = references
        self.repository = make_repository(folder / "repository", files)
        self.printed: list[str] = []
        self.folder = folder

    def run(self) -> None:
        for command in COMMANDS:
            words = [
                word
                for each in command
                for word in (self.names if each == "{names}" else (each,))
            ]
            ran = run_digestpin(self.repository, *words)
            assert ran.code in {0, 1, 3}
            assert "Traceback" not in ran.stderr
            self.printed += [ran.stdout, ran.stderr]

    def kept(self) -> Iterator[str]:
        """Yield what was written by the commands: the cache and the repository."""
        for path in (self.folder / "home" / ".cache").rglob("*"):
            if path.is_file():
                yield path.read_text(encoding="utf-8")
        yield (self.repository / "a.sh").read_text(encoding="utf-8")

    def found(self, *more: str) -> list[str]:
        """Return the secrets that are to be seen somewhere."""
        text = "\n".join([*self.printed, *self.kept()]).lower()
        assert "head http" in text
        return [form for form in forms(*more) if form in text]


@pytest.mark.registry
def test_none_is_with_real_registries_and_every_kind_of_credential(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens.users[USER] = PASSWORD
    tokens.refresh_tokens.add(IDENTITY)
    issued = record_issued(tokens)
    output = json.dumps({"Username": USER, "Secret": PASSWORD})
    install_helper("good", f"echo '{output}'; echo '{output}' >&2")
    install_helper("rubbish", f"echo {WRONG}; echo {WRONG} >&2")
    install_helper("failing", f"echo {WRONG}; echo {WRONG} >&2; exit 1")
    with (
        start_password_registry(tmp_path / "a", USER, PASSWORD) as basic,
        start_token_registry(tmp_path / "b", tokens, "private/node") as bearer,
    ):
        images = [
            each.push_index("private/node", tag)
            for each in (basic, bearer)
            for tag in ("v1", "v2")
        ]
        watched = Watched(
            tmp_path,
            *(image.reference for image in images[::2]),
            *(image.pinned for image in images[1::2]),
        )
        for entry in (
            {"username": USER, "password": PASSWORD},
            {"auth": encode(USER, PASSWORD)},
            {"username": USER, "password": WRONG},
            {"identitytoken": IDENTITY},
            {"auth": f"!{WRONG}"},
            {"registrytoken": STORED},
            {"registrytoken": f"{STORED}\n"},
        ):
            docker_config({"auths": {basic.host: entry, bearer.host: entry}})
            watched.run()
        for helper in ("good", "rubbish", "failing"):
            docker_config({"credsStore": helper})
            watched.run()
        docker_config({})
        other = tmp_path / "auth.json"
        auths = {
            each.host: {"auth": encode(USER, PASSWORD)} for each in (basic, bearer)
        }
        other.write_text(json.dumps({"auths": auths}), encoding="utf-8")
        monkeypatch.setenv("REGISTRY_AUTH_FILE", str(other))
        watched.run()
    assert len(issued) > 8
    assert watched.found(*issued) == []
    assert "refuses the stored credentials" in "".join(watched.printed)


def record_issued(tokens: TokenServer) -> list[str]:
    """Let a token service keep what it gives out."""
    issued: list[str] = []
    issue = tokens.issue

    def remember(*scopes: str, seconds: int = 3600) -> str:
        issued.append(issue(*scopes, seconds=seconds))
        return issued[-1]

    tokens.issue = remember  # type: ignore[method-assign]
    return issued


LOCATIONS = {
    "signed": f"/elsewhere?signature={SIGNED}",
    "misled": f"https://{USER}:{WRONG}@127.0.0.1/{{sent}}?signature={SIGNED}",
    "lost": f"http://127.0.0.1:1/{ISSUED}?signature={SIGNED}",
}


def leak(exchange: Exchange) -> None:
    """Say again, wherever there is room, what was received."""
    sent = exchange.headers.get("authorization", "")
    name = exchange.path.rpartition("/")[2]
    if exchange.path.startswith("/token"):
        exchange.send_json({"token": ISSUED, "expires_in": 300})
    elif not sent:
        realm = f'Bearer realm="http://{exchange.headers["host"]}/token?s={SIGNED}"'
        exchange.send(401, b"", {"WWW-Authenticate": realm})
    elif name in LOCATIONS:
        location = LOCATIONS[name].format(sent=quote(sent))
        exchange.send(307, b"", {"Location": location})
    elif name == "typed":
        exchange.send(200, b"{}", {"Content-Type": sent, "Docker-Content-Digest": sent})
    elif name == "reset":
        exchange.reset()
    elif exchange.path.startswith("/elsewhere"):
        send_good(exchange)
    else:
        message = f"{sent} {PASSWORD} {encode(USER, PASSWORD)}"
        exchange.send_json({"errors": [{"code": "DENIED", "message": message}]}, 403)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"username": USER, "password": PASSWORD}, id="password"),
        pytest.param({"identitytoken": IDENTITY}, id="identity token"),
        pytest.param({"registrytoken": STORED}, id="registry token"),
    ],
)
def test_none_is_with_a_registry_that_repeats_them(
    tmp_path: Path, docker_config: WriteConfig, entry: dict[str, str]
) -> None:
    tags = ("signed", "misled", "lost", "typed", "reset", "denied")
    with serve(leak) as server:
        # It knows the password from elsewhere, whatever it was sent.
        docker_config(
            {
                "auths": {
                    server.host: entry,
                    f"{server.host}/other": {"auth": encode(USER, PASSWORD)},
                }
            }
        )
        watched = Watched(tmp_path, *(f"{server.host}/a/node:{tag}" for tag in tags))
        watched.run()
    assert watched.found() == []
    assert "DENIED: " in "".join(watched.printed)


def test_none_is_with_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(exchange: Exchange) -> None:
        message = exchange.headers.get("proxy-authorization", "nothing")
        exchange.send_json({"errors": [{"code": "DENIED", "message": message}]}, 403)

    with serve(answer) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://{USER}:{PROXY}@{proxy.host}")
        watched = Watched(tmp_path, "registry.test/a/node:v1", "quay.io/a/node:v1")
        configuration = watched.repository / "digestpin.toml"
        with configuration.open("a", encoding="utf-8") as file:
            file.write('insecure-registries = ["registry.test"]\n')
        watched.run()
    text = "\n".join(watched.printed)
    assert "DENIED: Basic ***" in text
    assert "cannot reach quay.io through the proxy" in text
    assert [form for form in forms() if form in text.lower()] == []


@pytest.mark.registry
def test_none_is_in_the_arguments_of_a_helper_or_in_a_process_of_its_own(
    tmp_path: Path, docker_config: WriteConfig, install_helper: InstallHelper
) -> None:
    seen = tmp_path / "seen"
    output = json.dumps({"Username": USER, "Secret": PASSWORD})
    install_helper(
        "test",
        f"tr '\\0' ' ' < /proc/$$/cmdline > {seen}; env >> {seen}; echo '{output}'",
    )
    docker_config({"credsStore": "test"})
    with start_password_registry(tmp_path / "a", USER, PASSWORD) as registry:
        image = registry.push_index("private/node", "v1")
        ran = subprocess.run(
            [sys.executable, "-m", "digestpin", "resolve", "-v", image.reference],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert ran.stdout.startswith(f"{image.pinned}\n")
    text = f"{ran.stdout}{ran.stderr}{seen.read_text(encoding='utf-8')}".lower()
    assert "docker-credential-test get" in text
    assert [form for form in forms() if form in text] == []
