"""Finds the places that use a value which is written somewhere else.

A node image in a variable belongs to the kind that runs it where the variable is read,
not to whatever kind stands near the line that sets it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.spans import ByRegion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.inventory import Reference
    from digestpin.templates import Scope, Variable
    from digestpin.tracing import Tracer


class Consumers:
    """Answers in which scopes the value that a reference stands in is read."""

    def __init__(self, facts: Mapping[str, Sequence[Fact]], tracer: Tracer) -> None:
        self._tracer = tracer
        self._bindings = ByRegion(
            (region, fact)
            for found in facts.values()
            for fact in found
            if isinstance(fact, Binding)
            for region in fact.value.regions
        )
        self._reads: dict[str, list[tuple[Scope, Variable, Binding | None]]] = (
            defaultdict(list)
        )
        self._readers: dict[str, dict[int, list[tuple[Scope, Binding | None]]]] = {}
        self._known: dict[int, tuple[Scope, ...]] = {}
        for found in facts.values():
            for fact in found:
                if isinstance(fact, Binding):
                    self._note(fact.scope, fact)
                elif isinstance(fact, Text):
                    for variable in fact.template.variables:
                        self._reads[variable.name].append((fact.scope, variable, None))

    def _note(self, scope: Scope, binding: Binding) -> None:
        for variable in binding.value.variables:
            self._reads[variable.name].append((scope, variable, binding))

    def scopes(self, reference: Reference) -> tuple[Scope, ...]:
        """Return the scopes that read the variable a reference is the value of."""
        found: dict[Scope, None] = {}
        for binding in self._bindings.containing(reference.region):
            known = self._known.get(id(binding))
            if known is None:
                visited = self._visit(binding, {id(binding)})
                known = self._known[id(binding)] = tuple(dict.fromkeys(visited))
            found.update(dict.fromkeys(known))
        return tuple(found)

    def _readers_of(self, name: str) -> dict[int, list[tuple[Scope, Binding | None]]]:
        """Return what reads a name, by the bindings that it reaches."""
        known = self._readers.get(name)
        if known is None:
            known = self._readers[name] = defaultdict(list)
            for scope, variable, reader in self._reads.get(name, ()):
                for binding in self._tracer.reaching(variable):
                    known[id(binding)].append((scope, reader))
        return known

    def _visit(self, binding: Binding, seen: set[int]) -> Iterator[Scope]:
        for scope, reader in self._readers_of(binding.name).get(id(binding), ()):
            yield scope
            if reader is not None and id(reader) not in seen:
                seen.add(id(reader))
                yield from self._visit(reader, seen)
