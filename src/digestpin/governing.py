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
from digestpin.rows import meet_rows, without_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from digestpin.inventory import Reference
    from digestpin.pins import KindPin
    from digestpin.rows import Rows
    from digestpin.templates import Scope

_STEP_DEPTH = {"jobs": 5, "runs": 4}
_JOB_DEPTH = {"jobs": 3, "runs": 2}


def govern(
    references: Sequence[Reference],
    pins: Sequence[KindPin],
    configured: Sequence[KindPin] = (),
    scopes_of: Callable[[Reference], Iterable[Scope]] = lambda _: (),
) -> Iterator[Reference]:
    """Give each reference with the pins that govern it and their level.

    `configured` are the versions that the configuration names; they go before all.
    `scopes_of` gives the scopes that read a value in which a reference stands.
    """
    busy = frozenset(item.scope[0] for item in references if item.is_node_image)
    for reference in references:
        if not reference.is_node_image:
            yield reference  # kind has nothing to do with it
        elif configured:
            yield replace(reference, pins=tuple(configured), level=Level.CONFIGURATION)
        else:
            level, found = _govern_one(reference, pins, busy, scopes_of)
            yield replace(reference, pins=found, level=level)


def _govern_one(
    reference: Reference,
    pins: Sequence[KindPin],
    busy: frozenset[str],
    scopes_of: Callable[[Reference], Iterable[Scope]],
) -> tuple[Level, tuple[KindPin, ...]]:
    """Return the pins nearest to the places of use, else to where it is written.

    A default that no call of the repository leaves meets none of what they give: what
    is near it is what the calls pin all the same.
    """
    level, found = _find_nearest(reference, pins, busy, scopes_of)
    rows = without_calls(reference.rows)
    if level not in _NEAR and rows != reference.rows:
        freed = replace(reference, rows=rows)
        other = _find_nearest(freed, pins, busy, scopes_of)
        if other[0] in _NEAR or level is Level.NONE:
            return other
    return level, found


def _find_nearest(
    reference: Reference,
    pins: Sequence[KindPin],
    busy: frozenset[str],
    scopes_of: Callable[[Reference], Iterable[Scope]],
) -> tuple[Level, tuple[KindPin, ...]]:
    level, found = find_governing(reference.scope, reference.rows, pins)
    if level in (Level.STEP, Level.JOB):
        return level, found
    near: dict[KindPin, None] = {}
    levels: list[Level] = []
    for scope in scopes_of(reference):
        at, governing = find_governing(scope, reference.rows, pins)
        if at in _NEAR:
            near.update(dict.fromkeys(governing))
            levels.append(at)
    if near:
        return min(levels, key=_NEAR.index), tuple(near)
    if level in (Level.FOLDER, Level.REPOSITORY):
        found = _without_strangers(found, busy)
    return level, found


_NEAR = (Level.STEP, Level.JOB, Level.FILE)


def _without_strangers(
    pins: tuple[KindPin, ...], busy: frozenset[str]
) -> tuple[KindPin, ...]:
    """Leave out, where others remain, pins that are there for something else.

    What a workflow's job installs is for that job: a pin outside of all jobs (a
    makefile, a script, go.mod) says more of the repository, and a workflow with node
    images of its own less.
    """
    for is_kept in (_is_unscoped, lambda pin: _path(pin) not in busy):
        kept = tuple(pin for pin in pins if is_kept(pin))
        if kept:
            return kept
    return pins


def _is_unscoped(pin: KindPin) -> bool:
    return any(not _is_of_workflow(scope) for scope, _ in pin.uses)


def _is_of_workflow(scope: Scope) -> bool:
    in_job = len(scope) > 1 and scope[1] in _JOB_DEPTH
    return in_job or "/workflows/" in scope[0]


def _path(pin: KindPin) -> str:
    return pin.uses[0][0][0] if pin.uses else ""


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
