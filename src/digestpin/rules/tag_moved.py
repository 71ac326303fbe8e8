"""The registry's tag is another digest now than the one that is pinned.

## What it reports

With `--online`: a pinned reference whose tag the registry answers with another
digest. For information only: it never makes a run fail.

## Why

For a node image this is the rule, not the exception: the tag is pushed again for each
kind release, and the pinned build stays the right one for its kind. For other images
it can be the reason to look at an update.

## Example

`kindest/node:v1.33.1` with the digest that kind v0.28.0 lists, after kind v0.29.0 was
released.

## Fix

None. Change the digest when the kind version changes.

## See also

DP102, which says when the digest is not the one for the pinned kind.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.kind.compatibility import Status, judge
from digestpin.registry.resolution import Inspection, Resolved
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import name_versions, place, related_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Reference

INFO = describe("DP202", "tag-moved", Severity.INFO, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each pinned tag that is another digest now."""
    if context.online is None:
        return
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None or parsed.tag is None:
            continue
        pinned = context.online.pinned.get(parsed.canonical)
        if not isinstance(pinned, Inspection) or pinned.is_platform_manifest:
            continue  # DP201 and DP203 say what is wrong
        answer = context.online.tags.get(replace(parsed.canonical, digest=None))
        if not isinstance(answer, Resolved):
            continue
        now = answer.descriptor.digest
        if now == parsed.digest:
            continue
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"the tag {parsed.tag} is {now.short} at {answer.answered_by} now, "
            f"not {parsed.digest.short}",
            location=place(reference, context.inventory),
            related=tuple(related_use(reference, context.inventory)),
            help=tuple(_help(reference, context)),
        )


def _help(reference: Reference, context: Context) -> Iterator[str]:
    parsed = reference.parsed
    if parsed is None or not reference.is_node_image:
        return
    releases = context.inventory.releases
    right = [
        version
        for version in reference.versions
        if judge(version, parsed.tag, parsed.digest, releases).status
        is Status.PUBLISHED
    ]
    if right:
        yield f"the pinned digest is the one for kind {name_versions(right)}: keep it"


RULE = Rule(INFO, check, is_online=True)
