"""`mise.toml`: tool versions, environment and tasks of mise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Role
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import folder_of, physical_lines, texts, written
from digestpin.formats.shell import extract_shell
from digestpin.formats.tool_pins import declared_pin
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, inexact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile

_NAMES = lazy_pattern(
    r"(?:.*/)?(?:\.?mise(?:\.[\w-]+)*\.toml|\.?mise/config(?:\.[\w-]+)*\.toml"
    r"|\.config/mise\.toml|\.config/mise/(?:conf\.d/)?[\w.-]+\.toml|\.rtx\.toml)"
)
_SECTION = lazy_pattern(r"[ \t]*\[+(?P<name>[^\]#]*)\]+")
_ENTRY = lazy_pattern(r"[ \t]*(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')[ \t]*=[ \t]*")
_INLINE = lazy_pattern(
    r"[{,][ \t]*(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')[ \t]*=[ \t]*(?=[\"'{\[])"
)
_STRING = lazy_pattern(r"\"(?P<double>(?:[^\"\\]|\\.)*)(?:\"|\Z)|'(?P<single>[^']*)'")
_VERSION = lazy_pattern(
    r"(?:\[[ \t]*|\{(?:[^{}\n]*?[,\s])?version[ \t]*=[ \t]*)?"
    r"(?P<quote>[\"'])(?P<version>[^\"'\n]*)(?P=quote)"
)
_KIND = lazy_pattern(
    r"(?:(?:asdf|core|vfox):(?:[\w.-]+/)?(?:asdf-)?)?kind"
    r"|(?:aqua|ubi|github):kubernetes-sigs/kind(?:\[[^\]]*\])?|go:sigs\.k8s\.io/kind",
    re.ASCII,
)
_QUOTES = "\"'"
_VARIABLE = lazy_pattern(r"[A-Za-z][A-Za-z0-9_]*")
_BLOCK = lazy_pattern(r"\"\"\"|'''")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether mise would read a file of this name."""
    del head
    return _NAMES.fullmatch(str(path)) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield versions, environment and tasks; see `FileFormat.extract`."""
    section, done = "", 0
    for start, end in physical_lines(source):
        if start < done:
            continue
        heading = _SECTION.match(source.text, start, end)
        entry = _ENTRY.match(source.text, start, end)
        if entry:
            block = _block(source, entry.end(), end)
            done = block[1] if block else done
            key = entry["key"].strip(_QUOTES)
            path = f"{section}.{key}" if section else key
            yield from _entry(source, path, block or (entry.end(), end))
        elif heading:
            section = _bare(heading["name"].strip())


def _entry(source: SourceFile, path: str, value: tuple[int, int]) -> Iterator[Fact]:
    section, _, key = path.partition(".")
    if path in {"tools", "env"}:
        for found in _INLINE.finditer(source.text, *value):
            inner = (found.end(), value[1])
            yield from _entry(source, f"{path}.{found['key'].strip(_QUOTES)}", inner)
    elif section == "tools":
        yield from _tool(source, key, value)
    elif section == "env" and _VARIABLE.fullmatch(key):
        for text in _strings(source, value, most=1):
            scope = (str(source.path),)
            yield Binding(name=key, scope=scope, value=text, what="env")
    else:
        yield from _other(source, key, value)


def _tool(source: SourceFile, key: str, value: tuple[int, int]) -> Iterator[Fact]:
    name = key.removesuffix(".version")
    version = _VERSION.match(source.text, *value)
    if _KIND.fullmatch(name) and version:
        yield declared_pin(source, "mise", *version.span("version"))


def _other(source: SourceFile, key: str, value: tuple[int, int]) -> Iterator[Fact]:
    scope = (str(source.path),)
    for text in _strings(source, value):
        if key == "run" or key.endswith(".run"):
            start = text.region.span.start if text.region else 0
            inner = (*scope, "run", str(start))
            yield from extract_shell(text, inner, base=folder_of(source.path))
        else:
            role = Role.DISPLAY if key.endswith("description") else Role.VALUE
            yield from texts(text, scope, role)


def _strings(
    source: SourceFile, value: tuple[int, int], most: int = 0
) -> Iterator[Template]:
    start, end = value
    if _BLOCK.match(source.text, start, end):
        body = (start + 3, max(start + 3, end - 3))
        yield written(source, *body)
        return
    for number, found in enumerate(_STRING.finditer(source.text, start, end), 1):
        if source.text.find("#", start, found.start()) != -1 and number == 1:
            return
        group = "double" if found["double"] is not None else "single"
        text = written(source, *found.span(group))
        yield inexact(text) if "\\" in text.text and group == "double" else text
        if number == most:
            return


def _block(source: SourceFile, start: int, end: int) -> tuple[int, int] | None:
    """Return the bytes of a multi-line string or list that starts at `start`."""
    quotes = _BLOCK.match(source.text, start, end)
    closer = quotes.group() if quotes else ""
    if source.text.startswith("[", start) and "]" not in source.text[start:end]:
        closer = "]"
    if not closer:
        return None
    close = source.text.find(closer, start + len(closer))
    return None if close == -1 else (start, close + len(closer))


def _bare(name: str) -> str:
    """Return a table's name without quotes.

    >>> _bare('tools."aqua:kubernetes-sigs/kind"')
    'tools.aqua:kubernetes-sigs/kind'
    """
    return name.replace('"', "").replace("'", "")


FORMAT = FileFormat(
    id="mise",
    summary="`mise.toml`: tool versions, environment and tasks.",
    matches=matches,
    extract=extract,
)
