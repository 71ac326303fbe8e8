"""Finds the repository, and the files in it that are worth reading.

In a git repository git does the looking: `git grep` over what is tracked while
`git ls-files` lists what is not, and only the few files that hold a needle are opened
here. Elsewhere, or without the git program, a walk does the same more slowly.
"""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from digestpin import git
from digestpin.errors import UsageError
from digestpin.filetree import walk
from digestpin.reading import Content, Examiner, Unreadable, is_inside
from digestpin.selection import Selection
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


@frozen
class Root:
    """The folder that paths are relative to, and whether git lists what is in it."""

    path: Path
    is_git: bool


@frozen
class RefusedLink:
    """A symbolic link that leaves the repository for a file that holds a needle."""

    path: PurePosixPath
    target: str


@frozen(kw_only=True, slots=False)
class Listing:
    """What was found, each sorted by path. A link stands for its target."""

    files: tuple[PurePosixPath, ...]
    unreadable: tuple[Unreadable, ...] = ()
    refused: tuple[RefusedLink, ...] = ()
    called_links: tuple[PurePosixPath, ...] = ()
    """Links whose own name is as in `always`; what they lead to may be called else."""
    _list_paths: Callable[[], Iterable[PurePosixPath]] = field(repr=False)

    @cached_property
    def _all_paths(self) -> frozenset[PurePosixPath]:
        return frozenset(self._list_paths())

    def all_paths(self) -> frozenset[PurePosixPath]:
        """Return the path of every file of the repository, links as they are.

        Made when first asked for. Files that git ignores are not in it; files that it
        tracks are, also those of vendored folders and those not checked out.
        """
        return self._all_paths

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        by_name: dict[str, list[str]] = {}
        for path in sorted(self.all_paths()):
            by_name.setdefault(path.name, []).append(path.as_posix())
        return by_name

    def paths_ending(self, tail: str) -> list[str]:
        """Return the paths of `all_paths` that are `tail` or end in `/tail`, sorted."""
        named = self._by_name.get(tail.rpartition("/")[2], [])
        return [path for path in named if path == tail or path.endswith(f"/{tail}")]


def find_root(start: Path) -> Root:
    """Return the repository that `start`, a file or folder, is in.

    A link to a file is where the link is, one to a folder where that folder is.

    Outside git, or without the git program, it is the nearest folder upward that
    holds `.git`, else the folder itself.

    Raises:
        UsageError: git refuses to read the repository (`safe.directory`).
    """
    folder = Path(os.path.realpath(start if start.is_dir() else start.parent))
    try:
        top = git.find_top_level(folder)
    except FileNotFoundError:
        above = (folder, *folder.parents)
        top_folder = next((at for at in above if (at / ".git").exists()), folder)
        return Root(top_folder, is_git=False)
    if top is None:
        return Root(folder, is_git=False)
    return Root(Path(git.decode_path(top)), is_git=True)


def find_candidates(
    root: Root,
    needles: Sequence[bytes],
    selection: Selection | None = None,
    *,
    always: Sequence[str] = (),
    ignore_case: bool = False,
) -> Listing:
    """Return the selected files that hold a needle or are called as in `always`.

    Needles are fixed strings without line breaks. A pattern of `always`
    (`.tool-versions`, `.config/mise.toml`, `*.bzl`) matches the end of a path; the
    `*` in it never stands for a `/`.

    Raises:
        UsageError: only what git tracks is wanted, and git does not list the files.
        DigestpinError: git failed.
    """
    selection = selection or Selection()
    if selection.tracked_only and not root.is_git:
        raise UsageError(
            "--tracked needs a git repository", hint=f"there is none at {root.path}"
        )
    examiner = Examiner(
        root.path,
        needles,
        max_size_bytes=selection.max_size_bytes,
        ignore_case=ignore_case,
    )
    finder = _Finder(root, selection, examiner)
    if root.is_git:
        search = git.Search(
            root.path, needles, _pathspecs(selection), ignore_case=ignore_case
        )
        return finder.find_with_git(search, always)
    return finder.find_by_walking(always)


def _pathspecs(selection: Selection) -> list[str]:
    """Return what keeps git out of folders in which nothing can be selected."""
    folders = selection.unopened_folders
    return [f":(exclude,glob)**/{folder}/**" for folder in folders]


class _Finder:
    """Collects what one run finds."""

    def __init__(self, root: Root, selection: Selection, examiner: Examiner) -> None:
        self._root = root
        self._base = os.path.realpath(root.path)
        self._selection = selection
        self._examiner = examiner
        self._tracked: frozenset[bytes] | None = None
        self._seen: set[PurePosixPath] = set()
        self._files: list[PurePosixPath] = []
        self._unreadable: list[Unreadable] = []
        self._refused: list[RefusedLink] = []
        self._called_links: list[PurePosixPath] = []

    def find_with_git(self, search: git.Search, always: Sequence[str]) -> Listing:
        selection = self._selection
        with search:
            others = not selection.tracked_only
            listing = git.Listing(
                self._root.path, selection.unopened_folders, others=others
            )
            ignored: tuple[bytes, ...] = ()
            if selection.folder_patterns and others:
                ignored = git.list_ignored(self._root.path, selection.folder_patterns)
            entries = listing.finish()
            if not others:
                self._tracked = frozenset(entries.tracked)
            for pattern in always:
                self._look_at(_called(entries, pattern), known=True, called=True)
            self._look_at(selection.named)
            self._look_at(map(_path, (*entries.untracked, *ignored, *entries.links)))
            matches = search.finish()
        self._look_at(map(_path, (*matches.paths, *matches.denied)), known=True)
        return self._finish(lambda: map(_path, (*entries.tracked, *entries.untracked)))

    def find_by_walking(self, always: Sequence[str]) -> Listing:
        is_called = _matcher(always)
        self._look_at(self._selection.named)
        for path in walk(self._root.path, self._selection.unopened_folders):
            called = is_called(path)
            self._look_at((PurePosixPath(path),), known=called, called=called)
        return self._finish(lambda: map(PurePosixPath, walk(self._root.path)))

    def _look_at(
        self,
        paths: Iterable[PurePosixPath],
        *,
        known: bool = False,
        called: bool = False,
    ) -> None:
        """Sort paths in; `known` ones hold a needle or need none."""
        for path in paths:
            if path in self._seen or not self._selects(path):
                continue
            self._seen.add(path)
            if (self._root.path / path).is_symlink():
                self._called_links += [path] if called else []
                self._follow(path, known=known)
                continue
            result = self._examiner.examine(path, known=known)
            if isinstance(result, Unreadable):
                self._unreadable.append(result)
            elif result is Content.TEXT:
                self._files.append(path)

    def _selects(self, path: PurePosixPath) -> bool:
        if self._tracked is not None and os.fsencode(path) not in self._tracked:
            return False  # named on the command line, or what a link leads to
        return self._selection.selects(path)

    def _follow(self, link: PurePosixPath, *, known: bool) -> None:
        target = os.path.realpath(self._root.path / link)
        if is_inside(target, self._base):
            inside = Path(os.path.relpath(target, self._base)).as_posix()
            self._look_at((PurePosixPath(inside),), known=known)
        elif self._examiner.examine(link, known=known) is Content.TEXT:
            self._refused.append(RefusedLink(link, target))

    def _finish(self, list_paths: Callable[[], Iterable[PurePosixPath]]) -> Listing:
        return Listing(
            files=tuple(sorted(self._files)),
            unreadable=tuple(sorted(self._unreadable, key=lambda it: it.path)),
            refused=tuple(sorted(self._refused, key=lambda it: it.path)),
            called_links=tuple(sorted(self._called_links)),
            _list_paths=list_paths,
        )


def _path(raw: bytes) -> PurePosixPath:
    return PurePosixPath(git.decode_path(raw))


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return what says whether a path ends with one of `patterns`."""
    ends = [fnmatch.translate(it).replace(".*", "[^/]*") for it in patterns]
    expression = re.compile(
        "|".join(f"(?:^|.*/){end}" for end in ends) or r"(?!)", re.DOTALL
    )
    return lambda path: expression.match(path) is not None


def _called(entries: git.Entries, pattern: str) -> Iterator[PurePosixPath]:
    if not any(character in pattern for character in "*?["):
        yield from map(_path, entries.ending_with(os.fsencode(pattern)))
        return
    matches = _matcher((pattern,))
    for raw in (*entries.tracked, *entries.untracked):
        if matches(git.decode_path(raw)):
            yield _path(raw)
