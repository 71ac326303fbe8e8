"""Keeps secrets out of text, and what a server says harmless to print.

A server knows what it was sent and may say it again, by accident or to have it
printed. So each secret of this process is remembered, and masked in whatever is quoted.
"""

from __future__ import annotations

import base64
import re
import threading
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote as percent_encode
from urllib.parse import quote_plus, urlsplit

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

_LONGEST_QUOTE = 300
_SHORTEST_MASKED = 4
"""Shorter ones would mask half of any text, and be told by the gaps."""
_SCHEMES = ("Basic ", "Bearer ")


class _Masked:
    """The strings that are not to be shown, in any letter case."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, value: str) -> None:
        """Mask a secret from now on, and what servers could make of it."""
        forms = {form for form in _forms_of(value) if len(form) >= _SHORTEST_MASKED}
        with self._lock:
            if not forms <= self._forms:
                self._forms |= forms
                self._pattern = None

    def mask(self, text: str) -> str:
        """Return a text without them."""
        with self._lock:
            if self._pattern is None:
                longest_first = sorted(self._forms, key=len, reverse=True)
                choices = "|".join(map(re.escape, longest_first)) or r"(?!)"
                self._pattern = re.compile(choices, re.IGNORECASE)
            return self._pattern.sub("***", text)


def _forms_of(value: str) -> Iterator[str]:
    """Yield a secret as it is sent, and as it may come back."""
    for scheme in _SCHEMES:
        value = value.removeprefix(scheme)
    yield value.rstrip("=")
    try:
        data = value.encode()
    except UnicodeEncodeError:
        return
    yield percent_encode(value, safe="")
    yield quote_plus(value)
    for cased in (value, value.lower(), value.upper()):
        yield cased.encode().decode("latin-1")  # as header values are read
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode().rstrip("=")


_MASKED = _Masked()


class Secret:
    """A string that shows itself only when asked to, and is masked in quotations.

    >>> Secret("hunter2")
    Secret(***)
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        _MASKED.add(value)

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


def quote(text: str) -> str:
    """Return what a server has said, to be shown: on one line, secrets masked.

    >>> secret = Secret("correct horse")
    >>> quote("no entry for Correct+Horse")
    'no entry for ***'
    """
    return escape(_MASKED.mask(text))


def redact_url(url: str) -> str:
    """Return a URL without user information, query and fragment, secrets masked.

    >>> redact_url("https://user:pass@quay.io:443/v2/?token=1")
    'https://quay.io:443/v2/'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an unreadable address"
    host = parts.netloc.rpartition("@")[2]
    return quote(f"{parts.scheme}://{host}{parts.path}")


def redact_record(record: logging.LogRecord) -> bool:
    """Take query strings, which may be signed, and secrets out of what is logged."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            quote(argument.partition("?")[0]) if isinstance(argument, str) else argument
            for argument in record.args
        )
    return True
