"""Redirects lead neither secrets nor the client astray."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_registry import GOOD, send_good
from support.http_server import Exchange, serve

from digestpin.errors import UntrustedResponse
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry import Resolution

    WriteConfig = Callable[[dict[str, Any]], None]

PASSWORD = "correct horse"  # noqa: S105 - used by the test alone


def wanting_a_password(location: str, status: int = 307) -> Callable[[Exchange], None]:
    """Return a registry that lets the right password in, and redirects it."""

    def answer(exchange: Exchange) -> None:
        if "authorization" not in exchange.headers:
            exchange.send(401, b"", {"WWW-Authenticate": 'Basic realm="here"'})
        elif exchange.path.startswith("/moved/"):
            send_good(exchange)
        else:
            exchange.send(status, b"", {"Location": location})

    return answer


def resolve(host: str, write: WriteConfig) -> Resolution:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    write({"auths": {host: {"auth": auth}}})
    settings = RegistrySettings(retries=0, deadline_seconds=20)
    with Resolver(settings) as resolver:
        return resolver.resolve(ImageReference.parse(f"{host}/node:v1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(
    docker_config: WriteConfig, status: int
) -> None:
    with serve(wanting_a_password("/moved/v1", status)) as server:
        answer = resolve(server.host, docker_config)
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == GOOD.top.digest
    assert server.asked == [
        "GET /v2/",
        "HEAD /v2/node/manifests/v1",
        "HEAD /moved/v1",
    ]
    assert "authorization" in server.requests[-1].headers


def test_credentials_stay_behind_when_the_host_changes(
    docker_config: WriteConfig,
) -> None:
    with (
        serve(send_good) as other,
        serve(wanting_a_password(f"http://{other.host}/elsewhere")) as server,
    ):
        answer = resolve(server.host, docker_config)
    assert isinstance(answer, Resolved)
    assert other.asked == ["HEAD /elsewhere"]
    assert "authorization" not in other.requests[0].headers


def test_a_password_is_never_asked_for_by_the_one_redirected_to(
    docker_config: WriteConfig,
) -> None:
    def ask(exchange: Exchange) -> None:
        exchange.send(401, b"", {"WWW-Authenticate": 'Basic realm="elsewhere"'})

    with (
        serve(ask) as other,
        serve(wanting_a_password(f"http://{other.host}/elsewhere")) as server,
    ):
        answer = resolve(server.host, docker_config)
    assert isinstance(answer, Unresolved)
    assert {"authorization" in request.headers for request in other.requests} == {False}


@pytest.mark.parametrize(
    ("location", "what"),
    [
        pytest.param("file:///etc/passwd", "file:///etc/passwd", id="a file"),
        pytest.param("https://127.0.0.1/x?s=1", "https://127.0.0.1/x", id="https"),
        pytest.param("ftp://127.0.0.1/", "ftp://127.0.0.1/", id="ftp"),
    ],
)
def test_another_scheme_is_not_followed(
    docker_config: WriteConfig, location: str, what: str
) -> None:
    assert refusal(location, docker_config) == (
        f"127.0.0.1 redirects to {what}, which is not followed: another scheme"
    )


@pytest.mark.parametrize(
    ("location", "message"),
    [
        pytest.param(
            "http://169.254.169.254/latest/meta-data/",
            "127.0.0.1 redirects to http://169.254.169.254/latest/meta-data/, "
            "which is not followed: another host without TLS",
            id="cloud metadata",
        ),
        pytest.param(
            "http://registry.example/v2/",
            "127.0.0.1 redirects to http://registry.example/v2/, "
            "which is not followed: another host without TLS",
            id="plain http",
        ),
        pytest.param(
            "http://user:secret@127.0.0.1/",
            "127.0.0.1 redirects to http://127.0.0.1/, "
            "which is not followed: no plain host",
            id="credentials in it",
        ),
        pytest.param(
            "http://[::1",
            "127.0.0.1 redirects to an unreadable address, which is not followed",
            id="unreadable",
        ),
        pytest.param(
            "http://evil.example\\.localhost/",
            "127.0.0.1 redirects to an unreadable address, which is not followed",
            id="a backslash, at which the library ends the host",
        ),
        pytest.param(
            "http://%31%32%37%2e0.0.1/",
            "127.0.0.1 redirects to an unreadable address, which is not followed",
            id="escaped digits",
        ),
    ],
)
def test_a_trap_is_not_followed(
    docker_config: WriteConfig, location: str, message: str
) -> None:
    assert refusal(location, docker_config) == message


def test_redirects_come_to_an_end(docker_config: WriteConfig) -> None:
    with serve(wanting_a_password("/again")) as server:
        answer = resolve(server.host, docker_config)
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == (
        f"bad answer from {server.host}: one redirect after another"
    )
    assert server.asked[1:] == ["HEAD /v2/node/manifests/v1", *["HEAD /again"] * 5]


def refusal(location: str, write: WriteConfig) -> str:
    with serve(wanting_a_password(location)) as server:
        answer = resolve(server.host, write)
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is UntrustedResponse
    assert answer.error.hint
    return str(answer.error)
