"""The digest is a build of this tag for another kind release than the one pinned.

## What it reports

A pinned node image where the kind release that governs it lists the same tag with
another digest.

## Why

Both builds hold the same Kubernetes version, but each was made for the kind release
that lists it, and the maintainers promise nothing across releases. It is what remains
when a tool refreshes the digest to whatever the registry's tag is now, or when kind
was moved and the image was not.

## Example

```yaml
- uses: helm/kind-action@v1.13.0 # installs kind v0.30.0
  with:
    # the build for kind v0.29.0
    node_image: kindest/node:v1.31.9@sha256:b94a3a6c…
```

## Fix

The digest that the pinned kind release lists for the tag.

## See also

DP103 (the pinned release does not list the tag at all).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Safety, Severity
from digestpin.kind.versions import format_kind_version
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import (
    help_others,
    name_versions,
    place,
    related_others,
    related_pins,
    related_use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Reference
    from digestpin.kind.releases import NodeImageBuild
    from digestpin.oci import Digest

INFO = describe("DP102", "digest-of-another-release", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each digest where the release lists another for the tag."""
    if context.digests.from_registry:
        return  # the configuration wants what the registry's tag is
    releases = context.inventory.releases
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None or not reference.is_node_image:
            continue
        tags = releases.tags_of_digest(parsed.digest)
        tag = parsed.tag or next(iter(tags), None)
        if tag is None or (tags and tag not in tags):
            continue
        listed = [
            build
            for build in (releases.published(kind, tag) for kind in reference.versions)
            if build is not None
        ]
        if listed and all(build.digest != parsed.digest for build in listed):
            yield _judge(reference, parsed.digest, listed[0], context)


def _judge(
    reference: Reference, digest: Digest, listed: NodeImageBuild, context: Context
) -> Finding:
    inventory = context.inventory
    kinds = inventory.releases.kinds_of_digest(digest)
    is_known = bool(inventory.releases.builds_of_digest(digest))
    made = f"the one for kind {name_versions(kinds)}" if kinds else "of no kind release"
    if not is_known:
        made = "not a known build of the tag"
    pinned = "" if listed.kind is None else format_kind_version(listed.kind)
    plan = context.fixer.plan(
        reference,
        f":{listed}",
        f"use {listed.digest.short}, published for kind {pinned}",
        # A digest that is not known may be a platform's manifest, or a mirror's build.
        safety=Safety.SAFE if is_known else Safety.UNSAFE,
    )
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"kind {pinned} lists {listed.tag} with the digest "
        f"{listed.digest.short}; {digest.short} is {made}",
        location=place(reference, inventory),
        related=(
            *related_use(reference, inventory),
            *related_pins(reference.pins, inventory),
            *related_others(plan, inventory),
        ),
        help=tuple(help_others(plan)),
        fix=plan.fix,
    )


RULE = Rule(INFO, check)
