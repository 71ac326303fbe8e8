"""The real registry in its other setups: passwords, tokens, TLS, pull-through cache."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import bcrypt

from support.registry import Registry, basic, start_registry
from support.token_server import ISSUER, SERVICE, TokenServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.certificates import Certificates


@contextmanager
def start_password_registry(
    folder: Path, user: str, password: str
) -> Iterator[Registry]:
    """Run a registry that wants HTTP basic authentication for everything."""
    folder.mkdir(parents=True, exist_ok=True)
    salt = bcrypt.gensalt(rounds=4, prefix=b"2a")
    hashed = bcrypt.hashpw(password.encode(), salt).decode()
    passwords = folder / "htpasswd"
    passwords.write_text(f"{user}:{hashed}\n", encoding="ascii")
    options = f"auth:\n  htpasswd: {{realm: digestpin-test, path: {passwords}}}\n"
    with start_registry(
        folder, options=options, authorization=basic(user, password)
    ) as registry:
        yield registry


@contextmanager
def start_token_registry(
    folder: Path, tokens: TokenServer, *repositories: str
) -> Iterator[Registry]:
    """Run a registry that wants a token; the suite may push to `repositories`."""
    options = (
        "auth:\n  token:\n"
        f"    realm: {tokens.realm}\n    service: {SERVICE}\n    issuer: {ISSUER}\n"
        f"    rootcertbundle: {tokens.certificate}\n"
    )
    pushing = tokens.issue(*(f"repository:{name}:pull,push" for name in repositories))
    with start_registry(
        folder, options=options, authorization=f"Bearer {pushing}"
    ) as registry:
        yield registry


@contextmanager
def start_tls_registry(folder: Path, certificates: Certificates) -> Iterator[Registry]:
    """Run a registry with a certificate from a private authority."""
    tls = f"{{certificate: {certificates.certificate}, key: {certificates.key}}}"
    with start_registry(
        folder, http_options=f"  tls: {tls}\n", ca_file=certificates.authority
    ) as registry:
        yield registry


@contextmanager
def start_caching_registry(folder: Path, upstream: Registry) -> Iterator[Registry]:
    """Run a pull-through cache of another registry."""
    with start_registry(
        folder, options=f"proxy:\n  remoteurl: {upstream.url}\n"
    ) as registry:
        yield registry
