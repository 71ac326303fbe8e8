"""Gives the facts of one file, in the format that takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats import find_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.source import SourceFile


def extract(source: SourceFile) -> Iterator[Fact]:
    """Give the facts of a file, in the format that its name and head tell."""
    file_format = find_format(source.path, source.data[:4096])
    if file_format is not None:
        yield from file_format.extract(source)


def extract_as_text(source: SourceFile) -> Iterator[Fact]:
    """Give what a file says line by line, whatever its format is."""
    from digestpin.formats.plain_text import FORMAT  # noqa: PLC0415

    yield from FORMAT.extract(source)
