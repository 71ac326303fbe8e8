"""Makes kind pins of the version fields in the files of tool managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import DeclaredPin
from digestpin.formats.line_text import written
from digestpin.templates import EMPTY

if TYPE_CHECKING:
    from digestpin.source import SourceFile

_NO_VERSION = frozenset({"", "*", "latest", "lts", "stable", "system"})


def declared_pin(
    source: SourceFile, mechanism: str, start: int, end: int
) -> DeclaredPin:
    """Return the version at bytes `start` to `end`; none when it is `latest`."""
    text = source.text[start:end]
    named = text not in _NO_VERSION and not text.startswith(("path:", "ref:"))
    return DeclaredPin(
        mechanism=mechanism,
        region=source.region(start, end),
        scope=(str(source.path),),
        version=written(source, start, end) if named else EMPTY,
    )
