"""Finds ignore comments in a file, in the comment syntax of any language.

`digestpin: ignore` or `digestpin: ignore[DP001, unpinned-tag]`, then a reason if one
is given, behind whatever starts a comment. It counts for its line; in a comment that
has a line of its own, also for the next line that is more than a comment, with those
that a backslash at the end joins to it. With brackets that name no rule, or do not
close, it counts for none.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.source import Span
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from digestpin.source import SourceFile

_DIRECTIVE = lazy_pattern(
    r"digestpin:[ \t]*ignore(?![-\w])(?:\[([^\[\]\r\n]{0,500})\])?"
)
_CONTINUED = lazy_pattern(r"(?<!\\)\\(?:\\\\)*\Z")
_CODE = lazy_pattern(r"[^\s,](?:[^,]*[^\s,])?")
_OPENER = lazy_pattern(
    r"""
      \{\{-?[ \t]?/\*+ | <!--+ | (?<!\$)\{\#-? | <\#+
    | (?<![\w:"'])//+ | (?<![\w"'])/\*+
    | (?<![\w"'$&\\])\#+ | (?<![\w"'-])-- | (?<![\w"'&]);+
    | (?<![\w"'])(?i:rem)(?=[ \t]) | \A[ \t]*::
    """,
    re.VERBOSE,
)
_CLOSER = lazy_pattern(r"\*/(?:[ \t]?-?\}\})?|-->|-?\#\}|\#>")
# Where the reason ends: the comment does, or another one starts.
_END = lazy_pattern(rf"{_CLOSER.pattern}|[ \t](?:\#(?![}}>])|//[ \t])|\Z")
# What is more than this is no line that somebody wrote.
_LOOK_BACK = 2000  # characters
_MOST_TRIES = 20  # directives of one line
_MOST_LINES = 1000  # of one command
_COMMENT_LINE = lazy_pattern(
    r"[ \t]*(?:#|//|--(?:[ \t]|digestpin)|;|<!--|/\*|\{\{-?[ \t]*/\*|(?i:rem)[ \t]"
    r"|\{#|<#|::(?:[ \t]|digestpin))"
)


@frozen
class Code:
    """One code or name of an ignore comment, and where it stands."""

    text: str
    span: Span


@frozen(kw_only=True)
class IgnoreComment:
    """One ignore comment.

    `span` is the directive itself; `removal` what has to go to be rid of all of it,
    with its reason; `lines` those that it counts for. No `codes`: every rule. `flaw`
    says what is wrong with it, in words that end a message.
    """

    span: Span
    removal: Span
    lines: frozenset[int]
    codes: tuple[Code, ...] = ()
    flaw: str = ""

    def removal_of(self, code: Code, unused: Collection[Code]) -> Span:
        """Return what has to go to be rid of `code`, when all of `unused` go.

        The spans of several codes never overlap, as long as one code stays.
        """
        at = self.codes.index(code)
        if any(it not in unused for it in self.codes[:at]):
            return Span(self.codes[at - 1].span.end, code.span.end)
        return Span(code.span.start, self.codes[at + 1].span.start)


def find_ignores(source: SourceFile) -> Iterator[IgnoreComment]:
    """Yield the ignore comments of a file, in its order."""
    if b"digestpin:" not in source.data:
        return
    tried: Counter[int] = Counter()
    for match in _DIRECTIVE.finditer(source.text):
        line = source.line_at(match.start())
        tried[line] += 1
        if tried[line] > _MOST_TRIES:
            continue
        start = source.line_span(line).start
        if line == 1:
            start = source.bom_length
        before = source.text[max(start, match.start() - _LOOK_BACK) : match.start()]
        openers = list(_OPENER.finditer(before))
        if not openers:
            continue
        tried[line] = _MOST_TRIES
        codes = _find_codes(match)
        flaw = _find_flaw(source, match, codes)
        yield IgnoreComment(
            span=Span(match.start(), match.end()),
            removal=_find_removal(source, match, before, openers[-1]),
            lines=frozenset() if flaw else _find_lines(source, line),
            codes=codes,
            flaw=flaw,
        )


def _find_codes(match: re.Match[str]) -> tuple[Code, ...]:
    start = match.start(1)
    return tuple(
        Code(it[0], Span(start + it.start(), start + it.end()))
        for it in _CODE.finditer(match[1] or "")
    )


def _find_flaw(
    source: SourceFile, match: re.Match[str], codes: tuple[Code, ...]
) -> str:
    if match[1] is None and source.text[match.end() : match.end() + 1] == "[":
        return "its bracket is not closed on the line"
    if match[1] is not None and not codes:
        return "its brackets name no rule"
    return ""


def _find_lines(source: SourceFile, line: int) -> frozenset[int]:
    last = len(source.line_starts)
    text = _line(source, line)
    if not _COMMENT_LINE.match(text) or _is_code_behind(text):
        return frozenset({line})
    target = line + 1
    while target <= last and _COMMENT_LINE.match(_line(source, target)):
        if _is_code_behind(_line(source, target)):
            break
        target += 1
    end = target
    # A comment among the lines of one command is for the next of them alone.
    if line == 1 or not _CONTINUED.search(_line(source, line - 1)):
        most = min(last, target + _MOST_LINES)
        while end < most and _CONTINUED.search(_line(source, end)):
            end += 1
    return frozenset({line, *range(target, end + 1)})


def _line(source: SourceFile, number: int) -> str:
    span = source.line_span(number)
    start = max(span.start, source.bom_length if number == 1 else 0)
    return source.text[start : span.end]


def _is_code_behind(text: str) -> bool:
    """Say whether something follows a comment that was closed on its line."""
    if not text.lstrip().startswith(("/*", "<!--", "{{", "{#", "<#")):
        return False
    closer = _CLOSER.search(text)
    return closer is not None and text[closer.end() :].strip() != ""


def _find_removal(
    source: SourceFile, match: re.Match[str], before: str, opener: re.Match[str]
) -> Span:
    """Return the bytes that stand and fall with a directive.

    `before` is the line up to it, `opener` the last in that.
    """
    text = source.text
    line_end = source.line_span(source.line_at(match.start())).end
    end = _END.search(text, match.end(), line_end)
    stop = end.start() if end is not None else line_end
    if before[opener.end() :].strip(" \t"):  # the comment says more, which stays
        start = match.start() - _count_spaces(before)
        return Span(start, stop - _count_spaces(text[match.end() : stop]))
    if end is not None and _CLOSER.fullmatch(end[0]):
        stop = end.end()
    prefix = before[: opener.start()]
    is_last = not text[stop:line_end].strip()
    if is_last and not prefix.strip():
        return _whole_line(source, match.start())
    start = match.start() - len(before) + len(prefix)
    if prefix.strip():
        return Span(start - _count_spaces(prefix), line_end if is_last else stop)
    rest = text[stop:line_end]
    return Span(start, stop + len(rest) - len(rest.lstrip(" \t")))


def _count_spaces(text: str) -> int:
    """Return how many spaces and tabs stand at the end."""
    return len(text) - len(text.rstrip(" \t"))


def _whole_line(source: SourceFile, offset: int) -> Span:
    line = source.line_at(offset)
    starts = source.line_starts
    start = max(starts[line - 1], source.bom_length if line == 1 else 0)
    return Span(start, starts[line] if line < len(starts) else len(source.data))
