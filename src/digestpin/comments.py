"""Knows how comments and strings are written in languages of any kind.

A file is looked at as text: which language it is in is not known here. What only the
language's own grammar can tell, a format says (`facts.Quoted`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.source import Span
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.source import SourceFile

_OPENER = lazy_pattern(
    r"""
      \{\{-?[ \t]?/\*+ | <!--+ | (?<!\$)\{\#-? | <\#+
    | (?<![\w:"'])//+ | (?<![\w"'])/\*+
    | (?<![\w"'$&\\])\#+ | (?<![\w"'-])-- | (?<![\w"'&]);+
    | (?<![\w"'])(?i:rem)(?=[ \t]) | \A[ \t]*::
    """,
    re.VERBOSE,
)
LEADING = " \t\r\n@"
"""What may stand before a comment that has its line for itself: in a makefile, `@#`."""
CLOSER = lazy_pattern(r"\*/(?:[ \t]?-?\}\})?|-->|-?\#\}|\#>")
_LINE = lazy_pattern(
    r"[ \t]*@?[ \t]*(?:#|//|--(?:[ \t]|digestpin)|;|<!--|/\*"
    r"|\{\{-?[ \t]*/\*|(?i:rem)[ \t]"
    r"|\{#|<#|::(?:[ \t]|digestpin))"
)
_BLOCK = lazy_pattern(r"^[ \t]*(\{\{-?[ \t]?/\*|<!--|/\*|\{\#|<\#)", re.MULTILINE)
_BLOCK_CLOSERS = {"/*": "*/", "<!--": "-->", "{#": "#}", "<#": "#>"}
# A single quote opens a string only where a value can start: not in `don't`.
_STRING = lazy_pattern(
    r"\"(?:[^\"\\]|\\.)*+\"|(?:(?<=[\s:=,(\[{])|\A)'[^']*+'", re.ASCII
)
_CONTINUED = lazy_pattern(r"(?<!\\)\\(?:\\\\)*\Z")
_MOST_LINES = 1000  # of one command
_LOOK_BACK = 2000  # characters: what is more is no line that somebody wrote
_LOOK_AHEAD = 20_000  # characters: what is more is no comment that somebody wrote


@frozen
class Comment:
    """A comment: all of it, and the text between what opens and closes it."""

    span: Span
    body: Span


class Comments:
    """Finds the comments of one file."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._text = source.text
        self._behind: dict[int, int] = {}
        self._ends_of_commands: dict[int, int] = {}

    def find(self, at: int) -> Comment | None:
        """Return the comment around an offset, with the last opener of its line."""
        line = self._source.line_at(at)
        low = max(self.start_of(line), at - _LOOK_BACK)
        openers = list(_OPENER.finditer(self._text[low:at]))
        if not openers:
            return self._block_around(at)
        opened = Span(low + openers[-1].start(), low + openers[-1].end())
        end = self._source.line_span(line).end
        closer = CLOSER.search(self._text, at, end)
        closing = _closing(openers[-1][0])
        if closer is None and closing is not None:
            limit = min(len(self._text), at + _LOOK_AHEAD)
            stop = self._text.find(closing, at, limit)
            closer = CLOSER.match(self._text, stop) if stop != -1 else None
        if closer is None:
            return Comment(Span(opened.start, end), Span(opened.end, end))
        body = Span(opened.end, closer.start())
        return Comment(Span(opened.start, closer.end()), body)

    def _block_around(self, at: int) -> Comment | None:
        index = bisect_right(self._starts, at) - 1
        block = self.blocks[index] if index >= 0 else None
        if block is None or not block.body.start <= at < block.body.end:
            return None
        return block

    @cached_property
    def _starts(self) -> list[int]:
        return [block.span.start for block in self.blocks]

    @cached_property
    def blocks(self) -> tuple[Comment, ...]:
        """The comments of several lines that begin a line, in order."""
        return tuple(self._find_blocks())

    def _find_blocks(self) -> Iterator[Comment]:
        done = 0
        open_ended: set[str] = set()
        for match in _BLOCK.finditer(self._text):
            closing = _closing(match[1]) or ""
            if match.start() < done or closing in open_ended:
                continue
            end = self._text.find(closing, match.end())
            if end == -1:
                open_ended.add(closing)
                continue
            closer = CLOSER.match(self._text, end)
            done = end if closer is None else closer.end()
            if "\n" in self._text[match.end() : end]:
                yield Comment(Span(match.start(1), done), Span(match.end(), end))

    def string_around(self, at: int) -> Span | None:
        """Return the string of one line, quotes and all, that an offset stands in."""
        line = self._source.line_at(at)
        end = self._source.line_span(line).end
        for match in _STRING.finditer(self._text, self.start_of(line), end):
            if match.start() > at:
                break
            if at < match.end():
                return Span(*match.span())
        return None

    def start_of(self, line: int) -> int:
        """Return where a line starts, behind a byte order mark."""
        start = self._source.line_starts[line - 1]
        return max(start, self._source.bom_length) if line == 1 else start

    def is_comment(self, line: int) -> bool:
        """Say whether a line is nothing but a comment, or begins one of several."""
        span = self._source.line_span(line)
        text = self._text[self.start_of(line) : span.end]
        if not _LINE.match(text):
            return False
        if not text.lstrip().startswith(("/*", "<!--", "{{", "{#", "<#")):
            return True
        closer = CLOSER.search(text)
        return closer is None or text[closer.end() :].strip() == ""

    def line_behind(self, line: int) -> int:
        """Return the first line from `line` on that is more than a comment."""
        passed: list[int] = []
        last = len(self._source.line_starts)
        while line not in self._behind and line <= last and self.is_comment(line):
            passed.append(line)
            end = self._ends_by_line.get(line)
            if end is not None:
                line = self._source.line_at(end)
                if self._text[end : self._source.line_span(line).end].strip():
                    break
            line += 1
        found = self._behind.get(line, line)
        self._behind.update(dict.fromkeys(passed, found))
        return found

    def end_of_command(self, line: int) -> int:
        """Return the last of the lines that a backslash joins to `line`."""
        if line not in self._ends_of_commands:
            end, last = line, len(self._source.line_starts)
            while end < min(last, line + _MOST_LINES) and self.is_continued(end):
                end += 1
            self._ends_of_commands[line] = end
        return self._ends_of_commands[line]

    def is_continued(self, line: int) -> bool:
        """Say whether a backslash at its end joins the next line to a line."""
        span = self._source.line_span(line)
        return _CONTINUED.search(self._text[span.start : span.end]) is not None

    @cached_property
    def _ends_by_line(self) -> dict[int, int]:
        at = self._source.line_at
        return {at(it.span.start): it.span.end for it in self.blocks}


def _closing(opener: str) -> str | None:
    """Return what closes a comment of several lines; None for one of a line."""
    for start, end in _BLOCK_CLOSERS.items():
        if start in opener:
            return end
    return None
