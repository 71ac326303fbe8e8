"""Says which bindings a variable may read: those of its scope, and of files tied to it.

A scope sees its own names, then those of each enclosing scope, then those of the files
linked to it: what it includes, then what includes it or runs it. The nearest place
that surely sets the name ends the search; what may be skipped (a branch, a default)
is kept beside what lies further out. What stands in another branch than the read is
not seen at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from digestpin.assignments import Assigned
from digestpin.branches import branches_of
from digestpin.facts import LATE, Binding, Link, rule_of
from digestpin.goals import Goals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.goals import Rules
    from digestpin.templates import Scope, Variable


class Reach:
    """Answers which bindings a variable reads, from the facts of all files read so far.

    `targets(link)` gives the paths of the files that a link names.
    """

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        targets: Callable[[Link], Sequence[str]],
    ) -> None:
        self._bindings: dict[tuple[Scope, str], list[Binding]] = defaultdict(list)
        self._assigned: dict[tuple[Scope, str], Assigned] = {}
        self._includes: dict[str, list[str]] = defaultdict(list)
        self._included_by: dict[str, list[str]] = defaultdict(list)
        self._run_by: dict[str, list[Link]] = defaultdict(list)
        self._read_in: dict[Scope, Sequence[str]] = {}
        self._reached: dict[tuple[Scope, str, int], tuple[Binding, ...]] = {}
        self._known_ways: dict[Scope, tuple[frozenset[Scope], frozenset[str]]] = {}
        self.missing: set[tuple[str, str]] = set()
        """Names that nothing read so far surely sets, with the file that reads them."""
        for path, found in facts.items():
            for fact in found:
                if isinstance(fact, Binding):
                    self._bindings[fact.scope, fact.name].append(fact)
                elif isinstance(fact, Link):
                    self._add_link(path, fact, targets(fact))
        self._goals = Goals(facts, self._down)
        for makefile, links in self._run_by.items():
            for link in links:
                self._goals.add_call(link, makefile)

    def _add_link(self, path: str, link: Link, targets: Sequence[str]) -> None:
        if link.type is Link.Type.READ:
            self._read_in[link.scope] = self._read_in.get(link.scope) or targets
            return
        for target in targets:
            if link.type is Link.Type.RUN:
                # A script that runs itself hands over what it has got; make does not.
                if target != path or link.goals is not None:
                    self._run_by[target].append(link)
            elif target != path:
                self._includes[path].append(target)
                self._included_by[target].append(path)

    def reaching(self, variable: Variable) -> tuple[Binding, ...]:
        """Return the bindings that may give `variable` its value, nearest first."""
        key = (variable.scope, variable.name, variable.region.span.start)
        known = self._reached.get(key)
        if known is None:
            known, is_sure = self._reach(variable)
            self._reached[key] = known
            if not is_sure:
                self.missing.add((variable.name, variable.scope[0]))
        return known

    def meets(self, variable: Variable, binding: Binding, other: Binding) -> bool:
        """Say whether `binding` can hand on to `variable` what `other` sets.

        A file that is included hands on what is set where it is included (`X=${X:?}`);
        what others set that include it, or run what does, is not for this reader.
        """
        here, there = variable.scope[0], binding.scope[0]
        if here == there or other.name != binding.name:
            return True
        ways, included = self._ways(variable.scope)
        if there not in included or any(way[0] == there for way in ways):
            return True
        return other.scope[0] in included or any(
            way[: len(other.scope)] == other.scope for way in ways
        )

    def _ways(self, scope: Scope) -> tuple[frozenset[Scope], frozenset[str]]:
        """Return all scopes by which a file can be come to, and what these include."""
        known = self._known_ways.get(scope)
        if known is not None:
            return known
        # What a file includes leads to no other file that includes it.
        queue, seen, included = [scope], {scope}, set[str]()
        while queue:
            path = queue.pop()[0]
            ways: list[Scope] = [(one,) for one in self._included_by.get(path, ())]
            ways += [link.scope for link in self._run_by.get(path, ())]
            queue += [way for way in ways if way not in seen]
            seen.update(ways)
            included.update(self._down(path))
        known = self._known_ways[scope] = frozenset(seen), frozenset(included)
        return known

    def is_set(self, variable: Variable) -> bool:
        """Say whether the variable has a value whatever happens."""
        inside = branches_of(variable.scope)
        return any(
            not binding.conditional
            and all(branch in inside for branch in binding.branches)
            for binding in self.reaching(variable)
        )

    def _reach(self, variable: Variable) -> tuple[tuple[Binding, ...], bool]:
        """Return the bindings, and whether one of them holds by whatever way it runs.

        What includes or runs a file are ways to come to it, of which any may be taken:
        a place that surely sets the name ends the search on its own way only.
        """
        found = _Found(self, variable)
        read = self._read_in.get(variable.scope)
        if read is not None:
            is_sure = found.look((path,) for path in read)
            return tuple(found.bindings), is_sure
        is_sure = True
        queue = [(variable.scope, self._goals.rules_of(variable))]
        visited: set[tuple[Scope, Rules | None]] = set()
        while queue:
            start, rules = way = queue.pop(0)
            if way in visited:
                continue
            visited.add(way)
            path = start[0]
            if found.look(start[:size] for size in range(len(start), 0, -1)):
                continue
            if found.look((other,) for other in self._down(path)):
                continue
            ways: list[tuple[Scope, Rules | None]] = [
                *(((other,), rules) for other in self._included_by.get(path, ())),
                *self._callers(path, variable.name, rules),
            ]
            queue += ways
            is_sure = is_sure and bool(ways)
        return tuple(found.bindings), is_sure

    def assigned(self, scope: Scope, name: str) -> Assigned | None:
        """Return the bindings of a name in one scope."""
        key = (scope, name)
        known = self._assigned.get(key)
        if known is None and (own := self._bindings.get(key)):
            known = self._assigned[key] = Assigned(own)
        return known

    def _callers(
        self, path: str, name: str, rules: Rules | None
    ) -> Iterator[tuple[Scope, Rules | None]]:
        """Give what runs a file with a name in its environment, and for which rule."""
        for link in self._run_by.get(path, ()):
            is_handed = link.names is None or name in link.names
            if not is_handed or name in link.hidden:
                continue
            if self._goals.allows(link, path, rules):
                rule = rule_of(link.scope)
                yield link.scope, None if rule is None else frozenset({rule})

    def _down(self, path: str) -> Iterator[str]:
        """Give what a file includes, directly and through others."""
        queue, seen = list(self._includes.get(path, ())), {path}
        while queue:
            other = queue.pop(0)
            if other not in seen:
                seen.add(other)
                yield other
                queue += self._includes.get(other, ())


class _Found:
    """What one variable reads, collected scope by scope, each looked at once."""

    def __init__(self, reach: Reach, variable: Variable) -> None:
        self.bindings: list[Binding] = []
        self._reach = reach
        self._variable = variable
        self._inside = branches_of(variable.scope)
        # A recipe runs when all of its makefile has been read.
        is_in_recipe = rule_of(variable.scope) is not None
        self._is_late = is_in_recipe or LATE in variable.scope
        self._ends: dict[Scope, bool] = {}

    def look(self, scopes: Iterable[Scope]) -> bool:
        """Look into scopes up to one that surely sets the name; say if one does."""
        return any(self._look_into(scope) for scope in scopes)

    def _look_into(self, scope: Scope) -> bool:
        known = self._ends.get(scope)
        if known is None:
            region = self._variable.region
            assigned = self._reach.assigned(scope, self._variable.name)
            is_here = scope[0] == region.path.as_posix()
            is_late = self._is_late and rule_of(scope) is None
            at = region.span.start if is_here and not is_late else None
            known = False
            if assigned is not None:
                seen, known = assigned.before(at, self._inside)
                self.bindings += seen
            self._ends[scope] = known
        return known
