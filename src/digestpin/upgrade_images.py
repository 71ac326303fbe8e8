"""Plans how the node images of a repository move to those of a kind release."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.digests import FLOATING_TAGS
from digestpin.findings import Safety
from digestpin.fixes import Fixer
from digestpin.inventory import Shape
from digestpin.kind.compatibility import find_published_instead
from digestpin.kind.versions import is_release_tag, parse_kubernetes_tag
from digestpin.upgrade_plan import Planned
from digestpin.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.gathering import Project
    from digestpin.inventory import Inventory, Reference
    from digestpin.kind.releases import KindRelease, KindReleases, NodeImageBuild
    from digestpin.oci import ImageReference


def plan_images(
    inventory: Inventory, project: Project, release: KindRelease, *, unsafe: bool
) -> Iterator[Planned]:
    """Give a plan for each node image that is not one of the release."""
    fixer = Fixer(inventory, Uses(inventory, project.repositories))
    for reference in inventory.references:
        if reference.is_node_image and not _is_listed(reference, release):
            yield _plan(reference, inventory, fixer, release, unsafe=unsafe)


def _is_listed(reference: Reference, release: KindRelease) -> bool:
    parsed = reference.parsed
    return parsed is not None and any(
        build.tag == parsed.tag and build.digest == parsed.digest
        for build in release.node_images
    )


def reference_to(plan: Planned) -> ImageReference:
    """Return what a registry can confirm: the digest that is about to be written."""
    reference, build = plan.reference, plan.build
    if reference is None or reference.parsed is None or build is None:
        raise ValueError(plan)
    return replace(reference.parsed.canonical, tag=None, digest=build.digest)


def _plan(
    reference: Reference,
    inventory: Inventory,
    fixer: Fixer,
    release: KindRelease,
    *,
    unsafe: bool,
) -> Planned:
    parsed = reference.parsed
    plan = Planned(
        type="node image",
        location=inventory.locate(reference.value_at or reference.region),
        before=_shown(reference),
        what=reference.image,
        reference=reference,
    )
    if parsed is None:
        if reference.shape is Shape.UNTRACEABLE:
            why = "its tag cannot be followed to where it is written"
            return plan.leave(why, rule="DP005")
        why = "it is no valid reference: digestpin check says more"
        return plan.leave(why, rule="DP006")
    tag = _tag(reference, inventory.releases)
    if tag is not None and tag not in FLOATING_TAGS and not is_release_tag(tag):
        return plan.leave("its tag is none of the kind project's")
    if tag is None and parsed.digest is not None:
        return plan.leave("its digest is of no known node image")
    if tag is None or tag in FLOATING_TAGS:
        build, note = release.default_node_image, "the default node image"
        if not unsafe:
            why = f"it names no version: --unsafe writes the default, {build.tag}"
            return plan.leave(why, rule="DP002")
    else:
        build, note = _choose(tag, release, inventory.releases)
    return _move(plan, reference, fixer, build, note)


def _shown(reference: Reference) -> str:
    parsed = reference.parsed
    if parsed is None:
        return reference.text
    tag = parsed.tag or ""
    return tag if parsed.digest is None else f"{tag}@{parsed.digest.short}"


def _tag(reference: Reference, releases: KindReleases) -> str | None:
    """Return the tag of a reference; of a digest with none, the one it is known by."""
    parsed = reference.parsed
    tag = None if parsed is None else parsed.tag
    if parsed is None or parsed.digest is None or tag not in (None, *FLOATING_TAGS):
        return tag
    builds = releases.builds_of_digest(parsed.digest)
    return builds[0].tag if builds else None


def _choose(
    tag: str, release: KindRelease, releases: KindReleases
) -> tuple[NodeImageBuild, str]:
    """Return the release's image for a tag, and what is to be said of it."""
    listed = releases.published(release.version, tag)
    if listed is not None:
        return listed, ""
    found = find_published_instead(release.version, tag, releases)
    version = parse_kubernetes_tag(tag)
    if found is None or version is None:
        raise ValueError(tag)  # a release tag names a version, the release is known
    if found.is_same_minor:
        return found.build, ""
    return found.build, (
        f"kind {release} lists no image of Kubernetes {version.major}.{version.minor}; "
        f"{found.build.tag} is the nearest"
    )


def _move(
    plan: Planned,
    reference: Reference,
    fixer: Fixer,
    build: NodeImageBuild,
    note: str,
) -> Planned:
    planned = fixer.plan(reference, f":{build}", f"use {build.tag}")
    if planned.fix is None:
        return plan.leave(planned.why_not)
    risk = ""
    if planned.fix.safety is Safety.UNSAFE and planned.others:
        risk = f"the value is also read by {planned.others[0].label}"
    edit = planned.fix.edits[0]
    location = fixer.inventory.sources[edit.path.as_posix()].locate(edit.span)
    return replace(
        plan,
        location=location if reference.shape is Shape.TRACED else plan.location,
        after=f"{build.tag}@{build.digest.short}",
        fix=planned.fix,
        risk=risk,
        note=note,
        build=build,
    )
