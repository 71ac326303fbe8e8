"""Replaces a file atomically.

The new bytes go to a temporary file in the folder of the old one, reach the disk, and
take the old file's place in one step. Whatever happens before that step, a kill, a
full disk, leaves the old file whole; whatever happens after it finds the new one.

The step makes a new file under the old name. So other hard links to the old file keep
the old bytes: a second name that is edited unseen would be the greater surprise, and
writing in place could not be atomic. Extended attributes are not carried over.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.errors import EditError, StaleEdit
from digestpin.reading import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedWriter
    from pathlib import PurePosixPath

TEMPORARY_SUFFIX = ".digestpin-tmp"
"""How the name ends of a file that a killed run leaves behind."""

_BINARY = getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def replace_file(root: Path, path: PurePosixPath, expected: bytes, data: bytes) -> None:
    """Give the file at `path`, below `root`, the bytes `data` instead of `expected`.

    A symbolic link is kept and its target replaced, as long as that is below `root`.
    Mode and, where the system allows it, owner stay.

    Raises:
        StaleEdit: the file no longer holds `expected`.
        EditError: the file cannot or must not be replaced; it is as it was.
    """
    target = _target(root, path)
    with _telling_why(path):
        status = _check(target, path, expected)
        with _temporary_file(target.parent) as (file, temporary):
            file.write(data)
            _take_over(file.fileno(), status)
            os.fsync(file.fileno())
            file.close()
            _check(target, path, expected)
            temporary.replace(target)
    _sync_folder(target.parent)


def check_replaceable(root: Path, path: PurePosixPath, expected: bytes) -> None:
    """Check all that can be known of a file before it is replaced.

    Raises:
        StaleEdit: the file does not hold `expected`.
        EditError: the file cannot or must not be replaced.
    """
    with _telling_why(path):
        _check(_target(root, path), path, expected)


def store_file(path: Path, data: bytes) -> None:
    """Put a file of our own at `path`, whole or not at all, for this user alone.

    Raises:
        OSError: it cannot be written; what was there before is as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _temporary_file(path.parent) as (file, temporary):
        file.write(data)
        os.fsync(file.fileno())
        file.close()
        temporary.replace(path)
    _sync_folder(path.parent)


@contextlib.contextmanager
def _telling_why(path: PurePosixPath) -> Iterator[None]:
    """Make what the system refuses an error of ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise _stale(f"{path} was removed", path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise EditError(f"cannot write {path}: {reason}", path=path) from error


def _target(root: Path, path: PurePosixPath) -> Path:
    target = os.path.realpath(root / path)
    if not is_inside(target, os.path.realpath(root)):
        raise EditError(
            f"{path} leads out of the repository, to {target}",
            path=path,
            hint="run digestpin where that file belongs",
        )
    return Path(target)


def _check(target: Path, path: PurePosixPath, expected: bytes) -> os.stat_result:
    """Return the state of a file that may be replaced."""
    # NOTE: replacing needs no right to the file itself, only to its folder. Opening
    # it for writing asks for that right, which whoever made it read-only withholds.
    # Root is let through by the system, so the mode is asked too.
    status = target.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise EditError(f"{path} is no regular file", path=path)
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise _read_only(path)
    try:
        descriptor = os.open(target, os.O_RDWR | _BINARY | _NO_FOLLOW)
    except PermissionError as error:
        raise _read_only(path) from error
    with os.fdopen(descriptor, "rb") as file:
        found = file.read(len(expected) + 1)
        status = os.fstat(file.fileno())
    if found != expected:
        raise _stale(f"{path} was changed", path)
    effective = os.access in os.supports_effective_ids
    if not os.access(target.parent, os.W_OK | os.X_OK, effective_ids=effective):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return status


def _stale(what: str, path: PurePosixPath) -> StaleEdit:
    return StaleEdit(
        f"{what} by somebody else in the meantime",
        path=path,
        hint="run digestpin again",
    )


def _read_only(path: PurePosixPath) -> EditError:
    return EditError(
        f"{path} is read-only", path=path, hint="make it writable and run again"
    )


@contextlib.contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[BufferedWriter, Path]]:
    """Make a file that only this user can read, and remove it unless it was moved."""
    path = folder / f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NO_FOLLOW
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            yield file, path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _take_over(descriptor: int, status: os.stat_result) -> None:
    """Give the new file the owner and mode of the old one; a lost owner is no error."""
    mode = stat.S_IMODE(status.st_mode)
    if hasattr(os, "fchown"):
        for owner in ((-1, status.st_gid), (status.st_uid, -1)):
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, *owner)
        new = os.fstat(descriptor)
        if (new.st_uid, new.st_gid) != (status.st_uid, status.st_gid):
            mode &= ~(stat.S_ISUID | stat.S_ISGID)  # not as somebody else
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name reach the disk, where folders can be synced."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
