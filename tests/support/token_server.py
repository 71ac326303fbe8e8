"""A token service that the CNCF registry accepts (distribution, token authentication).

Anonymous clients may pull from `public/*`, users may do what they ask for.
"""

from __future__ import annotations

import base64
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import BasicConstraints

from support.certificates import start_certificate
from support.http_server import Exchange, HttpServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ISSUER = "digestpin-test-issuer"
SERVICE = "registry.test"


@dataclass(kw_only=True)
class TokenServer:
    """A running token service: knobs that a test may turn, and what was asked."""

    server: HttpServer
    certificate: Path
    key: rsa.RSAPrivateKey
    users: dict[str, str]
    refresh_tokens: set[str]
    life_seconds: int = 300
    field_name: str = "token"

    @property
    def realm(self) -> str:
        return f"http://{self.server.host}/token"

    @property
    def scopes(self) -> list[str]:
        """The scopes asked for, in order."""
        return [_fields(request).get("scope", "") for request in self.server.requests]

    def issue(self, *scopes: str, seconds: int = 3600) -> str:
        """Return a token for `repository:NAME:actions` scopes."""
        now = int(time.time())
        access = []
        for scope in scopes:
            kind, name, actions = scope.split(":")
            access.append({"type": kind, "name": name, "actions": actions.split(",")})
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": "",
            "aud": SERVICE,
            "exp": now + seconds,
            "nbf": now - 10,
            "iat": now,
            "jti": uuid.uuid4().hex,
            "access": access,
        }
        certificate = self.certificate.read_text(encoding="ascii")
        chain = "".join(certificate.splitlines()[1:-1])
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"x5c": [chain]})

    def answer(self, exchange: Exchange) -> None:
        fields = _fields(exchange)
        who = self._who(exchange, fields)
        if who is None:
            exchange.send_json({"errors": [{"code": "UNAUTHORIZED"}]}, 401)
            return
        scope = fields.get("scope", "")
        name = scope.split(":")[1]
        allowed = [scope] if who or name.startswith("public/") else []
        token = self.issue(*allowed, seconds=self.life_seconds)
        exchange.send_json({self.field_name: token, "expires_in": self.life_seconds})

    def _who(self, exchange: Exchange, fields: dict[str, str]) -> str | None:
        """Return the user, the empty string for nobody, None for a wrong password."""
        if exchange.method == "POST":
            good = fields.get("refresh_token") in self.refresh_tokens
            return "robot" if good else None
        scheme, _, value = exchange.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user if self.users.get(user) == password else None


def _fields(exchange: Exchange) -> dict[str, str]:
    text = urlsplit(exchange.path).query or exchange.body.decode()
    return {name: values[0] for name, values in parse_qs(text).items()}


@contextmanager
def serve_tokens(folder: Path) -> Iterator[TokenServer]:
    """Run a token service; its certificate is for the registry's `rootcertbundle`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (
        start_certificate(ISSUER, ISSUER, key.public_key())
        .add_extension(BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "token.crt"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def answer(exchange: Exchange) -> None:
        tokens.answer(exchange)

    with serve(answer) as server:
        tokens = TokenServer(
            server=server, certificate=path, key=key, users={}, refresh_tokens=set()
        )
        yield tokens
