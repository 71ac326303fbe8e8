"""Small repositories without git, and what is known of them in short lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.discovery import Root
from digestpin.gathering import Project
from digestpin.kind.releases import KindReleases
from digestpin.references import NODE_IMAGE
from digestpin.selection import Selection
from support.repositories import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from digestpin.inventory import Inventory, Reference
    from digestpin.source import Region


def gather(folder: Path, files: dict[str, bytes | str]) -> Inventory:
    """Return what is known of a repository with these files."""
    write_files(folder, files)
    project = Project(
        root=Root(folder, is_git=False),
        selection=Selection(),
        releases=KindReleases.load(),
        repositories=(NODE_IMAGE,),
    )
    project.load_candidates()
    return project.gather()


def values(inventory: Inventory) -> list[str]:
    """Return each reference as `path:line value`, `?` where it is not known."""
    return sorted({_value(reference, inventory) for reference in inventory.references})


def governed(inventory: Inventory) -> list[str]:
    """Return each reference's value with the kind versions that govern it."""
    lines = []
    for reference in inventory.references:
        pins = sorted({pin.text for pin in reference.pins})
        lines.append(f"{_text(reference)} {' '.join(pins)}".rstrip())
    return sorted(lines)


def pins(inventory: Inventory) -> list[str]:
    """Return each kind pin as `path:line version`, sorted."""
    return sorted(f"{_place(p.region, inventory)} {p.text}" for p in inventory.pins)


def _value(reference: Reference, inventory: Inventory) -> str:
    return f"{_place(reference.region, inventory)} {_text(reference)}"


def _text(reference: Reference) -> str:
    return "?" if reference.parsed is None else reference.value.text


def _place(region: Region, inventory: Inventory) -> str:
    location = inventory.locate(region)
    return f"{location.path}:{location.start.line}"
