"""Reads any other text: line by line, with the usual comments taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.comments import without_comments
from digestpin.formats.file_content import content_of
from digestpin.formats.interface import FileFormat
from digestpin.formats.yaml_text import extract_plain_text
from digestpin.templates import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile


def matches(path: PurePosixPath, head: bytes) -> bool:  # noqa: ARG001
    """Take every file."""
    return True


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield a text for each value on a line."""
    start = source.bom_length
    text = literal(source.text[start:], source.region(start, len(source.data)))
    text = without_comments(text, source.path)
    yield from extract_plain_text(text, (source.path.as_posix(),))
    content = content_of(source)
    if content is not None:
        yield content


FORMAT = FileFormat(
    id="text",
    summary="any other text file",
    matches=matches,
    extract=extract,
)
