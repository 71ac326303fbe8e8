"""Cuts a Dockerfile into instructions: continuations, comments and heredocs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.formats.line_text import physical_lines, trim, written
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Template, join
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.source import SourceFile

_DIRECTIVE = lazy_pattern(r"#\s*(?P<name>\w+)\s*=\s*(?P<value>\S+)", re.ASCII)
_KEYWORD = lazy_pattern(r"[ \t]*(?P<word>[A-Za-z]+)(?=[ \t]|$)")
_HEREDOC = lazy_pattern(
    r"(?<!<)<<-?(?P<quote>[\"']?)(?P<end>[A-Za-z_]\w*)(?P=quote)", re.ASCII
)
_FLAG = lazy_pattern(r"[ \t\\\n]*--(?P<name>[a-z-]+)(?:=(?P<value>[^ \t\\\n]+))?")


@frozen(kw_only=True, slots=False)
class Instruction:
    """One instruction: its keyword in capitals, flags, arguments and heredocs.

    `arguments` keeps each continuation as it is written; `documents` are the lines of
    heredocs with those that end them.
    """

    keyword: str
    flags: tuple[tuple[str, Template], ...]
    arguments: Template
    documents: tuple[Template, ...]
    ends: tuple[str, ...]


def instructions(source: SourceFile) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile."""
    lines = physical_lines(source)
    escape = _escape_character(source)
    heredocs = _Heredocs(source.text)
    for start, end in lines:
        if _is_comment(source, start, end):
            continue
        pieces = [_line(source, start, end)]
        last = (start, end)
        while source.text[slice(*last)].rstrip(" \t").endswith(escape):
            following = next(lines, None)
            if following is None:
                break
            if not _is_comment(source, *following):
                pieces.append(_line(source, *following))
                last = following
        yield from _instruction(source, join(pieces), lines, heredocs)


def _instruction(
    source: SourceFile,
    whole: Template,
    lines: Iterator[tuple[int, int]],
    heredocs: _Heredocs,
) -> Iterator[Instruction]:
    keyword = _KEYWORD.match(whole.text)
    if keyword is None:
        return
    word = keyword["word"].upper()
    flags, rest = _split_flags(whole.cut(keyword.end(), len(whole.text)))
    ends: tuple[str, ...] = ()
    if word in {"RUN", "COPY", "ADD"}:
        ends = tuple(heredocs.ends(rest))
    yield Instruction(
        keyword=word,
        flags=flags,
        arguments=trim(rest),
        documents=tuple(_document(source, lines, end) for end in ends),
        ends=ends,
    )


class _Heredocs:
    """Knows where the words that end heredocs stand in one file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] = {}

    def ends(self, rest: Template) -> Iterator[str]:
        """Yield the words that end the heredocs begun in `rest`, if they ever do."""
        region = rest.region
        for found in _HEREDOC.finditer(rest.text):
            if region is not None and self._ends_behind(found["end"], region.span.end):
                yield found["end"]

    def _ends_behind(self, word: str, at: int) -> bool:
        if self._found.get(word, -1) < at:
            end = re.compile(rf"^\t*{word}\r?$", re.MULTILINE)
            found = end.search(self._text, at)
            self._found[word] = found.start() if found else len(self._text)
        return self._found[word] < len(self._text)


def _split_flags(
    rest: Template,
) -> tuple[tuple[tuple[str, Template], ...], Template]:
    flags: list[tuple[str, Template]] = []
    at = 0
    while found := _FLAG.match(rest.text, at):
        value = rest.cut(*found.span("value")) if found["value"] else EMPTY
        flags.append((found["name"], value))
        at = found.end()
    return tuple(flags), rest.cut(at, len(rest.text))


def _document(
    source: SourceFile, lines: Iterator[tuple[int, int]], end: str
) -> Template:
    pieces = []
    for start, stop in lines:
        if source.text[start:stop].strip("\t") == end:
            break
        pieces.append(_line(source, start, stop))
    return join(pieces)


def _line(source: SourceFile, start: int, end: int) -> Template:
    newline = source.text.find("\n", end, end + 2)
    after = EMPTY if newline == -1 else written(source, newline, newline + 1)
    return join([written(source, start, end), after])


def _is_comment(source: SourceFile, start: int, end: int) -> bool:
    return source.text[start:end].lstrip(" \t")[:1] in {"", "#"}


def _escape_character(source: SourceFile) -> str:
    for start, end in physical_lines(source):
        directive = _DIRECTIVE.match(source.text, start, end)
        if directive is None:
            break
        if directive["name"].lower() == "escape":
            return "`" if directive["value"] == "`" else "\\"
    return "\\"
