"""Finds a program by its whole path, in folders that the user has named.

Windows looks into the current folder first when it is told a bare name. That folder is
the repository that is being looked at, and what is in it must not be run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_program(name: str, suffixes: Sequence[str] = ("",)) -> str | None:
    """Return the first program called `name` in a folder of `PATH`, None for none.

    `suffixes` are tried in their order in each folder. A folder that is relative to
    the current one does not count.
    """
    for folder in map(Path, os.get_exec_path()):
        if not folder.is_absolute():
            continue
        for suffix in suffixes:
            path = folder / (name + suffix)
            # NOTE: Path.is_file raises where a folder may not be looked into.
            if os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113
                return str(path)
    return None


def known_suffixes() -> tuple[str, ...]:
    """Return how the name of a program may end on this system."""
    if os.name != "nt":
        return ("",)
    return tuple(filter(None, os.environ.get("PATHEXT", ".EXE").split(os.pathsep)))
