"""Turns a written reference and one of its values into a `Reference`."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.errors import InvalidReference
from digestpin.inventory import Reference, Shape
from digestpin.oci import ImageReference
from digestpin.references import NODE_IMAGE
from digestpin.rows import meet_rows
from digestpin.templates import Literal, join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.source import Region, SourceFile
    from digestpin.templates import Template
    from digestpin.tracing import Value


# Quotes, braces, a plus: what can stand between the parts of one reference.
_JOINT = re.compile(r"[^\n\w/:@]{0,12}\Z")


def site_of(
    written: Template, name_end: int, sources: Mapping[str, SourceFile]
) -> Region | None:
    """Return where a reference stands.

    All of it when its parts stand together. Else, as for a `repository:` with a `tag:`
    of its own, where its name ends.
    """
    regions = [part.region for part in written.parts if part.region is not None]
    if regions and all(
        _is_joined(before, after, sources)
        for before, after in itertools.pairwise(regions)
    ):
        return written.region
    named = [
        part.region
        for part in written.cut(0, name_end).parts
        if part.region is not None
    ]
    return named[-1] if named else None


def _is_joined(
    before: Region, after: Region, sources: Mapping[str, SourceFile]
) -> bool:
    start, end = before.span.end, after.span.start
    if before.path != after.path or start > end:
        return False
    text = sources[before.path.as_posix()].text
    return _JOINT.match(text[start:end]) is not None


def is_node_image(image: str) -> bool:
    """Say whether a name is that of node images, under any registry or mirror."""
    return image == NODE_IMAGE or image.endswith(f"/{NODE_IMAGE}")


def with_value(
    base: Reference, name: Template, tail: Template, value: Value
) -> Reference | None:
    """Return the reference with one known value, None when that is none at all."""
    place = tail.region
    is_literal = tail.is_literal and (place is None or _inside(place, base.region))
    rows = meet_rows(base.rows, value.rows)
    if rows is None:
        return None
    whole = join((name, value.template))
    parsed, flaw = _parse(base.image, value.text)
    if parsed is None and not is_literal:
        return base
    return replace(
        base,
        shape=Shape.LITERAL if is_literal else Shape.TRACED,
        parsed=parsed,
        flaw=flaw,
        value=whole,
        name_end=len(name),
        value_at=None if is_literal else _tag_place(value, base.region),
        steps=value.steps,
        rows=rows,
        bindings=value.bindings,
    )


def _parse(image: str, tail: str) -> tuple[ImageReference | None, str | None]:
    try:
        return ImageReference.parse(image + tail), None
    except InvalidReference as error:
        first = error
    # A registry that is only known at run time does not spoil what follows it.
    bare = image[image.rfind(NODE_IMAGE) :] if NODE_IMAGE in image else image
    if bare != image and not image.startswith(("./", "../", "/")):
        try:
            return ImageReference.parse(bare + tail), None
        except InvalidReference as error:
            first = error
    return None, first.reason


def _tag_place(value: Value, site: Region) -> Region | None:
    """Return where the tag is written: its longest part that is not at the use."""
    tag = value.template.cut(1, len(value.text.partition("@")[0]))
    elsewhere = [
        (part.text, part.region)
        for part in tag.parts
        if isinstance(part, Literal)
        and part.region is not None
        and not _inside(part.region, site)
    ]
    if elsewhere:
        return max(elsewhere, key=lambda found: len(found[0]))[1]
    return value.template.cut(1, len(value.text)).region


def _inside(region: Region, outer: Region) -> bool:
    return (
        region.path == outer.path
        and outer.span.start <= region.span.start
        and region.span.end <= outer.span.end
    )


def order_of(reference: Reference) -> tuple[Region, str, str]:
    """Return what references are sorted by: place, place of the value, value."""
    at = reference.value_at
    place = "" if at is None else f"{at.path}:{at.span.start:09d}"
    return (reference.region, place, reference.value.text)
