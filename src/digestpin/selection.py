"""Says which files of a repository are looked at.

The table of folders, suffixes and names that are left out is `data/exclusions.json`;
`include` brings files back and `exclude` takes files out, both in gitignore's syntax.
"""

from __future__ import annotations

import json
import os
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from digestpin.errors import UsageError
from digestpin.reading import DEFAULT_MAX_SIZE_BYTES, is_inside
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec


@frozen
class Exclusions:
    """What is left out unless it is asked for. `suffixes` are in lower case."""

    folders: frozenset[str]
    suffixes: tuple[str, ...]
    names: frozenset[str]


@cache
def load_exclusions() -> Exclusions:
    """Return the table of `data/exclusions.json`."""
    # NOTE: a plain path, because importlib.resources takes milliseconds to import.
    text = (Path(__file__).parent / "data" / "exclusions.json").read_bytes()
    table: dict[str, dict[str, list[str]]] = json.loads(text)
    flat = {
        part: [item for group in groups.values() for item in group]
        for part, groups in table.items()
    }
    return Exclusions(
        frozenset(flat["folders"]), tuple(flat["suffixes"]), frozenset(flat["names"])
    )


@frozen(kw_only=True, slots=False)
class Selection:
    """Which files to look at.

    A pattern of `include` with no `/` in it names files only: `*.md` brings prose
    back, but not that of `node_modules`. `named` are files named on the command line;
    they are looked at though git ignores them, but not against the patterns: a file is
    judged alike whether it is named or not. With `tracked_only` nothing is read that
    git does not track, as it is no part of a commit.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    named: frozenset[PurePosixPath] = frozenset()
    tracked_only: bool = False
    max_size_bytes: int = DEFAULT_MAX_SIZE_BYTES

    @property
    def folder_patterns(self) -> tuple[str, ...]:
        """The patterns of `include` that open folders."""
        return tuple(pattern for pattern in self.include if "/" in pattern)

    @cached_property
    def unopened_folders(self) -> tuple[str, ...]:
        """Folders in which nothing can be selected, by name."""
        if self.folder_patterns:
            return (".git",)
        return tuple(sorted(load_exclusions().folders))

    def selects(self, path: PurePosixPath) -> bool:
        """Say whether the file at `path` is to be looked at."""
        if self._is_left_out(path) and not self._is_brought_back(path):
            return False
        return not (self.exclude and self._excluded.match_file(str(path)))

    def _is_left_out(self, path: PurePosixPath) -> bool:
        table = load_exclusions()
        name = path.name
        return (
            name in table.names
            or name.lower().endswith(table.suffixes)
            or not table.folders.isdisjoint(path.parts[:-1])
        )

    def _is_brought_back(self, path: PurePosixPath) -> bool:
        if not self.include or ".git" in path.parts:
            return False
        if load_exclusions().folders.isdisjoint(path.parts[:-1]):
            return self._included.match_file(str(path))
        return self._opened.match_file(str(path))

    @cached_property
    def _included(self) -> GitIgnoreSpec:
        return compile_patterns(self.include)

    @cached_property
    def _opened(self) -> GitIgnoreSpec:
        return compile_patterns(self.folder_patterns)

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return compile_patterns(self.exclude)


def compile_patterns(patterns: Sequence[str]) -> GitIgnoreSpec:
    """Return patterns in gitignore's syntax, ready to match paths.

    Raises:
        UsageError: a pattern does not follow the syntax.
    """
    # NOTE: imported here, because it takes as long as everything else together.
    from pathspec import GitIgnoreSpec  # noqa: PLC0415

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise UsageError(f"not a gitignore pattern: {error}") from error


@frozen(kw_only=True)
class Limit:
    """The paths of a command line, below the root; call it to ask for one path.

    With no path at all nothing is limited. A link that leaves the root stands for
    itself.
    """

    files: frozenset[PurePosixPath] = frozenset()
    folders: frozenset[PurePosixPath] = frozenset()
    unlimited: bool = False

    def __call__(self, path: PurePosixPath) -> bool:
        """Say whether `path` is named, or below a folder that is."""
        if self.unlimited or path in self.files:
            return True
        return bool(self.folders) and not self.folders.isdisjoint(path.parents)


def limit_to(paths: Sequence[Path], root: Path) -> Limit:
    """Return what `paths`, relative to the current folder, select below `root`.

    Raises:
        UsageError: a path does not exist or is not below `root`.
    """
    files: set[PurePosixPath] = set()
    folders: set[PurePosixPath] = set()
    base = os.path.realpath(root)
    for path in paths:
        real = os.path.realpath(path)
        if path.is_symlink() and not is_inside(real, base):
            real = os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118
        if not path.exists():
            raise UsageError(
                f"{path}: no such file or folder",
                hint=f"paths are relative to the current folder, {Path.cwd()}",
            )
        if is_inside(real, base):
            inside = PurePosixPath(Path(os.path.relpath(real, base)).as_posix())
            (folders if path.is_dir() else files).add(inside)
        else:
            raise UsageError(
                f"{path} is not in the repository at {root}",
                hint="run digestpin from inside the repository that holds it",
            )
    return Limit(
        files=frozenset(files),
        folders=frozenset(folders),
        unlimited=not paths,
    )
