"""Finishes the facts of a file of source code: uses of names, repeated assignments."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Link, Role, Text
from digestpin.formats import code_words as words
from digestpin.formats.code_lexer import Kind, Token
from digestpin.formats.code_names import KEYWORDS, variable_name
from digestpin.templates import Variable, variable

if TYPE_CHECKING:
    from digestpin.formats.code_emit import Emitter
    from digestpin.formats.code_imports import Imports
    from digestpin.source import Region
    from digestpin.templates import Scope

_COMPARISONS = frozenset({"==", "!=", "===", "!==", "is"})
_NOTHING = frozenset({"nil", "null", "None", "undefined", "not"})
_TESTS = frozenset(
    {"if", "elif", "not", "!", "while", "unless", "and", "or", "&&", "("}
)
_TEST_ENDS = frozenset({":", "{", "&&", "||", "and", "or", "then", "?"})
_TARGETS = frozenset({"=", ":=", ":", "?=", "=>", "(", "{", "[", "!"})


def finish(emitter: Emitter, imports: Imports) -> list[Fact]:
    """Return all facts in file order."""
    facts = [fact for fact in emitter.facts if fact is not None]
    facts += _unknown_assignments(emitter, facts)
    facts = _mark_repeated(facts)
    facts += _uses(emitter, facts, imports)
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


def _uses(emitter: Emitter, facts: list[Fact], imports: Imports) -> list[Fact]:
    """Return a text for each place that reads a bound name by itself."""
    names = imports.names | {
        fact.name for fact in facts if isinstance(fact, Binding) and _is_variable(fact)
    }
    language = emitter.reader.language
    in_package = bool(language.package)
    elsewhere = ("var.", "local.") if language.style == "hcl" else ()
    taken = _taken(emitter)
    offsets = [offset for offset, _, _ in emitter.scopes]
    uses: list[Fact] = []
    for index, token in enumerate(emitter.reader.tokens):
        if token.kind is not Kind.NAME or token.text in KEYWORDS or taken[index]:
            continue
        name, out_of_reach = variable_name(token.text, language)
        known = name in names or name.startswith(elsewhere)
        wanted = known or (in_package and words.is_telling_name(name))
        if (
            wanted
            and not out_of_reach
            and not imports.covers(token.start)
            and _is_read(emitter, index, known=known)
        ):
            uses += _use(emitter, offsets, token, name)
    return uses


def _taken(emitter: Emitter) -> bytearray:
    taken = bytearray(len(emitter.reader.tokens) + 1)
    for start, end in emitter.used:
        taken[start:end] = b"\1" * (min(end, len(taken)) - start)
    for start, end in emitter.loose:
        taken[start:end] = bytes(min(end, len(taken)) - start)
    return taken


def _is_read(emitter: Emitter, index: int, *, known: bool) -> bool:
    reader = emitter.reader
    before, after = reader.token(index - 1), reader.token(index + 1)
    if after.text in _TARGETS or before.text in {".", "def", "func", "fn", "fun"}:
        return after.text == "[" and known
    is_command = reader.language.id == "powershell"
    if before.kind is Kind.NAME and before.text not in KEYWORDS and not is_command:
        return False
    if after.kind is Kind.NAME and after.text not in KEYWORDS:
        return False
    if _is_tested(emitter, index):
        return False
    return known or before.text in {"(", ",", "=", ":=", ":", "+", "return"}


def _is_tested(emitter: Emitter, index: int) -> bool:
    """Whether a name is only asked for whether it has a value."""
    reader = emitter.reader
    before, after = reader.token(index - 1), reader.token(index + 1)
    if after.text in _COMPARISONS:
        other = reader.token(index + 2)
        if other.text == "not":
            other = reader.token(index + 3)
        return other.text in _NOTHING or (
            other.kind is Kind.STRING and other.end - other.start == 2
        )
    return before.text in _TESTS and (
        after.text in _TEST_ENDS or after.kind is Kind.NEWLINE
    )


def _use(emitter: Emitter, offsets: list[int], token: Token, name: str) -> list[Fact]:
    at = bisect_right(offsets, token.start) - 1
    scope: Scope = emitter.scopes[at][1]
    if name in emitter.scopes[at][2]:
        return []
    region = emitter.reader.source.region(token.start, token.end)
    part = Variable(name=name, scope=scope, region=region)
    return [Text(template=variable(part), scope=scope, label="an expression")]


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
