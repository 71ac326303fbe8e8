"""What an edit replaces, and what it refuses."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from digestpin.edits import Edit, apply_edits, sort_edits
from digestpin.errors import OverlappingEdits, StaleEdit
from digestpin.source import Span

PATH = PurePosixPath("a.yaml")
DATA = b"one two three"


def edit(start: int, end: int, text: str, *, expected: bytes | None = None) -> Edit:
    found = DATA[start:end] if expected is None else expected
    span = Span(start, end)
    return Edit(path=PATH, span=span, expected=found, replacement=text.encode())


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param([], b"one two three", id="none"),
        pytest.param([edit(4, 7, "2")], b"one 2 three", id="one"),
        pytest.param([edit(8, 13, "3"), edit(0, 3, "1")], b"1 two 3", id="any order"),
        pytest.param([edit(4, 7, "2"), edit(4, 7, "2")], b"one 2 three", id="equal"),
        pytest.param([edit(3, 3, "!")], b"one! two three", id="an insertion"),
        pytest.param([edit(0, 3, "1"), edit(3, 4, "-")], b"1-two three", id="touching"),
        pytest.param([edit(0, 13, "")], b"", id="everything"),
    ],
)
def test_applied(edits: list[Edit], expected: bytes) -> None:
    assert apply_edits(DATA, edits) == expected


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([edit(0, 5, "a"), edit(4, 7, "b")], id="two that overlap"),
        pytest.param([edit(4, 7, "a"), edit(4, 7, "b")], id="two texts for one span"),
        pytest.param([edit(0, 13, "a"), edit(4, 7, "b")], id="one inside another"),
    ],
)
def test_edits_of_the_same_bytes_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(OverlappingEdits) as caught:
        sort_edits(edits)
    assert caught.value.path == PATH


def test_an_edit_made_for_other_bytes_is_refused() -> None:
    with pytest.raises(StaleEdit) as caught:
        apply_edits(DATA, [edit(4, 7, "2", expected=b"tow")])
    assert "expected b'tow' at offset 4, found b'two'" in str(caught.value)


def test_a_shift_is_what_the_text_behind_moves_by() -> None:
    assert [edit(0, 3, "1").shift, edit(3, 3, "ab").shift] == [-2, 2]
