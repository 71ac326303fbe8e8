"""Says which of the assignments of one name hold at a place.

What may be skipped (a branch, a default) is kept beside what stands before it; the
nearest assignment that is sure to be made voids it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from digestpin.branches import Branch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digestpin.facts import Binding
    from digestpin.source import Region
    from digestpin.templates import Scope


class Assigned:
    """The bindings of one name in one scope."""

    def __init__(self, bindings: list[Binding]) -> None:
        self._is_sequential = any(binding.sequential for binding in bindings)
        if self._is_sequential:
            bindings = sorted(bindings, key=_offset)
        self._bindings = bindings
        self._offsets = [_offset(binding) for binding in bindings]

    def before(
        self, at: int | None, inside: tuple[Branch, ...]
    ) -> tuple[list[Binding], bool]:
        """Return the bindings that hold at an offset of their own file.

        `inside` are the branches of that place. Of sequential ones, those before it
        that no later one makes void; when none stands before it (a function that is
        called later), all. Says also whether one of them surely holds.
        """
        taken = {branch.statement: branch.number for branch in inside}
        own, is_ordered = self._bindings, self._is_sequential
        if is_ordered and at is not None:
            own = own[: bisect_left(self._offsets, at)]
            if not own:
                own, is_ordered = self._bindings, False
        live: list[Binding] = []
        void = _Void(inside)
        for binding in reversed(own):
            if is_ordered and void.holds(binding):
                if void.is_all:
                    break
            elif _can_meet(binding, taken) and not _holds(binding, at):
                live.append(binding)
                if not (binding.conditional or binding.fallback):
                    void.add(binding)
        live.reverse()
        return _without_spare(live) if is_ordered else live, void.is_all


class _Void:
    """Where what was assigned earlier holds no longer, seen from one place.

    A sure assignment makes void what stands before it in its branch, and what stands
    before the statement when each of its branches has one.
    """

    def __init__(self, inside: tuple[Branch, ...]) -> None:
        self._inside = frozenset(inside)
        self._branches: set[Branch] = set()
        self.is_all = False

    def add(self, binding: Binding) -> None:
        """Note a sure assignment."""
        beyond = [one for one in binding.branches if one not in self._inside]
        while beyond:
            last = beyond.pop()
            self._branches.add(last)
            if not last.count or not self._is_covered(last):
                return
        self.is_all = True

    def _is_covered(self, last: Branch) -> bool:
        return all(
            Branch(last.statement, number, last.count) in self._branches
            for number in range(last.count)
        )

    def holds(self, binding: Binding) -> bool:
        """Whether a later assignment always replaces this one."""
        return self.is_all or any(one in self._branches for one in binding.branches)


def replaced_after(binding: Binding, others: Iterable[Binding]) -> frozenset[str]:
    """Return the values of a binding instead of which another one later holds."""
    found: frozenset[str] = frozenset()
    for other in others:
        if other.replaces and (
            other.scope != binding.scope or _offset(other) > _offset(binding)
        ):
            found |= other.replaces
    return found


def _without_spare(bindings: list[Binding]) -> list[Binding]:
    """Leave out the fallbacks of what an earlier binding, or fallback, surely sets."""
    return [
        binding
        for at, binding in enumerate(bindings)
        if not binding.fallback
        or not any(_surely_sets(other, binding.branches) for other in bindings[:at])
    ]


def _surely_sets(binding: Binding, inside: tuple[Branch, ...]) -> bool:
    value = binding.value
    is_something = bool(value.text) and value.is_literal
    is_sure = all(branch in inside for branch in binding.branches)
    return is_something and is_sure and not binding.conditional


def _can_meet(binding: Binding, taken: Mapping[Scope, int]) -> bool:
    holds_somewhere = binding.rows is None or bool(binding.rows)
    return holds_somewhere and all(
        taken.get(branch.statement, branch.number) == branch.number
        for branch in binding.branches
    )


def _holds(binding: Binding, at: int | None) -> bool:
    """Say whether the use at `at` is in the binding's own value: `X=${X:-v}`."""
    region = binding.value.region
    if at is None or region is None or not _contains(region, at):
        return False
    return any(
        _contains(variable.region, at)
        for variable in binding.value.variables
        if variable.opaque or variable.name == binding.name
    )


def _contains(region: Region, at: int) -> bool:
    return region.span.start <= at < region.span.end


def _offset(binding: Binding) -> int:
    region = binding.value.region
    return region.span.start if region is not None else 0
