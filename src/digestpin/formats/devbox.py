"""`devbox.json`: packages, environment and scripts of a devbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import folder_of, written
from digestpin.formats.shell import extract_shell
from digestpin.formats.tool_pins import declared_pin
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, inexact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile

_TOKEN = lazy_pattern(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?P<text>(?:[^\"\\\n]|\\(?:.|\Z))*)(?:\"|\n|\Z)|(?P<sign>[{}\[\]:,])",
    re.DOTALL,
)
_DEEPEST = 64
_PACKAGE = lazy_pattern(r"kind(?:@(?P<version>.*))?")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is `devbox.json`."""
    del head
    return path.name == "devbox.json"


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield packages, environment and scripts; see `FileFormat.extract`."""
    for keys, start, end in _strings(source):
        text = source.text[start:end]
        value = written(source, start, end)
        value = inexact(value) if "\\" in text else value
        if keys[:1] == ("packages",):
            yield from _package(source, keys[1:], start, end)
        elif keys[:1] == ("env",) and len(keys) == 2:
            scope = (str(source.path),)
            yield Binding(name=keys[1], scope=scope, value=value, what="env")
        elif keys[:1] == ("shell",):
            yield from _script(source, value, start)


def _package(
    source: SourceFile, keys: tuple[str, ...], start: int, end: int
) -> Iterator[Fact]:
    if keys in {("kind",), ("kind", "version")}:
        yield declared_pin(source, "devbox", start, end)
    elif not keys and (found := _PACKAGE.fullmatch(source.text[start:end])):
        at = start + found.start("version") if found["version"] is not None else end
        yield declared_pin(source, "devbox", at, end)


def _script(source: SourceFile, script: Template, start: int) -> Iterator[Fact]:
    scope = (str(source.path), "script", str(start))
    yield from extract_shell(script, scope, base=folder_of(source.path))


def _strings(source: SourceFile) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield each string that is a value, with the keys that lead to it."""
    keys: list[str] = []
    opened: list[str] = []
    held: tuple[int, int] | None = None
    for token in _TOKEN.finditer(source.text):
        sign = token["sign"]
        if token["text"] is not None:
            held = token.span("text")
        elif sign == ":" and held:
            del keys[max(0, opened.count("{") - 1) :]
            keys.append(source.text[slice(*held)])
            held = None
        elif sign and len(opened) < _DEEPEST:
            if held:
                yield _path(keys, opened), *held
                held = None
            _step(sign, opened)


def _path(keys: list[str], opened: list[str]) -> tuple[str, ...]:
    return tuple(keys[: opened.count("{")])


def _step(sign: str, opened: list[str]) -> None:
    if sign in "{[":
        opened.append(sign)
    elif sign in "}]" and opened:
        opened.pop()


FORMAT = FileFormat(
    id="devbox",
    summary="`devbox.json`: packages, environment and scripts.",
    matches=matches,
    extract=extract,
)
