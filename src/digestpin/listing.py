"""Turns an inventory into what `digestpin list` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.inventory import Shape
from digestpin.kind.compatibility import Status, judge
from digestpin.kind.versions import format_kind_version
from digestpin.reports.inventory import (
    ListedPin,
    ListedReference,
    ListedStep,
    Listing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import PurePosixPath

    from digestpin.inventory import Inventory, Reference
    from digestpin.pins import KindPin

_WORST_FIRST = (Status.UNSUPPORTED, Status.UNKNOWN, Status.COMPATIBLE, Status.PUBLISHED)


def make_listing(
    inventory: Inventory, is_reported: Callable[[PurePosixPath], bool]
) -> Listing:
    """Return every reference and kind pin of the files that are reported."""
    return Listing(
        references=tuple(
            dict.fromkeys(
                _reference(reference, inventory)
                for reference in inventory.references
                if is_reported(reference.region.path)
            )
        ),
        kind_pins=tuple(
            _pin(pin, inventory)
            for pin in inventory.pins
            if is_reported(pin.region.path) and pin.version is not None
        ),
    )


def _reference(reference: Reference, inventory: Inventory) -> ListedReference:
    parsed = reference.parsed
    digest = None if parsed is None or parsed.digest is None else str(parsed.digest)
    at = reference.value_at
    return ListedReference(
        location=inventory.locate(reference.region),
        text=reference.text,
        image=reference.image,
        tag=reference.tag,
        digest=digest,
        shape=reference.shape.value,
        value_at=None if at is None else inventory.locate(at),
        chain=tuple(_chain(reference, inventory)),
        kind_pins=tuple(
            _pin(pin, inventory)
            for pin in reference.pins
            if pin.version is not None
            and pin.region.path.as_posix() in inventory.sources
        ),
        verdict=_verdict(reference, inventory).value,
    )


def _chain(reference: Reference, inventory: Inventory) -> Iterator[ListedStep]:
    if reference.shape is not Shape.TRACED:
        return
    for step in reference.steps:
        if step.region is not None:
            yield ListedStep(
                location=inventory.locate(step.region),
                what=f"{step.name} ({step.what})" if step.name else step.what,
            )


def _pin(pin: KindPin, inventory: Inventory) -> ListedPin:
    return ListedPin(
        location=inventory.locate(pin.region),
        version="" if pin.version is None else format_kind_version(pin.version),
        mechanism=pin.mechanism,
    )


def _verdict(reference: Reference, inventory: Inventory) -> Status:
    """Return the worst verdict over the kind versions that govern a reference."""
    parsed = reference.parsed
    if parsed is None or not reference.is_node_image:
        return Status.UNKNOWN
    found = {
        judge(version, parsed.tag, parsed.digest, inventory.releases).status
        for version in reference.versions
    }
    return next((status for status in _WORST_FIRST if status in found), Status.UNKNOWN)
