"""A node image is referenced by a tag alone, with no digest.

## What it reports

An image reference that has a tag and no digest, written out or put together from
variables, a matrix or inputs. The finding stands where the tag is written.

## Why

A `kindest/node` tag is not one image: the kind maintainers build and push it again
for each kind release. What the registry serves today need not work with the kind
version that this repository pins, and will change under it. Every kind release note
says to use the digest listed for that release.

## Example

```yaml
node_image: kindest/node:v1.31.4
```

becomes, where kind v0.26.0 is pinned,

```yaml
node_image: kindest/node:v1.31.4@sha256:2cb39f72…
```

## Fix

The digest that the kind release which governs the place lists for the tag; where it
lists none, the newest known build that this kind can drive; where no build is known,
what the registry's tag is now. Safe when everything that reads the value uses it in
an image reference, else it needs `--unsafe`.

## See also

DP101 (a kind that cannot drive the image), DP102 (the digest of another release).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.digests import FLOATING_TAGS, Decision
from digestpin.findings import Finding, Severity
from digestpin.kind.choice import Reason
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import (
    explain_level,
    help_others,
    place,
    related_others,
    related_pins,
    related_use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Reference

INFO = describe("DP001", "unpinned-tag", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each value that has a tag and no digest."""
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is not None:
            continue
        if parsed.tag is None or parsed.tag in FLOATING_TAGS:
            continue
        yield _judge(reference, context)


def _judge(reference: Reference, context: Context) -> Finding:
    inventory = context.inventory
    decision = context.digests.decide(reference)
    help_lines = [_explain(decision)]
    related = [*related_use(reference, inventory)]
    fix = None
    if decision.digest is not None:
        short = decision.digest.short
        plan = context.fixer.plan(
            reference,
            f":{reference.tag}@{decision.digest}",
            f"pin {reference.tag} to {short}, {decision.why}",
        )
        fix = plan.fix
        help_lines = [*help_others(plan)]
        if fix is None:
            help_lines.insert(0, f"the digest is {decision.digest}, {decision.why}")
        related += related_others(plan, inventory)
    if reference.is_node_image and not reference.versions:
        help_lines.append(explain_level(reference))
    related += related_pins(reference.pins, inventory)
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"{reference.image}:{reference.tag} is not pinned to a digest",
        location=place(reference, inventory),
        related=tuple(related),
        help=tuple(help_lines),
        fix=fix,
    )


def _explain(decision: Decision) -> str:
    choice = decision.choice
    if choice is None or choice.reason is Reason.UNKNOWN_TAG:
        return f"{decision.why}: run `digestpin fix` with network access"
    if choice.build is None:
        return f"{decision.why}: change the tag or the kind version first"
    return f"{decision.why}: it may have it under another name, or pin it `--offline`"


RULE = Rule(INFO, check)
