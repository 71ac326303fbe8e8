"""Undoes the quotes, escapes, folding and indentation of YAML scalars.

Each character that is written as itself stays tied to its byte (YAML 1.2, chapters 7
and 8). What an escape stands for beyond ASCII comes out as its UTF-8 bytes, one
character each, as in every other text.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.source import Region, Span
from digestpin.templates import EMPTY, Template, join, literal
from digestpin.values import frozen
from digestpin.yamlnodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

_ESCAPE = lazy_pattern(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|\r?\n(?P<break>(?:[ \t]*\r?\n)*)[ \t]*|(?P<one>.))",
    re.DOTALL,
)
_CONTROLS = dict(zip("abtnvfre0\t", "\a\b\t\n\v\f\r\x1b?\t", strict=True))
_WIDE = {"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}
_HEADER = lazy_pattern(r"[|>](?P<signs>[-+1-9]*)")
_BLANKS = lazy_pattern(r"[ \t]+")
_BLANK_LINE = lazy_pattern(r"[ \t]*(?P<break>\r?\n)")

_Lines = list[tuple[int, int, int]]
"""Start without indentation, end, and end with the line break of each line."""


@frozen
class ScalarReader:
    """Reads scalars of one text; offsets are into it."""

    text: str
    path: PurePosixPath

    def read(self, type_: str, place: tuple[int, int], column: int) -> Template:
        """Return the content of a scalar of one of the grammar's types."""
        start, end = place
        match type_:
            case "plain_scalar":
                return self.folded(start, end)
            case "single_quote_scalar":
                return self.single_quoted(start + 1, end - 1)
            case "double_quote_scalar":
                return self.double_quoted(start + 1, end - 1)
        return self.block(start, end, column)

    def region(self, start: int, end: int) -> Region:
        """Return bytes `start` to `end` as a region."""
        return Region(self.path, Span(start, end))

    def exact(self, start: int, end: int) -> Template:
        """Return what is written from `start` to `end`."""
        """Return what is written from `start` to `end`."""
        """Return what is written from `start` to `end`."""
        """Return what is written from `start` to `end`."""
        if start == end:
            return EMPTY
        return literal(self.text[start:end], self.region(start, end))

    def inexact(self, text: str, start: int, end: int) -> Template:
        """Return `text`, which is what `start` to `end` stands for."""
        """Return `text`, which is what `start` to `end` stands for."""
        """Return `text`, which is what `start` to `end` stands for."""
        """Return `text`, which is what `start` to `end` stands for."""
        return literal(text, self.region(start, end), exact=False)

    def folded(self, start: int, end: int) -> Template:
        """Return a flow scalar, each line break a space, each further one a break."""
        pieces, at, text = [], start, self.text
        line_end = text.find("\n", at, end)
        while line_end != -1:
            low = at + len(text[at:line_end].rstrip(" \t\r"))
            high = line_end + 1
            while high < end and text[high] in " \t\r\n":
                high += 1
            breaks = text.count("\n", low, high) - 1
            pieces.append(self.exact(at, low))
            pieces.append(self.inexact("\n" * breaks or " ", low, high))
            at = high
            line_end = text.find("\n", at, end)
        pieces.append(self.exact(at, end))
        return join(pieces)

    def single_quoted(self, start: int, end: int) -> Template:
        """Return what stands between single quotes."""
        """Return what stands between single quotes."""
        """Return what stands between single quotes."""
        """Return what stands between single quotes."""
        pieces, at = [], start
        quote = self.text.find("''", at, end)
        while quote != -1:
            pieces.append(self.folded(at, quote))
            pieces.append(self.inexact("'", quote, quote + 2))
            at = quote + 2
            quote = self.text.find("''", at, end)
        pieces.append(self.folded(at, end))
        return join(pieces)

    def double_quoted(self, start: int, end: int) -> Template:
        """Return what stands between double quotes."""
        """Return what stands between double quotes."""
        """Return what stands between double quotes."""
        """Return what stands between double quotes."""
        pieces, at = [], start
        for match in _ESCAPE.finditer(self.text, start, end):
            pieces.append(self.folded(at, match.start()))
            pieces.append(self.inexact(_unescape(match), match.start(), match.end()))
            at = match.end()
        pieces.append(self.folded(at, end))
        return join(pieces)

    def block(self, start: int, end: int, column: int) -> Template:
        """Return a literal (`|`) or folded (`>`) scalar; `column` is its parent's."""
        header_end = self.text.find("\n", start)
        header = _HEADER.match(self.text, start)
        if header_end == -1 or header is None:
            return EMPTY
        signs = header["signs"]
        # NOTE: the grammar counts blank lines at the end of a file in, and leaves
        # blanks at the end of the last line out.
        size = len(self.text[header_end + 1 : end].rstrip(" \t\r\n"))
        blanks = _BLANKS.match(self.text, header_end + 1 + size)
        end = header_end + 1 + size
        end = blanks.end() if blanks is not None and size else end
        lines = list(_lines(self.text, header_end + 1, end))
        indent = self._indent(lines, signs.strip("+-"), column)
        lines = [(min(low + indent, high), high, stop) for low, high, stop in lines]
        read = self._literal if self.text[start] == "|" else self._refolded
        at = lines[-1][1] if lines else header_end + 1
        return join((*read(lines), *self._chomped(at, signs, has_text=bool(lines))))

    def _indent(self, lines: _Lines, indicator: str, column: int) -> int:
        if indicator:
            return column + int(indicator[0])
        for low, high, _ in lines:
            line = self.text[low:high]
            if line.strip(" \t"):
                return len(line) - len(line.lstrip(" "))
        return 0

    def _literal(self, lines: _Lines) -> Iterator[Template]:
        for number, (low, high, stop) in enumerate(lines, 1):
            yield self.exact(low, high)
            if number < len(lines):
                yield self._line_break(high, stop)

    def _refolded(self, lines: _Lines) -> Iterator[Template]:
        breaks: list[tuple[int, int]] = []
        is_normal = False
        for low, high, stop in lines:
            if low < high:
                was_normal, is_normal = is_normal, self.text[low] not in " \t"
                if was_normal and is_normal and len(breaks) == 1:
                    yield self.inexact(" ", *breaks[0])
                else:
                    skip = 1 if was_normal and is_normal else 0
                    for line_end in breaks[skip:]:
                        yield self._line_break(*line_end)
                yield self.exact(low, high)
                breaks = []
            breaks.append((high, stop))

    def _chomped(self, at: int, signs: str, *, has_text: bool) -> Iterator[Template]:
        """Give the line breaks at the end that the chomping indicator leaves."""
        blank = _BLANK_LINE.match(self.text, at)
        if "-" in signs:
            return
        if has_text and blank is not None:
            yield self._line_break(blank.start("break"), blank.end())
            blank = _BLANK_LINE.match(self.text, blank.end())
        while "+" in signs and blank is not None:
            yield self._line_break(blank.start("break"), blank.end())
            blank = _BLANK_LINE.match(self.text, blank.end())

    def _line_break(self, start: int, end: int) -> Template:
        if self.text[start:end] == "\n":
            return self.exact(start, end)
        return self.inexact("\n", start, end)


class WrittenScalar(Scalar):
    """A scalar of a file, read when it is asked for: most never are.

    `column` is that of the block that holds it.
    """

    def __init__(
        self, reader: ScalarReader, type_: str, place: tuple[int, int], column: int
    ) -> None:
        self._reader = reader
        self._type = type_
        self._place = place
        self._column = column

    @cached_property
    def content(self) -> Template:
        """What the scalar says."""
        return self._reader.read(self._type, self._place, self._column)

    @cached_property
    def region(self) -> Region:
        """The bytes that the scalar takes."""
        return self._reader.region(*self._place)

    @property
    def text(self) -> str:
        """The content as text."""
        if self._type == "plain_scalar":
            start, end = self._place
            written = self._reader.text[start:end]
            if "\n" not in written:
                return written
        return self.content.text


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give start, end without and end with line break of each line."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop == -1 else stop + 1
        high = stop
        if high > start and text[high - 1] == "\n":
            high -= 1
            if high > start and text[high - 1] == "\r":
                high -= 1
        yield start, high, stop
        start = stop


def _unescape(match: re.Match[str]) -> str:
    code = match["x"] or match["u"] or match["U"]
    if code is not None:
        number = int(code, 16)
        found = chr(number) if 0 < number < 0x110000 else "?"
    elif match["one"] is not None:
        found = _CONTROLS.get(match["one"]) or _WIDE.get(match["one"], match["one"])
    else:
        found = "\n" * match["break"].count("\n")
    return found.encode("utf-8", "replace").decode("latin-1")
