"""Reads text whose structure is not known, line by line.

For YAML that does not parse as such (Helm and Jinja templates), and for any other text:
comments are left out, a key before a value says what the value is for, and what stands
between template braces is a variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.cluster_text import find_cluster_configs
from digestpin.formats.line_text import BLANKS, trim
from digestpin.formats.yaml_keys import names_kind, role_of
from digestpin.formats.yaml_variables import GENERIC, expand
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, HOLE, Template, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.formats.yaml_variables import Syntaxes
    from digestpin.templates import Scope

_BRACED = r"\{\{(?:[^}\n]|\}(?!\})){0,200}+\}\}|\{%(?:[^%\n]|%(?!\})){0,200}+%\}"
_COMMENT_OPENER = lazy_pattern(r"\{\{-?\s{0,9}/\*|(?<!\$)\{#")
_COMMENT_CLOSER = {"*": re.compile(r"\*/\s{0,9}-?\}\}"), "#": re.compile(r"#\}")}
# A quote opens a string only where a value can start: not in `don't`.
_LINE = lazy_pattern(
    rf"{_BRACED}"
    rf"|(?:(?<=[\s:=,(\[{{])|\A)(?:\"(?>{_BRACED}|[^\"\\]|\\.)*+\"|'[^']*+')"
    r"|(?P<comment>(?:(?<=\s)|\A)\#)",
    re.ASCII | re.DOTALL,
)
_KEY = lazy_pattern(
    r"(?:-\s+)*(?:export\s+)?[\"']?(?P<key>[A-Za-z_$][\w.$/-]*)[\"']?"
    r"(?:\s*:(?=\s|\Z)|\s*[:?]?=(?!=))\s*",
    re.ASCII,
)
# A key that tells nothing of its value; nor is it one: `kindest/node:v1.31.4: x`.
_OTHER_KEY = lazy_pattern(
    r"(?:-\s+)*(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'#{\[]\S*):(?=\s|\Z)\s*"
)
_ITEM = lazy_pattern(r"(?:-[ \t]+)+")
# What a line without cannot tell anything, whatever else is on it.
_PROMISING = lazy_pattern(rf"[/@${HOLE}]|:\S|\d\.\d|\{{[{{%]")
_TELLING = lazy_pattern(rf"[/:@{HOLE}]|\d\.\d")


def extract_plain_text(
    text: Template, scope: Scope, syntaxes: Syntaxes = GENERIC
) -> Iterator[Fact]:
    """Yield a text for each value, and a binding for each that is named after kind."""
    yield from find_cluster_configs(text, scope, syntaxes)
    for line in _lines(text):
        yield from _line(line, scope, syntaxes)


def _lines(text: Template) -> Iterator[Template]:
    """Give the lines that are not empty, without the blanks around them."""
    text = join(_outside_comments(text))
    whole, at = text.text, 0
    while at < len(whole):
        line_end = whole.find("\n", at)
        stop = len(whole) if line_end == -1 else line_end
        line = whole[at:stop].rstrip(BLANKS)
        low = at + len(line) - len(line.lstrip(BLANKS))
        if line:
            yield text.cut(low, at + len(line))
        at = stop + 1


def _outside_comments(text: Template) -> Iterator[Template]:
    """Give what stands outside the comments of templates, which may span lines."""
    whole, at, search = text.text, 0, 0
    while (opener := _COMMENT_OPENER.search(whole, search)) is not None:
        closer = _COMMENT_CLOSER[opener.group()[-1]].search(whole, opener.end())
        if closer is None:
            break
        yield text.cut(at, opener.start())
        at = search = closer.end()
    yield text.cut(at, len(whole)) if at < len(whole) else EMPTY


def _line(line: Template, scope: Scope, syntaxes: Syntaxes) -> Iterator[Fact]:
    if not _PROMISING.search(line.text):
        return
    for token in _LINE.finditer(line.text):
        if token["comment"] is not None:
            line = trim(line.cut(0, token.start())) if token.start() else EMPTY
            break
    head = _KEY.match(line.text)
    key = "" if head is None else head["key"]
    head = head or _OTHER_KEY.match(line.text)
    value = line if head is None else line.cut(head.end(), len(line))
    yield from extract_value(key, expand(_unquoted(value), scope, syntaxes), scope)


def extract_value(key: str, value: Template, scope: Scope) -> Iterator[Fact]:
    """Yield what a value tells: a binding when its key, if any, is named after kind."""
    if not _TELLING.search(value.text):
        return
    role = role_of(key.rpartition(".")[2])
    region = value.region
    if names_kind(key) and region is not None:
        field = (*scope, "field", str(region.span.start))
        yield Binding(name=key, scope=field, value=value, what="value", role=role)
    else:
        yield Text(template=value, scope=scope, role=role)


def _unquoted(value: Template) -> Template:
    """Return an item of a sequence without its dash and the quotes around it."""
    item = _ITEM.match(value.text)
    if item is not None:
        value = value.cut(item.end(), len(value))
    token = _LINE.match(value.text)
    if token is None or token.end() != len(value) or value.text[:1] not in "\"'":
        return value
    return value.cut(1, len(value) - 1) if len(value) > 2 else EMPTY
