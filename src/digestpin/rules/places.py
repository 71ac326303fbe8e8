"""Where a finding about a reference stands, and the other places that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import RelatedLocation, Safety
from digestpin.inventory import Level, Shape
from digestpin.kind.versions import format_kind_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.version import Version

    from digestpin.fixes import Plan
    from digestpin.inventory import Inventory, Reference
    from digestpin.pins import KindPin
    from digestpin.source import Location

_MAX_RELATED = 6


def place(reference: Reference, inventory: Inventory) -> Location:
    """Return where the value of a reference is written: there it is put right."""
    return inventory.locate(reference.value_at or reference.region)


def related_use(
    reference: Reference, inventory: Inventory
) -> Iterator[RelatedLocation]:
    """Give the place of use of a traced value."""
    if reference.shape is Shape.TRACED:
        yield RelatedLocation(
            inventory.locate(reference.region), "used as an image reference here"
        )


def related_pins(
    pins: Iterable[KindPin], inventory: Inventory
) -> Iterator[RelatedLocation]:
    """Give the kind pins, each with its version and mechanism."""
    for number, pin in enumerate(pins):
        if number >= _MAX_RELATED:
            return
        if pin.region.path.as_posix() in inventory.sources:
            yield RelatedLocation(inventory.locate(pin.region), _describe_pin(pin))


def _describe_pin(pin: KindPin) -> str:
    if pin.version is None:
        return f"kind has no fixed version here ({pin.mechanism})"
    note = f"; {pin.note}" if pin.note else ""
    return f"kind {describe_version(pin)} is pinned here ({pin.mechanism}{note})"


def related_others(plan: Plan, inventory: Inventory) -> Iterator[RelatedLocation]:
    """Give the reads that make a fix unsafe."""
    for use in plan.others[:_MAX_RELATED]:
        how = "also read here, by" if not use.is_same_text else "the same text, in"
        yield RelatedLocation(inventory.locate(use.region), f"{how} {use.label}")


def help_others(plan: Plan) -> Iterator[str]:
    """Give the line that says why a fix is unsafe, or why there is none."""
    if plan.fix is None:
        yield f"no automatic fix: {plan.why_not}"
    elif plan.others and plan.fix.safety is Safety.UNSAFE:
        count = len(plan.others)
        also = plan.others[0].label
        more = f" and {count - 1} more" if count > 1 else ""
        if plan.others[0].is_same_text:
            yield (
                f"the same text stands in {also}{more}, which would no longer match: "
                "the fix needs --unsafe"
            )
            return
        yield (
            f"the value is also read by {also}{more}, so that the digest would show "
            "up there: the fix needs --unsafe"
        )


def describe_version(pin: KindPin) -> str:
    """Return a pin's version as kind writes it, or the text that stands there."""
    if pin.version is not None:
        return format_kind_version(pin.version)
    return pin.text or "of no fixed version"


def name_versions(versions: Iterable[Version]) -> str:
    """Return versions for a sentence: `v0.31.0 and v0.32.0`."""
    texts = [format_kind_version(version) for version in versions]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def explain_level(reference: Reference) -> str:
    """Return where the governing pins were found, for a help line."""
    if reference.level is Level.NONE:
        return "no kind version is pinned in this repository"
    if not reference.versions:
        return f"kind in {reference.level.value} has no fixed version"
    named = name_versions(reference.versions)
    return f"kind {named} governs this reference (pinned in {reference.level.value})"
