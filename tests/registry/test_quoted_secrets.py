"""A server that says again what it was sent is quoted without it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from support.fake_registry import changed
from support.http_server import Exchange, serve

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolver, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.errors import RegistryError

    WriteConfig = Callable[[dict[str, Any]], None]
    Echo = Callable[[Exchange, str], None]

USER, PASSWORD = "bob", "Battery: staple/ümlaut"
PAIR = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
TOKEN = "Token-of.the-service"  # noqa: S105 - of no use
# An answer to GET has a body, in which a server can say more.
SETTINGS = RegistrySettings(retries=0, deadline_seconds=20, verify=True)


def in_a_refusal(exchange: Exchange, text: str) -> None:
    errors = [{"code": "DENIED", "message": f"you sent {text}"}]
    exchange.send_json({"errors": errors}, 403)


def in_the_digest(exchange: Exchange, text: str) -> None:
    exchange.send(200, b"{}", changed(docker_content_digest=header(text)))


def in_the_type(exchange: Exchange, text: str) -> None:
    exchange.send(200, b"{}", changed(content_type=f"text/{header(text)}"))


def in_a_location(exchange: Exchange, text: str) -> None:
    location = f"ftp://files.example/{header(text)}"
    exchange.send(307, b"", {"Location": location})


def in_another_host(exchange: Exchange, text: str) -> None:
    name = header(text).rstrip("=")
    exchange.send(307, b"", {"Location": f"http://{name}.localhost:1/"})


def header(text: str) -> str:
    """Return a text that the server will write as UTF-8."""
    return text.encode().decode("latin-1")


def resolve(host: str, docker_config: WriteConfig) -> RegistryError:
    docker_config({"auths": {host: {"username": USER, "password": PASSWORD}}})
    with Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(ImageReference.parse(f"{host}/node:v1"))
    assert isinstance(answer, Unresolved)
    return answer.error


FORMS = [
    pytest.param(PASSWORD, id="the password"),
    pytest.param(PASSWORD.upper(), id="in capitals"),
    pytest.param(quote(PASSWORD, safe=""), id="percent-encoded"),
    pytest.param(base64.b64encode(PASSWORD.encode()).decode(), id="in base64"),
    pytest.param(f"Basic {PAIR}", id="the header"),
    pytest.param(PAIR.lower(), id="the header in small letters"),
    pytest.param(PAIR.rstrip("="), id="the header without padding"),
]
ECHOES = [
    pytest.param(in_a_refusal, "DENIED: you sent ", id="refusal"),
    pytest.param(in_the_digest, " is no digest", id="digest"),
    pytest.param(in_the_type, "it answers with text/", id="type"),
    pytest.param(in_a_location, "redirects to ftp://files.example/", id="location"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("echo", "shown"), ECHOES)
def test_a_password_is_not_quoted(
    docker_config: WriteConfig, echo: Echo, shown: str, form: str
) -> None:
    def answer(exchange: Exchange) -> None:
        if "authorization" in exchange.headers:
            assert exchange.headers["authorization"] == f"Basic {PAIR}"
            echo(exchange, form)
        else:
            exchange.send(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})

    with serve(answer) as server:
        message = str(resolve(server.host, docker_config))
    assert shown in message
    assert "***" in message
    for text in (form, form.removeprefix("Basic "), PASSWORD, PAIR):
        assert text.lower().rstrip("=") not in message.lower()


@pytest.mark.parametrize(
    "echo",
    [in_a_refusal, in_the_digest, in_the_type, in_a_location, in_another_host],
    ids=lambda it: it.__name__,
)
def test_a_token_is_not_quoted(docker_config: WriteConfig, echo: Echo) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.path.startswith("/token"):
            exchange.send_json({"token": TOKEN})
        elif exchange.headers.get("authorization") == f"Bearer {TOKEN}":
            echo(exchange, TOKEN)
        else:
            realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
            exchange.send(401, b"", {"WWW-Authenticate": realm})

    with serve(answer) as server:
        message = str(resolve(server.host, docker_config))
    assert "***" in message
    assert TOKEN.lower() not in message.lower()


def test_a_token_service_is_not_quoted_with_a_password(
    docker_config: WriteConfig,
) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.path.startswith("/token"):
            in_a_refusal(exchange, PASSWORD)
        else:
            realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
            exchange.send(401, b"", {"WWW-Authenticate": realm})

    with serve(answer) as server:
        error = resolve(server.host, docker_config)
    assert str(error) == (
        f"{server.host} does not allow to read repository node (DENIED: you sent ***)"
    )


def test_a_proxy_is_not_quoted_with_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(exchange: Exchange) -> None:
        in_a_refusal(exchange, exchange.headers.get("proxy-authorization", "nothing"))

    with serve(answer) as proxy:
        address = f"http://u:horse%20battery@{proxy.host}"
        monkeypatch.setenv("HTTP_PROXY", address)
        monkeypatch.setenv("http_proxy", address)
        settings = RegistrySettings(
            insecure_registries=("registry.test",), retries=0, verify=True
        )
        with Resolver(settings) as resolver:
            resolution = resolver.resolve(ImageReference.parse("registry.test/node:v1"))
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == (
        "registry.test does not allow to read node:v1 (DENIED: you sent Basic ***)"
    )
