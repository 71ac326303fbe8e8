"""A mirror serves another digest for a tag than any that was published.

## What it reports

With `--online`: a node image under another registry's name, or looked up through a
configured mirror, whose tag is a digest that is none of the known builds of that tag.

## Why

A mirror that converts, rebuilds or caches images can serve something that no kind
release was published with. A digest of the release notes then does not exist there.

## Example

`registry.example.com/hub/kindest/node:v1.31.4`, where the mirror copied one
architecture alone.

## Fix

None: copy the image with all its platforms (`skopeo copy --all`, `crane copy`), or
pin what the mirror has with `digest-source = "registry"`.

## See also

DP201 (the mirror does not have the pinned digest).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.oci.reference import DOCKER_HUB
from digestpin.references import NODE_IMAGE
from digestpin.registry.resolution import Resolved
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import place, related_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Reference

INFO = describe("DP204", "mirror-differs", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each tag that a mirror has as something unpublished."""
    if context.online is None:
        return
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.tag is None or not reference.is_node_image:
            continue
        answer = context.online.tags.get(replace(parsed.canonical, digest=None))
        if isinstance(answer, Resolved) and _is_mirror(answer):
            yield from _judge(reference, parsed.tag, answer, context)


def _is_mirror(answer: Resolved) -> bool:
    return answer.answered_by != f"{DOCKER_HUB}/{NODE_IMAGE}"


def _judge(
    reference: Reference, tag: str, answer: Resolved, context: Context
) -> Iterator[Finding]:
    builds = context.inventory.releases.builds_of_tag(tag)
    now = answer.descriptor.digest
    if not builds or any(build.digest == now for build in builds):
        return
    known = "not the one known build"
    if len(builds) > 1:
        known = f"none of the {len(builds)} known builds"
    yield Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"{answer.answered_by} has {tag} as {now.short}, which is {known} of "
        "the tag",
        location=place(reference, context.inventory),
        related=tuple(related_use(reference, context.inventory)),
        help=(
            "copy the image with all its platforms, or pin what the mirror has with "
            '`digest-source = "registry"`',
        ),
    )


RULE = Rule(INFO, check, is_online=True)
