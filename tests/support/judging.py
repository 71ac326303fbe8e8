"""Makes an inventory of files that are on no disk, and lets rules judge it."""

from __future__ import annotations

import posixpath
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.clusters import ClusterFinder
from digestpin.digests import Digests
from digestpin.extracting import extract
from digestpin.fixes import Fixer
from digestpin.governing import govern
from digestpin.inventory import Inventory
from digestpin.kind.releases import KindReleases
from digestpin.kind.versions import format_kind_version
from digestpin.pin_finder import PinFinder
from digestpin.reference_finder import ReferenceFinder
from digestpin.references import NODE_IMAGE
from digestpin.rules.interface import Context
from digestpin.source import SourceFile
from digestpin.templates import HOLE
from digestpin.tracing import Tracer
from digestpin.uses import Uses

if TYPE_CHECKING:
    from digestpin.facts import Link
    from digestpin.findings import Finding
    from digestpin.inventory import Reference

WORKFLOW = ".github/workflows/e2e.yaml"
RELEASES = KindReleases.load()

Files = dict[str, str]


def gather(files: Files, images: tuple[str, ...] = ()) -> Inventory:
    """Return the inventory of files, all of them read."""
    sources = {
        path: SourceFile(PurePosixPath(path), text.encode())
        for path, text in files.items()
    }
    facts = {path: tuple(extract(source)) for path, source in sources.items()}

    def targets(link: Link) -> tuple[str, ...]:
        tail = link.target.rpartition(HOLE)[2].lstrip("/")
        here = link.region.path.parent.as_posix()
        bases = (link.base, here, "")
        paths = (posixpath.normpath(posixpath.join(base, tail)) for base in bases)
        return tuple(dict.fromkeys(path for path in paths if path in sources))[:1]

    tracer = Tracer(facts, targets)
    found = ReferenceFinder(tracer, sources, (NODE_IMAGE, *images)).find(facts)
    pins = PinFinder(tracer, RELEASES, sources).find(facts)
    references = tuple(govern(found, pins))
    clusters = ClusterFinder(
        facts=facts,
        sources=sources,
        references=references,
        pins=pins,
        configured=(),
        tracer=tracer,
        targets=targets,
        releases=RELEASES,
    )
    return Inventory(
        sources=sources,
        facts=facts,
        references=references,
        pins=pins,
        clusters=tuple(clusters.find()),
        releases=RELEASES,
        tracer=tracer,
    )


def make_context(inventory: Inventory) -> Context:
    """Return what rules may look at, with no registry asked."""
    return Context(
        inventory=inventory,
        digests=Digests(releases=RELEASES, resolutions={}),
        fixer=Fixer(inventory, Uses(inventory, (NODE_IMAGE,))),
    )


def check(rule: str, files: Files) -> list[Finding]:
    """Return what one rule, named by its module, finds."""
    module = import_module(f"digestpin.rules.{rule}")
    return list(module.check(make_context(gather(files))))


def values(files: Files) -> list[str]:
    """Return each reference as `image:tag@…` and the place of its tag."""
    inventory = gather(files)
    return [_value(reference, inventory) for reference in inventory.references]


def _value(reference: Reference, inventory: Inventory) -> str:
    at = inventory.locate(reference.value_at or reference.region)
    path = "" if at.path.as_posix() == WORKFLOW else f"{at.path}:"
    if reference.parsed is None:
        return f"? {path}{at.start.line}"
    pinned = "@" if reference.parsed.digest else ""
    return f"{reference.parsed.tag}{pinned} {path}{at.start.line}"


def governed(files: Files) -> list[str]:
    """Return each value with the kind versions that govern it, and their level."""
    return [
        f"{reference.tag}: "
        f"{' '.join(format_kind_version(version) for version in reference.versions)}"
        f" ({reference.level.value})"
        for reference in gather(files).references
    ]


def found_pins(files: Files) -> list[str]:
    """Return each kind pin as version, mechanism and line."""
    inventory = gather(files)
    return [
        f"{'?' if pin.version is None else format_kind_version(pin.version)} "
        f"{pin.mechanism} {inventory.locate(pin.region).start.line}"
        for pin in inventory.pins
    ]
