"""A token service that misbehaves, and tokens that need none."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_registry import GOOD, HEADERS, answering, send_good
from support.http_server import Exchange, HttpServer, serve

from digestpin.oci import ImageReference
from digestpin.registry import (
    RegistrySettings,
    Resolved,
    Resolver,
    Unresolved,
    authentication,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry import Resolution

    WriteConfig = Callable[[dict[str, Any]], None]
    Answer = Callable[[Exchange], None]

SETTINGS = RegistrySettings(retries=0, deadline_seconds=20)


def wanting_a_token(realm: str, answer: Answer) -> Answer:
    """Return a registry that wants a bearer token; `answer` is its token service."""

    def respond(exchange: Exchange) -> None:
        if exchange.path.startswith("/token"):
            answer(exchange)
        elif exchange.headers.get("authorization", "").startswith("Bearer good"):
            send_good(exchange)
        else:
            where = realm.format(host=exchange.headers["host"])
            exchange.send(401, b"", {"WWW-Authenticate": f'Bearer realm="{where}"'})

    return respond


def resolve(server: HttpServer) -> Resolution:
    with Resolver(SETTINGS) as resolver:
        return resolver.resolve(ImageReference.parse(f"{server.host}/node:v1"))


OWN = "http://{host}/token"
SERVICES = [
    pytest.param(
        lambda exchange: exchange.send_json({"token": "a\nb"}),
        "bad answer from {host}: its token service sends no token",
        id="a token of two lines",
    ),
    pytest.param(
        lambda exchange: exchange.send_json({"token": None}),
        "bad answer from {host}: its token service sends no token",
        id="no token",
    ),
    pytest.param(
        lambda exchange: exchange.send(200, b"[" * 100_000),
        "bad answer from {host}: JSON that is nested too deep",
        id="deep",
    ),
    pytest.param(
        lambda exchange: exchange.send(200, b" " * 300_000),
        "bad answer from {host}: more than 262144 bytes",
        id="a long answer",
    ),
    pytest.param(
        lambda exchange: exchange.send(503),
        "{host} fails with status 503",
        id="503",
    ),
    pytest.param(
        lambda exchange: exchange.send(429, b"", {"Retry-After": "900"}),
        "{host} refuses more requests for now; it asks to wait 900 s",
        id="429",
    ),
    pytest.param(
        lambda exchange: exchange.send(401),
        "{host} shows repository node to nobody who is not logged in, "
        "or it does not exist",
        id="401",
    ),
    pytest.param(
        lambda exchange: exchange.send_json({"token": "bad", "expires_in": "soon"}),
        "{host} shows node:v1 to nobody who is not logged in, or it does not exist",
        id="a token of no use",
    ),
]


@pytest.mark.parametrize(("answer", "message"), SERVICES)
def test_a_token_service_that_fails_is_told(answer: Answer, message: str) -> None:
    with serve(wanting_a_token(OWN, answer)) as server:
        resolution = resolve(server)
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == message.format(host=server.host)
    assert resolution.error.hint


@pytest.mark.parametrize(
    ("realm", "shown", "reason"),
    [
        pytest.param(
            "http://u:p@{host}/token",
            "http://{host}/token",
            "an address with credentials in it",
            id="credentials",
        ),
        pytest.param(
            "http://[::1/token",
            "an unreadable address",
            "an unreadable address",
            id="unreadable",
        ),
        pytest.param(
            "http://evil.example\\.localhost/token",
            "http://evil.example\\.localhost/token",
            "an unreadable address",
            id="a backslash, at which the library ends the host",
        ),
        pytest.param(
            "/token", ":///token", "no address of a web server", id="relative"
        ),
    ],
)
def test_an_address_of_no_use_is_told(
    docker_config: WriteConfig, realm: str, shown: str, reason: str
) -> None:
    quoted = realm.replace("\\", "\\\\")
    with serve(wanting_a_token(quoted, send_good)) as server:
        entry = {"username": "alice", "password": "correct horse"}
        docker_config({"auths": {server.host: entry}})
        resolution = resolve(server)
    assert server.asked == ["GET /v2/"]
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == (
        f"{server.host} names {shown.format(host=server.host)} "
        f"as its token service: {reason}"
    )


def test_where_the_anonymous_get_no_token_the_members_refusal_counts(
    docker_config: WriteConfig,
) -> None:
    def answer(exchange: Exchange) -> None:
        is_member = "authorization" in exchange.headers
        if exchange.path.startswith("/token"):
            exchange.send_json({"token": "of-a-member"}, 200 if is_member else 401)
        elif is_member:
            exchange.send(403)
        else:
            realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
            exchange.send(401, b"", {"WWW-Authenticate": realm})

    with serve(answer) as server, Resolver(SETTINGS) as resolver:
        entry = {"username": "alice", "password": "battery"}
        docker_config({"auths": {server.host: entry}})
        messages = [
            str(resolution.error)
            for tag in ("v1", "v2")
            if isinstance(
                resolution := resolver.resolve(
                    ImageReference.parse(f"{server.host}/node:{tag}")
                ),
                Unresolved,
            )
        ]
    assert messages == [
        f"{server.host} does not allow to read node:{tag}" for tag in ("v1", "v2")
    ]
    assert server.asked.count("GET /token") == 2


def test_an_identity_token_is_not_redirected(docker_config: WriteConfig) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(307, b"", {"Location": "/token/elsewhere"})

    with serve(wanting_a_token(OWN, answer)) as server:
        docker_config({"auths": {server.host: {"identitytoken": "identity"}}})
        resolution = resolve(server)
    assert isinstance(resolution, Unresolved)
    assert server.asked == ["GET /v2/", "POST /token"]


def test_a_registry_token_needs_no_token_service(docker_config: WriteConfig) -> None:
    with serve(wanting_a_token(OWN, send_good)) as server:
        docker_config({"auths": {server.host: {"registrytoken": "good"}}})
        resolution = resolve(server)
    assert isinstance(resolution, Resolved)
    assert server.asked == ["GET /v2/", "HEAD /v2/node/manifests/v1"]


def test_a_404_that_means_accept_is_no_missing_tag() -> None:
    text = (
        b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":'
        b'"OCI index found, but accept header does not support OCI indexes"}]}'
    )
    with (
        serve(answering(lambda exchange: exchange.send(404, text))) as server,
        Resolver(SETTINGS) as resolver,
    ):
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Unresolved)
    assert type(resolution.error).__name__ == "UntrustedResponse"


def test_no_cookie_is_kept() -> None:
    def answer(exchange: Exchange) -> None:
        cookie = {"Set-Cookie": "session=1; Path=/"}
        if exchange.path == "/v2/":
            exchange.send(200, b"", cookie)
        else:
            exchange.send(200, GOOD.top.body, HEADERS | cookie)

    with serve(answer) as server, Resolver(SETTINGS) as resolver:
        for tag in ("v1", "v2"):
            resolver.resolve(ImageReference.parse(f"{server.host}/node:{tag}"))
    assert len(server.asked) == 3
    assert [request.headers.get("cookie") for request in server.requests] == [None] * 3


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        pytest.param(300, 300, id="what it says"),
        pytest.param(10**9, 24 * 3600, id="a day at most"),
        pytest.param(None, 60, id="a minute where it does not say"),
    ],
)
def test_a_token_is_used_for_as_long_as_it_lives(
    monkeypatch: pytest.MonkeyPatch, told: int | None, seconds: float
) -> None:
    passed = 0.0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + passed)
    monkeypatch.setattr(authentication, "time", clock)

    def answer(exchange: Exchange) -> None:
        exchange.send_json({"token": "good", "expires_in": told})

    asked = []
    with serve(wanting_a_token(OWN, answer)) as server, Resolver(SETTINGS) as resolver:
        for passed in (0, seconds * 0.8, seconds):
            name = f"{server.host}/node:v{passed:.0f}"
            assert isinstance(resolver.resolve(ImageReference.parse(name)), Resolved)
            asked.append(server.asked.count("GET /token"))
    assert asked == [1, 1, 2]


def asks_late(exchange: Exchange) -> None:
    """Let everybody ask whether there is a registry, and want a token afterwards."""
    host = exchange.headers["host"]
    if exchange.path.startswith("/token"):
        exchange.send_json({"token": "anonymous"})
    elif exchange.path == "/v2/":
        exchange.send(200)
    elif exchange.headers.get("authorization") == "Bearer anonymous":
        send_good(exchange)
    else:
        # Some time, in which all threads have sent their first request.
        time.sleep(0.02)
        realm = f'Bearer realm="http://{host}/token"'
        exchange.send(401, b"", {"WWW-Authenticate": realm})


def test_a_challenge_that_comes_late_is_answered_by_every_thread() -> None:
    for _ in range(3):
        with serve(asks_late) as server, Resolver(SETTINGS) as resolver:
            answers = resolver.resolve_all(
                ImageReference.parse(f"{server.host}/node:v{number}")
                for number in range(20)
            )
        assert {type(answer) for answer in answers.values()} == {Resolved}
        assert server.asked.count("GET /token") == 1


def test_a_token_answers_one_challenge_only() -> None:
    """A registry that names another token service gets that service's token."""
    moved = threading.Event()

    def answer(exchange: Exchange) -> None:
        host = exchange.headers["host"]
        where = "new" if moved.is_set() else "old"
        if exchange.path.startswith("/token/"):
            token = exchange.path.removeprefix("/token/").partition("?")[0]
            exchange.send_json({"token": f"{token}-token"})
        elif exchange.headers.get("authorization") == f"Bearer {where}-token":
            send_good(exchange)
        else:
            realm = f'Bearer realm="http://{host}/token/{where}"'
            exchange.send(401, b"", {"WWW-Authenticate": realm})

    with serve(answer) as server, Resolver(SETTINGS) as resolver:
        names = [f"{server.host}/{name}" for name in ("a:v1", "b:v1", "a:v2", "b:v2")]
        before, after = names[:2], names[2:]
        found = resolver.resolve_all(map(ImageReference.parse, before))
        moved.set()
        found |= resolver.resolve_all(map(ImageReference.parse, after))
    assert {type(answer) for answer in found.values()} == {Resolved}
    assert server.asked.count("GET /token/new") == 2
