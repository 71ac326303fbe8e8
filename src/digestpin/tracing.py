"""Follows a variable from where it is read to the places where its value is written.

What each variable can be is combined part by part; values that hold in different
matrix rows, or in different branches, are never combined.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.assignments import replaced_after
from digestpin.facts import APPENDED
from digestpin.jsontext import parse_json, strings_at
from digestpin.reaching import Reach
from digestpin.rows import Rows, meet_rows, rows_of
from digestpin.selecting import select_word, words_of
from digestpin.templates import EMPTY, Literal, Template, Variable, join
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from digestpin.facts import Binding, Fact, Link
    from digestpin.source import Region

_MAX_VALUES = 512
_MAX_DEPTH = 40
_MAX_WORK = 20_000
_MAX_STEPS = 256
_MAX_LENGTH = 100_000


@frozen
class Step:
    """One step of the way to a value: the binding's name, what it is, and where."""

    name: str
    what: str
    region: Region | None


@frozen(slots=False)
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


class Tracer:
    """Answers what a template can be, from the facts of all files read so far.

    `targets(link)` gives the paths of the files that a link names.
    """

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        targets: Callable[[Link], Sequence[str]],
    ) -> None:
        self._reach = Reach(facts, targets)
        self._known: dict[int, tuple[Binding, list[Value]]] = {}
        self._is_whole = True
        self._budget = 0

    @property
    def missing(self) -> set[tuple[str, str]]:
        """Names that nothing read so far surely sets, with the file that reads them."""
        return self._reach.missing

    def reaching(self, variable: Variable) -> tuple[Binding, ...]:
        """Return the bindings that may give `variable` its value, nearest first."""
        return self._reach.reaching(variable)

    # What a template can be

    def values(self, template: Template) -> tuple[Value, ...]:
        """Return every value that `template` can have, at least one, in file order."""
        self._budget = _MAX_WORK
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
        if variable.opaque or self._is_cut(is_deep=len(through) > _MAX_DEPTH):
            return unknown
        found: list[Value] = []
        for other in variable.others:
            found += self._values(other, through)
        bindings = self.reaching(variable) if variable.name else ()
        for binding in bindings:
            if not self._is_cut(is_deep=any(binding is other for other in through)):
                values = self._through(binding, variable, through)
                replaced = replaced_after(binding, bindings)
                found += (value for value in values if value.text not in replaced)
            if len(found) > _MAX_VALUES:
                break
        if variable.takes_words:
            found = self._words(found, variable, through)
        if variable.default is not None and not self._has_value(variable, found):
            found += self._values(variable.default, through)
        known = [value for value in found if value.text]
        return _distinct(known)[:_MAX_VALUES] or unknown

    def _words(
        self, lists: list[Value], variable: Variable, through: tuple[Binding, ...]
    ) -> list[Value]:
        """Return what the variable takes out of the lists."""
        if variable.select is not None:
            return _selected(lists, self._values(variable.select, through), variable)
        return _numbered(lists, variable)

    def _has_value(self, variable: Variable, found: list[Value]) -> bool:
        """Say whether a variable has a value, so that no default counts."""
        if not variable.is_last or not found:
            return False
        is_known = all(value.is_known and value.text for value in found)
        return is_known and self._reach.is_set(variable)

    def _is_cut(self, *, is_deep: bool) -> bool:
        """Say whether to go no further, and note that what comes of it is not whole."""
        if is_deep or self._budget <= 0:
            self._is_whole = False
            return True
        return False

    def _through(
        self, binding: Binding, variable: Variable, through: tuple[Binding, ...]
    ) -> Iterator[Value]:
        step = Step(binding.name, binding.what, binding.value.region)
        rows = rows_of(binding)
        for value in self._given(binding, through):
            met = meet_rows(value.rows, rows)
            if met is None or not all(
                self._reach.meets(variable, binding, other)
                for other in value.bindings[:1]
            ):
                continue
            for template in _derived(value.template, variable):
                self._budget -= 1
                yield replace(
                    value,
                    template=template,
                    steps=(step, *value.steps),
                    bindings=(binding, *value.bindings),
                    rows=met,
                )

    def _given(self, binding: Binding, through: tuple[Binding, ...]) -> list[Value]:
        """Return the values of a binding; those that no cycle cut are kept."""
        known = self._known.get(id(binding))
        if known is not None:
            return known[1]
        was_whole, self._is_whole = self._is_whole, True
        values = self._values(binding.value, (*through, binding))
        # What doubles with each step (`B=$A$A`) is no reference.
        values = [value for value in values if not _is_too_large(value)]
        if self._is_whole:
            self._known[id(binding)] = (binding, values)
        self._is_whole = was_whole and self._is_whole
        return values


def _is_too_large(value: Value) -> bool:
    return len(value.bindings) > _MAX_STEPS or len(value.template.text) > _MAX_LENGTH


def _pairs(partial: list[Value], choices: list[Value]) -> list[Value]:
    """Return each value so far followed by each choice that can hold with it."""
    found = []
    by_rows: dict[Rows, list[Value]] = {}
    for choice in choices:
        by_rows.setdefault(choice.rows, []).append(choice)
    meetings: dict[Rows, list[tuple[Value, Rows]]] = {}
    for before in partial:
        following = meetings.get(before.rows)
        if following is None:
            following = meetings[before.rows] = _meeting(before.rows, by_rows)
        for choice, rows in following:
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


def _meeting(
    rows: Rows, by_rows: Mapping[Rows, list[Value]]
) -> list[tuple[Value, Rows]]:
    """Return the choices that can hold in some rows, each with the rows of both."""
    found = []
    for other, choices in by_rows.items():
        met = meet_rows(rows, other)
        if met is not None:
            found += [(choice, met) for choice in choices]
    return found


def _distinct(values: list[Value]) -> list[Value]:
    """Return the values without those of the same text from the same bytes."""
    found: dict[tuple[str, Region | None, Rows], Value] = {}
    for value in values:
        found.setdefault((value.text, value.template.region, value.rows), value)
    return list(found.values())


def _selected(
    lists: list[Value], patterns: list[Value], variable: Variable
) -> list[Value]:
    """Return what the patterns take out of the lists."""
    found = []
    for words in lists:
        for pattern in patterns:
            rows = meet_rows(words.rows, pattern.rows)
            if rows is None:
                continue
            taken = None
            if pattern.is_known and words.is_known:
                taken = select_word(words.template, pattern.text)
            if taken is None:
                taken = Template((replace(variable, opaque=True),))
            found.append(replace(words, template=taken, rows=rows))
    return found[:_MAX_VALUES]


def _numbered(lists: list[Value], variable: Variable) -> list[Value]:
    """Return what the number of a word takes out of the lists.

    Where some words are appended to others, their numbers are not known.
    """
    unknown = Template((replace(variable, opaque=True),))
    number = variable.word or 0
    is_whole = not number or not any(
        binding.what == APPENDED for words in lists for binding in words.bindings
    )
    return [
        replace(words, template=taken)
        for words in lists
        for taken in (
            words_of(words.template, number)
            if words.is_known and is_whole
            else [unknown]
        )
    ][:_MAX_VALUES]


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
