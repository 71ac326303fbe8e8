"""Turns what a connection can die of into one of our errors.

The text of a library's exception may hold URLs with secrets in them (a proxy's
password, a signed query), so none of it is used: the message is made from the kind of
failure and the host alone.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from typing import TYPE_CHECKING

from digestpin.errors import (
    HostNotFound,
    RegistryError,
    RegistryUnreachable,
    TlsFailure,
    UntrustedResponse,
)
from digestpin.registry.redaction import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST_CHAIN = 30
_UNUSABLE_PROXY = frozenset({"InvalidProxyURL", "InvalidSchema", "ProxySchemeUnknown"})
_UNUSABLE_HOST = frozenset({"InvalidURL", "LocationParseError"})


def bad_answer(registry: str, what: str) -> UntrustedResponse:
    """Return the error for an answer that is `what`."""
    return UntrustedResponse(
        f"bad answer from {registry}: {what}",
        registry=registry,
        hint="the registry, or a proxy before it, is at fault; nothing was pinned",
    )


def bad_proxy_setting(host: str, registry: str) -> RegistryUnreachable:
    """Return the error for an environment that names no usable proxy for a host."""
    return RegistryUnreachable(
        f"the proxy that the environment sets for {escape(host)} cannot be used",
        registry=registry,
        hint="correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: http://HOST:PORT",
    )


def misplaced_loopback(host: str, registry: str) -> UntrustedResponse:
    """Return the error for a name of this machine that leads to another one."""
    return UntrustedResponse(
        f"{host} should be this machine, but its name leads to another one",
        registry=registry,
        hint="correct how the name is resolved; nothing was sent there",
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything that it wraps, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting and len(seen) < _DEEPEST_CHAIN:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [*current.args, getattr(current, "reason", None)]
        waiting += [current.__cause__, current.__context__]


def translate(error: BaseException, *, host: str, registry: str) -> RegistryError:
    """Return the error to raise for a library's exception while talking to `host`."""
    chain = list(_chain(error))
    names = {type(link).__name__ for link in chain}
    if "ProxyError" in names:
        return RegistryUnreachable(
            f"cannot reach {host} through the proxy",
            registry=registry,
            hint="check HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
        )
    if names & _UNUSABLE_PROXY:
        return bad_proxy_setting(host, registry)
    if names & _UNUSABLE_HOST:
        return HostNotFound(
            f"{escape(host)} is no host and port that could be connected to",
            registry=registry,
            hint="check the registry's name",
        )
    for link in chain:
        found = _translate_link(link, host, registry)
        if found is not None:
            return found
    return RegistryUnreachable(
        f"the connection to {host} failed",
        registry=registry,
        hint="check the network, or use --offline",
    )


def _translate_link(
    link: BaseException, host: str, registry: str
) -> RegistryError | None:
    if isinstance(link, socket.gaierror):
        return HostNotFound(
            f"the name {host} does not resolve to an address",
            registry=registry,
            hint="check the registry's name and the network, or use --offline",
        )
    if isinstance(link, ssl.SSLCertVerificationError):
        return TlsFailure(
            f"the certificate of {host} is not trusted: {link.verify_message}",
            registry=registry,
            hint="name your CA's file in REQUESTS_CA_BUNDLE or SSL_CERT_FILE",
        )
    if isinstance(link, ssl.SSLError):
        return TlsFailure(
            f"no TLS connection to {host}: {link.reason or 'handshake failed'}",
            registry=registry,
            hint="a registry without TLS has to be listed in insecure-registries",
        )
    return _translate_break(link, host, registry)


def _translate_break(
    link: BaseException, host: str, registry: str
) -> RegistryError | None:
    if isinstance(link, (http.client.IncompleteRead, http.client.RemoteDisconnected)):
        return RegistryUnreachable(
            f"{host} closed the connection before its answer was complete",
            registry=registry,
            hint="try again; a proxy in between may be at fault",
        )
    if isinstance(link, http.client.HTTPException):
        return UntrustedResponse(
            f"{host} does not answer in HTTP, or with too long or too many headers",
            registry=registry,
            hint="check the registry's host and port",
        )
    if isinstance(link, TimeoutError) or type(link).__name__.endswith("TimeoutError"):
        return RegistryUnreachable(
            f"{host} did not answer in time",
            registry=registry,
            hint="check the network, or raise the time limit",
        )
    if isinstance(link, (ConnectionResetError, BrokenPipeError)):
        return RegistryUnreachable(
            f"{host} broke the connection",
            registry=registry,
            hint="try again; a proxy in between may be at fault",
        )
    if isinstance(link, OSError) and link.errno is not None:
        return RegistryUnreachable(
            f"cannot connect to {host}: {os.strerror(link.errno).lower()}",
            registry=registry,
            hint="check the registry's host and port and the network",
        )
    return None
