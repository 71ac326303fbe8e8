"""Edits and templates over any bytes, encoding and line ending."""

from __future__ import annotations

import itertools
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from digestpin.edits import Edit, apply_edits, sort_edits
from digestpin.source import SourceFile, Span
from digestpin.templates import HOLE, Literal, Template, Variable, join, literal
from digestpin.verification import Moves

PATH = PurePosixPath("a")
ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "shift_jis", "koi8-r")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Any bytes, or lines of text in an encoding with any line endings."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    lines = draw(st.lists(st.text(max_size=20), max_size=8))
    ending = draw(st.sampled_from(("\n", "\r\n", "\r", "\u2028", "\x85")))
    text = ending.join(lines)
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """A file and edits of it that do not touch each other."""
    data = draw(files())
    ends = draw(st.lists(st.integers(0, len(data)), max_size=8, unique=True))
    ends.sort()
    edits = [
        Edit(
            path=PATH,
            span=Span(start, end),
            expected=data[start:end],
            replacement=draw(st.binary(max_size=10)),
        )
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    ]
    return data, draw(st.permutations(edits))


@given(edited())
def test_all_bytes_outside_the_spans_survive(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    after = apply_edits(data, edits)
    ordered = sort_edits(edits)
    outside, done, at = [], 0, 0
    for edit in ordered:
        kept = data[done : edit.span.start]
        assert after[at : at + len(kept)] == kept
        at += len(kept)
        assert after[at : at + len(edit.replacement)] == edit.replacement
        at += len(edit.replacement)
        outside.append(kept)
        done = edit.span.end
    assert after[at:] == data[done:]
    assert len(after) == len(data) + sum(edit.shift for edit in edits)


@given(edited())
def test_an_edit_undone_gives_the_file_back(case: tuple[bytes, list[Edit]]) -> None:
    data, edits = case
    ordered = sort_edits(edits)
    after = apply_edits(data, edits)
    shift, back = 0, []
    for edit in ordered:
        start = edit.span.start + shift
        back.append(
            Edit(
                path=PATH,
                span=Span(start, start + len(edit.replacement)),
                expected=edit.replacement,
                replacement=edit.expected,
            )
        )
        shift += edit.shift
    assert apply_edits(after, back) == data


@given(edited(), st.data())
def test_a_span_that_no_edit_touches_holds_the_same_bytes(
    case: tuple[bytes, list[Edit]], data: st.DataObject
) -> None:
    before, edits = case
    ordered = sort_edits(edits)
    starts = [0, *(edit.span.end for edit in ordered)]
    stops = [*(edit.span.start for edit in ordered), len(before)]
    index = data.draw(st.integers(0, len(starts) - 1))
    low = data.draw(st.integers(starts[index], stops[index]))
    high = data.draw(st.integers(low, stops[index]))
    if low == high:
        return
    start, end = Moves(ordered).span(Span(low, high))
    assert apply_edits(before, edits)[start:end] == before[low:high]


def move_step_by_step(offset: int, edits: list[Edit], *, is_end: bool) -> int:
    """Walk all edits: the plain definition of where an offset moves."""
    shift = 0
    for edit in edits:
        if offset >= edit.span.end and (offset > edit.span.start or not is_end):
            shift += edit.shift
        elif offset > edit.span.start:
            inside = len(edit.replacement) if is_end else 0
            return edit.span.start + shift + inside
        else:
            break
    return offset + shift


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 5))))
def test_any_span_moves_as_by_the_plain_definition(
    sizes: list[tuple[int, int, int]],
) -> None:
    edits: set[Edit] = set()
    at = 0
    for gap, length, new in sizes:
        span = Span(at + gap, at + gap + length)
        if all(edit.span != span for edit in edits):
            text = b"n" * new
            edits.add(
                Edit(path=PATH, span=span, expected=b"o" * length, replacement=text)
            )
        at = span.end
    ordered = sort_edits(edits)
    moves = Moves(ordered)
    for start, end in itertools.combinations_with_replacement(range(at + 3), 2):
        assert moves.span(Span(start, end)) == (
            move_step_by_step(start, ordered, is_end=False),
            move_step_by_step(end, ordered, is_end=True),
        )
        assert moves.touches(Span(start, end)) == any(
            edit.span.start < end and start < edit.span.end for edit in ordered
        )


@given(files())
def test_a_position_is_within_its_own_line(data: bytes) -> None:
    source = SourceFile(PATH, data)
    assert source.text.encode("latin-1") == data
    for offset in range(0, len(data) + 1, max(1, len(data) // 20)):
        position = source.position(offset)
        assert position.line == data[:offset].count(b"\n") + 1
        line = source.line_span(position.line)
        assert b"\n" not in source.slice(line)
        assert 1 <= position.column <= len(data) + 1


# Templates


@st.composite
def templates(draw: st.DrawFn) -> tuple[bytes, Template]:
    """A file and a template over it: exact pieces with holes between them."""
    data = draw(st.binary(max_size=60).map(lambda raw: raw.replace(b"\0", b"x")))
    source = SourceFile(PATH, data)
    ends = sorted(draw(st.lists(st.integers(0, len(data)), max_size=10)))
    parts: list[Template] = []
    for start, end in itertools.pairwise(ends):
        region = source.region(start, end)
        if draw(st.booleans()):
            parts.append(literal(source.text[start:end], region))
        elif draw(st.booleans()):
            read = Variable(name="x", scope=("a",), region=region)
            parts.append(Template((read,)))
    return data, join(parts)


def check_tied(data: bytes, template: Template) -> None:
    for part in template.parts:
        if isinstance(part, Literal) and part.exact:
            assert part.region is not None
            span = part.region.span
            assert data[span.start : span.end].decode("latin-1") == part.text


@given(templates(), st.integers(-5, 70), st.integers(-5, 70))
def test_a_cut_is_a_slice_and_stays_tied_to_its_bytes(
    case: tuple[bytes, Template], start: int, end: int
) -> None:
    data, template = case
    low, high = max(0, start), max(0, end)
    cut = template.cut(low, high)
    assert cut.text == template.text[low:high]
    check_tied(data, cut)


@given(templates(), st.lists(st.integers(0, 70), max_size=5))
def test_pieces_join_to_the_whole(
    case: tuple[bytes, Template], cuts: list[int]
) -> None:
    data, template = case
    ends = sorted({0, len(template), *(at for at in cuts if at <= len(template))})
    whole = join(template.cut(low, high) for low, high in itertools.pairwise(ends))
    assert whole.text == template.text
    assert not template.text or whole.exact_region == template.exact_region
    check_tied(data, whole)


@given(templates())
def test_an_exact_region_is_the_text(case: tuple[bytes, Template]) -> None:
    data, template = case
    region = template.exact_region
    if region is not None:
        span = region.span
        assert data[span.start : span.end].decode("latin-1") == template.text


@given(templates())
def test_every_hole_is_a_variable(case: tuple[bytes, Template]) -> None:
    _, template = case
    for index, character in enumerate(template.text):
        is_variable = template.variable_at(index) is not None
        assert is_variable == (character == HOLE)
