"""Says which rules of a makefile a call of make can run, and which read a variable.

`make e2e VERSION=v1` hands VERSION to the recipes of `e2e` and of what that needs, not
to those of any other target in the file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link, Role, Rule, Text, rule_of
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.source import Region
    from digestpin.templates import Scope, Variable

Rules = frozenset["Scope"]

_REFERENCE = lazy_pattern(r"\$\(([^()]*)\)")
_DEFAULT_GOAL = ".DEFAULT_GOAL"
_READING = frozenset({Role.VALUE, Role.IMAGE, Role.BUILT, Role.DISPLAY, Role.PATTERN})


class Goals:
    """The rules of all makefiles.

    `included(path)` gives the files that a makefile includes, directly or not.
    """

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        included: Callable[[str], Iterable[str]],
    ) -> None:
        self._included = included
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        self._readers: dict[str, set[Scope | None]] = defaultdict(set)
        self._reading_names: dict[str, set[str]] = defaultdict(set)
        self._owner: dict[Region, str] = {}
        self._words: dict[str, list[str]] = defaultdict(list)
        self._calls: dict[Scope, list[tuple[Link, str]]] = defaultdict(list)
        self._runnable: dict[tuple[str, frozenset[str]], Rules | None] = {}
        self._reading: dict[str, Rules | None] = {}
        for path, found in facts.items():
            self._rules[path] += [fact for fact in found if isinstance(fact, Rule)]
        self._makefiles = {path for path, rules in self._rules.items() if rules}
        for path in list(self._makefiles):
            self._makefiles.update(included(path))
        for path in self._makefiles:
            for fact in facts.get(path, ()):
                self._note(fact)

    def _note(self, fact: Fact) -> None:
        """Keep who reads which name."""
        if isinstance(fact, Link):
            rule = rule_of(fact.scope)
            for name in fact.handed if rule is not None else ():
                self._readers[name].add(rule)
        elif isinstance(fact, Binding):
            self._note_binding(fact)
        elif isinstance(fact, Text) and fact.role in _READING:
            for variable in fact.template.variables:
                self._readers[variable.name].add(rule_of(variable.scope))

    def _note_binding(self, fact: Binding) -> None:
        is_global = len(fact.scope) == 1
        if is_global and fact.value.is_literal:
            self._words[fact.name] += fact.value.text.split()
        for variable in fact.value.variables:
            if is_global:
                self._owner[variable.region] = fact.name
                self._reading_names[variable.name].add(fact.name)
            else:
                self._readers[variable.name].add(rule_of(variable.scope))

    def add_call(self, link: Link, makefile: str) -> None:
        """Note that a recipe runs make."""
        rule = rule_of(link.scope)
        if rule is not None:
            self._calls[rule].append((link, makefile))

    def rules_of(self, variable: Variable) -> Rules | None:
        """Return the rules that need what a variable of a makefile holds.

        None: it cannot be said, or it is read whatever is made.
        """
        rule = rule_of(variable.scope)
        if rule is not None:
            return frozenset({rule})
        owner = self._owner.get(variable.region)
        return None if owner is None else self._rules_reading(owner)

    def _rules_reading(self, name: str) -> Rules | None:
        """Return the rules that read a name, directly or through other names."""
        if name in self._reading:
            return self._reading[name]
        found: set[Scope] = set()
        is_known = True
        queue, seen = [name], {name}
        while queue and is_known:
            one = queue.pop()
            readers = self._readers.get(one, set())
            is_known = None not in readers
            found |= {rule for rule in readers if rule is not None}
            new = self._reading_names.get(one, set()) - seen
            seen |= new
            queue += new
        result = self._reading[name] = frozenset(found) if is_known else None
        return result

    def allows(self, link: Link, makefile: str, rules: Rules | None) -> bool:
        """Say whether a call of a makefile can run one of some rules."""
        if rules is None or link.goals is None or makefile not in self._makefiles:
            return True
        key = (makefile, link.goals)
        if key not in self._runnable:
            self._runnable[key] = self._close(makefile, link.goals)
        runnable = self._runnable[key]
        return runnable is None or not rules.isdisjoint(runnable)

    def _close(self, makefile: str, goals: frozenset[str]) -> Rules | None:
        """Return the rules that goals need, None when that cannot be said."""
        files = {makefile, *self._included(makefile)}
        rules = [rule for path in sorted(files) for rule in self._rules[path]]
        queue = list(goals) or self._default_goal(makefile)
        if not queue or not rules:
            return None
        makers = _Makers(rules)
        found: dict[Scope, None] = {}
        seen = set(queue)
        while queue:
            for rule in makers.of(queue.pop()):
                if rule.scope in found:
                    continue
                found[rule.scope] = None
                more = self._needs(rule, files)
                if more is None:
                    return None
                queue += more - seen
                seen |= more
        return frozenset(found)

    def _default_goal(self, makefile: str) -> list[str]:
        set_goal = self._words.get(_DEFAULT_GOAL)
        if set_goal:
            return set_goal[-1:]
        for rule in self._rules[makefile]:
            for target in rule.targets:
                if not target.startswith(".") and "%" not in target:
                    return [target]
        return []

    def _needs(self, rule: Rule, files: set[str]) -> set[str] | None:
        found: set[str] = set()
        for need in rule.needs:
            found.update(self._expand(need, 0))
        for link, makefile in self._calls.get(rule.scope, ()):
            if makefile in files:
                if link.goals is None:
                    return None
                found.update(link.goals or self._default_goal(makefile))
        return found

    def _expand(self, word: str, depth: int) -> Iterator[str]:
        """Give a word, and the words of the variable that is all of it."""
        yield word
        name = _REFERENCE.fullmatch(word)
        if name is not None and depth < _MAX_DEPTH:
            for inner in self._words.get(name[1], ()):
                yield from self._expand(inner, depth + 1)


_MAX_DEPTH = 3


class _Makers:
    """Finds the rules that make a goal, most of them by their plain names."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        self._named: dict[str, list[Rule]] = defaultdict(list)
        self._patterns = []
        for rule in rules:
            for target in rule.targets:
                self._named[target].append(rule)
            if any(_matcher(target) is not None for target in rule.targets):
                self._patterns.append(rule)

    def of(self, goal: str) -> list[Rule]:
        """Return the rules whose target a goal is, or may be."""
        rules = self._patterns if _matcher(goal) is None else self._rules
        others = [rule for rule in rules if _makes(rule, goal)]
        return [*self._named.get(goal, ()), *others]


def _makes(rule: Rule, goal: str) -> bool:
    return any(
        target == goal or (target != "%" and _pattern(target, goal))
        for target in rule.targets
    )


def _pattern(target: str, goal: str) -> bool:
    """Say whether a target with variables or a `%` in it can be a goal."""
    first, second = _matcher(target), _matcher(goal)
    return (first is not None and first.fullmatch(goal) is not None) or (
        second is not None and second.fullmatch(target) is not None
    )


@lru_cache(maxsize=4096)
def _matcher(word: str) -> re.Pattern[str] | None:
    pieces = re.split(r"\$\([^()]*\)|%", word)
    if len(pieces) == 1 or not any(re.search(r"\w", piece) for piece in pieces):
        return None
    return re.compile(".+".join(map(re.escape, pieces)))
