"""Finds the kind pins in the facts of all files.

Three sorts: a text that says so by itself (a release URL, `go install`), a variable
named like a kind version whose value is one, and a structure that a format or an
action's name explains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.annotations import find_annotations, names_kind
from digestpin.facts import ActionUse, Binding, DeclaredPin, Role, Text
from digestpin.kind.actions import action_default
from digestpin.kind.versions import parse_kind_version
from digestpin.patterns import lazy_pattern
from digestpin.pin_places import (
    annotated_pins,
    is_lone_word,
    is_own_setting,
    is_unread_data,
)
from digestpin.pins import KindPin, is_kind_version_name
from digestpin.rows import meet_rows, rows_of, rows_of_scope
from digestpin.written_pins import carriers, find_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from packaging.version import Version

    from digestpin.facts import Fact
    from digestpin.kind.releases import KindReleases
    from digestpin.rows import Rows
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.tracing import Tracer, Value

_UNVERSIONED = frozenset({"latest", "main", "master", "stable", "HEAD", "edge"})

# An action of this name installs kind; its `version` input is kind's.
_KIND_ACTION = lazy_pattern(r"(?:\A|/|-)kind(?:-|\Z)")
_NODE_IMAGE = lazy_pattern(r"(?i)\Anode[-_]?image\Z")


@dataclass
class PinFinder:
    """Finds the kind pins in the facts of all files."""

    tracer: Tracer
    releases: KindReleases
    sources: Mapping[str, SourceFile]
    _found: list[KindPin] = field(default_factory=list)
    _carriers: frozenset[str] = frozenset()
    """Names that a version of kind is read by somewhere in the repository."""

    def find(self, facts: Mapping[str, Sequence[Fact]]) -> tuple[KindPin, ...]:
        """Return every pin once, in order of path and place."""
        self._carriers = frozenset(carriers(facts))
        for path, found in facts.items():
            self._file(path, found)
        return _merge(self._found)

    def _file(self, path: str, facts: Sequence[Fact]) -> None:
        source = self.sources[path]
        annotated = find_annotations(source)
        self._found += annotated_pins(annotated, facts, source)
        for fact in facts:
            if isinstance(fact, Text):
                if fact.role in (Role.VALUE, Role.IMAGE):
                    self._written(fact.template, fact.scope, rows_of_scope(fact.scope))
            elif isinstance(fact, Binding):
                self._binding(fact, annotated, source)
            elif isinstance(fact, ActionUse):
                self._action(fact)
            elif isinstance(fact, DeclaredPin):
                self._declared(fact)

    @property
    def _newest_major(self) -> int:
        return self.releases.newest.version.major

    def _add(self, pin: KindPin) -> None:
        self._found.append(pin)

    def _written(self, template: Template, scope: Scope, rows: Rows) -> None:
        for mechanism, version, place in find_written(template, self._known):
            self._values(version, mechanism, (scope, rows), place)

    def _known(self, template: Template) -> str:
        values = self.tracer.values(template)
        return values[0].text if len(values) == 1 and values[0].is_known else ""

    def _values(
        self,
        version: Template,
        mechanism: str,
        use: tuple[Scope, Rows],
        place: Region | None,
    ) -> bool:
        """Add a pin for each value of `version`; say whether there was one."""
        is_found = False
        for value in self.tracer.values(version):
            pin = self._pin(value, mechanism, use, place)
            if pin is not None:
                self._add(pin)
                is_found = True
        return is_found

    def _pin(
        self,
        value: Value,
        mechanism: str,
        use: tuple[Scope, Rows],
        place: Region | None,
    ) -> KindPin | None:
        scope, given_rows = use
        rows = meet_rows(given_rows, value.rows)
        region = _written_at(value) or place
        if region is None or rows is None:
            return None
        pin = KindPin(
            version=None,
            text=value.text,
            region=region,
            mechanism=mechanism,
            uses=((scope, rows),),
            steps=value.steps,
        )
        if not value.is_known:
            return replace(pin, text="", region=place or region, is_traceable=False)
        version = parse_kind_version(value.text)
        if version is not None:
            # What a variable holds may be another version (`KIND_VERSION` from an
            # image): node tags are v1.x, kind is v0.x so far.
            is_other = value.steps and version.major > self._newest_major
            return None if is_other else replace(pin, version=version)
        return pin if value.text in _UNVERSIONED else None

    def _binding(
        self, binding: Binding, annotated: Mapping[int, str], source: SourceFile
    ) -> None:
        rows = rows_of(binding)
        if binding.role in (Role.VALUE, Role.IMAGE):
            self._written(binding.value, binding.scope, rows)
        region = binding.value.region
        if region is None or is_own_setting(binding, source):
            return
        dependency = None
        if annotated and region.path == source.path:
            dependency = annotated.get(source.line_at(region.span.start))
        if dependency is not None:
            if names_kind(dependency):
                self._named(binding, "annotated variable", rows)
        elif binding.name in self._carriers or (
            is_kind_version_name(binding.name)
            and not is_lone_word(binding, source)
            and not is_unread_data(binding, source, self.sources.values())
        ):
            self._named(binding, "variable", rows)

    def _named(self, binding: Binding, mechanism: str, rows: Rows) -> None:
        is_tied = mechanism != "variable" or binding.name in self._carriers
        for value in self.tracer.values(binding.value):
            version = parse_kind_version(value.text) if value.is_known else None
            # A name alone proves nothing.
            if version is None or version.major > self._newest_major:
                continue
            if not is_tied and not self.releases.may_be_release(version):
                continue
            pin = self._pin(value, mechanism, (binding.scope, rows), None)
            if pin is not None:
                self._add(pin)

    def _declared(self, fact: DeclaredPin) -> None:
        use = (fact.scope, rows_of_scope(fact.scope))
        if fact.version.text and self._values(
            fact.version, fact.mechanism, use, fact.region
        ):
            return
        self._add(
            KindPin(
                version=None,
                text="",
                region=fact.region,
                mechanism=fact.mechanism,
                uses=(use,),
            )
        )

    def _action(self, fact: ActionUse) -> None:
        name, _, ref = fact.uses.partition("@")
        default = action_default(name, ref, fact.comment, releases=self.releases)
        if default is None:
            self._other_action(fact, name, ref)
            return
        use = (fact.scope, rows_of_scope(fact.scope))
        given = _input(fact, default.action.version_input or "")
        if given is not None and given.text:
            # What is given counts, also where it names no release.
            if not self._values(given, name, use, fact.region):
                self._add(
                    KindPin(
                        version=None,
                        text=given.text,
                        region=given.region or fact.region,
                        mechanism=name,
                        uses=(use,),
                    )
                )
            return
        release = _short(ref)
        if default.release is not None and not default.moves:
            release = default.release
        self._add(
            KindPin(
                version=default.kind,
                text=ref,
                region=fact.region,
                mechanism=f"{name}@{release} default",
                uses=(use,),
                is_moving=default.moves,
                is_traceable=default.kind is not None or default.moves,
                note=default.disagreement or default.reason or "",
            )
        )

    def _other_action(self, fact: ActionUse, name: str, ref: str) -> None:
        """Take the version input of an action whose name says that it installs kind.

        One that runs a node image and is given no version has a default of its own.
        """
        installs_kind = _KIND_ACTION.search(name.rpartition("/")[2]) is not None
        if name.startswith("./"):
            return
        use, is_given = (fact.scope, rows_of_scope(fact.scope)), False
        for key, given in fact.inputs.items():
            is_named = is_kind_version_name(key) and key != "kind"
            if is_named or (key.lower() == "version" and installs_kind):
                is_given = True
                self._values(given, name, use, None)
        if installs_kind and not is_given and any(map(_NODE_IMAGE.search, fact.inputs)):
            self._add(
                KindPin(
                    version=None,
                    text="",
                    region=fact.region,
                    mechanism=f"{name}@{_short(ref)} default",
                    uses=(use,),
                    is_traceable=False,
                )
            )


def _input(fact: ActionUse, name: str) -> Template | None:
    """Return what an input is given; its name is read in any case."""
    for key, value in fact.inputs.items():
        if key.lower() == name:
            return value
    return None


def _short(ref: str) -> str:
    return ref[:8] if re.fullmatch(r"[0-9a-f]{40}", ref) else ref


def _written_at(value: Value) -> Region | None:
    """Return where the version itself is written: its longest part."""
    best: Region | None = None
    size = 0
    for part in value.template.parts:
        text = getattr(part, "text", "")
        if part.region is not None and len(text) > size:
            best, size = part.region, len(text)
    return best


_STRENGTH = ("variable", "annotated variable", "annotated value")


def _merge(pins: Iterable[KindPin]) -> tuple[KindPin, ...]:
    """Return each version place once, with all its uses; what says most names it."""
    found: dict[tuple[Region, Version | None, bool], KindPin] = {}
    for pin in pins:
        key = (pin.region, pin.version, pin.is_traceable)
        known = found.get(key)
        if known is None:
            found[key] = pin
            continue
        first, second = known, pin
        if first.mechanism in _STRENGTH and second.mechanism not in _STRENGTH:
            first, second = second, first
        uses = tuple(dict.fromkeys((*known.uses, *pin.uses)))
        found[key] = replace(first, uses=uses, steps=first.steps or second.steps)
    return tuple(sorted(found.values(), key=lambda pin: pin.region))
