"""Finishes the facts of a file of source code: unknown and repeated assignments."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Link, Role, Text
from digestpin.formats.code_lexer import Kind, Token
from digestpin.formats.code_uses import find_uses
from digestpin.templates import Variable, variable

if TYPE_CHECKING:
    from digestpin.formats.code_emit import Emitter
    from digestpin.formats.code_imports import Imports
    from digestpin.source import Region


def finish(emitter: Emitter, imports: Imports) -> list[Fact]:
    """Return all facts in file order."""
    facts = [fact for fact in emitter.facts if fact is not None]
    facts += _unknown_assignments(emitter, facts)
    facts = _mark_repeated(facts)
    bound = {
        fact.name for fact in facts if isinstance(fact, Binding) and _is_variable(fact)
    }
    facts += find_uses(emitter, bound, imports)
    return sorted(facts, key=_offset)


def fact_region(fact: Fact) -> Region | None:
    """Return where a fact stands."""
    if isinstance(fact, Text):
        return fact.template.region
    if isinstance(fact, Binding):
        return fact.value.region
    return fact.region


def _offset(fact: Fact) -> int:
    region = fact_region(fact)
    return region.span.start if region is not None else 0


def _is_variable(fact: Binding) -> bool:
    return "field" not in fact.scope[1:]


def _read_names(facts: list[Fact]) -> set[str]:
    names: set[str] = set()
    for fact in facts:
        if isinstance(fact, Text | Binding):
            template = fact.template if isinstance(fact, Text) else fact.value
            names.update(part.name for part in template.variables)
    return names


def _unknown_assignments(emitter: Emitter, facts: list[Fact]) -> list[Fact]:
    """Return bindings to what cannot be read, for names that are read somewhere."""
    bound = {
        fact.name for fact in facts if isinstance(fact, Binding) and _is_variable(fact)
    }
    wanted = bound | _read_names(facts)
    unknown: list[Fact] = []
    for index, (name, scope) in emitter.unbound.items():
        if not name or name not in wanted:
            continue
        token = (
            emitter.reader.token(index) if index >= 0 else Token(Kind.NAME, 0, 0, "")
        )
        region = emitter.reader.source.region(token.start, token.start)
        value = variable(Variable(name=name, scope=scope, region=region, opaque=True))
        unknown.append(Binding(name=name, scope=scope, value=value, role=Role.IGNORED))
    return unknown


def _mark_repeated(facts: list[Fact]) -> list[Fact]:
    counts = Counter(
        (fact.name, fact.scope)
        for fact in facts
        if isinstance(fact, Binding) and _is_variable(fact)
    )
    return [
        replace(fact, conditional=True)
        if isinstance(fact, Binding) and counts[fact.name, fact.scope] > 1
        else fact
        for fact in facts
    ]


def package_link(emitter: Emitter, pattern: str) -> Link:
    """Return the link that makes the names of a folder's files known in each."""
    path = emitter.reader.source.path
    parent = str(path.parent)
    target = pattern if parent == "." else f"{parent}/{pattern}"
    return Link(
        type=Link.Type.INCLUDE,
        scope=(str(path),),
        target=target,
        base="",
        region=emitter.reader.source.region(0, 0),
    )
