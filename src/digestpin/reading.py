"""Reads files, and says why one cannot be read.

What counts as text here: bytes in which ASCII stands for itself and no byte is zero.
UTF-16 and UTF-32 are known by their byte order mark; they are reported and never
rewritten. Anything else with a zero byte near its start is a binary file.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.source import SourceFile
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DEFAULT_MAX_SIZE_BYTES = 2 * 1024 * 1024

_HEAD_BYTES = 8000  # as far as git looks for a zero byte
_MOST_SEARCHED_BYTES = 64 * 1024 * 1024  # of a file that is too large anyway
_WIDE_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


@frozen
class Unreadable:
    """A file that holds something to look at and cannot be looked at.

    `reason` completes the sentence "The file …".
    """

    class Type(StrEnum):
        """Why a file cannot be read."""

        ENCODING = "encoding"
        SIZE = "size"
        ACCESS = "access"

    path: PurePosixPath
    type: Type
    reason: str


class Content(StrEnum):
    """What looking at a file says about it."""

    ABSENT = "absent"
    """There is no such file, or it is none that holds bytes (a folder, a pipe)."""
    OTHER = "other"
    """Binary, or without a needle."""
    TEXT = "text"


def read(
    root: Path,
    path: PurePosixPath,
    *,
    max_size_bytes: int = DEFAULT_MAX_SIZE_BYTES,
) -> SourceFile | Unreadable:
    """Return the file at `path`, below `root`, or why it cannot be read.

    A symbolic link is followed as long as it stays below `root`.
    """
    real = os.path.realpath(root / path)
    if not is_inside(real, os.path.realpath(root)):
        return _no_access(path, "is outside the repository")
    try:
        with _open(real) as (descriptor, status):
            if not stat.S_ISREG(status.st_mode):
                return _no_access(path, "is no regular file")
            data = _read_bytes(descriptor, max_size_bytes + 1)
    except OSError as error:
        return _no_access(path, f"cannot be read: {error.strerror or error}")
    if len(data) > max_size_bytes:
        return _too_large(path, max(status.st_size, len(data)), max_size_bytes)
    return _wrong_encoding(path, data) if b"\0" in data else SourceFile(path, data)


def without_links(root: Path, path: PurePosixPath | str) -> PurePosixPath:
    """Return the path of what a link below `root` leads to, the path itself if none.

    A file has one path, by which it is read and written. What leaves `root` keeps the
    path that it is named by.
    """
    real, base = os.path.realpath(root / path), os.path.realpath(root)
    if not is_inside(real, base):
        return PurePosixPath(path)
    return PurePosixPath(os.path.relpath(real, base).replace(os.sep, "/"))


def is_inside(path: str, folder: str) -> bool:
    """Say whether a real path is `folder` or below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class Examiner:
    """Says of one file after the other whether it is text that holds a needle."""

    def __init__(
        self,
        root: Path,
        needles: Sequence[bytes],
        *,
        max_size_bytes: int = DEFAULT_MAX_SIZE_BYTES,
        ignore_case: bool = False,
    ) -> None:
        self._root = str(root)
        self._max = max_size_bytes
        self._ignore_case = ignore_case
        self._needles = [n.lower() if ignore_case else n for n in needles]
        # Between the first and the last byte of a needle, both byte orders are alike.
        self._wide = {
            "UTF-16": [b"\0".join(_bytes_of(needle)) for needle in self._needles],
            "UTF-32": [b"\0\0\0".join(_bytes_of(needle)) for needle in self._needles],
        }

    def examine(self, path: PurePosixPath, *, known: bool) -> Content | Unreadable:
        """Say what `path` is; `known`: it holds a needle, if it is text."""
        try:
            with _open(f"{self._root}/{path}") as (descriptor, status):
                return self._examine(path, descriptor, status, known=known)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return Content.ABSENT
        except OSError as error:
            # NOTE: Windows does not open a folder, which a link can lead to.
            if os.path.isdir(f"{self._root}/{path}"):  # noqa: PTH112 - once for each
                return Content.ABSENT
            return _no_access(path, f"cannot be read: {error.strerror or error}")

    def _examine(
        self,
        path: PurePosixPath,
        descriptor: int,
        status: os.stat_result,
        *,
        known: bool,
    ) -> Content | Unreadable:
        if not stat.S_ISREG(status.st_mode):
            return Content.ABSENT
        head = os.read(descriptor, _HEAD_BYTES)
        encoding = _wide_encoding(head)
        if encoding is None and b"\0" in head:
            return Content.OTHER
        size = status.st_size
        needles = self._wide[encoding] if encoding else self._needles
        if (encoding or not known) and not self._holds(descriptor, size, needles):
            return Content.OTHER
        if size > self._max:
            return _too_large(path, size, self._max)
        return _wrong_encoding(path, head) if encoding else Content.TEXT

    def _holds(self, descriptor: int, size: int, needles: Sequence[bytes]) -> bool:
        if size == 0:
            return False
        data: bytes | mmap.mmap
        if size <= self._max:
            os.lseek(descriptor, 0, os.SEEK_SET)
            data = _read_bytes(descriptor, size)
        else:
            length = min(size, _MOST_SEARCHED_BYTES)
            data = mmap.mmap(descriptor, length, access=mmap.ACCESS_READ)
        if self._ignore_case:
            data = data[:].lower()
        return any(data.find(needle) != -1 for needle in needles)


@contextlib.contextmanager
def _open(path: str) -> Iterator[tuple[int, os.stat_result]]:
    # NOTE: not to wait for the other end of a named pipe.
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        yield descriptor, os.fstat(descriptor)
    finally:
        os.close(descriptor)


def _read_bytes(descriptor: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    while limit > 0 and (piece := os.read(descriptor, limit)):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)


def _bytes_of(needle: bytes) -> list[bytes]:
    return [needle[at : at + 1] for at in range(len(needle))]


def _wide_encoding(head: bytes) -> str | None:
    for mark, name in _WIDE_ENCODINGS:
        if head.startswith(mark):
            return name
    return None


def _no_access(path: PurePosixPath, reason: str) -> Unreadable:
    return Unreadable(path, Unreadable.Type.ACCESS, reason)


def _too_large(path: PurePosixPath, size: int, limit: int) -> Unreadable:
    reason = f"has {size:,} bytes, more than the limit of {limit:,}"
    return Unreadable(path, Unreadable.Type.SIZE, reason)


def _wrong_encoding(path: PurePosixPath, data: bytes) -> Unreadable:
    encoding = _wide_encoding(data)
    what = f"is {encoding}" if encoding else "holds zero bytes"
    reason = f"{what}; only UTF-8 and encodings that contain ASCII can be read"
    return Unreadable(path, Unreadable.Type.ENCODING, reason)
