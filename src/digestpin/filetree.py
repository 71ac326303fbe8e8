"""Walks a folder without git, leaving out what its `.gitignore` files leave out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from digestpin.errors import UsageError
from digestpin.selection import compile_patterns
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

_IGNORE_FILE = ".gitignore"


@frozen
class _Ignore:
    """The patterns of one `.gitignore`, and the folder it is in (`""` or `a/b/`)."""

    folder: str
    patterns: GitIgnoreSpec

    def decides(self, path: str) -> bool | None:
        return self.patterns.check_file(path.removeprefix(self.folder)).include


def walk(root: Path, unopened: Sequence[str] = (".git",)) -> Iterator[str]:
    """Yield the path of every file and link below `root` that no `.gitignore` names.

    Paths are relative to `root`, with `/`, in no certain order. Folders called as in
    `unopened` are not entered, nor are links to folders. What cannot be listed is
    passed over.
    """
    folders: list[tuple[str, tuple[_Ignore, ...]]] = [("", ())]
    while folders:
        prefix, ignores = folders.pop()
        entries = _list(root / prefix)
        if any(entry.name == _IGNORE_FILE for entry in entries):
            ignores = (_read_ignore(root, prefix), *ignores)
        for entry in entries:
            path = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                if not _is_ignored(path, ignores):
                    yield path
            elif entry.name not in unopened and not _is_ignored(path + "/", ignores):
                folders.append((path + "/", ignores))


def _list(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_ignored(path: str, ignores: tuple[_Ignore, ...]) -> bool:
    for ignore in ignores:  # the closest folder's first
        decision = ignore.decides(path)
        if decision is not None:
            return decision
    return False


def _read_ignore(root: Path, prefix: str) -> _Ignore:
    try:
        data = (root / prefix / _IGNORE_FILE).read_bytes()
    except OSError:
        data = b""
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    try:
        return _Ignore(prefix, compile_patterns(lines))
    except UsageError:
        return _Ignore(prefix, compile_patterns([*filter(_is_pattern, lines)]))


def _is_pattern(line: str) -> bool:
    try:
        compile_patterns([line])
    except UsageError:
        return False
    return True
