"""`.env` files: one variable a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Binding
from digestpin.formats.dollar_text import expand, read_word
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import physical_lines, trim, written
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template

_NAMES = lazy_pattern(r"(?:.*\.)?env|\.env\.(?!(?:js|mjs|py|rb|ts)$).+")
_LINE = lazy_pattern(
    r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*"
)
_QUOTED = lazy_pattern(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_COMMENT = lazy_pattern(r"(?:^|[ \t])#")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is `env`, `.env`, `something.env` or `.env.something`."""
    return not head.startswith(b"#!") and bool(_NAMES.fullmatch(path.name))


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the file sets; see `FileFormat.extract`."""
    scope = (str(source.path),)
    for start, end in physical_lines(source):
        head = _LINE.match(source.text, start, end)
        if head:
            value = _value(written(source, head.end(), end), scope)
            yield Binding(name=head["name"], scope=scope, value=value, what="env file")


def _value(raw: Template, scope: Scope) -> Template:
    quoted = _QUOTED.match(raw.text)
    if quoted:
        return read_word(raw.cut(0, quoted.end()), scope)
    comment = _COMMENT.search(raw.text)
    return expand(trim(raw.cut(0, comment.start()) if comment else raw), scope)


FORMAT = FileFormat(
    id="dotenv",
    summary="`.env` files: one variable a line.",
    matches=matches,
    extract=extract,
)
