"""Finds the references that are used in the facts of all files, with their values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.built_images import BuiltImages
from digestpin.facts import Binding, Role, Text
from digestpin.inventory import Reference, Shape
from digestpin.reference_values import (
    is_node_image,
    order_of,
    site_of,
    with_value,
)
from digestpin.references import (
    NODE_IMAGE,
    Form,
    completes_name,
    find_digest_behind,
    find_references,
    is_looked_at,
    is_part_of_name,
)
from digestpin.rows import any_row, meet_rows, rows_of, rows_of_scope
from digestpin.templates import HOLE, Literal, Template, join, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.references import Match
    from digestpin.rows import Rows
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope
    from digestpin.tracing import Tracer, Value


_MAX_NAMES = 4


@dataclass
class ReferenceFinder:
    """Finds the references in the facts of all files, each with its values."""

    tracer: Tracer
    sources: Mapping[str, SourceFile]
    repositories: tuple[str, ...] = (NODE_IMAGE,)
    _found: dict[tuple[Region, str, Region | None, Scope], Reference] = field(
        default_factory=dict
    )

    def find(self, facts: Mapping[str, Sequence[Fact]]) -> tuple[Reference, ...]:
        """Return every reference that is used, in order of path and place."""
        texts = list(_texts(facts))
        built = BuiltImages(facts, self.tracer, self.repositories)
        for template, _scope, role, _rows in texts:
            if role is Role.BUILT:
                built.note(template)
        bare: list[Binding] = []
        for template, scope, role, rows in texts:
            if is_looked_at(role):
                self._text(template, scope, role, rows)
        for found in facts.values():
            bare += [
                fact
                for fact in found
                if isinstance(fact, Binding)
                and (
                    self._is_bare(fact)
                    or is_part_of_name(fact.value.text, self.repositories)
                )
            ]
        if bare:
            self._split_names(texts, bare)
        tagged = {item.region for item in self._found.values() if item.tag is not None}
        references = (
            reference
            for reference in self._found.values()
            if reference not in built
            and not (_is_bare_name(reference) and reference.region in tagged)
        )
        return tuple(sorted(references, key=order_of))

    def _is_bare(self, binding: Binding) -> bool:
        return any(
            match.form in (Form.BARE, Form.OPEN) and match.end == len(name.text)
            for name in (binding.value, *_inner(binding.value))
            for match in find_references(name, self.repositories)
        )

    def _text(self, template: Template, scope: Scope, role: Role, rows: Rows) -> None:
        if not self._may_hold(template.text):
            return
        for match in find_references(template, self.repositories):
            if match.form is Form.OPEN:
                continue
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
        """Find `${IMAGE}:${TAG}` where IMAGE is a repository's name or a side of it."""
        names = {binding.name for binding in bare}
        for template, scope, role, rows in texts:
            if not is_looked_at(role) or HOLE not in template.text:
                continue
            for expanded, name_rows in self._expand_names(template, names):
                met = meet_rows(rows, name_rows)
                if met is not None:
                    self._text(expanded, scope, role, met)

    def _expand_names(
        self, template: Template, names: set[str]
    ) -> list[tuple[Template, Rows]]:
        """Put each name in for a variable that holds it and is followed by a tag.

        Gives the templates with the rows in which their names hold, none where no
        variable is one.
        """
        found: list[tuple[tuple[Template, ...], Rows]] = [((), ())]
        done = 0
        at = template.text.find(HOLE)
        while at != -1:
            choices = self._names_at(template, at, names)
            if choices:
                before = template.cut(done, at)
                done = at + 1
                found = [
                    ((*parts, before, name), met)
                    for parts, rows in found
                    for name, name_rows in choices
                    if (met := meet_rows(rows, name_rows)) is not None
                ][:_MAX_NAMES]
            at = template.text.find(HOLE, at + 1)
        if not done:
            return []
        rest = template.cut(done, len(template.text))
        return [(join([*parts, rest]), rows) for parts, rows in found]

    def _names_at(
        self, template: Template, at: int, names: set[str]
    ) -> list[tuple[Template, Rows]]:
        """Return the names that can stand for a variable, at the variable's place."""
        variable = template.variable_at(at)
        follow = template.text[at + 1 : at + 2]
        if variable is None or variable.name not in names or not follow:
            return []
        values = self.tracer.values(template.cut(at, at + 1))
        if len(values) > _MAX_NAMES or not all(value.is_known for value in values):
            return []
        before, after = template.text[:at], template.text[at + 1 :]
        completing = [
            value
            for value in values
            if completes_name(before, value.text, after, self.repositories)
        ]
        if len(completing) < len(values):
            # Together with another owner it would be another image.
            completing = [
                value
                for value in values
                if (follow in (":", "@") or value.text.endswith(":"))
                and self._may_hold(value.text)
            ]
        return [
            (literal(value.text, variable.region, exact=False), value.rows)
            for value in completing
        ]

    def _reference(
        self, template: Template, match: Match, scope: Scope, role: Role, rows: Rows
    ) -> None:
        written = self._with_digest_behind(template, match)
        size = match.name_end - match.start
        region = site_of(written, size, self.sources)
        if region is None:
            return
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
            is_node_image=is_node_image(image),
        )
        for value in known:
            self._add(with_value(base, name, tail, value))
        if not known:
            self._add(base)

    def _with_digest_behind(self, template: Template, match: Match) -> Template:
        """Return what is written, with a digest that stands behind it, apart."""
        written = template.cut(match.start, match.end)
        part = written.parts[-1]
        if match.end < len(template) or (isinstance(part, Literal) and not part.exact):
            return written
        if part.region is None:
            return written
        source, end = self.sources[part.region.path.as_posix()], part.region.span.end
        behind = find_digest_behind(written.text, source.text, end)
        if behind is None:
            return written
        region = source.region(*behind.span())
        rest = behind[0].removeprefix(behind["quote"])
        return written + literal(rest, region, exact=not behind["quote"])

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
            reference = replace(known, rows=any_row(known.rows, reference.rows))
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
            if isinstance(fact, Text):
                template = fact.template
                rows = rows_of_scope(fact.scope)
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


def _is_bare_name(reference: Reference) -> bool:
    """Say whether a value is a name alone: of a pair, if its place has a tag too."""
    parsed = reference.parsed
    return parsed is not None and parsed.tag is None and parsed.digest is None
