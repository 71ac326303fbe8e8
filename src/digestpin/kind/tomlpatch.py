"""Finds tables in containerd configuration patches: TOML, or JSON patches of it.

The TOML parser says what a patch contains; a scan of its lines says where. A patch with
template expressions may not parse: then the lines alone tell, which proves less.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

KeyPath = tuple[str, ...]
"""Keys from the top; in a pattern `*` stands for any key."""

# NOTE: a patch inside a shell string has its quotes escaped, hence the backslashes.
_KEY = r"""(?:\\?"(?:[^"\\\n]|\\[^"\n])*\\?"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE = lazy_pattern(
    rf"^[ \t]*(?:(?P<header>\[\[?[ \t]*(?P<table>{_KEYS})[ \t]*\]?\])"
    rf"|(?P<key>{_KEYS})[ \t]*=[ \t]*(?P<value>[^\n]*))",
    re.MULTILINE,
)
_PATH_MEMBER = lazy_pattern(r"""["']?path["']?\s*:\s*["']?(?P<path>/[^"'\s,}]+)""")


@frozen
class FoundTable:
    """A table in a patch's text: code point offsets of its header or key.

    `keys` is its path; `is_sure` is false where the text does not parse.
    """

    start: int
    end: int
    keys: KeyPath
    is_sure: bool


@frozen
class _Line:
    start: int
    end: int
    keys: KeyPath
    value: str | None


def find_toml_table(text: str, pattern: KeyPath) -> FoundTable | None:
    """Return the first table of this pattern in TOML `text` that has content."""
    lines = tuple(_scan_lines(text))
    data = _parse_toml(text)
    if data is None:
        return _find_by_lines(lines, pattern)
    keys = next(_walk(data, pattern), None)
    return None if keys is None else _locate(lines, keys)


def find_json_patch_table(text: str, pattern: KeyPath) -> FoundTable | None:
    """Return the first table of this pattern that JSON patch `text` adds or replaces.

    The patch is JSON as in RFC 6902; of one that does not parse the paths are read.
    """
    operations = _parse_operations(text, *_WRITING)
    for match in _PATH_MEMBER.finditer(text):
        keys = _split_pointer(match["path"])
        if operations is None:
            found = keys[: len(pattern)] if len(keys) > len(pattern) else None
            is_found = found is not None and _fits(found, pattern)
        else:
            values = operations.get(match["path"], ())
            nested = (_nest(keys, value) for value in values)
            is_found = any(True for item in nested for _ in _walk(item, pattern))
        if is_found:
            return FoundTable(*match.span("path"), keys, operations is not None)
    return None


def is_set_empty(text: str, keys: KeyPath) -> bool:
    """Say whether TOML `text` sets this key to the empty string."""
    return any(
        line.keys == keys and line.value in {'""', "''"} for line in _scan_lines(text)
    )


def is_patched_away(text: str, keys: KeyPath) -> bool:
    """Say whether a JSON patch removes this key, or sets it to the empty string."""
    return any(
        _split_pointer(path) == keys and value in {"", None}
        for path, values in (_parse_operations(text, *_CHANGING) or {}).items()
        for value in values
        if isinstance(value, str | None)
    )


def _parse_toml(text: str) -> dict[str, object] | None:
    import tomllib  # noqa: PLC0415 - few runs see a containerd patch

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _walk(value: object, pattern: KeyPath, above: KeyPath = ()) -> Iterator[KeyPath]:
    """Give the path of every value that fits and is not empty."""
    if not pattern:
        if value not in ({}, [], "", None):
            yield above
        return
    if not isinstance(value, dict):
        return
    names = list(value) if pattern[0] == "*" else [pattern[0]]
    for name in names:
        if name in value:
            yield from _walk(value[name], pattern[1:], (*above, name))


def _scan_lines(text: str) -> Iterator[_Line]:
    table: KeyPath = ()
    for match in _LINE.finditer(text):
        if match["header"] is not None:
            table = _split_keys(match["table"])
            yield _Line(*match.span("header"), table, None)
        else:
            keys = (*table, *_split_keys(match["key"]))
            yield _Line(*match.span("key"), keys, match["value"].split("#")[0].strip())


def _split_keys(text: str) -> KeyPath:
    return tuple(key.strip("\\\"'") for key in re.findall(_KEY, text))


def _locate(lines: tuple[_Line, ...], keys: KeyPath) -> FoundTable:
    """Return where the table is: in it, or the value on whose line it is written."""
    inside = [line for line in lines if line.keys[: len(keys)] == keys]
    around = [line for line in lines if keys[: len(line.keys)] == line.keys]
    if inside:
        best = inside[0]
    elif around:
        best = max(around, key=lambda line: len(line.keys))
    else:
        return FoundTable(0, 0, keys, is_sure=True)
    return FoundTable(best.start, best.end, keys, is_sure=True)


def _find_by_lines(lines: tuple[_Line, ...], pattern: KeyPath) -> FoundTable | None:
    inside = [line for line in lines if _fits(line.keys[: len(pattern)], pattern)]
    if not any(len(line.keys) > len(pattern) for line in inside):
        return None
    keys = inside[0].keys[: len(pattern)]
    return FoundTable(inside[0].start, inside[0].end, keys, is_sure=False)


def _fits(keys: KeyPath, pattern: KeyPath) -> bool:
    return len(keys) == len(pattern) and all(
        step in {"*", key} for key, step in zip(keys, pattern, strict=True)
    )


_WRITING = ("add", "replace")
_CHANGING = (*_WRITING, "remove")


def _parse_operations(text: str, *operations: str) -> dict[str, list[object]] | None:
    """Return the values that the patch writes by path, None if it does not parse."""
    try:
        items: object = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    values: dict[str, list[object]] = {}
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("op") in operations:
            values.setdefault(str(item.get("path")), []).append(item.get("value"))
    return values


def _split_pointer(pointer: str) -> KeyPath:
    """Split a JSON pointer (RFC 6901)."""
    return tuple(
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    )


def _nest(keys: KeyPath, value: object) -> object:
    for key in reversed(keys):
        value = {key: value}
    return value
