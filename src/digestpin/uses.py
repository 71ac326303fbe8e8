"""Finds what else reads a value that is about to get a digest.

A tag in a variable may be passed to kubectl, shown in a job's name or cut apart. The
digest can be written there safely only when every read that can be seen is part of an
image reference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.checks import check_starts, find_checks
from digestpin.facts import ENVIRONMENT, HANDED_OVER, Binding, Role, Text
from digestpin.patterns import lazy_pattern
from digestpin.references import find_references
from digestpin.spans import ByRegion
from digestpin.templates import HOLE
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.inventory import Inventory
    from digestpin.source import Region
    from digestpin.templates import Template, Variable


@frozen
class OtherUse:
    """A read that is no part of an image reference, and what it is."""

    region: Region
    label: str
    is_compared: bool = False
    """The text there must stay equal to the value: a fix here alone breaks it."""
    is_same_text: bool = False
    """No read: the whole reference stands there too, in a pattern or a comparison."""


@frozen(slots=False)
class _Read:
    """One read of a variable: the text it stands in and what that text is."""

    variable: Variable
    template: Template
    role: Role
    label: str
    binding: Binding | None
    only: str | None = None
    is_member: bool = False
    """It reads a name of another module as that module's (`a.X`), and all of it."""

    @property
    def is_cut(self) -> bool:
        """Whether a part of the value is read, or what is made of it."""
        read = self.variable
        is_stripped = bool(read.strip_prefix or read.strip_suffix)
        is_opaque = read.opaque and not self.is_member
        return is_opaque or is_stripped or read.takes_words


class Uses:
    """Answers who reads a binding, over all files read so far."""

    def __init__(self, inventory: Inventory, repositories: tuple[str, ...]) -> None:
        sites = {reference.region for reference in inventory.references}
        self._tracer = inventory.tracer
        self._repositories = repositories
        self._sites = ByRegion((site, site) for site in sites)
        self._sources = inventory.sources
        self._reads: dict[str, list[_Read]] = defaultdict(list)
        self._members: dict[str, list[_Read]] = defaultdict(list)
        for found in inventory.facts.values():
            for fact in found:
                for read in _reads(fact):
                    name = read.variable.name
                    self._reads[name].append(read)
                    if "." in name:
                        self._members[".".join(name.split(".")[-2:])].append(read)
        self._patterns: list[Text] | None = None
        self._facts = inventory.facts
        self._sources = inventory.sources
        self._reads_of: dict[str, dict[int, list[_Read]]] = {}
        self._known: dict[tuple[int, bool], tuple[OtherUse, ...]] = {}

    def others(self, binding: Binding, *, is_whole: bool) -> tuple[OtherUse, ...]:
        """Return the reads of a binding that a digest in its value would reach.

        `is_whole`: the value is a whole reference, so that any read of all of it is a
        reference too.
        """
        key = (id(binding), is_whole)
        known = self._known.get(key)
        if known is None:
            found: dict[tuple[Region, str], OtherUse] = {}
            text = binding.value.text
            for use in self._visit(binding, {id(binding)}, text, is_whole=is_whole):
                found.setdefault((use.region, use.label), use)
            known = tuple(sorted(found.values(), key=lambda use: use.region))
            self._known[key] = known
        return known

    def compared(self, text: str) -> tuple[OtherUse, ...]:
        """Return the patterns and comparisons in which a whole reference is written."""
        if self._patterns is None:
            self._patterns = [
                fact
                for found in self._facts.values()
                for fact in found
                if isinstance(fact, Text)
                and fact.role is Role.PATTERN
                and any(map(fact.template.text.__contains__, self._repositories))
            ]
        same = re.compile(rf"(?<![\w./-]){re.escape(text)}(?![\w@-]|\.\w)")
        return tuple(
            OtherUse(region, fact.label or "a comparison", is_same_text=True)
            for fact in self._patterns
            for match in same.finditer(fact.template.text)
            if (region := fact.template.cut(*match.span()).region) is not None
        )

    def checks(self, binding: Binding) -> Iterator[OtherUse]:
        """Give where another file names a check that shows the value of a matrix."""
        path = binding.scope[0]
        starts = tuple(check_starts(binding, self._facts.get(path, ())))
        for other, source in self._sources.items() if starts else ():
            if other != path:
                for at in find_checks(source.text, starts, binding.value.text):
                    region = source.region(at.start, at.stop)
                    label = "the name of a check that shows it"
                    yield OtherUse(region, label, is_same_text=True)

    def _reads_by_binding(self, name: str) -> dict[int, list[_Read]]:
        """Return the reads of a name by the bindings that they reach."""
        known = self._reads_of.get(name)
        if known is None:
            known = self._reads_of[name] = defaultdict(list)
            for whole in _wholes(name):
                for read in self._reads.get(whole, ()):
                    variable = replace(read.variable, name=name)
                    for binding in self._tracer.reaching(variable):
                        known[id(binding)].append(read)
        return known

    def _visit(
        self, binding: Binding, seen: set[int], text: str, *, is_whole: bool
    ) -> Iterator[OtherUse]:
        """Give the reads of a binding, which `text` reaches as it is."""
        known = self._reads_by_binding(binding.name).get(id(binding), ())
        beside = (*self._of_environment(binding), *self._of_members(binding))
        for read in (*known, *beside):
            if read.only is None or read.only == text:
                yield from self._judge(read, seen, text, is_whole=is_whole)

    def _of_environment(self, binding: Binding) -> Iterator[_Read]:
        """Give the reads of programs that may be started with the variable set.

        Which program that is cannot be seen; one in the language of the binding's own
        file has got it as a name, if at all.
        """
        own = PurePosixPath(binding.scope[0]).suffix
        for read in self._reads.get(binding.name, ()):
            variable = read.variable
            if variable.of_environment and variable.region.path.suffix != own:
                yield read

    def _of_members(self, binding: Binding) -> Iterator[_Read]:
        """Give the reads of a module's name in the files of others: `a.X`.

        A module is called like its file or its folder, whatever stands before that.
        """
        if len(binding.scope) > 1 or not binding.name.isidentifier():
            return
        path = PurePosixPath(binding.scope[0])
        for owner in dict.fromkeys((path.stem, path.parent.name)):
            for read in self._members.get(f"{owner}.{binding.name}", ()):
                region = read.variable.region
                if region.path != path and region.path.suffix == path.suffix:
                    source = self._sources[region.path.as_posix()]
                    written = source.text[region.span.start : region.span.end]
                    is_member = _MEMBER.fullmatch(written) is not None
                    yield replace(read, is_member=is_member)

    def _judge(
        self, read: _Read, seen: set[int], text: str, *, is_whole: bool
    ) -> Iterator[OtherUse]:
        variable = read.variable
        is_all = read.template.text == HOLE and not read.is_cut
        is_within = self._is_in_reference(read)
        binding = read.binding if read.role is not Role.BUILT else None
        if binding is not None and (is_within or is_all):
            # Handed on: what reads that decides.
            if not is_within and self._is_read_unseen(binding):
                label = f"whatever reads {binding.name}, which is out of sight"
                yield OtherUse(variable.region, label)
            elif id(binding) not in seen:
                seen.add(id(binding))
                is_whole = is_whole or is_within
                made = read.template.text.replace(HOLE, text)
                yield from self._visit(binding, seen, made, is_whole=is_whole)
            return
        is_reference = is_within or (is_whole and not read.is_cut)
        if is_reference and read.role not in _NO_REFERENCE:
            return
        yield OtherUse(variable.region, _describe(read), read.only is not None)

    def _is_read_unseen(self, binding: Binding) -> bool:
        """Say whether a binding is there for a program or an action out of sight."""
        if binding.what == HANDED_OVER:
            stem = binding.scope[0].rpartition(".")[0]
            return not any(f"{stem}{end}" in self._facts for end in (".yml", ".yaml"))
        return binding.what == ENVIRONMENT and binding.name not in self._reads

    def _is_in_reference(self, read: _Read) -> bool:
        if self._sites.containing(read.variable.region):
            return True
        template = read.template
        return any(
            read.variable is part
            for match in find_references(template, self._repositories)
            for part in template.cut(match.start, match.end).variables
        )


# What is built has no digest yet, and what is compared with has none.
_NO_REFERENCE = frozenset({Role.IGNORED, Role.BUILT, Role.PATTERN})


_MEMBER = lazy_pattern(r"[\w$]+(?:\??\.[\w$]+)+")
_CONTEXTS = ("matrix.", "inputs.", "needs.", "steps.")


def _wholes(name: str) -> Iterator[str]:
    """Give a name and, as `toJSON(matrix)` reads all of it, what it is a part of."""
    yield name
    while name.startswith(_CONTEXTS):
        name = name.rpartition(".")[0]
        yield name


def _describe(read: _Read) -> str:
    if read.label:
        return read.label
    if read.binding is not None:
        return f"the value of {read.binding.name}"
    return {
        Role.DISPLAY: "a text that is shown",
        Role.PATTERN: "a pattern",
        Role.IGNORED: "a condition or name",
    }.get(read.role, "another text")


def _reads(fact: Fact) -> Iterator[_Read]:
    if isinstance(fact, Text):
        for variable in fact.template.variables:
            yield _Read(variable, fact.template, fact.role, fact.label, None, fact.only)
    elif isinstance(fact, Binding):
        for variable in fact.value.variables:
            yield _Read(variable, fact.value, fact.role, "", fact)
