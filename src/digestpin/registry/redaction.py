"""Keeps secrets out of text, and what a server says harmless to print."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlsplit

_LONGEST_QUOTE = 300


class Secret:
    """A string that shows itself only when asked to.

    >>> Secret("hunter2")
    Secret(***)
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the string, to send it and for nothing else."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be stored")


def escape(text: str, limit: int = _LONGEST_QUOTE) -> str:
    r"""Return foreign text on one line, shortened, control characters written out.

    >>> escape("no\x1b[2Jsuch\ntag")
    'no\\x1b[2Jsuch\\ntag'
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape").decode("ascii")
        for character in cut
    )


def redact_url(url: str) -> str:
    """Return a URL without user information, query and fragment.

    >>> redact_url("https://user:pass@quay.io:443/v2/?token=1")
    'https://quay.io:443/v2/'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an unreadable address"
    host = parts.netloc.rpartition("@")[2]
    return escape(f"{parts.scheme}://{host}{parts.path}")
