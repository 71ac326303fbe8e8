"""`go.mod` and other module files: the version of kind that Go builds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digestpin.facts import Binding
from digestpin.formats.go_list import KIND_MODULE_NAME
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import physical_lines, written
from digestpin.formats.tool_pins import declared_pin
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_MODULE = r"(?P<quote>[\"`]?)sigs\.k8s\.io/kind(?P=quote)"
_VERSION = r"(?P<version>v[^\s\"`)]+)"
_REQUIRE = lazy_pattern(rf"{_MODULE}\s+{_VERSION}(?P<comment>.*)", re.ASCII)
_REPLACE = lazy_pattern(
    rf"{_MODULE}(?:\s+(?P<old>v\S+))?\s*=>\s*(?P<target>\S+)(?:\s+{_VERSION})?",
    re.ASCII,
)
_TOOL = lazy_pattern(
    r"(?P<quote>[\"`]?)sigs\.k8s\.io/kind(?:/cmd/kind)?(?P=quote)(?:\s|$)", re.ASCII
)
_BLOCK = lazy_pattern(r"(?P<verb>[a-z]+)\s*\(\s*(?://.*)?", re.ASCII)
_LINE = lazy_pattern(r"(?P<verb>require|replace|tool)\s+", re.ASCII)


class _Found(NamedTuple):
    """What the lines about kind say."""

    required: tuple[int, int] | None
    is_indirect: bool
    replaced: tuple[int, int] | None
    is_replaced: bool
    is_tool: bool


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the file is a Go module file: `go.mod`, bingo's `kind.mod`."""
    del head
    return path.suffix == ".mod"


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield the version of kind in use; see `FileFormat.extract`.

    A version that is only indirect, with no `tool` that needs it, is bound but no pin.
    """
    found = _read(source)
    used = found.replaced if found.is_replaced else found.required
    if used is None:
        return
    yield Binding(
        name=KIND_MODULE_NAME,
        scope=(str(source.path),),
        value=written(source, *used),
        what="go.mod",
    )
    if found.is_tool or found.replaced or not found.is_indirect:
        yield declared_pin(source, "go.mod", *used)


def _read(source: SourceFile) -> _Found:
    required = replaced = None
    is_indirect = is_replaced = is_tool = False
    for verb, start, end in _entries(source):
        require = _REQUIRE.match(source.text, start, end)
        replace = _REPLACE.match(source.text, start, end)
        if verb == "require" and require:
            required = require.span("version")
            is_indirect = "// indirect" in require["comment"]
        elif verb == "replace" and replace:
            is_replaced = True
            same = replace["target"].strip('"`') == "sigs.k8s.io/kind"
            replaced = replace.span("version") if same and replace["version"] else None
        elif verb == "tool" and _TOOL.match(source.text, start, end):
            is_tool = True
    return _Found(required, is_indirect, replaced, is_replaced, is_tool)


def _entries(source: SourceFile) -> Iterator[tuple[str, int, int]]:
    """Yield each line with its verb, the verb and the blanks before left out."""
    text, block = source.text, ""
    for first, end in physical_lines(source):
        start = end - len(text[first:end].lstrip(" \t"))
        opened = _BLOCK.fullmatch(text, start, end)
        line = _LINE.match(text, start, end)
        if text.startswith(")", start, end):
            block = ""
        elif block:
            yield block, start, end
        elif opened:
            block = opened["verb"]
        elif line:
            yield line["verb"], line.end(), end


FORMAT = FileFormat(
    id="go-mod",
    summary="`go.mod`: the version of kind that Go builds.",
    matches=matches,
    extract=extract,
)
