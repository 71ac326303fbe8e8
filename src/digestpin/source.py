"""Turns byte offsets into spans, positions and locations.

A file is bytes. Everything that scans works on `SourceFile.text`, in which one
character stands for one byte (ISO 8859-1), so that an index into the text is a byte
offset whatever the encoding of the file is. Only what is shown to people is decoded.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

_UTF8_BOM = b"\xef\xbb\xbf"
_INNER = bytes(range(0x80, 0xC0))  # of a code point in UTF-8, all but its first byte
_BLOCK = 4096


def _count_inner(data: bytes) -> int:
    return 0 if data.isascii() else len(data) - len(data.translate(None, _INNER))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of byte offsets, `0 <= start <= end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A span of one file, not yet turned into lines and columns."""

    path: PurePosixPath
    span: Span


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A 1-based line and a 1-based column that counts code points, BOM excluded."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span of one file, with the positions of its two ends."""

    path: PurePosixPath
    span: Span
    start: Position
    end: Position

    def __str__(self) -> str:
        return f"{self.path}:{self.start.line}:{self.start.column}"


@dataclass(frozen=True)
class SourceFile:
    """One file: its path from the root, with `/`, and its bytes.

    The bytes are UTF-8 or any other encoding in which ASCII stands for itself.
    """

    path: PurePosixPath
    data: bytes

    @cached_property
    def text(self) -> str:
        """The bytes as ISO 8859-1: character *i* is byte *i*."""
        return self.data.decode("latin-1")

    @cached_property
    def bom_length(self) -> int:
        """How many bytes the UTF-8 byte order mark takes: 0 or 3."""
        return 3 if self.data.startswith(_UTF8_BOM) else 0

    @cached_property
    def is_utf8(self) -> bool:
        """Whether the bytes are valid UTF-8."""
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    @cached_property
    def line_starts(self) -> list[int]:
        r"""Byte offsets at which lines start; lines end with `\n`."""
        starts = [0]
        find = self.data.find
        at = find(b"\n")
        while at != -1:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        return starts

    def line_at(self, offset: int) -> int:
        """Return the 1-based number of the line that holds byte `offset`."""
        return bisect_right(self.line_starts, offset)

    def line_span(self, line: int) -> Span:
        """Return the bytes of a 1-based line, without its line ending."""
        starts = self.line_starts
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.data)
        if end > start and self.data[end - 1 : end] == b"\r":
            end -= 1
        return Span(start, max(start, end))

    def position(self, offset: int) -> Position:
        """Return the position of byte `offset`."""
        line = self.line_at(offset)
        start = self.line_starts[line - 1]
        if line == 1:
            start = min(self.bom_length, offset)
        return Position(line, offset - start - self._count_inner(start, offset) + 1)

    def _count_inner(self, start: int, end: int) -> int:
        """Return how many bytes of a stretch begin no code point."""
        if not self.is_utf8:
            return 0
        first, last = -(-start // _BLOCK), end // _BLOCK
        if first >= last:
            return _count_inner(self.data[start:end])
        before = self._inner_bytes
        head = _count_inner(self.data[start : first * _BLOCK])
        tail = _count_inner(self.data[last * _BLOCK : end])
        return head + before[last] - before[first] + tail

    @cached_property
    def _inner_bytes(self) -> list[int]:
        """How many bytes before each block begin no code point: for long lines."""
        starts = range(0, len(self.data), _BLOCK)
        blocks = (self.data[start : start + _BLOCK] for start in starts)
        return [0, *itertools.accumulate(map(_count_inner, blocks))]

    def line_text(self, line: int) -> str:
        """Return a 1-based line for people, without its line ending and BOM."""
        known = self._shown_lines.get(line)
        if known is None:
            span = self.line_span(line)
            start = min(span.end, max(span.start, self.bom_length))
            known = self._shown_lines[line] = self.decode(start, span.end)
        return known

    @cached_property
    def _shown_lines(self) -> dict[int, str]:
        return {}

    def locate(self, span: Span) -> Location:
        """Return `span` as a location of this file."""
        return Location(
            self.path, span, self.position(span.start), self.position(span.end)
        )

    def region(self, start: int, end: int) -> Region:
        """Return bytes `start` to `end` as a region of this file."""
        return Region(self.path, Span(start, end))

    def decode(self, start: int, end: int) -> str:
        """Return bytes for people: as UTF-8, else as ISO 8859-1."""
        data = self.data[start:end]
        if self.is_utf8:
            return data.decode("utf-8", "replace")
        return data.decode("latin-1")

    def slice(self, span: Span) -> bytes:
        """Return the bytes of `span`."""
        return self.data[span.start : span.end]
