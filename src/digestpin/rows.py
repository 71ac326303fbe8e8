"""Says in which matrix rows and branches values hold, and whether two can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.branches import branches_of

if TYPE_CHECKING:
    from digestpin.branches import Branch
    from digestpin.facts import Binding
    from digestpin.templates import Scope

Rows = tuple[tuple["Scope", frozenset[int]], ...]
"""In which rows of which matrix, or branches of which statement, a value holds.

Sorted by scope. What is not named does not restrict the value.
"""


ELSEWHERE = -1
"""The row of calls that are not in the repository: a person's, another one's."""

_MARK = "#"


def restrict_rows(scope: Scope, size: int, rows: frozenset[int]) -> Scope:
    """Return a scope in which only these rows of its first `size` keys hold.

    >>> rows_of_scope(restrict_rows(("ci.yml", "jobs", "e2e", "steps"), 3, {0, 2}))
    ((('ci.yml', 'jobs', 'e2e'), frozenset({0, 2})),)
    """
    return (*scope, f"{_MARK}{size}:{','.join(map(str, sorted(rows)))}")


def meet_rows(first: Rows, second: Rows) -> Rows | None:
    """Return the rows in which both hold; None when there is no such row."""
    if not first or first == second:
        return second
    if not second:
        return first
    merged = dict(first)
    for scope, rows in second:
        both = rows & merged[scope] if scope in merged else rows
        if not both:
            return None
        merged[scope] = both
    return tuple(sorted(merged.items()))


def without_calls(rows: Rows) -> Rows:
    """Return the rows but for those that a default is left when calls give values.

    >>> without_calls(((("a.yml",), frozenset({-1})), (("b.yml",), frozenset({2}))))
    ((('b.yml',), frozenset({2})),)
    """
    return tuple((scope, held) for scope, held in rows if ELSEWHERE not in held)


def any_row(first: Rows, second: Rows) -> Rows:
    """Return rows in which one of the two holds.

    >>> any_row(((("a",), frozenset({1})),), ())
    ()
    """
    other = dict(second)
    return tuple(
        (scope, rows | other[scope]) for scope, rows in first if scope in other
    )


def rows_of(binding: Binding) -> Rows:
    """Return the matrix rows, and the branches, in which a binding holds."""
    rows = _rows_around(binding.scope, binding.branches)
    if binding.rows is not None:
        rows[binding.scope] = binding.rows
    return tuple(sorted(rows.items()))


def rows_of_scope(scope: Scope) -> Rows:
    """Return the matrix rows, and the branches, in which a scope stands."""
    return tuple(sorted(_rows_around(scope, ()).items()))


def _rows_around(
    scope: Scope, branches: tuple[Branch, ...]
) -> dict[Scope, frozenset[int]]:
    rows = {
        branch.statement: frozenset({branch.number})
        for branch in (*branches_of(scope), *branches)
    }
    for key in scope[1:]:
        if key.startswith(_MARK):
            size, _, numbers = key[len(_MARK) :].partition(":")
            if size.isdecimal() and numbers.replace(",", "").isdecimal():
                rows[scope[: int(size)]] = frozenset(map(int, numbers.split(",")))
    return rows


def is_conditional(rows: Rows) -> bool:
    """Say whether a branch of a statement is among what restricts a value.

    >>> is_conditional(((("install.sh", "115"), frozenset({0})),))
    True
    >>> is_conditional((((".github/workflows/e2e.yml", "jobs"), frozenset({0})),))
    False
    """
    return any(scope[-1].isdecimal() for scope, _ in rows)
