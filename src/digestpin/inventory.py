"""Gathers what a run knows: node image references, kind pins, and which governs which.

Everything here is derived from facts once, before any rule looks at it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.errors import InvalidReference
from digestpin.facts import Binding, ClusterConfig, Role, Text
from digestpin.oci import ImageReference
from digestpin.references import NODE_IMAGE, Form, find_references, is_looked_at
from digestpin.templates import HOLE, Template, join
from digestpin.tracing import Rows, Value, meet_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.version import Version

    from digestpin.facts import Fact
    from digestpin.kind.releases import KindReleases
    from digestpin.pins import KindPin
    from digestpin.references import Match
    from digestpin.source import Location, Region, SourceFile
    from digestpin.templates import Scope
    from digestpin.tracing import Step, Tracer


class Shape(StrEnum):
    """How the value of a reference is written."""

    LITERAL = "literal"
    TRACED = "traced"
    UNTRACEABLE = "untraceable"


class Level(StrEnum):
    """How near the pins that govern a reference are."""

    CONFIGURATION = "the configuration"
    STEP = "the same step"
    JOB = "the same job"
    FILE = "the same file"
    FOLDER = "a folder above"
    REPOSITORY = "the repository"
    NONE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One image reference with one of its values.

    `region` and `text`: as written, variables included. `image` is the name (registry
    and repository) and `parsed` the whole value, None when it cannot be known or, with
    `flaw` saying why, read. `value` is the value as parts tied to their bytes, its name
    ending at `name_end`. `value_at` is where a traced tag is written. `pins` govern it,
    found at `level`.
    """

    region: Region
    text: str
    shape: Shape
    image: str
    parsed: ImageReference | None
    flaw: str | None
    value: Template
    name_end: int
    value_at: Region | None
    steps: tuple[Step, ...]
    rows: Rows
    bindings: tuple[Binding, ...]
    scope: Scope
    role: Role
    is_node_image: bool
    pins: tuple[KindPin, ...] = ()
    level: Level = Level.NONE

    @property
    def tag(self) -> str | None:
        """The tag of the value, None when there is none or it is not known."""
        return None if self.parsed is None else self.parsed.tag

    @property
    def versions(self) -> tuple[Version, ...]:
        """The distinct kind versions that govern it, newest first."""
        found = {pin.version for pin in self.pins if pin.version is not None}
        return tuple(sorted(found, reverse=True))


@dataclass(frozen=True, kw_only=True)
class ConfiguredCluster:
    """A cluster config with the images its nodes run, as far as they are known."""

    config: ClusterConfig
    references: tuple[Reference, ...]
    pins: tuple[KindPin, ...]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything that rules may look at; read-only."""

    sources: Mapping[str, SourceFile]
    facts: Mapping[str, Sequence[Fact]]
    references: tuple[Reference, ...]
    pins: tuple[KindPin, ...]
    clusters: tuple[ConfiguredCluster, ...]
    releases: KindReleases
    tracer: Tracer

    def locate(self, region: Region) -> Location:
        """Return a region with its lines and columns."""
        return self.sources[region.path.as_posix()].locate(region.span)

    def written(self, region: Region) -> str:
        """Return what is written at a region."""
        source = self.sources[region.path.as_posix()]
        return source.decode(region.span.start, region.span.end)


@dataclass
class ReferenceFinder:
    """Finds the references in the facts of all files, each with its values."""

    tracer: Tracer
    sources: Mapping[str, SourceFile]
    repositories: tuple[str, ...] = (NODE_IMAGE,)
    _found: dict[tuple[Region, str, Region | None, Scope], Reference] = field(
        default_factory=dict
    )
    _built: set[str] = field(default_factory=set)
    _built_at: set[Region] = field(default_factory=set)

    def find(self, facts: Mapping[str, Sequence[Fact]]) -> tuple[Reference, ...]:
        """Return every reference that is used, in order of path and place."""
        texts = list(_texts(facts))
        for template, _scope, role, _rows in texts:
            if role is Role.BUILT:
                self._note_built(template)
        bare: list[Binding] = []
        for template, scope, role, rows in texts:
            if is_looked_at(role):
                self._text(template, scope, role, rows)
        for found in facts.values():
            bare += [
                fact
                for fact in found
                if isinstance(fact, Binding) and self._is_bare(fact)
            ]
        if bare:
            self._split_names(texts, bare)
        references = (
            reference
            for reference in self._found.values()
            if not self._is_built(reference)
        )
        return tuple(sorted(references, key=_order))

    def _note_built(self, template: Template) -> None:
        self._built.add(template.text)
        for value in self.tracer.values(template):
            if value.is_known:
                self._built.add(value.text)
            region = value.template.region
            if region is not None:
                self._built_at.add(region)

    def _is_built(self, reference: Reference) -> bool:
        """Say whether the repository builds this image itself."""
        if reference.value.text in self._built or reference.region in self._built_at:
            return True
        return HOLE in reference.value.text and any(
            built == reference.value.text for built in self._built
        )

    def _is_bare(self, binding: Binding) -> bool:
        text = binding.value.text
        return any(
            match.form is Form.BARE and match.end == len(text)
            for match in find_references(binding.value, self.repositories)
        )

    def _text(self, template: Template, scope: Scope, role: Role, rows: Rows) -> None:
        if not self._may_hold(template.text):
            return
        for match in find_references(template, self.repositories):
            if match.form is Form.BARE and role is not Role.IMAGE:
                continue
            self._reference(template, match, scope, role, rows)

    def _may_hold(self, text: str) -> bool:
        return any(name.strip("*").strip("/") in text for name in self.repositories)

    def _split_names(
        self,
        texts: list[tuple[Template, Scope, Role, Rows]],
        bare: list[Binding],
    ) -> None:
        """Find `${IMAGE}:${TAG}` where IMAGE is a repository's name alone."""
        names = {binding.name for binding in bare}
        for template, scope, role, rows in texts:
            if not is_looked_at(role) or ":" not in template.text:
                continue
            expanded = self._expand_names(template, names)
            if expanded is not None:
                self._text(expanded, scope, role, rows)

    def _expand_names(self, template: Template, names: set[str]) -> Template | None:
        """Put a name in for each variable that holds one and is followed by a tag."""
        text = template.text
        parts: list[Template] = []
        done = 0
        at = text.find(HOLE)
        while at != -1:
            variable = template.variable_at(at)
            if (
                variable is not None
                and variable.name in names
                and text[at + 1 : at + 2] in (":", "@")
            ):
                values = self.tracer.values(template.cut(at, at + 1))
                if (
                    len(values) == 1
                    and values[0].is_known
                    and self._may_hold(values[0].text)
                ):
                    parts += [template.cut(done, at), values[0].template]
                    done = at + 1
            at = text.find(HOLE, at + 1)
        if not done:
            return None
        return join([*parts, template.cut(done, len(text))])

    def _reference(
        self, template: Template, match: Match, scope: Scope, role: Role, rows: Rows
    ) -> None:
        written = template.cut(match.start, match.end)
        region = _site(written)
        if region is None:
            return
        size = match.name_end - match.start
        name, image = self._name(written.cut(0, size))
        tail = written.cut(size, len(written))
        if match.form is Form.PLACEHOLDER:
            values: tuple[Value, ...] = ()
        else:
            values = self.tracer.values(tail)
        known = [value for value in values if value.is_known]
        base = Reference(
            region=region,
            text=self.sources[region.path.as_posix()].decode(
                region.span.start, region.span.end
            ),
            shape=Shape.UNTRACEABLE,
            image=image,
            parsed=None,
            flaw=None,
            value=written,
            name_end=size,
            value_at=None,
            steps=(),
            rows=rows,
            bindings=(),
            scope=scope,
            role=role,
            is_node_image=_is_node_image(image),
        )
        for value in known:
            self._add(_with_value(base, name, tail, value))
        if not known:
            self._add(base)

    def _add(self, reference: Reference | None) -> None:
        if reference is None:
            return
        key = (
            reference.region,
            reference.value.text,
            reference.value_at,
            reference.scope,
        )
        known = self._found.get(key)
        if known is not None and known.rows != reference.rows:
            reference = replace(known, rows=_any_row(known.rows, reference.rows))
        self._found[key] = reference

    def _name(self, written: Template) -> tuple[Template, str]:
        """Return the name's value and its text; unknown parts stay as written."""
        values = self.tracer.values(written)
        if len(values) == 1 and values[0].is_known:
            return values[0].template, values[0].text
        region = written.region
        if region is None:
            return written, written.text
        source = self.sources[region.path.as_posix()]
        return written, source.decode(region.span.start, region.span.end)


def _texts(
    facts: Mapping[str, Sequence[Fact]],
) -> Iterator[tuple[Template, Scope, Role, Rows]]:
    for found in facts.values():
        for fact in found:
            rows: Rows = ()
            if isinstance(fact, Text):
                template = fact.template
            elif isinstance(fact, Binding):
                template = fact.value
                rows = rows_of(fact)
            else:
                continue
            yield template, fact.scope, fact.role, rows
            for inner in _inner(template):
                yield inner, fact.scope, fact.role, rows


def _inner(template: Template) -> Iterator[Template]:
    """Give the texts that stand inside variables: defaults and alternatives."""
    for variable in template.variables:
        if variable.default is not None:
            yield variable.default
        yield from variable.others


def _site(written: Template) -> Region | None:
    """Return where a reference stands: a pair's place is that of its name."""
    exact = written.region
    parts = [part for part in written.parts if part.region is not None]
    if not parts:
        return None
    for before, after in itertools.pairwise(parts):
        if before.region is None or after.region is None:
            continue
        if before.region.path != after.region.path:
            return before.region
        gap = after.region.span.start - before.region.span.end
        # Quotes, braces and the like; more than that is another place.
        if not 0 <= gap <= _WIDEST_GAP:
            return before.region
    return exact


_WIDEST_GAP = 12


def _any_row(first: Rows, second: Rows) -> Rows:
    """Return rows in which one of the two holds."""
    merged = dict(first)
    for scope, rows in second:
        if scope in merged:
            merged[scope] |= rows
    return tuple(sorted(merged.items()))


def _is_node_image(image: str) -> bool:
    return image == NODE_IMAGE or image.endswith(f"/{NODE_IMAGE}")


def _with_value(
    base: Reference, name: Template, tail: Template, value: Value
) -> Reference | None:
    """Return the reference with one known value, None when that is none at all."""
    is_literal = tail.is_literal
    rows = meet_rows(base.rows, value.rows)
    if rows is None:
        return None
    whole = join((name, value.template))
    parsed, flaw = _parse(base.image, value.text)
    if parsed is None and not is_literal:
        return base
    return replace(
        base,
        shape=Shape.LITERAL if is_literal else Shape.TRACED,
        parsed=parsed,
        flaw=flaw,
        value=whole,
        name_end=len(name),
        value_at=None if is_literal else _tag_place(value, base.region),
        steps=value.steps,
        rows=rows,
        bindings=value.bindings,
    )


def _parse(image: str, tail: str) -> tuple[ImageReference | None, str | None]:
    try:
        return ImageReference.parse(image + tail), None
    except InvalidReference as error:
        first = error
    # A registry that is only known at run time does not spoil what follows it.
    bare = image[image.rfind(NODE_IMAGE) :] if NODE_IMAGE in image else image
    if bare != image and not image.startswith(("./", "../", "/")):
        try:
            return ImageReference.parse(bare + tail), None
        except InvalidReference as error:
            first = error
    return None, first.reason


def _tag_place(value: Value, site: Region) -> Region | None:
    """Return where the tag is written: the last part that is not at the use."""
    tag = value.template.cut(1, len(value.text))
    elsewhere = [
        part.region
        for part in tag.parts
        if part.region is not None and not _inside(part.region, site)
    ]
    if elsewhere:
        return elsewhere[0]
    return tag.region


def _inside(region: Region, outer: Region) -> bool:
    return (
        region.path == outer.path
        and outer.span.start <= region.span.start
        and region.span.end <= outer.span.end
    )


def _order(reference: Reference) -> tuple[Region, str, str]:
    at = reference.value_at
    place = "" if at is None else f"{at.path}:{at.span.start:09d}"
    return (reference.region, place, reference.value.text)
