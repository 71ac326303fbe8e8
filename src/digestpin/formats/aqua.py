"""`aqua.yaml`: packages of the aqua version manager."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from digestpin.formats.interface import FileFormat
from digestpin.formats.tool_pins import declared_pin
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_NAMES = lazy_pattern(r"\.?aqua\.ya?ml")
_ITEM = lazy_pattern(r"^[ \t]*-[ \t]", re.MULTILINE)
_NAME = lazy_pattern(
    r"^[ \t]*(?:-[ \t]+)?name:[ \t]*[\"']?kubernetes-sigs/kind"
    r"(?:@(?P<version>[^\s\"'#]*))?[\"']?[ \t]*(?:\#.*|\r)*$",
    re.MULTILINE,
)
_VERSION = lazy_pattern(
    r"^[ \t]*(?:-[ \t]+)?version:[ \t]*[\"']?(?P<version>[^\s\"'#]+)", re.MULTILINE
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the file is aqua's: by name, or by folder and content."""
    if _NAMES.fullmatch(path.name):
        return True
    in_folder = "aqua" in path.parts[:-1] or ".aqua" in path.parts[:-1]
    return in_folder and path.suffix in {".yaml", ".yml"} and b"packages:" in head


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield the version of kind's package; see `FileFormat.extract`."""
    starts = [found.start() for found in _ITEM.finditer(source.text)]
    for start, end in pairwise([*starts, len(source.text)]):
        name = _NAME.search(source.text, start, end)
        if name is None:
            continue
        version = name
        if name["version"] is None:
            version = _VERSION.search(source.text, start, end) or name
        span = version.span("version")
        at = span if span != (-1, -1) else (name.end(), name.end())
        yield declared_pin(source, "aqua", *at)


FORMAT = FileFormat(
    id="aqua",
    summary="`aqua.yaml`: packages of the aqua version manager.",
    matches=matches,
    extract=extract,
)
