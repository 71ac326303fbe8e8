"""What a rewrite may not do."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.judging import gather

from digestpin.edits import Edit, apply_edits
from digestpin.errors import UnfaithfulRewrite
from digestpin.source import SourceFile, Span
from digestpin.verification import Moves, verify_references, verify_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = PurePosixPath("kind.yaml")
PINNED = "kindest/node:v1.31.4@sha256:" + "0" * 64


def edit(data: bytes, old: str, new: str, nth: int = 0) -> Edit:
    start = -1
    for _ in range(nth + 1):
        start = data.index(old.encode(), start + 1)
    span = Span(start, start + len(old))
    return Edit(path=PATH, span=span, expected=old.encode(), replacement=new.encode())


def refused(verify: Callable[..., None], *arguments: object) -> list[object]:
    """Return the file whose rewrite is refused, if it is."""
    try:
        verify(*arguments)
    except UnfaithfulRewrite as error:
        return [error.path]
    return []


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param((0, 5), (0, 5), id="before"),
        pytest.param((10, 20), (10, 22), id="the edit itself"),
        pytest.param((20, 25), (22, 27), id="behind"),
        pytest.param((5, 25), (5, 27), id="around"),
        pytest.param((12, 15), (10, 22), id="inside"),
    ],
)
def test_spans_move_with_edits(
    span: tuple[int, int], expected: tuple[int, int]
) -> None:
    change = Edit(
        path=PATH, span=Span(10, 20), expected=b"x" * 10, replacement=b"y" * 12
    )
    assert Moves([change]).span(Span(*span)) == expected


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        pytest.param(
            "a: kindest/node:v1.31.4\n", "kindest/node:v1.31.4", PINNED, id="plain"
        ),
        pytest.param("a: &x v1\nb: *x\n", "v1", "v2", id="an anchor"),
        pytest.param("a: |\n  v1\n  v1\n", "v1", "v2", id="one of two in a block"),
        pytest.param("{{ no yaml\n: [\n", "no", "yes", id="no YAML to begin with"),
        pytest.param("v1: v1\n", "v1", "v2", id="a key"),
        pytest.param("a: |\n  # c\n  b\n", "  # c\n", "", id="a line of a block"),
        pytest.param(
            "a: |\r\n  b\r\n  # c\r\nd: 1\r\n", "  # c\r\n", "", id="with CRLF"
        ),
        pytest.param(
            "a:\n  - |\n    b\n      # c\n", "      # c\n", "", id="a deeper line"
        ),
        pytest.param("a: |-\n  b\n  # c\n", "  # c\n", "", id="the last, stripped"),
        pytest.param("a: |-\n  # c\n", "  # c\n", "", id="the only line, stripped"),
    ],
)
def test_faithful_yaml(text: str, old: str, new: str) -> None:
    source = SourceFile(PATH, text.encode())
    change = edit(source.data, old, new)
    after = apply_edits(source.data, [change])
    assert refused(verify_yaml, source, after, [change]) == []


@pytest.mark.parametrize(
    ("text", "after", "old", "new"),
    [
        pytest.param("a: v1\nb: v1\n", "a: v2\nb: x\n", "v1", "v2", id="another value"),
        pytest.param("a: v1\n", "a: v2\nb: x\n", "v1", "v2", id="a new key"),
        pytest.param("a: v1\n", "a: v2: x\n", "v1", "v2: x", id="no YAML any more"),
        pytest.param("a: v1\n", "a: v2 # x\n", "v1", "v2 #y", id="a comment"),
        pytest.param("a: [v1, b]\n", "a: [v2, b, c]\n", "v1", "v2", id="one more"),
        pytest.param(
            "a: |\n  # c\n    b\n", "a: |\n    b\n", "  # c\n", "", id="its indentation"
        ),
        pytest.param(
            "a: |\n  # c\n  b\n", "a: |\n  c\n  b\n", "  # c\n", "", id="a line left"
        ),
        pytest.param(
            "a: |\n  b\n  # c\n  d\n", "a: |\n  b  d\n", "  # c\n", "", id="its ends"
        ),
    ],
)
def test_unfaithful_yaml(text: str, after: str, old: str, new: str) -> None:
    source = SourceFile(PATH, text.encode())
    change = edit(source.data, old, new)
    assert refused(verify_yaml, source, after.encode(), [change]) == [PATH]


TEXT = "a: kindest/node:v1.31.4\nb: kindest/node:v1.30.8\n"


@pytest.mark.parametrize(
    ("after", "is_faithful"),
    [
        pytest.param(f"a: {PINNED}\nb: kindest/node:v1.30.8\n", True, id="as meant"),
        pytest.param(f"a: {PINNED}\nb: kindest/node:v1.30.9\n", False, id="one more"),
        pytest.param(f"a: {PINNED}\nb: redis:7\n", False, id="one is gone"),
        pytest.param(f"a: {PINNED}\n\nb: kindest/node:v1.30.8\n", False, id="moved"),
    ],
)
def test_references_are_found_again(after: str, is_faithful: bool) -> None:
    before, now = gather({"kind.yaml": TEXT}), gather({"kind.yaml": after})
    source = before.sources["kind.yaml"]
    change = edit(source.data, "kindest/node:v1.31.4", PINNED)
    arguments = (before, now, source, {PATH: [change]})
    expected = [] if is_faithful else [PATH]
    assert refused(verify_references, *arguments) == expected
