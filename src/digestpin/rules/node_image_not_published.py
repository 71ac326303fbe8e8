"""The pinned kind release was not published with this node image, though it works.

## What it reports

A pinned node image that the kind release which governs it does not list, while no
known constraint is broken. For information only: it never makes a run fail.

## Why

The maintainers build and test a release with the images that it lists, and promise
nothing for others. Most combinations within a few releases work.

## Example

kind v0.31.0 with `kindest/node:v1.35.1`, which was pushed after that release.

## Fix

None: it may well be meant. `digestpin releases show v0.31.0` lists what the release
was published with.

## See also

DP101 (an image that the pinned kind cannot drive), DP102 (the release lists this tag
with another digest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.kind.compatibility import Status, find_published_instead, judge
from digestpin.kind.versions import format_kind_version
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import name_versions, place, related_pins, related_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from digestpin.inventory import Inventory, Reference
    from digestpin.oci import Digest

INFO = describe("DP103", "node-image-not-published", Severity.INFO, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each pinned image that some governing release lacks."""
    releases = context.inventory.releases
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None or not reference.is_node_image:
            continue
        tags = releases.tags_of_digest(parsed.digest)
        tag = parsed.tag or next(iter(tags), None)
        if tag is None or tag not in tags:
            continue
        lacking = [
            kind
            for kind in reference.versions
            if judge(kind, tag, parsed.digest, releases).status is Status.COMPATIBLE
            and releases.published(kind, tag) is None
        ]
        if lacking:
            yield _judge(reference, tag, parsed.digest, lacking, context.inventory)


def _judge(
    reference: Reference,
    tag: str,
    digest: Digest,
    lacking: list[Version],
    inventory: Inventory,
) -> Finding:
    kinds = inventory.releases.kinds_of_digest(digest)
    made = (
        f"built for kind {name_versions(kinds)}" if kinds else "pushed between releases"
    )
    help_lines = []
    instead = find_published_instead(lacking[0], tag, inventory.releases)
    if instead is not None and instead.is_same_minor:
        kind = format_kind_version(lacking[0])
        help_lines.append(f"kind {kind} was published with {instead.build}")
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"kind {name_versions(lacking)} was not published with {tag} ({made}); "
        "no known constraint is broken",
        location=place(reference, inventory),
        related=(
            *related_use(reference, inventory),
            *related_pins(reference.pins, inventory),
        ),
        help=tuple(help_lines),
    )


RULE = Rule(INFO, check)
