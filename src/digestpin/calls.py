"""Pairs what one call of a workflow, an action or a template gives it.

Each call is a row of the called file: values of two calls never meet. A format says
which row a value was given in; which rows are left for a default is known only when
all callers have been read.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import CALL, Binding
from digestpin.rows import ELSEWHERE
from digestpin.templates import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from digestpin.facts import Fact
    from digestpin.source import Region
    from digestpin.templates import Scope


def read_calls(
    target: Scope, given: Iterable[Binding], region: Region
) -> Iterator[Binding]:
    """Yield a call at `region`, and what it gives, in a row of what is called."""
    number = zlib.crc32(f"{region.path}:{region.span.start}".encode()) + 1
    rows = frozenset({number})
    yield Binding(name=CALL, scope=target, value=EMPTY, what="call", rows=rows)
    for binding in given:
        yield replace(binding, scope=target, rows=rows)


def leave_defaults(
    facts: Mapping[str, tuple[Fact, ...]],
) -> dict[str, tuple[Fact, ...]]:
    """Return all facts, defaults as holding in the calls that give no value."""
    calls: dict[str, set[int]] = defaultdict(set)
    given: dict[tuple[Scope, str], set[int]] = defaultdict(set)
    for found in facts.values():
        for fact in found:
            if isinstance(fact, Binding) and fact.rows is not None:
                given[fact.scope, fact.name] |= fact.rows
                if fact.name == CALL:
                    calls[fact.scope[0]] |= fact.rows
    changed = dict(facts)
    for path, rows in calls.items():
        changed[path] = tuple(
            replace(
                fact, rows=frozenset({ELSEWHERE, *rows} - given[fact.scope, fact.name])
            )
            if isinstance(fact, Binding) and _is_default(fact, (path,))
            else fact
            for fact in facts.get(path, ())
        )
    return {path: found for path, found in changed.items() if path in facts}


def _is_default(binding: Binding, scope: Scope) -> bool:
    return binding.fallback and binding.scope == scope and binding.rows is None
