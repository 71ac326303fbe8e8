"""Finds ignore comments in a file, in the comment syntax of any language.

`digestpin: ignore` or `digestpin: ignore[DP001, unpinned-tag]`, then a reason if one
is given, behind whatever starts a comment. It counts for its line, with those that a
backslash at the end joins to it; in a comment that has a line of its own, for the next
line that is more than a comment, with those joined to that. With brackets that name no
rule, or do not close, it counts for none.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from digestpin.comments import CLOSER, LEADING, Comments
from digestpin.patterns import lazy_pattern
from digestpin.source import Span
from digestpin.values import frozen

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator

    from digestpin.comments import Comment
    from digestpin.facts import Quoted
    from digestpin.source import SourceFile

MARK = "digestpin:"
"""What every ignore comment holds."""
_DIRECTIVE = lazy_pattern(
    rf"{MARK}[ \t]*ignore(?![-\w])(?:[ \t]*\[([^\[\]\r\n]{{0,500}})\])?"
)
_OPEN = lazy_pattern(r"[ \t]*\[")
_CODE = lazy_pattern(r"[^\s,](?:[^,]*[^\s,])?")
# Where the reason ends: the comment does, or another one starts.
_END = lazy_pattern(rf"{CLOSER.pattern}|[ \t](?:\#(?![}}>])|//[ \t])|\Z")
# What is more than this is no line that somebody wrote.
_MOST_TRIES = 20  # directives of one line
_MOST_LINES = 1000  # of one command
# What is no text of a comment: blanks, and the stars before its lines.
_DECORATION = " \t\r\n*-"


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
    says what is wrong with it, in words that end a message. In a string it is a
    comment only to whoever reads that: it counts for what is `within` the string
    alone. `is_data` says that it is part of a here-document or another text that the
    program hands on.
    """

    span: Span
    removal: Span
    lines: frozenset[int]
    codes: tuple[Code, ...] = ()
    flaw: str = ""
    within: Span | None = None
    is_data: bool = False

    def covers(self, span: Span) -> bool:
        """Say whether it may count for what stands at a span of its file."""
        within = self.within
        return within is None or (within.start <= span.start and span.end <= within.end)

    def removal_of(self, code: Code, unused: Collection[Code]) -> Span:
        """Return what has to go to be rid of `code`, when all of `unused` go.

        The spans of several codes never overlap, as long as one code stays.
        """
        at = self.codes.index(code)
        if any(it not in unused for it in self.codes[:at]):
            return Span(self.codes[at - 1].span.end, code.span.end)
        return Span(code.span.start, self.codes[at + 1].span.start)


def find_ignores(
    source: SourceFile, quoted: Iterable[Quoted] = ()
) -> Iterator[IgnoreComment]:
    """Yield the ignore comments of a file, in its order.

    `quoted` are the strings and here-documents that its format has told.
    """
    if MARK not in source.text:
        return
    comments = Comments(source)
    texts = tuple(quoted)
    tried: Counter[int] = Counter()
    for match in _DIRECTIVE.finditer(source.text):
        line = source.line_at(match.start())
        tried[line] += 1
        if tried[line] > _MOST_TRIES:
            continue
        comment = comments.find(match.start())
        if comment is None:
            continue
        tried[line] = _MOST_TRIES
        codes = _find_codes(match)
        flaw = _find_flaw(source, match, codes)
        inside = [it for it in texts if _holds(it.region.span, match.start())]
        strings = [it.region.span for it in inside if not it.is_document]
        string = comments.string_around(match.start())
        yield IgnoreComment(
            span=Span(match.start(), match.end()),
            removal=_find_removal(source, match, comment),
            lines=frozenset() if flaw else _find_lines(source, line, comments, comment),
            codes=codes,
            flaw=flaw,
            within=min(strings, key=len) if strings else string,
            is_data=bool(inside),
        )


def _holds(span: Span, at: int) -> bool:
    return span.start <= at < span.end


def _find_codes(match: re.Match[str]) -> tuple[Code, ...]:
    start = match.start(1)
    return tuple(
        Code(it[0], Span(start + it.start(), start + it.end()))
        for it in _CODE.finditer(match[1] or "")
    )


def _find_flaw(
    source: SourceFile, match: re.Match[str], codes: tuple[Code, ...]
) -> str:
    if match[1] is None and _OPEN.match(source.text, match.end()):
        return "its bracket is not closed on the line"
    if match[1] is not None and not codes:
        return "its brackets name no rule"
    return ""


# Lines


def _find_lines(
    source: SourceFile, line: int, comments: Comments, comment: Comment
) -> frozenset[int]:
    first = source.line_at(comment.span.start)
    end = source.line_at(comment.span.end)
    before = source.text[comments.start_of(first) : comment.span.start]
    behind = source.text[comment.span.end : source.line_span(end).end]
    if before.strip(LEADING) or (first == end and not comments.is_comment(line)):
        return frozenset({*_joined_above(comments, first), line})
    target = end if behind.strip() else comments.line_behind(end + 1)
    last = target
    # A comment among the lines of one command is for the next of them alone.
    if first == 1 or not comments.is_continued(first - 1):
        last = comments.end_of_command(target)
    return frozenset({line, *range(target, last + 1)})


def _joined_above(comments: Comments, line: int) -> range:
    """Return the lines of the command that ends on a line."""
    first = line
    least = max(1, line - _MOST_LINES)
    while first > least and comments.is_continued(first - 1):
        first -= 1
    return range(first, line + 1)


# Removing


def _find_removal(source: SourceFile, match: re.Match[str], comment: Comment) -> Span:
    """Return the bytes that stand and fall with a directive."""
    text, body = source.text, comment.body
    line_end = source.line_span(source.line_at(match.start())).end
    end = _END.search(text, match.end(), line_end)
    stop = min(end.start() if end is not None else line_end, body.end)
    if text[body.start : match.start()].strip(_DECORATION):
        return _from_among(source, match, comment, stop)
    if not text[stop : body.end].strip(_DECORATION):
        return _whole(source, comment.span)
    if body.end == comment.span.end:  # another comment of the same line, which stays
        return _whole(source, Span(comment.span.start, stop))
    return _from_among(source, match, comment, stop)


def _from_among(
    source: SourceFile, match: re.Match[str], comment: Comment, stop: int
) -> Span:
    """Return what goes of a comment that says more."""
    text, line = source.text, source.line_at(match.start())
    span = source.line_span(line)
    low = max(span.start, comment.body.start)
    before = text[low : match.start()]
    if before.strip(_DECORATION):
        blanks = _count_spaces(text[match.end() : stop])
        return Span(match.start() - _count_spaces(before), stop - blanks)
    if low == span.start and span.end < comment.body.end:
        return _whole_line(source, line)
    indentation = len(before) - len(before.lstrip(" \t"))
    return Span(low + indentation if low == span.start else low, stop)


def _whole(source: SourceFile, span: Span) -> Span:
    """Return what goes with a comment that goes: its lines, or blanks beside it."""
    text = source.text
    first, last = source.line_at(span.start), source.line_at(span.end)
    start = source.line_starts[first - 1]
    prefix = text[max(start, source.bom_length if first == 1 else 0) : span.start]
    line_end = source.line_span(last).end
    rest = text[span.end : line_end]
    if not rest.strip() and not prefix.strip(LEADING):
        return Span(_whole_line(source, first).start, _whole_line(source, last).end)
    if prefix.strip():
        stop = span.end if rest.strip() else line_end
        return Span(span.start - _count_spaces(prefix), stop)
    return Span(span.start, span.end + len(rest) - len(rest.lstrip(" \t")))


def _count_spaces(text: str) -> int:
    """Return how many spaces and tabs stand at the end."""
    return len(text) - len(text.rstrip(" \t"))


def _whole_line(source: SourceFile, line: int) -> Span:
    starts = source.line_starts
    start = max(starts[line - 1], source.bom_length if line == 1 else 0)
    return Span(start, starts[line] if line < len(starts) else len(source.data))
