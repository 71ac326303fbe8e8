"""Finds where a shell script calls make, and what it sets on the command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Link
from digestpin.formats.line_text import folder_of, only_variable, unquote, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.templates import Scope, Template

_SETTING = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)(?:\?|:{0,3})=")
_ENDS = re.compile(r"[;&|()\n]")
_FOLDER = re.compile(r"-C(?P<short>.+)|--directory=(?P<long>.+)")


def find_make_calls(
    script: Template, scope: Scope, keys: Scope, path: PurePosixPath
) -> Iterator[Fact]:
    """Yield what each call of make sets, and a link to the makefile that it runs.

    A call without `-C` runs the makefile at `path` again: what it sets may hold there.
    """
    if "make" not in script.text and "MAKE" not in {v.name for v in script.variables}:
        return
    parts = list(words(script))
    for number, part in enumerate(parts):
        variable = only_variable(part)
        if part.text == "make" or (variable is not None and variable.name == "MAKE"):
            yield from _read_call(parts[number + 1 :], scope, keys, path)


def _read_call(
    parts: list[Template], scope: Scope, keys: Scope, path: PurePosixPath
) -> Iterator[Fact]:
    folder: Template | None = None
    settings: list[tuple[str, Template]] = []
    before = ""
    for part in parts:
        text = part.text
        end = _ENDS.search(text)
        part = part.cut(0, end.start()) if end else part  # noqa: PLW2901
        found = _FOLDER.fullmatch(part.text)
        if before in {"-C", "--directory"}:
            folder = part
        elif found:
            folder = part.cut(found.start(found.lastgroup or 0), len(part.text))
        elif setting := _SETTING.match(part.text):
            value = unquote(part.cut(setting.end(), len(part.text)))
            settings.append((setting["name"], value))
        before = part.text
        if end:
            break
    yield from _facts(folder, settings, (scope, keys), path)


def _facts(
    folder: Template | None,
    settings: list[tuple[str, Template]],
    scopes: tuple[Scope, Scope],
    path: PurePosixPath,
) -> Iterator[Fact]:
    scope, keys = scopes
    if folder is not None:
        scope = (*scope, *keys, "make")
    for name, value in settings:
        passed_on = only_variable(value)
        if "$" in value.text or "`" in value.text:
            continue
        if folder is None and passed_on is not None and passed_on.name == name:
            continue
        yield Binding(
            name=name,
            scope=scope,
            value=value,
            what="argument of make",
            conditional=True,
        )
    if folder is not None and folder.region is not None and folder.text:
        yield Link(
            type=Link.Type.RUN,
            scope=scope,
            target=f"{folder.text.rstrip('/')}/Makefile",
            base=folder_of(path),
            region=folder.region,
            names=frozenset(name for name, _ in settings),
        )
