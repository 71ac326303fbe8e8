"""Finds where in a TOML text each key and each array item stands.

`tomllib` gives values and no places. This reads the text a second time, and only when
a place is wanted; the text is one that `tomllib` has accepted.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

from digestpin.patterns import lazy_pattern

KeyPath = tuple[str | int, ...]

_TOKEN = lazy_pattern(
    r"""
      (?P<space>[ \t]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<string>\"{3}(?:[^\\]|\\.)*?\"{3,5}|'{3}.*?'{3,5}
        |"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,."'\#]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def find_positions(text: str) -> dict[KeyPath, int]:
    r"""Return the offset of each key and item of `text`, by its path.

    Tables count where their header or first key stands. Line ends are `\n` alone.
    """
    reader = _Reader(text)
    reader.read_document()
    return reader.positions


@dataclass
class _Reader:
    text: str
    at: int = 0
    positions: dict[KeyPath, int] = field(default_factory=dict)

    def peek(self, *, skip_lines: bool = True) -> str:
        """Return the next piece; the reader stands at it."""
        while match := _TOKEN.match(self.text, self.at):
            skipped = match.lastgroup == "space" or (
                skip_lines and match.lastgroup == "newline"
            )
            if not skipped:
                return match[0]
            self.at = match.end()
        return ""

    def take(self) -> str:
        piece = self.peek()
        self.at += len(piece)
        return piece

    def read_document(self) -> None:
        table: KeyPath = ()
        while piece := self.peek():
            if piece == "[":
                table = self.read_header()
            else:
                self.read_pair(table)

    def read_header(self) -> KeyPath:
        brackets = 0
        while self.peek() == "[":
            self.take()
            brackets += 1
        path = self.read_key(())
        for _ in range(brackets):
            self.take()
        return path

    def read_key(self, table: KeyPath) -> KeyPath:
        """Read a dotted key and note each of its parts."""
        path = table
        while True:
            piece = self.peek()
            path = (*path, _unquote(piece))
            self.positions.setdefault(path, self.at)
            self.take()
            if self.peek() != ".":
                return path
            self.take()

    def read_pair(self, table: KeyPath) -> None:
        path = self.read_key(table)
        self.take()  # the equals sign
        self.read_value(path)

    def read_value(self, path: KeyPath) -> None:
        piece = self.peek()
        if piece == "[":
            self.read_array(path)
        elif piece == "{":
            self.read_inline_table(path)
        else:
            self.take()
            while self.peek(skip_lines=False) not in {"", "\n", ",", "]", "}"}:
                self.take()  # the rest of a number or a date

    def read_array(self, path: KeyPath) -> None:
        self.take()
        index = 0
        while (piece := self.peek()) not in {"]", ""}:
            if piece == ",":
                self.take()
                continue
            self.positions[(*path, index)] = self.at
            self.read_value((*path, index))
            index += 1
        self.take()

    def read_inline_table(self, path: KeyPath) -> None:
        self.take()
        while (piece := self.peek()) not in {"}", ""}:
            if piece == ",":
                self.take()
            else:
                self.read_pair(path)
        self.take()


def _unquote(piece: str) -> str:
    if piece[:1] in {'"', "'"}:
        value = tomllib.loads(f"key = {piece}")["key"]
        return str(value)
    return piece
