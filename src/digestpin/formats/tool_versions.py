"""`.tool-versions`, the file of asdf: a tool and its version a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.formats.interface import FileFormat
from digestpin.formats.tool_pins import declared_pin
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_PIN = lazy_pattern(
    r"^(?:\xef\xbb\xbf)?[ \t]*kind[ \t]+(?P<version>[^\s#]+)", re.MULTILINE | re.ASCII
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is `.tool-versions`."""
    del head
    return path.name == ".tool-versions"


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield the first version given for kind; see `FileFormat.extract`."""
    for found in _PIN.finditer(source.text):
        yield declared_pin(source, ".tool-versions", *found.span("version"))


FORMAT = FileFormat(
    id="tool-versions",
    summary="`.tool-versions` of asdf and mise.",
    matches=matches,
    extract=extract,
)
