"""The one door to the git program.

Every command runs in an environment of ours: no `GIT_*` variable that a hook or a
parent git has set (`GIT_DIR`, `GIT_INDEX_FILE`, `GIT_LITERAL_PATHSPECS`) reaches it,
messages are in English and characters are bytes, whatever the user's locale is.
Configuration stays the user's, and each command line overrules what would change its
output.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import subprocess
from functools import cached_property
from typing import TYPE_CHECKING, Self

from digestpin.errors import DigestpinError, UsageError
from digestpin.patterns import lazy_pattern
from digestpin.programs import find_program
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

# What tells git where its own parts and configuration are; CI systems hand
# `safe.directory` down in GIT_CONFIG_COUNT and its fellows.
_KEPT = lazy_pattern(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+|PARAMETERS)"
    r"|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM"
    r"|TEST_ASSUME_DIFFERENT_OWNER)"
)
# How a file in UTF-16 or UTF-32 begins. `\A` makes it cost nothing: measured, a search
# for six needles takes as long with it as without.
_WIDE_BOM = rb"\A(?:\xff\xfe|\xfe\xff|\x00\x00\xfe\xff)"
_RAW_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LINK = re.compile(rb"\x00120000 [0-9a-f]{40,64} [0-3]\t([^\0]*)")
_ENTRY = re.compile(rb"[0-7]{6} [0-9a-f]{40,64} [0-3]\t")
_DENIED = re.compile(rb"^error: .*?'(.*)': Permission denied$", re.MULTILINE)
_SUFFIXES = (".exe",) if os.name == "nt" else ("",)
_NOT_A_WORK_TREE = ("not a git repository", "must be run in a work tree")
_DUBIOUS = lazy_pattern(r"detected dubious ownership in repository at '(.*)'")


class Entries:
    """What git knows of a work tree; every path is as git stores it, in bytes.

    Made from the output of `git ls-files -z --stage`, which is taken apart only as far
    as somebody asks.
    """

    def __init__(self, output: bytes) -> None:
        self._output = b"\0" + output

    @cached_property
    def untracked(self) -> tuple[bytes, ...]:
        """Files that git would track."""
        return tuple(
            entry
            for entry in self._output.split(b"\0")
            if entry and not _ENTRY.match(entry) and not entry.endswith(b"/")
        )

    @cached_property
    def tracked(self) -> tuple[bytes, ...]:
        """Files, links and submodules that git tracks, also those not checked out."""
        return tuple(
            dict.fromkeys(
                entry[match.end() :]
                for entry in self._output.split(b"\0")
                if (match := _ENTRY.match(entry))
            )
        )

    @property
    def links(self) -> tuple[bytes, ...]:
        """The tracked symbolic links."""
        return tuple(dict.fromkeys(_LINK.findall(self._output)))

    def ending_with(self, tail: bytes) -> Iterator[bytes]:
        """Return the paths that are `tail` or end with it behind a `/`."""
        end = self._output.find(tail + b"\0")
        while end != -1:
            if self._output[end - 1] in b"/\t\0":
                start = self._output.rfind(b"\0", 0, end) + 1
                entry = self._output[start : end + len(tail)]
                match = _ENTRY.match(entry)
                yield entry[match.end() :] if match else entry
            end = self._output.find(tail + b"\0", end + 1)


@frozen(kw_only=True)
class Matches:
    """The tracked files that hold a needle, and those that git may not read.

    Files that begin with the byte order mark of UTF-16 or UTF-32 are among the
    matches, because git cannot say what they hold.
    """

    paths: tuple[bytes, ...]
    denied: tuple[bytes, ...]


def find_top_level(folder: Path) -> bytes | None:
    """Return the top folder of the work tree that `folder` is in; None outside one.

    Raises:
        UsageError: git refuses to read the repository.
        FileNotFoundError: git is not installed.
    """
    result = run(["rev-parse", "--show-toplevel"], folder)
    if result.returncode == 0:
        return result.stdout.removesuffix(b"\n").removesuffix(b"\r")
    message = result.stderr.decode("utf-8", "replace").strip()
    if any(part in message for part in _NOT_A_WORK_TREE):
        return None
    dubious = _DUBIOUS.search(message)
    if dubious is not None:
        raise UsageError(
            f"git refuses to read {dubious[1]}: it belongs to another user",
            hint=f"git config --global --add safe.directory {dubious[1]}",
        )
    raise UsageError(f"git cannot read the repository at {folder}: {message}")


class Listing:
    """A running `git ls-files` of what is tracked and, with `others`, what would be.

    Untracked files below `ignored_folders` are left out, and not even looked for.
    """

    def __init__(
        self, root: Path, ignored_folders: Iterable[str], *, others: bool = True
    ) -> None:
        command = ["ls-files", "-z", "--stage", "--cached"]
        if others:
            command += ["--others", "--exclude-standard"]
            command += [f"--exclude={name}/" for name in ignored_folders]
        self._process = _start(command, root)

    def finish(self) -> Entries:
        """Wait for git and return what it listed.

        Raises:
            DigestpinError: git failed.
        """
        output, errors = self._process.communicate()
        if self._process.returncode != 0:
            raise failure("list the files", errors)
        return Entries(output)


class Search:
    """A running `git grep` over the tracked files of a work tree; stopped on exit.

    `pathspecs` are git's own and limit where it looks.
    """

    def __init__(
        self,
        root: Path,
        needles: Sequence[bytes],
        pathspecs: Sequence[str] = (),
        *,
        ignore_case: bool = False,
    ) -> None:
        self._root = root
        self._needles = needles
        self._pathspecs = pathspecs
        self._options = ["--ignore-case"] if ignore_case else []
        patterns = (_WIDE_BOM, *map(re.escape, needles))
        self._process = self._grep("--perl-regexp", patterns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def finish(self) -> Matches:
        """Wait for git and return what it found.

        Raises:
            DigestpinError: git failed.
        """
        output, errors = self._process.communicate()
        if b"Perl-compatible" in errors:
            # NOTE: a git built without PCRE. Fixed strings cannot be tied to the
            # start of a file, so every file with these two bytes comes back.
            patterns = (*_RAW_WIDE_BOMS, *self._needles)
            self._process = self._grep("--fixed-strings", patterns)
            output, errors = self._process.communicate()
        if self._process.returncode not in (0, 1):
            raise failure("search the files", errors)
        return Matches(
            paths=tuple(filter(None, output.split(b"\0"))),
            denied=tuple(_DENIED.findall(errors)),
        )

    def _grep(self, syntax: str, patterns: Iterable[bytes]) -> subprocess.Popen[bytes]:
        # NOTE: --text, because an attribute (`*.yaml -diff`) makes git call a file
        # binary; whether it is one is for the reader of the file to say.
        command = ["grep", "--files-with-matches", "--null", "--text", "--full-name"]
        command += ["--no-color", "--no-recurse-submodules", *self._options, syntax]
        command += ["-f", "-", "--", *self._pathspecs]
        return _start(command, self._root, b"\n".join(patterns) + b"\n")


def list_ignored(root: Path, patterns: Sequence[str]) -> tuple[bytes, ...]:
    """Return untracked files that match `patterns`, whether git ignores them or not.

    Raises:
        DigestpinError: git failed.
    """
    options = [f"--exclude={pattern}" for pattern in patterns]
    command = ["ls-files", "-z", "--others", "--ignored", *options]
    result = run(command, root)
    if result.returncode != 0:
        raise failure("list ignored files", result.stderr)
    return tuple(filter(None, result.stdout.split(b"\0")))


def is_tracked(root: Path, path: Path) -> bool:
    """Say whether git tracks a file of the repository at `root`."""
    # NOTE: a pathspec would find a name with `*` in it by others, so it is literal.
    command = ["--literal-pathspecs", "ls-files", "--error-unmatch", "--", str(path)]
    return run(command, root).returncode == 0


def decode_path(raw: bytes) -> str:
    """Return a path that git has printed.

    On Windows not every name that git can store is one; that names no file there.
    """
    try:
        return os.fsdecode(raw)
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogateescape")


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


def _start(
    arguments: Sequence[str], folder: Path | None, text: bytes = b""
) -> subprocess.Popen[bytes]:
    """Start git and hand it `text`, which a pipe must be able to hold."""
    program = find_program("git", _SUFFIXES)
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "git")
    process = subprocess.Popen(  # noqa: S603 - a list, no shell
        [program, *arguments],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.PIPE if text else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(text)
        process.stdin = None
    return process


def run(
    arguments: Sequence[str], folder: Path | None, text: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git and return what it did; `text`, which is short, is its input."""
    with _start(arguments, folder, text) as process:
        output, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def failure(what: str, errors: bytes) -> DigestpinError:
    """Return the error for a git that could not do `what`."""
    message = errors.decode("utf-8", "replace").strip()
    return DigestpinError(f"git could not {what}: {message}")
