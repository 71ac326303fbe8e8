"""Makes the edit that gives a reference another tag or digest, where it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.edits import Edit
from digestpin.facts import CONTENT, Role
from digestpin.findings import Fix, Safety
from digestpin.inventory import Shape
from digestpin.patterns import lazy_pattern
from digestpin.source import Region
from digestpin.spans import ByRegion
from digestpin.templates import Literal
from digestpin.uses import OtherUse
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Binding
    from digestpin.inventory import Inventory, Reference
    from digestpin.uses import Uses

# Tests in source code hold references that are compared, not only ones that are run.
_TEST_CODE = lazy_pattern(
    r"_test\.go\Z|(?:\A|/)(?:test_[^/]*|[^/]*_test)\.py\Z"
    r"|\.(?:test|spec)\.[cm]?[jt]sx?\Z|Tests?\.(?:java|kt|cs)\Z"
)
_PERL = lazy_pattern(r"#!.*\bperl\b")
# The anchor of the scalar that starts right behind it.
_ANCHOR = lazy_pattern(r"&(?P<name>[\w.-]+)[ \t]+[\"']?\Z")
_LONGEST_ANCHOR = 300

_WHOLE_FILE = "whatever else reads the file"


@frozen(kw_only=True)
class Plan:
    """A fix, or why there is none; `others` are reads that make it unsafe."""

    fix: Fix | None
    why_not: str = ""
    others: tuple[OtherUse, ...] = ()


@dataclass
class Fixer:
    """Plans fixes over one inventory."""

    inventory: Inventory
    uses: Uses
    _values: dict[Region, set[str]] = field(default_factory=dict)
    _bindings: ByRegion[Binding] = field(init=False)

    def __post_init__(self) -> None:
        for reference in self.inventory.references:
            values = self._values.setdefault(reference.region, set())
            values.add(reference.value.text)
        from digestpin.facts import Binding  # noqa: PLC0415

        self._bindings = ByRegion(
            (region, fact)
            for found in self.inventory.facts.values()
            for fact in found
            if isinstance(fact, Binding)
            for region in fact.value.regions
        )

    def plan(
        self,
        reference: Reference,
        tail: str,
        title: str,
        *,
        safety: Safety = Safety.SAFE,
    ) -> Plan:
        """Plan to make the reference's tag and digest read `tail` (`:v1@sha256:…`).

        `title` names the fix. The plan's safety is at best `safety`, and unsafe when
        something else reads the value that is changed.
        """
        edit = self._edit(reference, tail)
        if edit is None:
            return Plan(
                fix=None,
                why_not="the value is put together in a way that no single place fixes",
            )
        if self._is_perl_array(edit):
            return Plan(
                fix=None, why_not="in Perl an @ names an array: write \\@ by hand"
            )
        others = self._others(reference, edit)
        if any(use.is_compared for use in others):
            return Plan(
                fix=None,
                why_not="the value is compared with another one: change both by hand",
                others=others,
            )
        if others:
            safety = Safety.UNSAFE
        return Plan(fix=Fix(title=title, safety=safety, edits=(edit,)), others=others)

    def _is_perl_array(self, edit: Edit) -> bool:
        """Say whether Perl would take the `@` of a digest for the name of an array.

        It does everywhere but in single quotes.
        """
        source = self.inventory.sources[edit.path.as_posix()]
        first, line = source.line_span(1), source.line_at(edit.span.start)
        if edit.path.suffix not in {".pl", ".pm"} and not _PERL.match(
            source.text[first.start : first.end]
        ):
            return False
        before = source.text[source.line_span(line).start : edit.span.start]
        return before.rfind("'") <= before.rfind('"')

    def _edit(self, reference: Reference, tail: str) -> Edit | None:
        if reference.shape is Shape.LITERAL:
            name = reference.value.cut(0, reference.name_end).text
            whole = reference.value.exact_region
            if whole is not None:
                return self._replace(whole, name + tail)
        old = reference.value.cut(reference.name_end, len(reference.value))
        return self._edit_tail(reference, old.text, tail)

    def _edit_tail(self, reference: Reference, old: str, tail: str) -> Edit | None:
        """Edit the one literal that holds all that changes in the tail."""
        value = reference.value
        same = 0
        while same < min(len(old), len(tail)) and old[same] == tail[same]:
            same += 1
        start = reference.name_end
        for part in value.cut(reference.name_end, len(value)).parts:
            if not isinstance(part, Literal):
                return None
            end = start + len(part.text)
            is_last = end == len(value)
            if is_last or end > reference.name_end + same:
                break
            start = end
        else:
            return None
        if not is_last or not part.exact or part.region is None:
            return None
        if self._is_shared(reference, part.region):
            return None
        kept = start - reference.name_end
        return self._replace(part.region, tail[kept:])

    def _is_shared(self, reference: Reference, region: Region) -> bool:
        """Say whether the edit would stand in a text that has several values."""
        site = reference.region
        is_inside = (
            site.path == region.path
            and site.span.start <= region.span.start
            and region.span.end <= site.span.end
        )
        if not is_inside or reference.shape is Shape.LITERAL:
            return False
        if reference.value_at == region:
            return False
        return len(self._values[site]) > 1

    def _replace(self, region: Region, text: str) -> Edit:
        source = self.inventory.sources[region.path.as_posix()]
        return Edit(
            path=region.path,
            span=region.span,
            expected=source.slice(region.span),
            replacement=text.encode("latin-1"),
        )

    def _aliases(self, edit: Edit) -> Iterator[OtherUse]:
        """Give the other places of a YAML scalar that has an anchor.

        The value alone is a tag; where it is anchored, it is meant for more than one.
        """
        source = self.inventory.sources[edit.path.as_posix()]
        if source.path.suffix not in (".yaml", ".yml"):
            return
        start = source.line_span(source.line_at(edit.span.start)).start
        start = max(start, edit.span.start - _LONGEST_ANCHOR)
        anchor = _ANCHOR.search(source.text[start : edit.span.start])
        if anchor is None:
            return
        alias = re.compile(rf"(?<![\w*])\*{re.escape(anchor['name'])}(?![\w-])")
        for match in alias.finditer(source.text):
            yield OtherUse(source.region(*match.span()), f"the alias {match[0]}")

    def _may_be_expected(self, reference: Reference, edit: Edit) -> bool:
        """Say whether a test's source may compare a text with this one.

        A constant or a variable is there to be used; a bare text in a call, a field or
        a table of cases can be what the code under test should give.
        """
        path = edit.path.as_posix()
        if not _TEST_CODE.search(path) or reference.shape is not Shape.LITERAL:
            return False
        bindings = self._bindings.containing(Region(edit.path, edit.span))
        is_field = ["field" in binding.scope for binding in bindings]
        if not all(is_field):
            return False
        return bool(is_field) or reference.role is not Role.IMAGE

    def _others(self, reference: Reference, edit: Edit) -> tuple[OtherUse, ...]:
        found: dict[OtherUse, None] = {}
        if self._may_be_expected(reference, edit):
            use = OtherUse(reference.region, "a test, which may expect this very text")
            found[use] = None
        found.update(dict.fromkeys(self.uses.compared(reference.value.text)))
        if reference.shape is not Shape.LITERAL:
            found.update(dict.fromkeys(self._aliases(edit)))
        is_literal = reference.shape is Shape.LITERAL
        around = {id(one) for one in self._bindings.containing(reference.region)}
        edit_region = Region(edit.path, edit.span)
        for binding in self._bindings.containing(edit_region):
            if binding.what == CONTENT:
                found[OtherUse(edit_region, _WHOLE_FILE)] = None
            found.update(dict.fromkeys(self.uses.checks(binding)))
            is_whole = is_literal or id(binding) in around
            for use in self.uses.others(binding, is_whole=is_whole):
                found.setdefault(use)
        return tuple(found)
