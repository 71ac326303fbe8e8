"""Reads a string of several lines, such as an embedded cluster config or script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Role, Text
from digestpin.formats import code_words as words
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.templates import Scope, Template

_LINE = lazy_pattern(r"[^\n]+")
_COMMENT = lazy_pattern(r"\s*(?:#|//)")
_ENTRY = lazy_pattern(
    r"\s*(?:-\s+)?(?P<quote>[\"']?)(?P<key>[A-Za-z_][\w.-]*)(?P=quote)\s*:\s+(?P<value>\S.*)"
)
_TRAILING = lazy_pattern(r"(?<!\s)\s++#.*\Z|(?<![\s,])[\s,]++\Z")


def is_script(template: Template) -> bool:
    """Whether a text says itself that it is a shell script."""
    return bool(re.match(r"\s*#!\S*(?:sh|env (?:ba|z)?sh)\b", template.text))


def read_lines(template: Template, scope: Scope) -> Iterator[Fact]:
    """Yield a fact for each line: the value of `key: value`, else the whole line."""
    for match in _LINE.finditer(template.text):
        start, end = match.span()
        line = match.group()
        role = Role.VALUE
        if _COMMENT.match(line):
            role = Role.IGNORED
        elif entry := _ENTRY.fullmatch(line.rstrip()):
            start, end = _value_bounds(line, entry, start)
            role = _entry_role(entry)
        elif words.is_prose(line):
            role = Role.DISPLAY
        piece = _stripped(template, start, end)
        if piece.text and (role is not Role.IGNORED or not piece.is_literal):
            yield Text(template=piece, scope=scope, role=role, label="a line of text")


def _entry_role(entry: re.Match[str]) -> Role:
    key = entry.group("key")
    if words.is_image_key(key):
        return Role.IMAGE
    if words.is_display_key(key) or words.is_prose(entry.group("value")):
        return Role.DISPLAY
    return Role.VALUE


def _value_bounds(line: str, entry: re.Match[str], start: int) -> tuple[int, int]:
    low, high = entry.span("value")
    value = line[low:high]
    quote = value[0]
    if quote in "\"'" and (close := value.find(quote, 1)) > 0:
        return start + low + 1, start + low + close
    if cut := _TRAILING.search(value):
        high = low + cut.start()
    return start + low, start + high


def _stripped(template: Template, start: int, end: int) -> Template:
    text = template.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return template.cut(start, end)
