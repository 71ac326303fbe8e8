"""Templates: text and variables, each tied to its bytes."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import show

from digestpin.source import Region, SourceFile, Span
from digestpin.templates import (
    EMPTY,
    HOLE,
    Literal,
    Template,
    Variable,
    inexact,
    join,
    literal,
    made_up,
    variable,
)

SOURCE = SourceFile(PurePosixPath("a"), b"kindest/node:v1.31.4@x")


def piece(start: int, end: int) -> Template:
    return literal(SOURCE.text[start:end], SOURCE.region(start, end))


def read(name: str, start: int = 0, default: Template | None = None) -> Template:
    region = SOURCE.region(start, start + 1)
    part = Variable(name=name, scope=("a",), region=region, default=default)
    return variable(part)


def test_neighbours_become_one_part() -> None:
    joined = join((piece(0, 7), piece(7, 12), piece(12, 13)))
    assert joined.parts == piece(0, 13).parts


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(piece(0, 7), piece(8, 12), id="a gap between them"),
        pytest.param(piece(7, 12), piece(0, 7), id="the wrong order"),
        pytest.param(piece(0, 7), made_up(":"), id="text that stands nowhere"),
        pytest.param(piece(0, 7), inexact(piece(7, 12)), id="an escape"),
        pytest.param(piece(0, 7), read("x", 7), id="a variable"),
    ],
)
def test_others_stay_apart(first: Template, second: Template) -> None:
    joined = first + second
    assert joined.parts == (*first.parts, *second.parts)
    assert joined.exact_region is None


def test_a_cut_keeps_variables_and_places() -> None:
    template = join((piece(0, 13), read("v", 13), piece(20, 21)))
    assert template.text == f"kindest/node:{HOLE}@"
    cut = template.cut(8, 14)
    assert show(cut) == "node:{v}"
    assert cut.cut(0, 4).exact_region == SOURCE.region(8, 12)
    assert cut.variable_at(5) is template.variable_at(13)
    assert template.cut(0, len(template)) is template
    assert template.cut(5, 5) == EMPTY


def test_a_region_spans_all_parts_of_one_file() -> None:
    template = join((piece(2, 4), made_up(":"), read("v", 9)))
    assert template.region == SOURCE.region(2, 10)
    other = Literal("x", Region(PurePosixPath("b"), Span(0, 1)))
    assert join((template, Template((other,)))).region is None
    assert made_up("x").region is None
    assert EMPTY.exact_region is None


def test_variables_are_found_inside_defaults_and_alternatives() -> None:
    inner = read("inner")
    part = Variable(
        name="outer",
        scope=("a",),
        region=SOURCE.region(0, 1),
        default=inner,
        others=(read("other"),),
    )
    names = [item.name for item in variable(part).variables]
    assert names == ["outer", "inner", "other"]


def test_inexact_text_keeps_its_place_and_no_edit() -> None:
    template = inexact(piece(0, 7))
    assert (template.text, template.exact_region) == ("kindest", None)
    assert template.cut(0, 3).region == SOURCE.region(0, 7)
