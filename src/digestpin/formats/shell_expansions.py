"""Says what `${…}` stands for: a variable, its default, what is taken off it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Role, Text
from digestpin.formats.shell_model import is_interesting
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.formats.shell_model import Place
    from digestpin.templates import Template, Variable

_HEAD = lazy_pattern(
    r"(?P<mark>[!#]?)(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!_-])"
    r"(?:\[(?P<index>[^\]]*)\])?"
    r"(?P<operator>:?[-=?+]|##?|%%?|/[/#%]?|\^\^?|,,?|:|@)?",
    re.ASCII,
)
_FIXED_INDEX = lazy_pattern(r"[\w.-]+", re.ASCII)
_ALL = frozenset("@*")
_GLOB = lazy_pattern(r"[*?\[\]$`]")


@frozen(kw_only=True)
class Expansion:
    """`${name operator operand}`; the operand is characters `at` to `end`."""

    name: str
    mark: str
    operator: str
    at: int
    end: int


def bare_index(index: str) -> str:
    """Return the index of an array's element without quotes around it."""
    return index.strip("\"'")


def parse_expansion(text: str, start: int, end: int) -> Expansion | None:
    """Take `${…}` apart; None when its name is no name."""
    close = end - 1 if text[end - 1] == "}" else end
    match = _HEAD.match(text, start + 2, close)
    if match is None or (match["operator"] is None and match.end() < close):
        return None
    name, index = match["name"], match["index"]
    if index is not None and _FIXED_INDEX.fullmatch(bare_index(index)):
        name = f"{name}[{bare_index(index)}]"
    elif match["mark"] and index in _ALL:
        # `${!A[@]}` gives the keys and `${#A[@]}` their number: none of the values.
        name = f"{match['mark']}{name}[{index}]"
    return Expansion(
        name=name,
        mark=match["mark"],
        operator=match["operator"] or "",
        at=match.end(),
        end=close,
    )


def expand(
    parsed: Expansion, value: Variable, operand: Template, place: Place
) -> tuple[Variable, list[Fact]]:
    """Return the variable that the expansion reads, and what it tells beside."""
    if parsed.mark:
        return replace(value, opaque=True), []
    operator = parsed.operator
    changed = replace(value, opaque=True)
    beside: list[Fact] = []
    match operator.lstrip(":"):
        case "?":
            changed = value
        case "-" | "=":
            changed = replace(value, default=operand)
            if operator.endswith("="):
                beside = [_assigned(value, operand, place)]
        case "+":
            beside = _texts(operand, place, Role.VALUE)
        case "#" | "##" | "%" | "%%":
            changed = _stripped(operator, value, operand)
        case "/" | "//" | "/#" | "/%":
            changed, beside = _replaced(operator, value, operand, place)
    return (changed if operator else value), beside


def _assigned(value: Variable, operand: Template, place: Place) -> Binding:
    return Binding(
        name=value.name,
        scope=place.home,
        value=operand,
        what="default",
        conditional=place.conditional,
        fallback=True,
        sequential=True,
        branches=place.branches,
    )


def _texts(operand: Template, place: Place, role: Role) -> list[Fact]:
    if not is_interesting(operand):
        return []
    return [Text(template=operand, scope=place.scope, role=role, label="an expansion")]


def _replaced(
    operator: str, value: Variable, operand: Template, place: Place
) -> tuple[Variable, list[Fact]]:
    if len(operator) == 2 and operator[1] in "#%" and operand.text.endswith("/"):
        stem = operand.cut(0, len(operand.text) - 1)
        return _stripped(operator[1], value, stem), []
    return replace(value, opaque=True), _texts(operand, place, Role.PATTERN)


def _stripped(operator: str, value: Variable, operand: Template) -> Variable:
    if not operand.is_literal or _GLOB.search(operand.text):
        return replace(value, opaque=True)
    if operator.startswith("#"):
        return replace(value, strip_prefix=operand.text)
    return replace(value, strip_suffix=operand.text)
