"""What is wrong with a proxy setting is said of it, not of the registry's name."""

from __future__ import annotations

import pytest
from support.fake_registry import send_good
from support.http_server import serve

from digestpin.errors import RegistryUnreachable
from digestpin.oci import ImageReference
from digestpin.registry import Resolved, Resolver, Unresolved


@pytest.mark.parametrize(
    "proxy",
    [
        "http://u:p@127.0.0.1:notaport",
        "http://u:p@[::1",
        "nonsense://u:p@127.0.0.1:1",
        "socks5://u:p@127.0.0.1:1",
        "http://",
    ],
)
def test_a_proxy_setting_that_is_none_is_told(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with serve(send_good) as server, Resolver() as resolver:
        answers = resolver.resolve_all(
            [
                ImageReference.parse("registry.example/node:v1"),
                ImageReference.parse(f"{server.host}/node:v1"),
            ]
        )
    lost, good = answers.values()
    assert isinstance(good, Resolved)
    assert isinstance(lost, Unresolved)
    assert type(lost.error) is RegistryUnreachable
    assert str(lost.error) == (
        "the proxy that the environment sets for registry.example cannot be used"
    )
    assert lost.error.hint == (
        "correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: http://HOST:PORT"
    )
