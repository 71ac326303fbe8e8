"""Knows the YAML files whose values are the variables of templates beside them.

A Helm chart's `values.yaml`, the defaults of an Ansible role, the `.env` of a compose
file: which template reads which of them follows from the paths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digestpin.facts import Binding, Link
from digestpin.formats.yaml_keys import role_of
from digestpin.formats.yaml_variables import GENERIC, expand
from digestpin.yamltext import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Node


class _Values(NamedTuple):
    """Files of values, and what goes before the path of a value in its name."""

    path: re.Pattern[str]
    prefix: str


class _Reader(NamedTuple):
    """Files that read values: from their folder, and the files in it."""

    path: re.Pattern[str]
    targets: tuple[str, ...]


_VALUES = (
    _Values(re.compile(r"(?:.*/)?values[\w.-]*\.ya?ml"), "Values."),
    _Values(re.compile(r"(?:.*/)?(?:defaults|vars|group_vars|host_vars)/.*"), ""),
)
_READERS = (
    _Reader(re.compile(r"(?P<folder>(?:.*/)?)templates/.*"), ("values.yaml",)),
    _Reader(
        re.compile(r"(?P<folder>(?:.*/)?)(?:tasks|templates|handlers)/.*"),
        ("defaults/main.yml", "defaults/main.yaml", "vars/main.yml", "vars/main.yaml"),
    ),
    _Reader(
        re.compile(r"(?P<folder>(?:.*/)?)(?:docker-)?compose[\w.-]*\.ya?ml"),
        (".env",),
    ),
)
_MAX_DEPTH = 12


def find_links(source: SourceFile) -> Iterator[Link]:
    """Yield a link to each file of values that this file may read."""
    for reader in _READERS:
        match = reader.path.fullmatch(str(source.path))
        if match is None:
            continue
        for target in reader.targets:
            yield Link(
                type=Link.Type.INCLUDE,
                scope=(str(source.path),),
                target=target,
                base=match["folder"].rstrip("/"),
                region=source.region(0, 0),
            )


def find_prefix(path: PurePosixPath) -> str | None:
    """Return what the names of a file of values start with, None for other files."""
    for values in _VALUES:
        if values.path.fullmatch(str(path)):
            return values.prefix
    return None


def read_values(
    node: Node | None, scope: Scope, prefix: str, depth: int = 0
) -> Iterator[Binding]:
    """Yield each value as a variable, named by its path of keys."""
    if not isinstance(node, Mapping) or depth > _MAX_DEPTH:
        return
    for key, value in node.entries:
        name = prefix + key.text
        if isinstance(value, Mapping):
            yield from read_values(value, scope, f"{name}.", depth + 1)
        elif isinstance(value, Scalar) and value.text:
            yield Binding(
                name=name,
                scope=scope,
                value=expand(value.content, scope, GENERIC),
                what="value",
                role=role_of(key.text),
            )
