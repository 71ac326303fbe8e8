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
_AROUND = 4  # code points for each cell of room, as some take none


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


@frozen(kw_only=True)
class _Part:
    """What the code points of a line are shown as, from number `start` on."""

    cells: list[str]
    start: int
    is_end: bool

    def place(self, stroke: _Stroke) -> tuple[int, int]:
        """Return the cells of a stroke, as far as they are here."""
        size = len(self.cells)
        end = size if stroke.end is None else stroke.end - self.start
        return min(max(0, stroke.start - self.start), size), min(max(0, end), size)


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
    part = _part(source.line_text(line), strokes, room, style)
    cells = part.cells
    first, last = _window(part, strokes, room)
    head = _CUT if first or part.start else ""
    tail = _CUT if last < len(cells) or not part.is_end else ""
    shown = f"{head}{''.join(cells[first:last])}{tail}".rstrip()
    number = style.paint(f"{line:>{gutter}} |", BLUE)
    yield f"{number} {shown}" if shown else number
    for stroke in strokes:
        indent, length = _extent(part, stroke, (first, last))
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


def _part(text: str, strokes: list[_Stroke], room: int, style: Style) -> _Part:
    """Return as much of a line as can be shown around the first stroke."""
    focus = strokes[0].start if strokes else 0
    start = max(0, focus - _AROUND * room)
    end = focus + _AROUND * room
    cells = [
        _TAB if character == "\t" else style.printable(character)
        for character in text[start:end]
    ]
    return _Part(cells=cells, start=start, is_end=end >= len(text))


def _extent(part: _Part, stroke: _Stroke, window: tuple[int, int]) -> tuple[int, int]:
    """Return how far a stroke is indented and how long it is, in terminal cells."""
    cells, (first, last) = part.cells, window
    start, end = part.place(stroke)
    if stroke.start == 0 and stroke.line != stroke.mark.location.start.line:
        while start < end and not cells[start].strip():
            start += 1
    start, end = min(max(first, start), last), min(last, end)
    indent = display_width("".join(cells[first:start]))
    return indent, max(1, display_width("".join(cells[start:end])))


def _window(part: _Part, strokes: list[_Stroke], room: int) -> tuple[int, int]:
    """Return which cells to show of a line that may be wider than the room."""
    widths = [display_width(cell) for cell in part.cells]
    if sum(widths) <= room:
        return 0, len(widths)
    room -= 2 * len(_CUT)
    start, end = part.place(strokes[0]) if strokes else (0, len(widths))
    first, used = start, 0
    while start < end and used + widths[start] <= room:
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
