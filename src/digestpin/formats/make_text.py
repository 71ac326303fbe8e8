"""Reads the text of a makefile: lines, continuations, references, arguments.

It knows where a `$(…)` ends and a comment begins, and nothing about what they mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.formats.line_text import BLANKS, physical_lines, written
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, join, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.source import SourceFile

Lines = tuple[tuple[int, int], ...]
"""Start and end of the physical lines that make one logical line."""

ASSIGNMENT = lazy_pattern(
    r"[ \t]*(?P<modifiers>(?:(?:export|unexport|override|private)[ \t]+)*)"
    r"(?P<name>[^ \t:#=]+?)[ \t]*(?P<operator>:::=|::=|:=|\?=|\+=|!=|=)"
)
"""The head of an assignment in a masked line."""

_UNSET = lazy_pattern(
    r"""\(\s*(?:\$\(strip\s+)?\$[({](?P<a>[^\s$(){}]+)[)}]\)?\s*,\s*\)
      | \(\s*,\s*(?:\$\(strip\s+)?\$[({](?P<b>[^\s$(){}]+)[)}]\)?\s*\)
      | \(\s*(?P<p>["'])\$[({](?P<d>[^\s$(){}]+)[)}](?P=p)\s*,\s*(?P<s>["'])(?P=s)\s*\)
      | (?P<q>["'])\$[({](?P<c>[^\s$(){}]+)[)}](?P=q)\s+(?P<r>["'])(?P=r)
    """,
    re.VERBOSE | re.ASCII,
)
_MASKED = lazy_pattern(r"\$\$|\$[({]|\\#")
_BRACKETS = {"(": re.compile(r"[()]"), "{": re.compile(r"[{}]")}
_ARGUMENT = {"(": re.compile(r"[(),]"), "{": re.compile(r"[{},]")}


def logical_lines(source: SourceFile) -> Iterator[Lines]:
    r"""Yield the lines, each with those that a `\` at the end ties to it."""
    held: list[tuple[int, int]] = []
    for start, end in physical_lines(source):
        held.append((start, end))
        if not _continues(source.text, start, end):
            yield tuple(held)
            held = []
    if held:
        yield tuple(held)


def joined_line(source: SourceFile, lines: Lines) -> Template:
    r"""Return a logical line as make reads it: a `\` and the blanks around as one."""
    text, pieces = source.text, []
    for number, (first, last) in enumerate(lines):
        start, end = first, last
        if number:
            start += len(text[start:end]) - len(text[start:end].lstrip(BLANKS))
            at = lines[number - 1][1] - 1
            pieces.append(literal(" ", source.region(at, start), exact=False))
        if number < len(lines) - 1:
            end -= 1
            end = start + len(text[start:end].rstrip(BLANKS))
        pieces.append(written(source, start, end))
    return join(pieces)


def recipe_line(source: SourceFile, lines: Lines, prefix: str) -> Template:
    r"""Return a recipe line as the shell gets it, with the newline at its end.

    The recipe prefix and make's own `@`, `-` and `+` are left out; a `\` before a
    newline stays, as make passes it on.
    """
    text, pieces = source.text, []
    for number, (first, end) in enumerate(lines):
        start = first
        if text.startswith(prefix, start, end):
            start += 1
        while number == 0 and start < end and text[start] in "@-+ \t":
            start += 1
        pieces.append(written(source, start, end))
        newline = text.find("\n", end, end + 2)
        if newline != -1:
            pieces.append(written(source, newline, newline + 1))
    return join(pieces)


def recipe_lines(source: SourceFile, many: Iterable[Lines], prefix: str) -> Template:
    """Return several recipe lines, as `recipe_line` does each, as one script."""
    return join(recipe_line(source, lines, prefix) for lines in many)


def mask(text: str) -> str:
    r"""Return `text` with each `$(…)`, `${…}`, `$$` and `\#` as letters.

    >>> mask("a $(b:c=d) # e")
    'a xxxxxxxx # e'
    """
    pieces, at = [], 0
    while found := _MASKED.search(text, at):
        start = found.start()
        end = reference_end(text, start) if text[start] == "$" else found.end()
        if end is None:
            break
        pieces += [text[at:start], "x" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def reference_end(text: str, dollar: int) -> int | None:
    """Return the end of the reference that starts at `dollar`, None when open."""
    opener = text[dollar + 1 : dollar + 2]
    if opener not in _BRACKETS:
        return dollar + 2 if opener else None
    depth = 0
    for bracket in _BRACKETS[opener].finditer(text, dollar + 1):
        depth += 1 if bracket.group() == opener else -1
        if depth == 0:
            return bracket.end()
    return None


def split_arguments(body: Template, opener: str, most: int) -> list[Template]:
    """Split at the commas of this level into `most` arguments, 0 for any number."""
    arguments: list[Template] = []
    at = depth = 0
    for found in _ARGUMENT[opener].finditer(body.text):
        if found.group() != ",":
            depth += 1 if found.group() == opener else -1
        elif depth <= 0 and len(arguments) + 1 != most:
            arguments.append(body.cut(at, found.start()))
            at = found.end()
    return [*arguments, body.cut(at, len(body.text))]


def unset_name(word: str, condition: str) -> str:
    """Return the name that a condition says is not set, else nothing."""
    if word == "ifndef":
        return condition.strip()
    unset = _UNSET.fullmatch(condition.strip()) if word == "ifeq" else None
    return (unset["a"] or unset["b"] or unset["c"] or unset["d"]) if unset else ""


def _continues(text: str, start: int, end: int) -> bool:
    line = text[start:end]
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1
