"""Reads quotes and `$X`, `${X:-default}` as Dockerfiles and `.env` files write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.formats.line_text import BLANKS
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Template, Variable, join, literal, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.templates import Scope

_REFERENCE = lazy_pattern(
    r"\\(?P<escaped>[$\"'\\ ])|\$(?:(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<change>[^{}$]*(?:\$\{[^{}]*\}[^{}$]*)*)\})"
)
_SEGMENT = lazy_pattern(
    r"'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\(?:.|\Z))*)(?:\"|\Z)", re.DOTALL
)
_WORD = lazy_pattern(
    rf"(?:[^{BLANKS}\"'\\]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\"'\\])+", re.DOTALL
)


def quoted_words(template: Template) -> Iterator[Template]:
    """Yield the words between blanks that no quotes enclose, quotes kept."""
    for word in _WORD.finditer(template.text):
        yield template.cut(word.start(), word.end())


def read_word(word: Template, scope: Scope) -> Template:
    """Return a word with its quotes taken away and its variables as such."""
    pieces, at = [], 0
    for segment in _SEGMENT.finditer(word.text):
        pieces.append(expand(word.cut(at, segment.start()), scope))
        if segment["single"] is not None:
            pieces.append(word.cut(*segment.span("single")))
        else:
            pieces.append(expand(word.cut(*segment.span("double")), scope))
        at = segment.end()
    return join([*pieces, expand(word.cut(at, len(word.text)), scope)])


def expand(template: Template, scope: Scope) -> Template:
    """Return `template` with its `$X` and `${X…}` as variables."""
    pieces, at = [], 0
    for found in _REFERENCE.finditer(template.text):
        pieces.append(template.cut(at, found.start()))
        pieces.append(_reference(template, found, scope))
        at = found.end()
    return join([*pieces, template.cut(at, len(template.text))])


def _reference(template: Template, found: re.Match[str], scope: Scope) -> Template:
    region = template.cut(*found.span()).region
    if region is None:
        return EMPTY
    if found["escaped"]:
        return literal(found["escaped"], region, exact=False)
    change = found["change"] or ""
    default = None
    if change.startswith((":-", "-", ":=", "=")):
        skip = 2 if change[0] == ":" else 1
        start, end = found.span("change")
        default = expand(template.cut(start + skip, end), scope)
    prefix = _fixed(change, "#")
    suffix = _fixed(change, "%")
    return variable(
        Variable(
            name=found["plain"] or found["name"],
            scope=scope,
            region=region,
            default=default,
            strip_prefix=prefix,
            strip_suffix=suffix,
            opaque=bool(change) and default is None and not (prefix or suffix),
        )
    )


def _fixed(change: str, sign: str) -> str:
    """Return the fixed text that `${X#text}` takes off, nothing for a pattern."""
    text = change.lstrip(sign)
    plain = change.startswith(sign) and not re.search(r"[*?\[\]$\\]", text)
    return text if plain else ""
