"""A node image is referenced by its digest alone.

## What it reports

A reference with a digest and no tag.

## Why

It is pinned, but nobody can read which Kubernetes version it is, and updaters need
the tag to offer a newer one.

## Example

```sh
KIND_IMAGE=docker.io/kindest/node@sha256:3489c767…
```

becomes `docker.io/kindest/node:v1.36.1@sha256:3489c767…`.

## Fix

The tag that the digest is known to belong to.

## See also

DP003 (a tag that is not the digest's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
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
    from digestpin.oci import Digest

INFO = describe("DP004", "digest-without-tag", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each node image with a digest and no tag."""
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None or parsed.tag is not None:
            continue
        if reference.is_node_image:
            yield _judge(reference, parsed.digest, context)


def _judge(reference: Reference, digest: Digest, context: Context) -> Finding:
    inventory = context.inventory
    tags = inventory.releases.tags_of_digest(digest)
    related = [*related_use(reference, inventory)]
    help_lines: list[str] = []
    fix = None
    if len(tags) == 1:
        plan = context.fixer.plan(
            reference, f":{tags[0]}@{digest}", f"write the tag, {tags[0]}"
        )
        fix = plan.fix
        help_lines += help_others(plan)
        related += related_others(plan, inventory)
    elif tags:
        help_lines.append(f"the digest is known as {' and '.join(tags)}")
    else:
        help_lines.append("write the tag that this digest was taken from before the @")
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"{reference.image}@{digest.short} does not say which version it is",
        location=place(reference, inventory),
        related=tuple(related),
        help=tuple(help_lines),
        fix=fix,
    )


RULE = Rule(INFO, check)
