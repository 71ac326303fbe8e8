from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from digestpin.errors import UntrustedResponse
from digestpin.registry.addresses import Reach, find_reach
from digestpin.registry.redirects import follow

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def resolve_to(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that says to which addresses every name resolves."""

    def use(*addresses: str) -> None:
        def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
            if not addresses:
                raise socket.gaierror(socket.EAI_NONAME, "unknown")
            return [(0, 0, 0, "", (address, 0)) for address in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return use


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("8.8.8.8", Reach.PUBLIC, id="public"),
        pytest.param("2606:4700::1111", Reach.PUBLIC, id="public, IPv6"),
        pytest.param("10.1.2.3", Reach.PRIVATE, id="private"),
        pytest.param("100.64.0.1", Reach.PRIVATE, id="carrier's"),
        pytest.param("127.0.0.1", Reach.PRIVATE, id="loopback"),
        pytest.param("0.0.0.0", Reach.PRIVATE, id="unspecified"),  # noqa: S104
        pytest.param("fd00::1", Reach.PRIVATE, id="private, IPv6"),
        pytest.param("::ffff:10.0.0.1", Reach.PRIVATE, id="mapped"),
        pytest.param(
            "::ffff:169.254.169.254", Reach.LINK_LOCAL, id="mapped link-local"
        ),
        pytest.param("169.254.169.254", Reach.LINK_LOCAL, id="link-local"),
        pytest.param("fe80::1%eth0", Reach.LINK_LOCAL, id="link-local, IPv6"),
    ],
)
def test_a_literal_address(host: str, expected: Reach) -> None:
    assert find_reach(host) is expected


def test_a_name_is_as_inward_as_its_most_inward_address(
    resolve_to: Callable[..., None],
) -> None:
    resolve_to("8.8.8.8", "10.0.0.1")
    assert find_reach("both.example") is Reach.PRIVATE
    resolve_to("8.8.8.8")
    assert find_reach("public.example") is Reach.PUBLIC
    resolve_to()
    assert find_reach("unknown.example") is Reach.PUBLIC


def test_a_public_name_that_leads_inwards_is_not_followed(
    resolve_to: Callable[..., None],
) -> None:
    resolve_to("10.0.0.1")
    with pytest.raises(UntrustedResponse, match="a private address"):
        follow("https://8.8.8.8/v2/", "https://intranet.example/", "registry")


def test_a_private_registry_may_redirect_to_another_private_host(
    resolve_to: Callable[..., None],
) -> None:
    resolve_to("10.0.0.1")
    target = "https://storage.intranet/x"
    assert follow("https://registry.intranet/v2/", target, "registry") == target
