"""Says how far away an address is, so that a redirect cannot reach inwards.

NOTE: a name is looked up here and again when the connection is made; a name server that
changes its answer in between is not defended against. What such a request could
carry is a GET without credentials, and its answer must hash to what was asked for.
"""

from __future__ import annotations

import socket
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address


class Reach(IntEnum):
    """From where an address can be reached."""

    PUBLIC = 0
    PRIVATE = 1
    LINK_LOCAL = 2


def _reach_of(address: IPv4Address | IPv6Address) -> Reach:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return _reach_of(mapped)
    if address.is_link_local:
        return Reach.LINK_LOCAL
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def is_this_machine(address: str) -> bool:
    """Say whether a literal address is one of loopback.

    >>> is_this_machine("::ffff:127.0.0.1"), is_this_machine("192.0.2.1")
    (True, False)
    """
    found = ip_address(address.partition("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def find_reach(host: str) -> Reach:
    """Return the reach of a host name or literal address: the most inward of all.

    A name that does not resolve is public: nothing will be reached by it.
    """
    try:
        return _reach_of(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return Reach.PUBLIC
    addresses = {str(entry[4][0]).partition("%")[0] for entry in found}
    return max(
        (_reach_of(ip_address(text)) for text in addresses), default=Reach.PUBLIC
    )
