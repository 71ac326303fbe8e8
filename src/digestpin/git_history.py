"""Says what has changed in a work tree since a commit, and what was there before.

The lines are git's own, of `git diff --unified=0` from the merge base of the commit and
`HEAD` to the work tree. A file that was moved, as far as git finds where from, keeps
the lines that it had.
"""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin import git
from digestpin.errors import UsageError
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from digestpin.source import Location

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_RAW = re.compile(rb":(\d{6}) \d{6} ([0-9a-f]{40,64}) [0-9a-f]{40,64} ([A-Z])\d*")
_REGULAR_FILE = (b"100644", b"100755", b"100664")
# As many names as fit into a pipe, whoever reads first.
_BATCH = 900
_LONGEST_HEAD = 120
# NOTE: whatever the user's configuration says, the form is this one.
_DIFF = (
    *("-c", "core.quotePath=false", "-c", "diff.interHunkContext=0"),
    *("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames"),
    *("--ignore-submodules=all", "--no-relative"),
)


@frozen(kw_only=True, slots=False)
class Changes:
    """What is otherwise than at the commit `base`.

    `lines` are the first and last line of each new or changed stretch; `before` is what
    each changed path held, None where it was not there. `moved` says by its new path
    where a file was.
    """

    base: str
    lines: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    before: Mapping[str, bytes | None] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    def touch(self, location: Location) -> bool:
        """Say whether one of the lines of a location was changed."""
        path = location.path.as_posix()
        if self.before.get(path, b"") is None and path not in self.moved:
            return True
        return any(
            first <= location.end.line and location.start.line <= last
            for first, last in self.lines.get(path, ())
        )


def find_changes(
    root: Path, ref: str, wants: Callable[[PurePosixPath], bool]
) -> Changes:
    """Return what has changed since `ref`, and since it left the line of `HEAD`.

    The content of files that nobody `wants` is not read, and counts as empty.

    Raises:
        UsageError: there is no such commit.
        DigestpinError: git failed.
    """
    base = _find_base(root, ref)
    blobs: dict[str, bytes | None] = {}
    moved: dict[str, str] = {}
    for old, new, blob in _changed_blobs(root, base):
        blobs[old] = blob
        if new != old:
            blobs[new] = None
            moved[new] = old
    before = dict.fromkeys(_untracked(root)) | _read_before(root, blobs, wants)
    return Changes(
        base=base,
        lines=_changed_lines(root, base),
        before=before,
        moved=moved,
    )


def _read_before(
    root: Path,
    blobs: Mapping[str, bytes | None],
    wants: Callable[[PurePosixPath], bool],
) -> dict[str, bytes | None]:
    """Return what each path held, nothing for one that nobody wants."""
    found = sorted(
        {
            blob
            for path, blob in blobs.items()
            if blob is not None and wants(PurePosixPath(path))
        }
    )
    contents = dict(zip(found, _read_blobs(root, found), strict=True))
    return {
        path: None if blob is None else contents.get(blob, b"")
        for path, blob in blobs.items()
    }


def _changed_lines(root: Path, base: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the first and last line of each new or changed stretch, by path."""
    lines: dict[str, list[tuple[int, int]]] = {}
    for path, first, count in _hunks(_diff(root, "--unified=0", "--text", base)):
        lines.setdefault(path, []).append((first, first + count - 1))
    return {path: tuple(stretches) for path, stretches in lines.items()}


def _find_base(root: Path, ref: str) -> str:
    wanted = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{ref}^{{commit}}",
    ]
    result = git.run(wanted, root)
    if result.returncode != 0:
        raise UsageError(
            f"git knows no commit {ref!r}",
            hint="fetch it first (git fetch origin main); a shallow clone lacks it",
        )
    commit = result.stdout.decode().strip()
    merged = git.run(["merge-base", commit, "HEAD"], root)
    # Without a common ancestor (a shallow clone), the commit itself is compared with.
    return merged.stdout.decode().strip() or commit


def _diff(root: Path, *options: str) -> bytes:
    result = git.run([*_DIFF, *options], root)
    if result.returncode != 0:
        raise git.failure("compare the files", result.stderr)
    return result.stdout


def _changed_blobs(root: Path, base: str) -> Iterator[tuple[str, str, bytes | None]]:
    """Give each changed path, as it was and is, with the name of what it held."""
    output = iter(_diff(root, "--raw", "--no-abbrev", "-z", base).split(b"\0"))
    for head in output:
        match = _RAW.fullmatch(head)
        if match is not None:
            old = git.decode_path(next(output))
            new = git.decode_path(next(output)) if match[3] == b"R" else old
            is_file = match[1] in _REGULAR_FILE
            yield old, new, match[2] if is_file else None


def _read_blobs(root: Path, names: Sequence[bytes]) -> Iterator[bytes]:
    for batch in (names[at : at + _BATCH] for at in range(0, len(names), _BATCH)):
        text = b"".join(name + b"\n" for name in batch)
        result = git.run(["cat-file", "--batch"], root, text)
        if result.returncode != 0:
            raise git.failure("read older files", result.stderr)
        at = 0
        for _ in batch:
            head, _, _ = result.stdout[at : at + _LONGEST_HEAD].partition(b"\n")
            start = at + len(head) + 1
            at = start + int(head.rpartition(b" ")[2]) + 1
            yield result.stdout[start : at - 1]


def _untracked(root: Path) -> Iterator[str]:
    command = ["ls-files", "-z", "--others", "--exclude-standard"]
    result = git.run(command, root)
    if result.returncode != 0:
        raise git.failure("list the files", result.stderr)
    yield from map(git.decode_path, filter(None, result.stdout.split(b"\0")))


def _hunks(patch: bytes) -> Iterator[tuple[str, int, int]]:
    """Give the path, first line and number of lines of each changed stretch."""
    path, skip = "", 0
    for line in patch.split(b"\n"):
        if skip and line[:1] in b"+-":
            skip -= 1
        elif line.startswith(b"+++ "):
            path = _new_path(line[4:])
        elif (match := _HUNK.match(line)) is not None:
            old, new = int(match[1] or 1), int(match[3] or 1)
            skip = old + new
            if new:
                yield path, int(match[2]), new


def _new_path(text: bytes) -> str:
    """Return the path of a patch's `+++` line."""
    if text.startswith(b'"'):
        quoted = text.strip()[1:-1]
        text = re.sub(rb"\\([0-7]{3}|.)", _unescape, quoted)
    name = text.removesuffix(b"\t").removesuffix(b"\r")
    return PurePosixPath(git.decode_path(name.removeprefix(b"b/"))).as_posix()


_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v"}
_ESCAPES |= {b"f": b"\f", b"r": b"\r"}


def _unescape(match: re.Match[bytes]) -> bytes:
    text = match[1]
    if len(text) == 3:
        return bytes((int(text, 8),))
    return _ESCAPES.get(text, text)
