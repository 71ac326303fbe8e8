"""Renders what `digestpin list` found: node image references and kind pins."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from digestpin.reports.summary import number
from digestpin.terminal import BOLD, CYAN, DIM, GREEN, RED, YELLOW, display_width
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import PurePosixPath

    from digestpin.source import Location
    from digestpin.terminal import Style

Shape = Literal["literal", "traced", "untraceable"]
Verdict = Literal["published", "compatible", "unsupported", "unknown"]

_VERDICT_COLORS = {
    "published": GREEN,
    "compatible": CYAN,
    "unsupported": RED,
    "unknown": YELLOW,
}
_VERDICT_WORDS = {
    "published": "for",
    "compatible": "with",
    "unsupported": "by",
    "unknown": "with",
}
_DIGEST_SHOWN = 12
_PINS_SHOWN = 2


@frozen(kw_only=True)
class ListedPin:
    """A kind pin: the version as written in the data (`v0.26.0`) and by what means."""

    location: Location
    version: str
    mechanism: str


@frozen(kw_only=True)
class ListedStep:
    """One step on the way from a reference to its value, and what stands there."""

    location: Location
    what: str


@frozen(kw_only=True)
class ListedReference:
    """A node image reference with one value, its pins and the verdict.

    `text` is the reference as written at `location`. `image` is registry and
    repository as resolved, None where nothing could be. A reference with several
    values (a matrix) is listed once for each.
    """

    location: Location
    text: str
    image: str | None
    tag: str | None = None
    digest: str | None = None
    shape: Shape = "literal"
    value_at: Location | None = None
    chain: tuple[ListedStep, ...] = ()
    kind_pins: tuple[ListedPin, ...] = ()
    verdict: Verdict = "unknown"


@frozen(kw_only=True)
class Listing:
    """All that `digestpin list` says, in the order of path and line."""

    references: tuple[ListedReference, ...] = ()
    kind_pins: tuple[ListedPin, ...] = ()


def render_inventory(listing: Listing, style: Style) -> str:
    """Return the inventory for people: references by file, then the kind pins."""
    lines: list[str] = []
    by_path = groupby(listing.references, key=lambda item: item.location.path)
    for path, references in by_path:
        lines += [*_file(path, list(references), style), ""]
    if listing.kind_pins:
        lines += [style.paint("kind pins", BOLD), *_pins(listing.kind_pins, style), ""]
    references_counted = number(len(listing.references), "node image reference")
    pins_counted = number(len(listing.kind_pins), "kind pin")
    lines.append(style.paint(f"{references_counted}, {pins_counted}.", BOLD))
    return "".join(f"{line}\n" for line in lines)


def render_inventory_json(listing: Listing) -> str:
    """Return the inventory as JSON, schema version 1."""
    value = {
        "schema_version": 1,
        "references": [_reference_as_json(item) for item in listing.references],
        "kind_pins": [_pin_as_json(pin) for pin in listing.kind_pins],
    }
    return json.dumps(value, indent=2) + "\n"


def _file(
    path: PurePosixPath, references: Sequence[ListedReference], style: Style
) -> Iterator[str]:
    yield style.paint(style.printable(str(path)), BOLD)
    places = [_place(reference.location) for reference in references]
    images = [style.printable(_value(reference)) for reference in references]
    width = max(map(len, places))
    wide = max(map(display_width, images))
    for reference, place, image in zip(references, places, images, strict=True):
        gap = " " * (wide - display_width(image))
        start = style.paint(f"  {place:<{width}}", DIM)
        yield f"{start}  {image}{gap}  {_judgement(reference, style)}"
        if way := style.printable(_way(reference)):
            yield f"  {'':{width}}  {style.paint(way, DIM)}"


def _place(location: Location) -> str:
    return f"{location.start.line}:{location.start.column}"


def _value(reference: ListedReference) -> str:
    """Return the image as it will be pulled, its digest cut to what can be read."""
    if reference.image is None:
        return reference.text
    tag = "" if reference.tag is None else f":{reference.tag}"
    if reference.digest is None:
        return f"{reference.image}{tag}"
    algorithm, _, encoded = reference.digest.partition(":")
    return f"{reference.image}{tag}@{algorithm}:{encoded[:_DIGEST_SHOWN]}..."


def _judgement(reference: ListedReference, style: Style) -> str:
    if reference.shape == "untraceable":
        return style.paint("not traceable", YELLOW)
    verdict = style.paint(reference.verdict, _VERDICT_COLORS[reference.verdict])
    unpinned = "" if reference.digest else ", no digest"
    if not reference.kind_pins:
        return f"{verdict}, no kind pin{unpinned}"
    places: dict[str, list[str]] = {}
    for pin in reference.kind_pins:
        place = _seen_from(reference.location, pin.location)
        places.setdefault(pin.version, []).append(place)
    pins = "; ".join(f"{version} ({_few(at)})" for version, at in places.items())
    word = _VERDICT_WORDS[reference.verdict]
    return f"{verdict} {word} kind {style.printable(pins)}{unpinned}"


def _few(places: list[str]) -> str:
    hidden = len(places) - _PINS_SHOWN
    shown = places if hidden <= 1 else [*places[:_PINS_SHOWN], f"{hidden} more"]
    return ", ".join(shown)


def _seen_from(location: Location, other: Location) -> str:
    """Return a place briefly: by its line alone within the same file."""
    if location.path == other.path:
        return f"line {other.start.line}"
    return f"{other.path}:{other.start.line}"


def _way(reference: ListedReference) -> str:
    """Return how a value gets to a reference that does not name it itself, or ""."""
    if reference.shape == "literal" or reference.image is None:
        return ""
    steps = [reference.text]
    for step in reference.chain:
        place = _seen_from(reference.location, step.location)
        steps.append(f"from {step.what} ({place})")
    if reference.value_at is not None and not reference.chain:
        steps.append(f"from {_seen_from(reference.location, reference.value_at)}")
    return ", ".join(steps)


def _pins(pins: Sequence[ListedPin], style: Style) -> Iterator[str]:
    places = [style.printable(str(pin.location)) for pin in pins]
    width = max(map(display_width, places))
    versions = max(len(pin.version) for pin in pins)
    for pin, place in zip(pins, places, strict=True):
        gap = " " * (width - display_width(place))
        version = style.printable(pin.version)
        mechanism = style.printable(pin.mechanism)
        yield f"  {style.paint(place, DIM)}{gap}  {version:<{versions}}  {mechanism}"


def _reference_as_json(reference: ListedReference) -> dict[str, object]:
    return {
        **_point(reference.location),
        "text": reference.text,
        "image": reference.image,
        "tag": reference.tag,
        "digest": reference.digest,
        "shape": reference.shape,
        "value_at": None if reference.value_at is None else _point(reference.value_at),
        "chain": [
            {**_point(step.location), "what": step.what} for step in reference.chain
        ],
        "kind_pins": [_pin_as_json(pin) for pin in reference.kind_pins],
        "verdict": reference.verdict,
    }


def _pin_as_json(pin: ListedPin) -> dict[str, object]:
    return {
        **_point(pin.location),
        "version": pin.version,
        "mechanism": pin.mechanism,
    }


def _point(location: Location) -> dict[str, object]:
    return {
        "path": str(location.path),
        "line": location.start.line,
        "column": location.start.column,
    }
