"""Which kind pins govern a reference: the closest level that has any."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from digestpin.governing import find_governing
from digestpin.inventory import Level
from digestpin.pins import KindPin
from digestpin.source import Region, Span

if TYPE_CHECKING:
    from digestpin.rows import Rows
    from digestpin.templates import Scope

WORKFLOW = ".github/workflows/a.yaml"
JOB: Scope = (WORKFLOW, "jobs", "a")
STEP: Scope = (*JOB, "steps", "1")


def pin(version: str, scope: Scope, rows: Rows = ()) -> KindPin:
    return KindPin(
        version=Version(version),
        text=version,
        region=Region(PurePosixPath(scope[0]), Span(0, 1)),
        mechanism="test",
        uses=((scope, rows),),
    )


PINS = {
    "step": pin("0.1", (*STEP, "run")),
    "other step": pin("0.2", (*JOB, "steps", "2")),
    "other job": pin("0.3", (WORKFLOW, "jobs", "b")),
    "same folder": pin("0.4", (".github/workflows/b.yaml",)),
    "upper folder": pin("0.5", (".github/x",)),
    "root": pin("0.6", ("Makefile",)),
    "elsewhere": pin("0.7", ("hack/e2e.sh",)),
}


@pytest.mark.parametrize(
    ("present", "level", "expected"),
    [
        pytest.param(list(PINS), Level.STEP, ["0.1"], id="the step"),
        pytest.param(list(PINS)[1:], Level.JOB, ["0.2"], id="the job"),
        pytest.param(list(PINS)[2:], Level.FILE, ["0.3"], id="the file"),
        pytest.param(list(PINS)[3:], Level.FOLDER, ["0.4"], id="the folder"),
        pytest.param(list(PINS)[4:], Level.FOLDER, ["0.5"], id="the folder above"),
        pytest.param(list(PINS)[5:], Level.FOLDER, ["0.6"], id="the root"),
        pytest.param(list(PINS)[6:], Level.REPOSITORY, ["0.7"], id="anywhere"),
        pytest.param([], Level.NONE, [], id="nowhere"),
    ],
)
def test_the_closest_level_wins(
    present: list[str], level: Level, expected: list[str]
) -> None:
    found_level, found = find_governing(STEP, (), [PINS[name] for name in present])
    assert (found_level, [str(item.version) for item in found]) == (level, expected)


def test_all_pins_of_the_level_count() -> None:
    pins = [pin("0.1", ("Makefile",)), pin("0.2", (".tool-versions",))]
    level, found = find_governing(("kind.yaml",), (), pins)
    assert (level, found) == (Level.FOLDER, tuple(pins))


def test_a_folder_below_does_not_count_as_above() -> None:
    pins = [pin("0.1", ("a/b/x",)), pin("0.2", ("y/x",))]
    level, found = find_governing(("a/kind.yaml",), (), pins)
    assert (level, len(found)) == (Level.REPOSITORY, 2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(((JOB, frozenset({0})),), ["0.1"], id="one row"),
        pytest.param(((JOB, frozenset({0, 1})),), ["0.1", "0.2"], id="two rows"),
        pytest.param((), ["0.1", "0.2"], id="no row of its own"),
    ],
)
def test_pins_of_other_rows_do_not_count(rows: Rows, expected: list[str]) -> None:
    pins = [
        pin("0.1", STEP, ((JOB, frozenset({0})),)),
        pin("0.2", STEP, ((JOB, frozenset({1})),)),
    ]
    _, found = find_governing(STEP, rows, pins)
    assert [str(item.version) for item in found] == expected


def test_a_composite_action_has_its_own_steps() -> None:
    scope = (".github/actions/k/action.yml", "runs", "steps", "0")
    other = (*scope[:3], "1")
    assert find_governing(scope, (), [pin("0.1", scope)])[0] is Level.STEP
    assert find_governing(scope, (), [pin("0.1", other)])[0] is Level.JOB
