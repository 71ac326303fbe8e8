"""A pinned kind release is newer than the data that digestpin ships.

## What it reports

A kind pin with a version that is newer than every release known here.

## Why

Which images it was published with is not known, so that digests can only come from
the registry and compatibility is judged without it.

## Example

`go install sigs.k8s.io/kind@v0.99.0`

## Fix

None: a newer digestpin knows newer releases, and so does a refreshed table.

## See also

`digestpin releases`, which lists what is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.kind.versions import format_kind_version
from digestpin.rules.interface import Context, Rule, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

INFO = describe("DP106", "unknown-kind-release", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each pin that is newer than the data."""
    inventory = context.inventory
    if not inventory.references:
        return
    newest = inventory.releases.newest.version
    for pin in inventory.pins:
        if pin.version is None or pin.version <= newest:
            continue
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"kind {format_kind_version(pin.version)} is newer than the newest "
            f"release known here, {format_kind_version(newest)}",
            location=inventory.locate(pin.region),
            help=(
                "update digestpin, or the table with `digestpin releases update` "
                f"(it is of {inventory.releases.as_of.isoformat()})",
            ),
        )


RULE = Rule(INFO, check)
