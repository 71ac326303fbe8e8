"""A reference's digest is known to belong to another tag than the one written.

## What it reports

A node image whose digest is one of the known builds, but of another tag.

Only a warning where the tag lacks the `v` of the right one.

## Why

Container runtimes ignore the tag of `tag@digest`: the cluster runs the Kubernetes
version of the digest, not the one that everybody reads. It happens when a digest is
pasted from the neighbouring line of the release notes.

## Example

```yaml
image: kindest/node:v1.33.4@sha256:0f5cc49c…
```

The digest is that of v1.31.12.

## Fix

The digest of the tag, when it is known for the kind release that governs the place.
Beside a tag that names no version (`latest`), the tag that the digest belongs to: it
needs `--unsafe`, because the tag may be there for a tool that reads it.

## See also

DP102 (the digest of the right tag, built for another kind release).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.digests import FLOATING_TAGS
from digestpin.findings import Finding, Safety, Severity
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import (
    help_others,
    place,
    related_others,
    related_pins,
    related_use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.fixes import Plan
    from digestpin.inventory import Reference
    from digestpin.oci import Digest

INFO = describe("DP003", "digest-tag-mismatch", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each known digest beside a tag that it is not of."""
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None or parsed.tag is None:
            continue
        if not reference.is_node_image:
            continue
        tags = context.inventory.releases.tags_of_digest(parsed.digest)
        if tags and parsed.tag not in tags:
            yield _judge(reference, tags, parsed.digest, context)


def _judge(
    reference: Reference, tags: tuple[str, ...], digest: Digest, context: Context
) -> Finding:
    inventory = context.inventory
    help_lines = ["container runtimes use the digest and ignore the tag"]
    related = [*related_use(reference, inventory)]
    fix = None
    plan = _plan(reference, tags, digest, context)
    if plan is not None:
        fix = plan.fix
        help_lines += help_others(plan)
        related += related_others(plan, inventory)
    related += related_pins(reference.pins, inventory)
    severity = INFO.severity
    message = f"the digest {digest.short} is {' or '.join(tags)}, not {reference.tag}"
    if f"v{reference.tag}" in tags:
        severity = Severity.WARNING
        message = f"the tag {reference.tag} lacks the v of v{reference.tag}, "
        message += f"which the digest {digest.short} is of"
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=severity,
        message=message,
        location=place(reference, inventory),
        related=tuple(related),
        help=tuple(help_lines),
        fix=fix,
    )


def _plan(
    reference: Reference, tags: tuple[str, ...], digest: Digest, context: Context
) -> Plan | None:
    """Plan to write the right tag or digest, whichever of them is known."""
    if reference.tag in FLOATING_TAGS and len(tags) == 1:
        return context.fixer.plan(
            reference,
            f":{tags[0]}@{digest}",
            f"write the tag of the digest, {tags[0]}",
            safety=Safety.UNSAFE,
        )
    decision = context.digests.decide(reference)
    if decision.digest is None:
        return None
    return context.fixer.plan(
        reference,
        f":{reference.tag}@{decision.digest}",
        f"use the digest of {reference.tag}, {decision.digest.short}, {decision.why}",
    )


RULE = Rule(INFO, check)
