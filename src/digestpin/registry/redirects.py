"""Decides whether a redirect may be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from digestpin.errors import UntrustedResponse
from digestpin.registry.addresses import Reach, find_reach
from digestpin.registry.redaction import quote, redact_url
from digestpin.registry.urls import read_address

if TYPE_CHECKING:
    from digestpin.registry.urls import Address

STATUSES = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port: credentials are for one such triple.

    Raises:
        ValueError: the URL is no address.
    """
    return read_address(url).origin


def follow(url: str, location: str, registry: str) -> str:
    """Return the URL that an answer from `url` redirects to.

    Raises:
        UntrustedResponse: it leads to another scheme, to another host without TLS,
            from a public address to a private one, to a link-local one, or is no
            address.
    """
    try:
        target = urljoin(url, location)
        reason = _objection(read_address(url), read_address(target))
    except ValueError:
        raise _refuse(url, "an unreadable address", "", registry) from None
    if reason is not None:
        raise _refuse(url, redact_url(target), f": {reason}", registry)
    return target


def _objection(own: Address, target: Address) -> str | None:
    host = target.host
    if target.scheme != own.scheme:
        return "another scheme"
    if not host or target.has_user:
        return "no plain host"
    if host == own.host:
        return None
    if target.scheme == "http" and not target.is_loopback:
        return "another host without TLS"
    return inward_objection(own.host, host)


def inward_objection(own_host: str, host: str) -> str | None:
    """Return why one host may not send us to another one, or None."""
    reach = find_reach(host)
    if reach is Reach.LINK_LOCAL:
        return "a link-local address"
    if reach is Reach.PRIVATE and find_reach(own_host) is Reach.PUBLIC:
        return "a private address"
    return None


def _refuse(url: str, target: str, reason: str, registry: str) -> UntrustedResponse:
    host = quote(origin_of(url)[1])
    return UntrustedResponse(
        f"{host} redirects to {target}, which is not followed{reason}",
        registry=registry,
        hint="ask the registry's operator; nothing was sent there",
    )
