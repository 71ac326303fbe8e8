"""Draws source lines with spans underlined, as rustc and ruff do."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from digestpin.terminal import BLUE, Style, display_width
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digestpin.source import Location, SourceFile

_TAB = "    "
_CUT = "..."
_WIDEST_UNWRAPPED = 140
_FEWEST_CELLS = 24
_LINES_SHOWN_WHOLE = 4
_GAP_SHOWN = 2


@frozen(kw_only=True)
class Mark:
    """A location to underline with `pen` in a colour, and the words beside it."""

    location: Location
    pen: str
    color: str
    label: str = ""


@frozen(kw_only=True)
class _Stroke:
    """The part of a mark that lies on one line; columns are code points from 0.

    `end` is None where the mark goes on to the end of the line.
    """

    line: int
    start: int
    end: int | None
    mark: Mark
    is_last: bool


def gutter_width(marks: Sequence[Mark]) -> int:
    """Return how many cells the line numbers of these marks take."""
    return len(str(max(mark.location.end.line for mark in marks)))


def render_snippet(
    source: SourceFile, marks: Sequence[Mark], style: Style
) -> Iterator[str]:
    """Yield the lines of a snippet: each marked line, underlined, gaps closed up."""
    gutter = gutter_width(marks)
    bar = style.paint(f"{'':{gutter}} |", BLUE)
    strokes: dict[int, list[_Stroke]] = {}
    for mark in marks:
        for stroke in _strokes(mark):
            strokes.setdefault(stroke.line, []).append(stroke)
    lines = [line for line in sorted(strokes) if line <= len(source.line_starts)]
    room = max(_FEWEST_CELLS, (style.width or _WIDEST_UNWRAPPED) - gutter - 4)
    yield bar
    before = None
    for line in lines:
        if before is not None and line - before > _GAP_SHOWN + 1:
            yield style.paint(_CUT, BLUE)
        elif before is not None:
            for between in range(before + 1, line):
                yield from _draw_line(source, between, [], (gutter, room), style)
        yield from _draw_line(source, line, strokes[line], (gutter, room), style)
        before = line


def _strokes(mark: Mark) -> Iterator[_Stroke]:
    start, end = mark.location.start, mark.location.end
    last = end.line
    if last > start.line and end.column == 1:
        last -= 1
    lines = range(start.line, last + 1)
    if len(lines) > _LINES_SHOWN_WHOLE:
        lines = range(start.line, last + 1, last - start.line)
    for line in lines:
        yield _Stroke(
            line=line,
            start=start.column - 1 if line == start.line else 0,
            end=end.column - 1 if line == end.line else None,
            mark=mark,
            is_last=line == last,
        )


def _draw_line(
    source: SourceFile,
    line: int,
    strokes: list[_Stroke],
    size: tuple[int, int],
    style: Style,
) -> Iterator[str]:
    gutter, room = size
    cells = _cells(source, line, style)
    first, last = _window(cells, strokes, room)
    head = _CUT if first else ""
    tail = _CUT if last < len(cells) else ""
    shown = f"{head}{''.join(cells[first:last])}{tail}".rstrip()
    number = style.paint(f"{line:>{gutter}} |", BLUE)
    yield f"{number} {shown}" if shown else number
    for stroke in strokes:
        indent, length = _extent(cells, stroke, (first, last))
        drawn = stroke.mark.pen * length
        label = stroke.mark.label if stroke.is_last else ""
        limit = None if style.width is None else room
        bar = style.paint(f"{'':{gutter}} |", BLUE)
        for space, text in _labelled(len(head) + indent, drawn, label, limit):
            yield f"{bar} {' ' * space}{style.paint(text, stroke.mark.color)}"


def _labelled(
    indent: int, drawn: str, label: str, room: int | None
) -> Iterator[tuple[int, str]]:
    """Yield an underline with its label beside it, or below where there is no room."""
    if not label:
        yield indent, drawn
        return
    beside = f"{drawn} {label}"
    if room is None or indent + display_width(beside) <= room:
        yield indent, beside
        return
    yield indent, drawn
    indent = max(0, min(indent, room - display_width(label)))
    for line in textwrap.wrap(label, room - indent):
        yield indent, line


def _cells(source: SourceFile, line: int, style: Style) -> list[str]:
    """Return what each code point of a line is shown as."""
    span = source.line_span(line)
    start = min(span.end, max(span.start, source.bom_length))
    text = source.decode(start, span.end)
    return [
        _TAB if character == "\t" else style.printable(character) for character in text
    ]


def _extent(
    cells: list[str], stroke: _Stroke, window: tuple[int, int]
) -> tuple[int, int]:
    """Return how far a stroke is indented and how long it is, in terminal cells."""
    first, last = window
    end = len(cells) if stroke.end is None else stroke.end
    start = stroke.start
    if start == 0 and stroke.line != stroke.mark.location.start.line:
        while start < end and not cells[start].strip():
            start += 1
    start, end = max(first, start), min(last, end)
    indent = display_width("".join(cells[first:start]))
    return indent, max(1, display_width("".join(cells[start:end])))


def _window(cells: list[str], strokes: list[_Stroke], room: int) -> tuple[int, int]:
    """Return which cells to show of a line that may be wider than the room."""
    widths = [display_width(cell) for cell in cells]
    if sum(widths) <= room:
        return 0, len(cells)
    room -= 2 * len(_CUT)
    focus = strokes[0] if strokes else None
    start = min(focus.start, len(cells)) if focus else 0
    end = len(cells) if focus is None or focus.end is None else focus.end
    first, used = start, 0
    while start < min(end, len(cells)) and used + widths[start] <= room:
        used += widths[start]
        start += 1
    return _grow(widths, first, start, room - used)


def _grow(widths: list[int], first: int, last: int, spare: int) -> tuple[int, int]:
    """Widen a window: up to half the spare room to its left, then right, then left."""
    left = spare // 2
    while first and widths[first - 1] <= left:
        first -= 1
        left -= widths[first]
        spare -= widths[first]
    while last < len(widths) and widths[last] <= spare:
        spare -= widths[last]
        last += 1
    while first and widths[first - 1] <= spare:
        first -= 1
        spare -= widths[first]
    return first, last
