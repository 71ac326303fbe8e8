"""Makefiles: variables, conditionals, includes, and recipes as shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.interface import FileFormat
from digestpin.formats.make_parser import MakefileParser
from digestpin.formats.make_text import logical_lines
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_NAMES = lazy_pattern(
    r"(?:gnu)?makefile(?:\.(?!(?:go|js|json|md|py|rb|rst|sh|ts|txt|ya?ml)$)[\w.-]+)?"
    r"|.+\.(?:mk|make|mak)"
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the file's name is one that make or a makefile would look for."""
    del head
    return _NAMES.fullmatch(path.name.lower()) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the makefile says; see `FileFormat.extract`."""
    parser = MakefileParser(source)
    for lines in logical_lines(source):
        parser.feed(lines)
    return parser.finish()


FORMAT = FileFormat(
    id="makefile",
    summary="Makefiles: variables, includes and the shell of recipes.",
    matches=matches,
    extract=extract,
)
