"""Fills the placeholders of `Sprintf`, `%`, `.format` and their like with templates."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import Literal, Template, Variable, join, standing_at
from digestpin.values import frozen

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from digestpin.source import Region

_PERCENT = lazy_pattern(
    r"%(?P<escape>%)|%(?:\((?P<key>\w+)\)|\[(?P<number>\d+)\]|(?P<position>\d+)\$)?"
    r"(?P<flags>[-+# 0]*[\d.*]*)(?P<verb>[a-zA-Z@])"
)
_BRACE = lazy_pattern(
    r"(?P<escape>\{\{|\}\})|\{(?P<key>[A-Za-z_]\w*)?(?P<number>\d+)?"
    r"(?P<spec>[!:][^{}]*|,\s*-?\d+[^{}]*)?\}"
)
_AS_WRITTEN = frozenset("svdiS@")
_FREE_SPECS = frozenset({None, "!s", ":s", "!s:s", ":"})


@frozen
class Arguments:
    """The values for placeholders; what could not be read is an opaque variable.

    `missing` makes the value of a placeholder that no argument fills.
    """

    missing: Callable[[str, Region | None], Template]
    positional: tuple[Template, ...] = ()
    named: dict[str, Template] = field(default_factory=dict)

    def at(self, index: int, region: Region | None) -> Template:
        """Return the value of a numbered placeholder."""
        if 0 <= index < len(self.positional):
            return self.positional[index]
        return self.missing(f"#{index}", region)

    def called(self, name: str, region: Region | None) -> Template:
        """Return the value of a named placeholder."""
        return self.named.get(name) or self.missing(name, region)


def fill(template: Template, style: str, arguments: Arguments) -> Template:
    """Return `template` with its placeholders replaced by `arguments`."""
    pattern = _PERCENT if style == "percent" else _BRACE
    parts: list[Template] = []
    at = used = 0
    for match in pattern.finditer(template.text):
        parts.append(template.cut(at, match.start()))
        at = match.end()
        if match.group("escape"):
            parts.append(_unescaped(template, match))
            continue
        region = template.cut(match.start(), match.end()).region
        value, used = _value(match, style, arguments, (used, region))
        parts.append(value)
    parts.append(template.cut(at, len(template)) if at else template)
    return join(part for part in parts if part.parts and part.text)


def _unescaped(template: Template, match: re.Match[str]) -> Template:
    region = template.cut(match.start(), match.end()).region
    return Template((Literal(match.group()[0], region, exact=False),))


def _value(
    match: re.Match[str],
    style: str,
    arguments: Arguments,
    state: tuple[int, Region | None],
) -> tuple[Template, int]:
    used, region = state
    groups = match.groupdict()
    if groups["key"]:
        value = arguments.called(groups["key"], region)
    elif groups["number"] or groups.get("position"):
        number = int(groups["number"] or groups["position"] or 0)
        value = arguments.at(number - (style == "percent"), region)
    else:
        value, used = arguments.at(used, region), used + 1
    as_written = (
        groups["verb"] in _AS_WRITTEN and not groups["flags"]
        if style == "percent"
        else groups["spec"] in _FREE_SPECS
    )
    value = standing_at(value, region)
    return (value if as_written else opaque(value)), used


def opaque(template: Template) -> Template:
    """Return a template whose variables are changed in a way that is not followed."""
    return Template(
        tuple(
            Variable(name=part.name, scope=part.scope, region=part.region, opaque=True)
            if isinstance(part, Variable)
            else Literal(part.text, part.region, exact=False)
            for part in template.parts
        )
    )
