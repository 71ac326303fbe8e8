"""Says what to look for in other files while a variable leads out of those read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from digestpin.formats import find_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from digestpin.inventory import Inventory

_UNLINKED_FORMATS = frozenset({"yaml", "json", "toml", "text"})
_READ_ENVIRONMENT = ("docker-compose", "compose.")
_SHORTEST_UPPER = 3
_SHORTEST_NAME = 6
# Names whose bindings are in the same file, or nowhere.
_LOCAL_NAMES = (
    "matrix.",
    "steps.",
    "needs.",
    "jobs.",
    "github.",
    "runner.",
    "secrets.",
)


def may_be_linked(path: PurePosixPath) -> bool:
    """Say whether a file that only names a variable can have to do with it.

    Data that no format ties to other files (manifests, dashboards) cannot, and is often
    large; what a link names is read whatever it is.
    """
    if path.name.startswith(_READ_ENVIRONMENT):
        return True
    file_format = find_format(path, b"")
    return file_format is not None and file_format.id not in _UNLINKED_FORMATS


def open_needles(inventory: Inventory, files: Iterable[str]) -> Iterator[str]:
    """Give the fixed strings in files that may set or read what is still open."""
    names = {name for name, _ in inventory.tracer.missing}
    names |= {
        binding.name
        for reference in inventory.references
        for binding in reference.bindings
    }
    for name in names:
        is_local = name.startswith(_LOCAL_NAMES) or not name.isidentifier()
        shortest = _SHORTEST_UPPER if name.isupper() else _SHORTEST_NAME
        if len(name) < shortest or is_local:
            continue
        if "_" in name or name.lower() != name:
            yield name
    for path in files:
        folder, base = posixpath.split(path)
        if base in ("action.yml", "action.yaml"):
            yield f"./{folder}"
        elif "/workflows/" in path:
            yield f"./{path}"
        elif base.endswith((".sh", ".bash", ".mk", ".env")):
            yield base
