"""Reads the challenge of a 401 answer (RFC 9110, section 11; distribution, auth)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_HEADER = 8 * 1024
_SCHEME = lazy_pattern(r"\s*,?\s*(?P<scheme>[A-Za-z][A-Za-z0-9-]*)(?=\s|\Z|,)(?!\s*=)")
_PARAMETER = lazy_pattern(
    r"[\s,]*(?P<name>[A-Za-z0-9_-]+)\s*=\s*"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<token>[^\s,\"]+))"
)


@frozen
class Challenge:
    """How a registry wants to be authenticated to.

    `realm` and `service` are for the scheme `bearer`, whose realm is a URL.
    """

    scheme: str
    realm: str = ""
    service: str = ""


def parse_challenges(header: str) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return each scheme, in lower case, with its parameters.

    >>> parse_challenges('Bearer realm="https://a/t",service="s, x", Basic realm=b')
    (('bearer', {'realm': 'https://a/t', 'service': 's, x'}), ('basic', {'realm': 'b'}))
    """
    found: list[tuple[str, dict[str, str]]] = []
    header = header[:_LONGEST_HEADER]
    at = 0
    while at < len(header):
        parameter = _PARAMETER.match(header, at)
        scheme = None if parameter else _SCHEME.match(header, at)
        if parameter is not None and found:
            quoted = parameter["quoted"]
            value = (
                parameter["token"]
                if quoted is None
                else re.sub(r"\\(.)", r"\1", quoted)
            )
            found[-1][1].setdefault(parameter["name"].lower(), value)
            at = parameter.end()
        elif scheme is not None:
            found.append((scheme["scheme"].lower(), {}))
            at = scheme.end()
        else:
            break
    return tuple(found)


def choose_challenge(header: str | None) -> Challenge | None:
    """Return the challenge to answer: bearer before basic, None if there is neither."""
    schemes = dict(reversed(parse_challenges(header or "")))
    bearer = schemes.get("bearer", {})
    if "realm" in bearer:
        return Challenge("bearer", bearer["realm"], bearer.get("service", ""))
    return Challenge("basic") if "basic" in schemes else None
