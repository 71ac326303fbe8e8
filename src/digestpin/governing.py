"""Says which kind pins govern a reference.

The closest level that has a pin wins: the configuration, the same step, the same job,
the same file, the nearest folder upward, the repository. All pins at that level count,
but for those of matrix rows in which the reference does not occur.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.inventory import Level
from digestpin.rows import meet_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digestpin.inventory import Reference
    from digestpin.pins import KindPin
    from digestpin.rows import Rows
    from digestpin.templates import Scope

_STEP_DEPTH = {"jobs": 5, "runs": 4}
_JOB_DEPTH = {"jobs": 3, "runs": 2}


def govern(
    references: Iterable[Reference],
    pins: Sequence[KindPin],
    configured: Sequence[KindPin] = (),
) -> Iterator[Reference]:
    """Give each reference with the pins that govern it and their level.

    `configured` are the versions that the configuration names; they go before all.
    """
    for reference in references:
        if not reference.is_node_image:
            yield reference  # kind has nothing to do with it
            continue
        if configured:
            yield replace(reference, pins=tuple(configured), level=Level.CONFIGURATION)
            continue
        level, found = find_governing(reference.scope, reference.rows, pins)
        yield replace(reference, pins=found, level=level)


def find_governing(
    scope: Scope, rows: Rows, pins: Sequence[KindPin]
) -> tuple[Level, tuple[KindPin, ...]]:
    """Return the closest level that has pins, and those pins."""
    for level, matches in _levels(scope):
        found = tuple(
            pin
            for pin in pins
            if any(
                matches(use) and meet_rows(rows, use_rows) is not None
                for use, use_rows in pin.uses
            )
        )
        if found:
            return level, found
    return Level.NONE, ()


class _Within:
    """Says whether a scope lies in an outer one."""

    def __init__(self, outer: Scope) -> None:
        self.outer = outer

    def __call__(self, scope: Scope) -> bool:
        return scope[: len(self.outer)] == self.outer


class _InFolder:
    """Says whether a scope is in a file of a folder, not of one below."""

    def __init__(self, folder: PurePosixPath) -> None:
        self.folder = folder

    def __call__(self, scope: Scope) -> bool:
        return PurePosixPath(scope[0]).parent == self.folder


def _levels(scope: Scope) -> Iterator[tuple[Level, _Within | _InFolder]]:
    section = scope[1] if len(scope) > 1 else ""
    step = _STEP_DEPTH.get(section)
    if step is not None and len(scope) >= step:
        yield Level.STEP, _Within(scope[:step])
    job = _JOB_DEPTH.get(section)
    if job is not None and len(scope) >= job:
        yield Level.JOB, _Within(scope[:job])
    yield Level.FILE, _Within(scope[:1])
    for folder in PurePosixPath(scope[0]).parents:
        yield Level.FOLDER, _InFolder(folder)
    yield Level.REPOSITORY, _Within(())
