"""Turns one string of source code into a template: escapes undone, holes as variables.

What stands between the quotes is tied to its bytes; an escape sequence is a part of
its own that no edit may touch.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import Literal, Template, join, standing_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.formats.code_language import Language, Quote
    from digestpin.formats.code_lexer import Token
    from digestpin.source import SourceFile

_BACKSLASH = (
    r"\\(?:u\{[0-9A-Fa-f]{1,8}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}"
    r"|[0-7]{1,3}|\r\n|.|\Z)"
)
_ESCAPES = {
    "backslash": _BACKSLASH,
    "cue": rf"(?!\\\(){_BACKSLASH}",
    "backtick": r"`(?:\r\n|.|\Z)",
    "nix": r"''(?:\$|'|\\.)",
}
_NAMES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "0": "\0", "e": "\x1b", "\n": "", "\r\n": "",
}  # fmt: skip
_DOTTED = r"\$(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
_PLAIN = r"\$(?P<name>[A-Za-z_]\w*)"
_POWERSHELL = r"\$(?P<name>(?:env:|script:|global:|local:)?[A-Za-z_]\w*)"
_HOLES = {
    "dollar": rf"\$\{{|{_DOTTED}",
    "dollar-name": rf"\$\{{|{_PLAIN}",
    "dollar-brace": r"\$\{",
    "hcl": r"\$\$\{|\$\{|%\{",
    "hash": r"#\{",
    "powershell": rf"\$\{{|\$\(|{_POWERSHELL}",
    "brace": r"\{\{|\}\}|\{",
    "cue": r"\\\(",
}
_OPENERS = {"{": "}", "(": ")"}


@cache
def _specials(quote: Quote) -> re.Pattern[str] | None:
    parts = []
    if quote.escape in _ESCAPES:
        parts.append(f"(?P<escape>{_ESCAPES[quote.escape]})")
    if quote.doubled:
        parts.append(f"(?P<doubled>{re.escape(quote.close * 2)})")
    if quote.holes:
        parts.append(f"(?P<hole>{_HOLES[quote.holes]})")
    return re.compile("|".join(parts), re.DOTALL) if parts else None


@cache
def _opening(quote: Quote) -> re.Pattern[str]:
    return re.compile(quote.open)


class StringReader:
    """Reads the strings of one file.

    `read_hole(start, end)` gives the template of an expression between two offsets.
    """

    def __init__(
        self,
        source: SourceFile,
        language: Language,
        read_hole: Callable[[int, int], Template],
    ) -> None:
        self._source = source
        self._text = source.text
        self._quotes = language.quotes
        self._read_hole = read_hole

    def body(self, token: Token) -> tuple[int, int]:
        """Return where the content of a string starts and ends."""
        quote = self._quotes[token.quote]
        if quote.bare:
            return token.start, token.end
        opening = _opening(quote).match(self._text, token.start)
        start = opening.end() if opening is not None else token.start
        end = token.end
        if quote.heredoc:
            last = self._text.rfind("\n", start, end)
            end = start if last == -1 else last + 1
        elif self._text.endswith(quote.close, start, end):
            end -= len(quote.close)
        return start, max(start, end)

    def read(self, token: Token) -> Template:
        """Return the content of a string as a template."""
        start, end = self.body(token)
        quote = self._quotes[token.quote]
        specials = _specials(quote)
        parts: list[Template] = []
        at = start
        while specials is not None:
            match = specials.search(self._text, at, end)
            if match is None:
                break
            if match.start() > at:
                parts.append(self._exact(at, match.start()))
            part, at = self._special(match, quote, end)
            parts.append(part)
        if at < end:
            parts.append(self._exact(at, end))
        return parts[0] if len(parts) == 1 else join(parts)

    def _exact(self, start: int, end: int) -> Template:
        region = self._source.region(start, end)
        return Template((Literal(self._text[start:end], region),))

    def _inexact(self, text: str, start: int, end: int) -> Template:
        region = self._source.region(start, end)
        return Template((Literal(text, region, exact=False),))

    def _special(
        self, match: re.Match[str], quote: Quote, end: int
    ) -> tuple[Template, int]:
        start, stop = match.span()
        written = match.group()
        if match.lastgroup == "doubled" or written in {"{{", "}}", "$${"}:
            text = written[1:] if written == "$${" else written[0]
            return self._inexact(text, start, stop), stop
        if match.lastgroup == "escape":
            return self._inexact(_unescape(written, quote.escape), start, stop), stop
        if written[-1] not in _OPENERS:
            sigil = 0 if quote.holes == "powershell" else 1
            name = self._read_hole(start + sigil, stop)
            return standing_at(name, self._source.region(start, stop)), stop
        return self._braced(start, stop, quote, end)

    def _braced(
        self, start: int, stop: int, quote: Quote, end: int
    ) -> tuple[Template, int]:
        close = find_close(self._text, stop - 1, end)
        if close == -1:
            return self._exact(start, stop), stop
        inner = close
        if quote.holes == "brace":
            inner = _without_format(self._text, stop, close)
        template = self._read_hole(stop, inner)
        region = self._source.region(start, close + 1)
        return standing_at(template, region), close + 1


_FORMAT = lazy_pattern(r"![rsa]?(?::|\Z)|:(?!:)|(?<=\w)=\Z|,\s*-?\d+\Z")


def _without_format(text: str, start: int, end: int) -> int:
    """Return where the expression of `{x!r:>10}` ends."""
    depth = 0
    for index in range(start, end):
        char = text[index]
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and char in "!:=," and _FORMAT.match(text, index, end):
            return index
    return end


def _unescape(written: str, escape: str) -> str:
    if escape == "nix":
        return {"''$": "$", "'''": "''"}.get(written, _NAMES.get(written[3:], ""))
    rest = written[1:]
    if rest in _NAMES:
        return _NAMES[rest]
    digits = rest[1:].strip("{}")
    if rest[:1] in {"u", "x"} and digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else ""
    return chr(int(rest, 8) & 0xFF) if rest.isdigit() and int(rest[:1]) < 8 else rest


def find_close(text: str, opening: int, end: int) -> int:
    """Return where the bracket at `opening` is closed before `end`, or -1."""
    opener = text[opening]
    closer = _OPENERS[opener]
    depth = 0
    for match in _bracket_scan(opener).finditer(text, opening, end):
        found = match.group()
        if found == opener:
            depth += 1
        elif found == closer:
            depth -= 1
            if depth == 0:
                return match.start()
    return -1


@cache
def _bracket_scan(opener: str) -> re.Pattern[str]:
    strings = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
    return re.compile(f"{strings}|[{re.escape(opener + _OPENERS[opener])}]")
