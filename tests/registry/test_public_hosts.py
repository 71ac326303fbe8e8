"""What holds for hosts that are not this machine: Docker Hub and its token service.

A proxy brings every host name to one TLS server of ours.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from support.certificates import Certificates, make_certificates
from support.fake_registry import GOOD, HEADERS
from support.http_server import Exchange, serve
from support.public_hosts import AUTH, HUB, NAMES, World, run_world

from digestpin.errors import UntrustedResponse
from digestpin.oci import ImageReference
from digestpin.registry import (
    RateLimit,
    RegistrySettings,
    Resolved,
    Resolver,
    Unresolved,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    WriteConfig = Callable[[dict[str, Any]], None]

PROXY_PASSWORD = "proxy-password"  # noqa: S105 - used by the test alone
PASSWORD = "hub-password"  # noqa: S105


@pytest.fixture(scope="module")
def public_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("public"), *NAMES)


@pytest.fixture
def world(
    public_certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    with run_world(public_certificates) as running:
        address = f"http://proxy-user:{PROXY_PASSWORD}@{running.proxy.host}"
        monkeypatch.setenv("HTTPS_PROXY", address)
        yield running


def test_all_names_of_docker_hub_are_one_image_asked_once(world: World) -> None:
    names = [
        "kindest/node:v1",
        "docker.io/kindest/node:v1",
        "index.docker.io/kindest/node:v1",
        "registry-1.docker.io/kindest/node:v1",
    ]
    with Resolver(world.settings()) as resolver:
        answers = resolver.resolve_all(map(ImageReference.parse, names))
        limits = resolver.rate_limits
    assert [str(reference) for reference in answers] == names
    assert {
        (str(answer.descriptor.digest), answer.answered_by)
        for answer in answers.values()
        if isinstance(answer, Resolved)
    } == {(GOOD.top.digest, "docker.io/kindest/node")}
    scope = "scope=repository%3Akindest%2Fnode%3Apull&service=registry.docker.io"
    assert world.asked() == [
        (HUB, "GET", "/v2/"),
        (AUTH, "GET", f"/token?{scope}"),
        (HUB, "HEAD", "/v2/kindest/node/manifests/v1"),
    ]
    assert world.proxy.connected == [f"{HUB}:443", f"{AUTH}:443"]
    assert limits == (
        RateLimit(registry="docker.io", limit=100, remaining=97, window_seconds=21600),
    )
    assert str(limits[0]) == "97 of 100 pulls in 6 hours left at docker.io"


def test_an_official_image_is_in_library(world: World) -> None:
    assert isinstance(world.resolve("redis:7"), Resolved)
    assert world.asked()[-1] == (HUB, "HEAD", "/v2/library/redis/manifests/7")


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io"]
)
def test_a_password_goes_to_the_token_service_and_the_token_to_the_registry(
    world: World, docker_config: WriteConfig, key: str
) -> None:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    docker_config({"auths": {key: {"auth": auth}}})
    assert isinstance(world.resolve("kindest/node:v1"), Resolved)
    assert world.secrets_seen_by(AUTH) == [f"Basic {auth}"]
    assert world.secrets_seen_by(HUB) == [f"Bearer token-of-{AUTH}"]


def test_credentials_for_one_registry_are_for_no_other(
    world: World, docker_config: WriteConfig
) -> None:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    docker_config({"auths": {"https://index.docker.io/v1/": {"auth": auth}}})
    world.realm = "https://tokens.example/token"
    assert isinstance(world.resolve("registry.example/node:v1"), Resolved)
    assert world.secrets_seen_by("tokens.example") == []


@pytest.mark.parametrize(
    ("realm", "reason"),
    [
        pytest.param("http://tokens.example/token", "another host without TLS", id="a"),
        pytest.param(f"http://{HUB}/token", "a step down from https", id="b"),
        pytest.param("https://127.0.0.1/token", "a private address", id="c"),
        pytest.param("https://10.0.0.1/token", "a private address", id="d"),
        pytest.param("https://169.254.169.254/t", "a link-local address", id="e"),
        pytest.param("file:///etc/passwd", "no address of a web server", id="f"),
    ],
)
def test_a_token_service_that_could_be_a_trap_gets_nothing(
    world: World, docker_config: WriteConfig, realm: str, reason: str
) -> None:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    docker_config({"auths": {"docker.io": {"auth": auth}}})
    world.realm = realm
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is UntrustedResponse
    assert str(answer.error) == (
        f"docker.io names {realm} as its token service: {reason}"
    )
    assert world.asked() == [(HUB, "GET", "/v2/")]


def test_a_redirect_to_another_host_carries_no_token(world: World) -> None:
    world.location = "https://elsewhere.example/blob?signature=signed"
    assert isinstance(world.resolve("kindest/node:v1"), Resolved)
    assert world.asked()[-1][0] == "elsewhere.example"
    assert world.secrets_seen_by("elsewhere.example") == []


@pytest.mark.parametrize("location", [None, "https://elsewhere.example/x"])
def test_a_host_redirected_to_cannot_ask_for_the_registrys_credentials(
    world: World, docker_config: WriteConfig, location: str | None
) -> None:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    docker_config({"auths": {"docker.io": {"auth": auth}}})
    world.elsewhere_asks, world.location = True, location
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Resolved if location is None else Unresolved)
    assert world.secrets_seen_by("tokens.example") == []
    assert world.secrets_seen_by("elsewhere.example") == []
    assert ("tokens.example", "GET") not in {
        (host, method) for host, method, _ in world.asked()
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.1", "[::1]", "localhost"])
def test_a_public_registry_cannot_redirect_inwards(world: World, host: str) -> None:
    world.location = f"https://{host}/"
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == (
        f"{HUB} redirects to https://{host}/, which is not followed: a private address"
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1\\.example.com", "169.254.169.254\\.example.com", "10%2e0.0.1"]
)
def test_a_host_that_can_be_read_in_two_ways_is_not_asked(
    world: World, host: str
) -> None:
    world.location = f"https://{host}/latest/meta-data/"
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == (
        f"{HUB} redirects to an unreadable address, which is not followed"
    )
    assert len(world.proxy.connected) == 2


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1%25eth0]"])
def test_nobody_redirects_to_a_link_local_address(world: World, host: str) -> None:
    world.location = f"https://{host}/latest/meta-data/"
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == (
        f"{HUB} redirects to https://{host}/latest/meta-data/, "
        "which is not followed: a link-local address"
    )


def test_the_proxy_gets_its_password_and_no_other(
    world: World, docker_config: WriteConfig
) -> None:
    auth = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    docker_config({"auths": {"docker.io": {"auth": auth}}})
    assert isinstance(world.resolve("kindest/node:v1"), Resolved)
    heads = b"\n".join(world.proxy.heads)
    assert base64.b64encode(f"proxy-user:{PROXY_PASSWORD}".encode()) in heads
    assert auth.encode() not in heads
    assert b"Bearer" not in heads


def test_what_is_on_this_machine_is_not_asked_through_the_proxy(world: World) -> None:
    with serve(lambda exchange: exchange.send(200, GOOD.top.body, HEADERS)) as local:
        answer = world.resolve(f"{local.host}/node:v1")
    assert isinstance(answer, Resolved)
    assert world.proxy.connected == []


def test_netrc_is_not_read(
    world: World, docker_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = docker_folder / "netrc"
    lines = [f"machine {name} login a password {PASSWORD}" for name in NAMES]
    netrc.write_text("\n".join(lines), encoding="ascii")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert isinstance(world.resolve("kindest/node:v1"), Resolved)
    assert world.secrets_seen_by(AUTH) == []


def test_an_unreachable_proxy_is_named_without_its_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://proxy-user:{PROXY_PASSWORD}@127.0.0.1:1"
    monkeypatch.setenv("HTTPS_PROXY", address)
    answer = world.resolve("kindest/node:v1")
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == f"cannot reach {HUB} through the proxy"


def test_plain_http_is_for_listed_hosts_and_carries_no_credentials(
    docker_config: WriteConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain proxy stands for the network: it sees all that is sent."""

    def answer(exchange: Exchange) -> None:
        challenge = 'Bearer realm="http://registry.example:5000/token"'
        if exchange.path.endswith("/v2/"):
            exchange.send(401, b"", {"WWW-Authenticate": challenge})
        elif "/token" in exchange.path:
            exchange.send_json({"token": "anonymous"})
        else:
            exchange.send(200, GOOD.top.body, HEADERS)

    host = "registry.example:5000"
    docker_config({"auths": {host: {"username": "alice", "password": PASSWORD}}})
    settings = RegistrySettings(retries=0, insecure_registries=(host,))
    with serve(answer) as network, Resolver(settings) as resolver:
        monkeypatch.setenv("HTTP_PROXY", f"http://{network.host}")
        found = resolver.resolve(ImageReference.parse(f"{host}/node:v1"))
    assert isinstance(found, Resolved)
    assert [str(warning) for warning in found.warnings] == [
        f"{host}: asked over plain http, so its answers could be forged",
        f"{host}: stored credentials are not sent over plain http",
    ]
    sent = json.dumps([dict(request.headers) for request in network.requests])
    assert "Basic" not in sent
    assert [request.headers.get("authorization") for request in network.requests] == [
        None,
        None,
        "Bearer anonymous",
    ]
