"""Branches of `if` and `case`, which scopes carry as keys of their own.

A place in a branch is in a scope that says so, so that everything read there knows in
which branches it stands. What is assigned in a branch is known outside of it; the
binding carries its branches beside its scope. Values of two branches of one statement
never meet. A loop's body or what follows `&&` is a branch with no other beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digestpin.templates import Scope

_MARK = "|"
_DEEPEST = 100


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """One branch of a statement.

    `count` is how many branches there are when one of them is always taken (an `else`,
    a `*)`), 0 when it may be that none is.
    """

    statement: Scope
    number: int
    count: int = field(default=0, compare=False)


def enter_branch(scope: Scope, at: int, number: int = 0, count: int = 0) -> Scope:
    """Return the scope of one branch of the statement at an offset of the file.

    >>> branches_of(enter_branch(("e2e.sh",), 12, 1, 3))
    (Branch(statement=('e2e.sh', '12'), number=1, count=3),)

    What nests deeper than anybody writes stays in the innermost scope there is.
    """
    if len(scope) > _DEEPEST:
        return scope
    return (*scope, f"{_MARK}{at}:{number}:{count}")


@lru_cache(maxsize=8192)
def branches_of(scope: Scope) -> tuple[Branch, ...]:
    """Return the branches in which a scope stands, outermost first."""
    found = []
    for index, key in enumerate(scope):
        if not key.startswith(_MARK):
            continue
        at, *numbers = key[len(_MARK) :].split(":")
        if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            statement = (*scope[:index], at)
            found.append(Branch(statement, int(numbers[0]), int(numbers[1])))
    return tuple(found)
