"""Reads an address as the library that sends will: who is judged is who is asked.

NOTE: `urllib.parse` and urllib3 disagree on where a host ends (at a backslash, says the
latter) and `requests` undoes `%2e` in it. So an address whose host is not written
plainly is none. Only `http.py` may import those two, and late: hence a reader here.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from digestpin.patterns import lazy_pattern
from digestpin.registry.names import is_loopback

_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_LITERAL = r"\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\]"
_USER = r"[A-Za-z0-9._~!$&'()*+,;=:%-]*@"
_PLAIN = lazy_pattern(
    rf"{_SCHEME}//(?:{_USER})?(?:{_NAME}|{_LITERAL})(?::[0-9]{{0,5}})?(?:[/?#]|\Z)"
)
_WITHOUT_HOST = lazy_pattern(rf"(?:{_SCHEME}(?!//)|{_SCHEME}//(?:[/?#]|\Z)|/(?!/)|\Z)")


class Address(NamedTuple):
    """Who a URL leads to: in lower case, without brackets; the usual port is given.

    `has_user`: user information stands before the host.
    """

    scheme: str
    host: str
    port: int | None
    has_user: bool = False

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """What credentials are for."""
        return self.scheme, self.host, self.port

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by its very name."""
        return is_loopback(f"[{self.host}]" if ":" in self.host else self.host)


def read_address(url: str) -> Address:
    """Return who a URL leads to; the host of one without is empty.

    >>> read_address("https://Quay.io/v2/").origin
    ('https', 'quay.io', 443)

    Raises:
        ValueError: it is none, or can be read in two ways.
    """
    if not (_PLAIN.match(url) or _WITHOUT_HOST.match(url)):
        raise ValueError("no address that can be read in one way only")
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return Address(
        scheme=parts.scheme,
        host=(parts.hostname or "").lower(),
        port=usual if parts.port is None else parts.port,
        has_user="@" in parts.netloc,
    )
