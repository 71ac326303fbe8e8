"""Brewfiles: kind from Homebrew, which knows no version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import DeclaredPin
from digestpin.formats.interface import FileFormat
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_FORMULA = lazy_pattern(
    r"^(?:\xef\xbb\xbf)?[ \t]*brew[ \t(]+[\"'](?P<name>(?:homebrew/core/)?kind)[\"']",
    re.MULTILINE,
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is `Brewfile`."""
    del head
    return path.name in {"Brewfile", ".Brewfile"} or path.suffix == ".Brewfile"


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield the line that installs kind; see `FileFormat.extract`."""
    for found in _FORMULA.finditer(source.text):
        yield DeclaredPin(
            mechanism="homebrew",
            region=source.region(*found.span("name")),
            scope=(str(source.path),),
        )


FORMAT = FileFormat(
    id="brewfile",
    summary="Brewfiles: kind from Homebrew.",
    matches=matches,
    extract=extract,
)
