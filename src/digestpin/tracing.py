"""Follows a variable from where it is read to the places where its value is written.

A scope sees its own names, then those of each enclosing scope, then those of the files
linked to it: what it includes, then what includes it or runs it. The nearest place
that surely sets the name ends the search; what may be skipped (a branch, a default)
is kept beside what lies further out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link
from digestpin.jsontext import parse_json, strings_at
from digestpin.templates import EMPTY, Literal, Scope, Template, Variable, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.source import Region

_MAX_VALUES = 512
_MAX_DEPTH = 40

Rows = tuple[tuple[Scope, frozenset[int]], ...]
"""In which matrix rows of which jobs a value holds, sorted by scope."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a value: the binding's name, what it is, and where."""

    name: str
    what: str
    region: Region | None


@dataclass(frozen=True)
class Value:
    """One value that a template can have.

    Holes are left in `template` where nothing that can be followed sets a variable.
    """

    template: Template
    steps: tuple[Step, ...] = ()
    rows: Rows = ()
    bindings: tuple[Binding, ...] = ()

    @property
    def text(self) -> str:
        """The value; unknown parts are holes."""
        return self.template.text

    @property
    def is_known(self) -> bool:
        """Whether every part was traced."""
        return self.template.is_literal


def meet_rows(first: Rows, second: Rows) -> Rows | None:
    """Return the matrix rows in which both hold; None when there is no such row."""
    merged = dict(first)
    for scope, rows in second:
        both = rows & merged[scope] if scope in merged else rows
        if not both:
            return None
        merged[scope] = both
    return tuple(sorted(merged.items()))


def rows_of(binding: Binding) -> Rows:
    """Return the matrix rows, and the branches, in which a binding holds."""
    rows = {scope: frozenset({number}) for scope, number in binding.branches}
    if binding.rows is not None:
        rows[binding.scope] = binding.rows
    return tuple(sorted(rows.items()))


class Tracer:
    """Answers what a template can be, from the facts of all files read so far.

    `targets(link)` gives the paths of the files that a link names.
    """

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        targets: Callable[[Link], Sequence[str]],
    ) -> None:
        self._bindings: dict[tuple[Scope, str], list[Binding]] = defaultdict(list)
        self._includes: dict[str, list[str]] = defaultdict(list)
        self._included_by: dict[str, list[str]] = defaultdict(list)
        self._run_by: dict[str, list[Link]] = defaultdict(list)
        self.missing: set[tuple[str, str]] = set()
        """Names that nothing read so far surely sets, with the file that reads them."""
        for path, found in facts.items():
            for fact in found:
                if isinstance(fact, Binding):
                    self._bindings[fact.scope, fact.name].append(fact)
                elif isinstance(fact, Link):
                    self._add_link(path, fact, targets(fact))
        self._reached: dict[tuple[Scope, str, int], tuple[Binding, ...]] = {}

    def _add_link(self, path: str, link: Link, targets: Sequence[str]) -> None:
        for target in targets:
            if target == path:
                continue
            if link.type is Link.Type.INCLUDE:
                self._includes[path].append(target)
                self._included_by[target].append(path)
            else:
                self._run_by[target].append(link)

    # What a template can be

    def values(self, template: Template) -> tuple[Value, ...]:
        """Return every value that `template` can have, at least one, in file order."""
        return tuple(self._values(template, ()))[:_MAX_VALUES]

    def _values(self, template: Template, through: tuple[Binding, ...]) -> list[Value]:
        partial = [Value(EMPTY)]
        for part in template.parts:
            if isinstance(part, Literal):
                choices = [Value(Template((part,)))]
            else:
                choices = self._variable(part, through)
            partial = _pairs(partial, choices)
        return partial

    def _variable(
        self, variable: Variable, through: tuple[Binding, ...]
    ) -> list[Value]:
        unknown = [Value(Template((variable,)))]
        if variable.opaque or len(through) > _MAX_DEPTH:
            return unknown
        found: list[Value] = []
        for other in variable.others:
            found += self._values(other, through)
        for binding in self.reaching(variable) if variable.name else ():
            if not any(binding is other for other in through):
                found += self._through(binding, variable, through)
        if variable.default is not None:
            found += self._values(variable.default, through)
        known = [value for value in found if value.text]
        return _distinct(known) or unknown

    def _through(
        self, binding: Binding, variable: Variable, through: tuple[Binding, ...]
    ) -> Iterator[Value]:
        step = Step(binding.name, binding.what, binding.value.region)
        rows = rows_of(binding)
        for value in self._values(binding.value, (*through, binding)):
            met = meet_rows(value.rows, rows)
            if met is None:
                continue
            for template in _derived(value.template, variable):
                yield replace(
                    value,
                    template=template,
                    steps=(step, *value.steps),
                    bindings=(binding, *value.bindings),
                    rows=met,
                )

    # Which bindings a variable reads

    def reaching(self, variable: Variable) -> tuple[Binding, ...]:
        """Return the bindings that may give `variable` its value, nearest first."""
        key = (variable.scope, variable.name, variable.region.span.start)
        known = self._reached.get(key)
        if known is None:
            known = tuple(self._reach(variable))
            self._reached[key] = known
            if not any(_is_sure(binding) for binding in known):
                self.missing.add((variable.name, variable.scope[0]))
        return known

    def _reach(self, variable: Variable) -> list[Binding]:
        at = variable.region.span.start
        here = variable.region.path.as_posix()
        found: list[Binding] = []
        for scope in self._order(variable.scope, variable.name):
            own = self._bindings.get((scope, variable.name))
            if not own:
                continue
            if scope[0] == here:
                own = _before([b for b in own if not _holds(b, at)], at)
            found += own
            if any(_is_sure(binding) for binding in own):
                break
        return found

    def _order(self, scope: Scope, name: str) -> Iterator[Scope]:
        """Give scopes in the order in which a name is looked up from `scope`."""
        seen: set[Scope] = set()

        def fresh(scopes: Iterable[Scope]) -> Iterator[Scope]:
            for one in scopes:
                if one not in seen:
                    seen.add(one)
                    yield one

        queue = [scope]
        visited: set[Scope] = set()
        while queue:
            start = queue.pop(0)
            if start in visited:
                continue
            visited.add(start)
            yield from fresh(start[:size] for size in range(len(start), 0, -1))
            path = start[0]
            yield from fresh((other,) for other in self._down(path))
            queue += [(other,) for other in self._included_by.get(path, ())]
            queue += [
                link.scope
                for link in self._run_by.get(path, ())
                if link.names is None or name in link.names
            ]

    def _down(self, path: str) -> Iterator[str]:
        """Give what a file includes, directly and through others."""
        queue, seen = list(self._includes.get(path, ())), {path}
        while queue:
            other = queue.pop(0)
            if other not in seen:
                seen.add(other)
                yield other
                queue += self._includes.get(other, ())


def _is_sure(binding: Binding) -> bool:
    return not (binding.conditional or binding.fallback)


def _holds(binding: Binding, at: int) -> bool:
    """Say whether the use at `at` is in the binding's own value: `X=${X:-v}`."""
    region = binding.value.region
    return region is not None and region.span.start <= at < region.span.end


def _before(bindings: list[Binding], at: int) -> list[Binding]:
    """Return the bindings that hold at an offset of their own file.

    Sequential ones: the last sure one before it and what may follow that. When none
    stands before it (a function that is called later), all count.
    """
    if not any(binding.sequential for binding in bindings):
        return bindings
    earlier = [binding for binding in bindings if _offset(binding) < at]
    if not earlier:
        return bindings
    for index in range(len(earlier) - 1, -1, -1):
        if _is_sure(earlier[index]):
            return earlier[index:]
    return earlier


def _offset(binding: Binding) -> int:
    region = binding.value.region
    return region.span.start if region is not None else 0


def _pairs(partial: list[Value], choices: list[Value]) -> list[Value]:
    """Return each value so far followed by each choice that can hold with it."""
    found = []
    for before in partial:
        for choice in choices:
            rows = meet_rows(before.rows, choice.rows)
            if rows is None:
                continue
            found.append(
                Value(
                    join((before.template, choice.template)),
                    before.steps + choice.steps,
                    rows,
                    before.bindings + choice.bindings,
                )
            )
            if len(found) >= _MAX_VALUES:
                return found
    return found


def _distinct(values: list[Value]) -> list[Value]:
    """Return the values without those of the same text from the same bytes."""
    found: dict[tuple[str, Region | None, Rows], Value] = {}
    for value in values:
        found.setdefault((value.text, value.template.region, value.rows), value)
    return list(found.values())


def _derived(template: Template, variable: Variable) -> Iterator[Template]:
    """Give what the variable's own way of reading makes of a value."""
    if variable.json_path is not None:
        if template.is_literal:
            node = parse_json(template.text)
            for string in strings_at(node, variable.json_path):
                yield template.cut(string.start, string.end)
        return
    text = template.text
    start, end = 0, len(text)
    if variable.strip_prefix and text.startswith(variable.strip_prefix):
        start = len(variable.strip_prefix)
    if variable.strip_suffix and text.endswith(variable.strip_suffix):
        end -= len(variable.strip_suffix)
    yield template.cut(start, end) if start < end else EMPTY
