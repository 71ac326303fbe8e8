"""Keeps count of the conditionals around a line of a makefile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.branches import enter_branch
from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.templates import Scope


@frozen(kw_only=True)
class _Open:
    at: int
    number: int = 0
    guard: str = ""


@dataclass
class Conditions:
    """The conditionals that are open, outermost first."""

    _open: list[_Open] = field(default_factory=list)

    def open(self, at: int, guard: str) -> None:
        """Note a conditional at an offset; `guard` is what it says is unset."""
        self._open.append(_Open(at=at, guard=guard))

    def turn(self, guard: str = "") -> None:
        """Note an `else`, with or without a condition of its own."""
        if self._open:
            last = self._open.pop()
            self._open.append(replace(last, number=last.number + 1, guard=guard))

    def close(self) -> None:
        """Note an `endif`."""
        if self._open:
            self._open.pop()

    def is_guard(self, name: str) -> bool:
        """Whether nothing but that `name` is unset decides whether a line counts."""
        return [condition.guard for condition in self._open] == [name]

    def enter(self, scope: Scope) -> Scope:
        """Return the scope of a line in these branches."""
        for condition in self._open:
            scope = enter_branch(scope, condition.at, condition.number)
        return scope
