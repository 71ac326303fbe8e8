"""Hermit: the name of `bin/.kind-0.31.0.pkg` is the pin, its content says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import DeclaredPin
from digestpin.formats.interface import FileFormat
from digestpin.patterns import lazy_pattern
from digestpin.templates import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_NAME = lazy_pattern(r"\.kind-(?P<version>v?[0-9].*)\.pkg")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the file is hermit's for kind."""
    del head
    return path.parent.name == "bin" and _NAME.fullmatch(path.name) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield the version in the file's name; see `FileFormat.extract`."""
    name = _NAME.fullmatch(source.path.name)
    if name is not None:
        start = source.region(0, 0)
        yield DeclaredPin(
            mechanism="hermit",
            region=start,
            scope=(str(source.path),),
            version=literal(name["version"], start, exact=False),
        )


FORMAT = FileFormat(
    id="hermit",
    summary="Hermit: the version of kind in the name of `bin/.kind-VERSION.pkg`.",
    matches=matches,
    extract=extract,
)
