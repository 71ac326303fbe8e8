"""The file formats, from the most special to the most general.

A module is imported when the first file that it may take is met: a run that meets no
makefile does not pay for reading makefiles.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.formats.interface import FileFormat

_YAML = (".yaml", ".yml")
_HEADS = {"shell": b"#!", "xml": b"<?xml"}
_IN_HEADS = {"azure_pipelines": b"${{", "gitlab_ci": b"$[["}

MODULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tool_versions", (".tool-versions",)),
    ("mise", ("mise", ".rtx")),
    ("aqua", ("aqua",)),
    ("devbox", ("devbox",)),
    ("brewfile", ("brewfile",)),
    ("hermit", (".kind-",)),
    ("go_mod", (".mod",)),
    ("github", (".github/", ".gitea/", ".forgejo/", "action.y")),
    ("gitlab_ci", ("gitlab",)),
    ("circleci", (".circleci/",)),
    ("azure_pipelines", ("azure", ".pipelines/")),
    ("taskfile", ("taskfile",)),
    ("ci_yaml", ("travis", "drone", "woodpecker", "bitbucket", "cirrus", "buildkite")),
    ("makefile", ("makefile", ".mk", ".mak")),
    ("justfile", ("just",)),
    ("dockerfile", ("docker", "containerfile")),
    ("shell", ("sh", ".bats", "rc", "profile")),
    ("dotenv", ("env",)),
    ("xml", ("xml", ".pom", "proj", ".plist", ".props", ".svg", ".targets", ".x")),
    ("code", ()),
    ("yaml_generic", ()),
    ("plain_text", ()),
)
"""Modules with a `FORMAT` or `FORMATS`, in the order in which they are asked.

Beside each stand texts of which one is in every path, in lower case, that the module
takes; with none the module is asked about every file. So it is about one that starts as
in `_HEADS`, and about YAML whose beginning holds what `_IN_HEADS` has. `code` is asked
about none that is YAML. The last module takes every file that no other does.
"""


def load_formats() -> tuple[FileFormat, ...]:
    """Return every format, in the order in which they are asked."""
    return tuple(found for name, _ in MODULES for found in _load(name))


@lru_cache(maxsize=len(MODULES))
def _load(name: str) -> tuple[FileFormat, ...]:
    module = import_module(f"digestpin.formats.{name}")
    formats: tuple[FileFormat, ...] = getattr(module, "FORMATS", ())
    return formats or (module.FORMAT,)


def find_format(path: PurePosixPath, head: bytes) -> FileFormat | None:
    """Return the first format that takes a file of this path and beginning."""
    for name in _candidates(path.as_posix().lower(), head):
        for file_format in _load(name):
            if file_format.matches(path, head):
                return file_format
    return None


def _candidates(path: str, head: bytes) -> Iterator[str]:
    """Give the modules that may take a file, without importing them."""
    for name, hints in MODULES:
        if name == "code" and path.endswith(_YAML):
            continue
        is_told = name in _HEADS and head.startswith(_HEADS[name])
        if name in _IN_HEADS and path.endswith(_YAML):
            is_told = _IN_HEADS[name] in head
        if is_told or not hints or any(hint in path for hint in hints):
            yield name
