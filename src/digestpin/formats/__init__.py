"""The file formats, from the most special to the most general.

The modules are imported when the first file is looked at: a run that finds none does
not pay for them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from digestpin.formats.interface import FileFormat

MODULES = (
    "tool_versions",
    "mise",
    "aqua",
    "devbox",
    "brewfile",
    "hermit",
    "go_mod",
    "github",
    "makefile",
    "justfile",
    "dockerfile",
    "shell",
    "dotenv",
    "code",
    "yaml_generic",
    "plain_text",
)
"""Modules with a `FORMAT` or `FORMATS`, in the order in which they are asked.

The last one takes every file that no other does.
"""


@lru_cache(maxsize=1)
def load_formats() -> tuple[FileFormat, ...]:
    """Return every format, in the order in which they are asked."""
    found: list[FileFormat] = []
    for name in MODULES:
        module = import_module(f"digestpin.formats.{name}")
        found += getattr(module, "FORMATS", ()) or (module.FORMAT,)
    return tuple(found)


def find_format(path: PurePosixPath, head: bytes) -> FileFormat | None:
    """Return the first format that takes a file of this path and beginning."""
    for file_format in load_formats():
        if file_format.matches(path, head):
            return file_format
    return None
