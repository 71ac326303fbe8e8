"""A node image is referenced with no version: no tag, `latest` or `main`.

## What it reports

An image reference with neither tag nor digest at a place that takes an image, or one
whose tag names no version.

## Why

`kindest/node` has no image for "the newest that works here". What such a tag holds
changes with every push, and kind needs an image that was built for it.

## Example

```yaml
nodes:
  - role: control-plane
    image: kindest/node:latest
```

## Fix

Unsafe, since it chooses a Kubernetes version: the default node image of the kind
release that governs the place. Leaving the image out has the same effect, and follows
kind.

## See also

DP001 (a tag without a digest), DP104 (kind itself has no fixed version).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.digests import FLOATING_TAGS
from digestpin.findings import Finding, Safety, Severity
from digestpin.kind.versions import format_kind_version
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import help_others, place, related_pins, related_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.findings import Fix
    from digestpin.inventory import Reference

INFO = describe("DP002", "missing-tag", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each value with no tag that names a version."""
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is not None:
            continue
        if parsed.tag is not None and parsed.tag not in FLOATING_TAGS:
            continue
        what = "has no tag" if parsed.tag is None else f"has the tag {parsed.tag}"
        fix, help_lines = _fix(reference, context)
        inventory = context.inventory
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"{reference.image} {what}, which names no version",
            location=place(reference, inventory),
            related=(
                *related_use(reference, inventory),
                *related_pins(reference.pins, inventory),
            ),
            help=help_lines,
            fix=fix,
        )


def _fix(reference: Reference, context: Context) -> tuple[Fix | None, tuple[str, ...]]:
    if not reference.is_node_image:
        return None, ("write the version that is meant",)
    versions = reference.versions
    release = None
    if len(versions) == 1:
        release = context.inventory.releases.release(versions[0])
    if release is None:
        return None, ("write the Kubernetes version that is meant",)
    build = release.default_node_image
    kind = format_kind_version(release.version)
    plan = context.fixer.plan(
        reference,
        f":{build}",
        f"use {build.tag}@{build.digest.short}, the default node image of kind {kind}",
        safety=Safety.UNSAFE,
    )
    hint = f"leave the image out to use the default of kind {kind}, {build.tag}"
    return plan.fix, (*help_others(plan), hint)


RULE = Rule(INFO, check)
