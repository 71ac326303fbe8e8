"""Public hosts, Docker Hub among them, played by one TLS server behind a proxy."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolver
from support.connect_proxy import ConnectProxy, proxy_to
from support.fake_registry import GOOD, HEADERS
from support.http_server import Exchange, HttpServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.registry import Resolution
    from support.certificates import Certificates

HUB, AUTH = "registry-1.docker.io", "auth.docker.io"
NAMES = (HUB, AUTH, "registry.example", "tokens.example", "elsewhere.example")
LIMITS = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "97;w=21600"}


@dataclass
class World:
    """All hosts: what they were asked, and how the registries among them answer."""

    server: HttpServer
    proxy: ConnectProxy
    certificates: Certificates
    realm: str = f"https://{AUTH}/token"
    location: str | None = None
    elsewhere_asks: bool = False

    def answer(self, exchange: Exchange) -> None:
        host = exchange.headers["host"]
        if exchange.path.startswith("/token"):
            exchange.send_json({"token": f"token-of-{host}", "expires_in": 300})
        elif host == "elsewhere.example" and self.elsewhere_asks:
            challenge = 'Bearer realm="https://tokens.example/token"'
            exchange.send(401, b"", {"WWW-Authenticate": challenge})
        elif self.elsewhere_asks and exchange.path == "/v2/":
            exchange.send(307, b"", {"Location": "https://elsewhere.example/v2/"})
        elif host == "elsewhere.example":
            exchange.send(200, GOOD.top.body, HEADERS)
        elif not exchange.headers.get("authorization", "").startswith("Bearer token-"):
            challenge = f'Bearer realm="{self.realm}",service="registry.docker.io"'
            exchange.send(401, b"", {"WWW-Authenticate": challenge})
        elif self.location is not None:
            exchange.send(307, b"", {"Location": self.location})
        else:
            exchange.send(200, GOOD.top.body, HEADERS | LIMITS)

    def asked(self) -> list[tuple[str, str, str]]:
        """Return host, method and path with query of every request."""
        return [
            (request.headers["host"], request.method, request.path)
            for request in self.server.requests
        ]

    def secrets_seen_by(self, host: str) -> list[str]:
        return [
            request.headers["authorization"]
            for request in self.server.requests
            if request.headers["host"] == host and "authorization" in request.headers
        ]

    def settings(self) -> RegistrySettings:
        return RegistrySettings(ca_file=self.certificates.authority, retries=0)

    def resolve(self, text: str) -> Resolution:
        with Resolver(self.settings()) as resolver:
            return resolver.resolve(ImageReference.parse(text))


@contextmanager
def run_world(certificates: Certificates) -> Iterator[World]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)

    def answer(exchange: Exchange) -> None:
        running.answer(exchange)

    with (
        serve(answer, tls=context) as server,
        proxy_to(server.host) as proxy,
    ):
        running = World(server, proxy, certificates)
        yield running
