"""No secret is in anything that is logged, raised, warned of or shown by `repr`."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_registry import send_good
from support.http_server import Exchange, serve
from support.registry_setups import start_password_registry, start_token_registry

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved
from digestpin.registry.client import RegistryClient
from digestpin.registry.credentials import CredentialStore
from digestpin.registry.redaction import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.token_server import TokenServer

    WriteConfig = Callable[[dict[str, Any]], None]
    InstallHelper = Callable[[str, str], None]

PASSWORD, WRONG = "correct-horse-battery", "staple-of-yesterday"
IDENTITY, ISSUED = "identity-token-of-alice", "issued-token-of-the-service"
PROXY, SIGNED = "proxy-password-here", "signature-of-a-url"
SECRETS = (
    PASSWORD,
    WRONG,
    IDENTITY,
    ISSUED,
    PROXY,
    SIGNED,
    *(
        base64.b64encode(f"alice:{text}".encode()).decode().rstrip("=")
        for text in (PASSWORD, WRONG)
    ),
)
SETTINGS = RegistrySettings(retries=1, backoff_seconds=0, deadline_seconds=20)


class Everything:
    """Collects all that a run shows to anybody."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.caplog = caplog
        self.texts: list[str] = []
        self.outcomes: list[str] = []

    def resolve(self, *texts: str) -> None:
        with Resolver(SETTINGS) as resolver:
            answers = resolver.resolve_all(map(ImageReference.parse, texts))
            shown = [resolver, resolver.warnings, resolver.rate_limits, answers]
            self.texts += map(repr, shown)
            self.texts += map(repr, vars(resolver).values())
        for answer in answers.values():
            self.outcomes.append(type(answer).__name__)
            if isinstance(answer, Unresolved):
                error = answer.error
                self.outcomes[-1] = type(error).__name__
                self.texts += [str(error), repr(error), repr(vars(error))]
                self.texts += traceback.format_exception(error)

    def text(self) -> str:
        logged = [self.caplog.text]
        logged += [repr(vars(record)) for record in self.caplog.records]
        return "\n".join(self.texts + logged)


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> Everything:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    return Everything(caplog)


@pytest.mark.registry
def test_secrets_stay_secret_with_real_registries(
    everything: Everything,
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
) -> None:
    tokens.users["alice"] = PASSWORD
    tokens.refresh_tokens.add(IDENTITY)
    install_helper("rubbish", f"echo {WRONG}; echo {WRONG} >&2")
    install_helper("failing", f"echo {WRONG}; echo {WRONG} >&2; exit 1")
    with (
        start_password_registry(tmp_path / "a", "alice", PASSWORD) as basic,
        start_token_registry(tmp_path / "b", tokens, "private/node") as bearer,
    ):
        basic.push_index("private/node", "v1")
        bearer.push_index("private/node", "v1")
        names = [f"{each.host}/private/node:v1" for each in (basic, bearer)]
        for entry in (
            {"username": "alice", "password": PASSWORD},
            {"username": "alice", "password": WRONG},
            {"identitytoken": IDENTITY},
            {"auth": f"!{WRONG}"},
            {"registrytoken": WRONG},
        ):
            docker_config({"auths": {basic.host: entry, bearer.host: entry}})
            everything.resolve(*names)
        for helper in ("rubbish", "failing"):
            docker_config({"credsStore": helper})
            everything.resolve(*names)
    denied = "AccessDenied"
    assert everything.outcomes == [
        *("Resolved", "Resolved"),
        *(denied, denied),
        *(denied, "Resolved"),
        *[denied] * 8,
    ]
    text = everything.text()
    assert "HEAD" in text
    assert [secret for secret in SECRETS if secret in text] == []


def leak(exchange: Exchange) -> None:
    if exchange.path.startswith("/token"):
        exchange.send_json({"token": ISSUED})
    elif "authorization" not in exchange.headers:
        realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
        exchange.send(401, b"", {"WWW-Authenticate": realm})
    elif exchange.path.endswith("redirects"):
        exchange.send(307, b"", {"Location": f"/signed?signature={SIGNED}"})
    elif exchange.path.endswith("misleads"):
        location = f"https://u:{WRONG}@127.0.0.1/?signature={SIGNED}"
        exchange.send(307, b"", {"Location": location})
    elif exchange.path.endswith("vanishes"):
        location = f"http://127.0.0.1:1/?signature={SIGNED}"
        exchange.send(307, b"", {"Location": location})
    elif exchange.path.startswith("/signed"):
        send_good(exchange)
    else:
        exchange.reset()


def test_secrets_stay_secret_when_the_connection_fails(
    everything: Everything,
    docker_config: WriteConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(leak) as server:
        entry = {"username": "alice", "password": PASSWORD}
        docker_config({"auths": {server.host: entry}})
        everything.resolve(
            *(
                f"{server.host}/node:{tag}"
                for tag in ("redirects", "misleads", "resets", "vanishes")
            )
        )
    everything.resolve(f"{server.host}/node:v1")
    monkeypatch.setenv("HTTPS_PROXY", f"http://u:{PROXY}@127.0.0.1:1")
    everything.resolve("kindest/node:v1")
    monkeypatch.setenv("HTTPS_PROXY", f"nonsense://u:{PROXY}@127.0.0.1:1")
    everything.resolve("kindest/node:v1")
    assert everything.outcomes == [
        "Resolved",
        "UntrustedResponse",
        *["RegistryUnreachable"] * 5,
    ]
    text = everything.text()
    assert "/signed" in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_flaw_of_ours_costs_its_reference_only_and_tells_no_secret(
    everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = RegistryClient.ask

    def trip(self: RegistryClient, method: str, repository: str, *rest: Any) -> Any:
        if repository == "flawed":
            raise ValueError(PASSWORD)
        return ask(self, method, repository, *rest)

    monkeypatch.setattr(RegistryClient, "ask", trip)
    with serve(send_good) as server:
        everything.resolve(f"{server.host}/flawed:v1", f"{server.host}/node:v1")
    assert everything.outcomes == ["RegistryError", "Resolved"]
    text = everything.text()
    assert f"asking {server.host} failed: ValueError" in text
    assert "ValueError in a look-up" in everything.caplog.text
    assert PASSWORD not in text


def test_what_is_found_does_not_show_itself(docker_config: WriteConfig) -> None:
    docker_config(
        {
            "auths": {
                "quay.io": {"username": "alice", "password": PASSWORD},
                "ghcr.io": {"identitytoken": IDENTITY},
            }
        }
    )
    store = CredentialStore(helper_timeout_seconds=1)
    found = [store.find(host, "a/b") for host in ("quay.io", "ghcr.io")]
    assert all(each.credentials is not None for each in found)
    text = repr((found, vars(store)))
    assert [secret for secret in SECRETS if secret in text] == []


def test_secrets_can_be_compared_but_not_read() -> None:
    one, same, other = Secret(PASSWORD), Secret(PASSWORD), Secret(WRONG)
    assert (one == same, one == other, one == PASSWORD) == (True, False, False)
    assert len({one, same, other}) == 2
    assert f"{one}" == "Secret(***)"


def test_a_secret_cannot_be_stored() -> None:
    with pytest.raises(TypeError, match="not to be stored"):
        pickle.dumps(Secret(PASSWORD))


def test_a_resolved_answer_is_plain(docker_config: WriteConfig) -> None:
    docker_config({"auths": {"127.0.0.1": {"auth": "x"}}})
    with serve(send_good) as server, Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(ImageReference.parse(f"{server.host}/node:v1"))
    assert isinstance(answer, Resolved)
    assert answer.warnings == ()
