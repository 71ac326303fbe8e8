"""The pinned kind release cannot drive this node image.

## What it reports

A node image that breaks a known constraint with a kind version that governs it: kind
v0.26.0 with an image that has containerd 2, for one. An error where it is known to
fail; a warning where only a part fails, or where the image's build is not known and
this is only likely.

## Why

The cluster often starts all the same, and fails later with a message that does not
point at the cause: `failed to detect containerd snapshotter`, `unknown containerd
config version: 4`.

## Example

```yaml
- uses: helm/kind-action@v1.12.0 # installs kind v0.26.0
  with:
    node_image: kindest/node:v1.32.1 # needs kind v0.27.0
```

## Fix

Unsafe, since it changes the Kubernetes version: the image of the same minor that the
pinned kind release was published with. Or pin the kind version that the finding
names.

## See also

The table of constraints, with evidence: `docs/kind.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.digests import FLOATING_TAGS
from digestpin.findings import Finding, Safety, Severity
from digestpin.inventory import Level
from digestpin.kind.compatibility import Status, find_published_instead, judge
from digestpin.kind.constraints import Certainty
from digestpin.kind.versions import format_kind_version
from digestpin.rows import is_conditional
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import (
    help_others,
    place,
    related_others,
    related_pins,
    related_use,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from packaging.version import Version

    from digestpin.findings import Fix, RelatedLocation
    from digestpin.inventory import Reference
    from digestpin.kind.compatibility import Verdict
    from digestpin.templates import Scope

INFO = describe("DP101", "node-image-unsupported", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each kind version that cannot drive an image it governs."""
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or not reference.is_node_image:
            continue
        if parsed.tag in FLOATING_TAGS and parsed.digest is None:
            continue
        if parsed.tag is None and parsed.digest is None:
            continue
        verdicts = [
            _judge_kind(version, reference, context) for version in reference.versions
        ]
        broken = [it for it in verdicts if it.status is Status.UNSUPPORTED]
        unable = {verdict.kind for verdict in broken}
        # Far from the image, which of several kind versions runs it is not known.
        is_open = (
            bool(broken)
            and reference.level in _FAR
            and _may_be_another(reference, context, unable)
        )
        for verdict in broken:
            if not _has_alternative(reference, verdict.kind, unable):
                yield _judge(reference, verdict, context, is_open=is_open)


_FAR = (Level.FOLDER, Level.REPOSITORY)


def _has_alternative(
    reference: Reference, kind: Version, unable: Collection[Version]
) -> bool:
    """Say whether what installs this kind installs one that works in another branch.

    A script that chooses the version with `if` or `case` does so for the images that
    it knows; that it chooses wrongly for this one is not known.
    """
    able: dict[Scope, bool] = {}
    for pin in reference.pins:
        if pin.version is not None and pin.version not in unable:
            for scope, rows in pin.uses:
                able[scope] = able.get(scope, False) or is_conditional(rows)
    uses = [use for pin in reference.pins if pin.version == kind for use in pin.uses]
    # The configuration's own version is used nowhere, and has none beside it.
    return bool(uses) and all(
        scope in able and (able[scope] or is_conditional(rows)) for scope, rows in uses
    )


def _may_be_another(
    reference: Reference, context: Context, unable: Collection[Version]
) -> bool:
    """Say whether a kind that is not known, or is used elsewhere, may run the image."""
    is_any = reference.level is Level.REPOSITORY
    pins = context.inventory.pins if is_any else reference.pins
    return any(
        pin.version is None
        or (
            pin.version not in unable
            and _judge_kind(pin.version, reference, context).status
            is not Status.UNSUPPORTED
        )
        for pin in pins
    )


def _judge_kind(kind: Version, reference: Reference, context: Context) -> Verdict:
    parsed = reference.parsed
    tag, digest = (None, None) if parsed is None else (parsed.tag, parsed.digest)
    return judge(kind, tag, digest, context.inventory.releases)


def _judge(
    reference: Reference, verdict: Verdict, context: Context, *, is_open: bool
) -> Finding:
    inventory = context.inventory
    kind = format_kind_version(verdict.kind)
    is_likely = verdict.certainty is Certainty.LIKELY
    can = "probably cannot" if is_likely else "cannot"
    if not verdict.is_error and not is_likely:
        can = "can only partly"
    fix, help_lines, others = _fix(reference, verdict, context, is_open=is_open)
    symptoms = "; ".join(constraint.symptom for constraint in verdict.broken)
    evidence = dict.fromkeys(
        link for constraint in verdict.broken for link in constraint.evidence
    )
    pins = [pin for pin in reference.pins if pin.version == verdict.kind]
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=(
            Severity.ERROR if verdict.is_error and not is_open else Severity.WARNING
        ),
        message=f"kind {kind}{', one of several here,' if is_open else ''} {can} drive "
        f"{reference.image}:{_tag(reference, verdict)}: {symptoms}",
        location=place(reference, inventory),
        related=(
            *related_use(reference, inventory),
            *related_pins(pins, inventory),
            *others,
        ),
        help=help_lines,
        evidence=tuple(evidence),
        fix=fix,
    )


def _tag(reference: Reference, verdict: Verdict) -> str:
    if reference.tag is not None:
        return reference.tag
    return "" if verdict.build is None else verdict.build.tag


def _fix(
    reference: Reference, verdict: Verdict, context: Context, *, is_open: bool
) -> tuple[Fix | None, tuple[str, ...], list[RelatedLocation]]:
    kind = format_kind_version(verdict.kind)
    help_lines = []
    if verdict.least_kind is not None:
        least = format_kind_version(verdict.least_kind)
        help_lines.append(f"pin kind {least} or newer, the first that works")
    tag = _tag(reference, verdict)
    instead = find_published_instead(verdict.kind, tag, context.inventory.releases)
    if instead is None or is_open or len(reference.versions) > 1:
        return None, tuple(help_lines), []
    build = instead.build
    which = "of the same minor" if instead.is_same_minor else "nearest to it"
    help_lines.append(f"or use {build}, the image {which} published for kind {kind}")
    if not instead.is_same_minor:
        return None, tuple(help_lines), []
    tail = f":{build}"
    plan = context.fixer.plan(
        reference,
        tail,
        f"use {build.tag}@{build.digest.short}, published for kind {kind}",
        safety=Safety.UNSAFE,
    )
    others = [*related_others(plan, context.inventory)]
    return plan.fix, (*help_lines, *help_others(plan)), others


RULE = Rule(INFO, check)
