"""Keeps answers that cannot change on disk, in the platform's cache folder.

A digest names its content for ever, so what it is, and which index lists it, can be
kept. What a tag names is kept only for as long as the user allows, by default not at
all. One small file an answer, replaced atomically: any number of processes may share
the folder. Failing to write is no failure.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.registry.manifests import parse_descriptor

if TYPE_CHECKING:
    from digestpin.oci import Descriptor, ImageReference

_FORMAT = "answers-1"
_LONGEST_AGE_SECONDS = 30 * 24 * 3600.0
_MOST_FILES = 4096
_FILE_LIMIT = 16 * 1024
IDENTITY = "is"
INDEX = "index of"


def default_cache_directory() -> Path:
    """Return this user's folder for our cache, which need not exist."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
        return base / "digestpin" / "Cache"
    if sys.platform == "darwin":
        return home / "Library/Caches/digestpin"
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if named.startswith("/") else home / ".cache"
    return base / "digestpin"


class AnswerCache:
    """Answers by question; without a directory it keeps nothing."""

    def __init__(
        self,
        directory: Path | None,
        *,
        tag_seconds: float = 0,
        most_files: int = _MOST_FILES,
    ) -> None:
        self._directory = None if directory is None else directory / _FORMAT
        self._tag_seconds = tag_seconds
        self._most_files = most_files
        self._has_written = False

    def find(self, place: ImageReference, role: str = IDENTITY) -> Descriptor | None:
        """Return what is known of a canonical reference, if it is not too old."""
        path = self._path_of(place, role)
        if path is None:
            return None
        try:
            age = time.time() - path.stat().st_mtime
            with path.open("rb") as file:
                value = json.loads(file.read(_FILE_LIMIT))
            if not 0 <= age <= self._longest_age(place):
                return None
            if value["question"] != _question(place, role):
                return None
            return parse_descriptor(value["answer"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def keep(
        self, place: ImageReference, answer: Descriptor, role: str = IDENTITY
    ) -> None:
        """Remember an answer, if it may be and can be."""
        path = self._path_of(place, role)
        if path is None:
            return
        value = {
            "question": _question(place, role),
            "answer": {
                "mediaType": answer.media_type,
                "digest": str(answer.digest),
                "size": answer.size,
            },
        }
        with suppress(OSError):
            _replace(path, json.dumps(value).encode())
            self._has_written = True

    def close(self) -> None:
        """Remove the oldest answers where there are too many."""
        if self._directory is None or not self._has_written:
            return
        with suppress(OSError):
            found = [(path.stat().st_mtime, path) for path in self._directory.glob("*")]
            if len(found) > self._most_files:
                for _, path in sorted(found)[: len(found) - self._most_files // 2]:
                    path.unlink(missing_ok=True)

    def _longest_age(self, place: ImageReference) -> float:
        return _LONGEST_AGE_SECONDS if place.tag is None else self._tag_seconds

    def _path_of(self, place: ImageReference, role: str) -> Path | None:
        if self._directory is None or self._longest_age(place) <= 0:
            return None
        name = hashlib.sha256(_question(place, role).encode()).hexdigest()
        return self._directory / f"{name}.json"


def _question(place: ImageReference, role: str) -> str:
    return f"{role} {place}"


def _replace(path: Path, data: bytes) -> None:
    """Put a whole file in place of another, or nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
