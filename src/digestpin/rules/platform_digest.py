"""One platform's manifest is pinned, not the index of all platforms.

## What it reports

With `--online`: a digest that the registry says is a platform manifest, where there
is an index.

## Why

The reference works on machines of one architecture and fails on others, on the arm64
laptop of the next contributor for one. Tools that read the digest of a pulled image,
or that ask a registry without naming index types, produce such digests.

## Example

The digest that `docker inspect` shows of an image pulled on amd64.

## Fix

The digest of the index that lists the manifest.

## See also

DP201 (the registry does not have the digest).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.registry.resolution import Inspection, Resolved
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import (
    help_others,
    place,
    related_others,
    related_use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Reference
    from digestpin.oci import ImageReference

INFO = describe("DP203", "platform-digest", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each pinned manifest of one platform."""
    if context.online is None:
        return
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None:
            continue
        answer = context.online.pinned.get(parsed.canonical)
        if not isinstance(answer, Inspection) or not answer.is_platform_manifest:
            continue
        if _is_all_there_is(parsed, context):
            continue
        yield _judge(reference, parsed, answer, context)


def _is_all_there_is(parsed: ImageReference, context: Context) -> bool:
    """Say whether the tag itself is this manifest: an image without an index."""
    if context.online is None or parsed.tag is None:
        return False
    answer = context.online.tags.get(replace(parsed.canonical, digest=None))
    return isinstance(answer, Resolved) and answer.descriptor.digest == parsed.digest


def _judge(
    reference: Reference,
    parsed: ImageReference,
    answer: Inspection,
    context: Context,
) -> Finding:
    inventory = context.inventory
    related = [*related_use(reference, inventory)]
    help_lines = [
        "its index was not found: take the digest from the kind release notes"
    ]
    fix = None
    if answer.index is not None:
        tag = "" if parsed.tag is None else f":{parsed.tag}"
        plan = context.fixer.plan(
            reference,
            f"{tag}@{answer.index.digest}",
            f"pin the index {answer.index.digest.short}, which lists this manifest",
        )
        fix = plan.fix
        help_lines = [*help_others(plan)]
        related += related_others(plan, inventory)
    platform = answer.descriptor.platform
    of = "one platform" if platform is None else str(platform)
    digest = answer.descriptor.digest
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"{digest.short} is the manifest of {of}, not the image index",
        location=place(reference, inventory),
        related=tuple(related),
        help=tuple(help_lines),
        fix=fix,
    )


RULE = Rule(INFO, check, is_online=True)
