"""The repository pins several kind versions outside a matrix.

## What it reports

Kind pins with different versions, where no matrix means them to differ. One finding,
at the first place, that names the others. What an action installs when nothing is
asked of it comes last.

## Why

One place is usually forgotten: the version in the Makefile was moved, the one in the
workflow was not. A node image can then be right for one and wrong for the other.

## Example

`KIND_VERSION ?= v0.31.0` in the Makefile, `version: v0.27.0` in a workflow.

## Fix

None: make them one, or accept it where it is meant.

## See also

DP101, DP102, which judge each image with the pins nearest to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.pins import versions
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import describe_version, name_versions, related_pins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.pins import KindPin

INFO = describe("DP105", "kind-version-conflict", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give one finding when pins outside matrices disagree."""
    inventory = context.inventory
    if not any(reference.is_node_image for reference in inventory.references):
        return
    pins = [pin for pin in inventory.pins if pin.version and not _in_matrix(pin)]
    found = list(versions(pins))
    if len(found) < 2:
        return
    # The first place of all, whatever its version, so that an ignore comment there
    # stays in its place when a version is moved elsewhere.
    first = min(pins, key=lambda pin: (pin.mechanism.endswith("default"), pin.region))
    others = [pin for pin in pins if pin.version != first.version]
    yield Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"kind {describe_version(first)} is pinned here, "
        f"{name_versions(v for v in found if v != first.version)} elsewhere",
        location=inventory.locate(first.region),
        related=tuple(related_pins(others, inventory)),
        help=("pin one kind version, or accept this where it is meant",),
    )


def _in_matrix(pin: KindPin) -> bool:
    return any(rows for _, rows in pin.uses)


RULE = Rule(INFO, check)
