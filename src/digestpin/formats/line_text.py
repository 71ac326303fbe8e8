"""Cuts templates out of a file line by line, and trims and splits templates.

A byte of a multi-byte character may look like a blank in ISO 8859-1 (0x85, 0xA0), so
blanks are the ASCII ones only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Role, Text
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Literal, Template, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile
    from digestpin.templates import Scope

BLANKS = " \t\r\n\f\v"
_WORD = lazy_pattern(rf"[^{BLANKS}]+")
_TELLING = lazy_pattern("[/:@]")


def physical_lines(source: SourceFile) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line, byte order mark and line ending left out."""
    text, start, size = source.text, source.bom_length, len(source.data)
    while start < size:
        stop = text.find("\n", start)
        after = size if stop == -1 else stop + 1
        end = size if stop == -1 else stop
        if end > start and text[end - 1] == "\r":
            end -= 1
        yield start, end
        start = after


def written(source: SourceFile, start: int, end: int) -> Template:
    """Return bytes `start` to `end` as they stand in the file."""
    if start >= end:
        return EMPTY
    return Template((Literal(source.text[start:end], source.region(start, end)),))


def trim(template: Template) -> Template:
    """Return `template` without the blanks at both ends."""
    text = template.text
    start = len(text) - len(text.lstrip(BLANKS))
    return template.cut(start, max(start, len(text.rstrip(BLANKS))))


def words(template: Template) -> Iterator[Template]:
    """Yield the parts between blanks."""
    for word in _WORD.finditer(template.text):
        yield template.cut(word.start(), word.end())


def unquote(template: Template) -> Template:
    """Return what one pair of quotes around the whole encloses, else `template`."""
    text = template.text
    quote = text[:1]
    if quote not in {"'", '"'} or len(text) < 2 or text.find(quote, 1) != len(text) - 1:
        return template
    return template.cut(1, len(text) - 1)


def only_variable(template: Template) -> Variable | None:
    """Return the variable that is all of `template`."""
    part = template.parts[0] if len(template.parts) == 1 else None
    return part if isinstance(part, Variable) else None


def is_telling(template: Template, role: Role) -> bool:
    """Whether a text of this role can matter to anybody."""
    if not template.is_literal:
        return True
    return role is not Role.IGNORED and _TELLING.search(template.text) is not None


def texts(
    template: Template, scope: Scope, role: Role = Role.VALUE, label: str = ""
) -> Iterator[Text]:
    """Yield the template as a text, when it can matter."""
    if is_telling(template, role):
        yield Text(template=template, scope=scope, role=role, label=label)


def folder_of(path: PurePosixPath) -> str:
    """Return the folder of `path` from the root, `""` for the root itself."""
    folder = str(path.parent)
    return "" if folder == "." else folder
