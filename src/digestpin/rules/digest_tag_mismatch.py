"""A reference's digest is known to belong to another tag than the one written.

## What it reports

A node image whose digest is one of the known builds, but of another tag.

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

## See also

DP102 (the digest of the right tag, built for another kind release).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
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
        builds = context.inventory.releases.builds_of_digest(parsed.digest)
        tags = list(dict.fromkeys(build.tag for build in builds))
        if tags and parsed.tag not in tags:
            yield _judge(reference, tags, parsed.digest, context)


def _judge(
    reference: Reference, tags: list[str], digest: Digest, context: Context
) -> Finding:
    inventory = context.inventory
    decision = context.digests.decide(reference)
    help_lines = ["container runtimes use the digest and ignore the tag"]
    related = [*related_use(reference, inventory)]
    fix = None
    if decision.digest is not None:
        plan = context.fixer.plan(
            reference,
            f":{reference.tag}@{decision.digest}",
            f"use the digest of {reference.tag}, {decision.digest.short}, "
            f"{decision.why}",
        )
        fix = plan.fix
        help_lines += help_others(plan)
        related += related_others(plan, inventory)
    related += related_pins(reference.pins, inventory)
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"the digest {digest.short} is {' or '.join(tags)}, "
        f"not {reference.tag}",
        location=place(reference, inventory),
        related=tuple(related),
        help=tuple(help_lines),
        fix=fix,
    )


RULE = Rule(INFO, check)
