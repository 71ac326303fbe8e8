"""A reference's tag comes from a place that cannot be followed.

## What it reports

A reference whose tag or digest is a variable that nothing in the repository sets in a
way that can be read: the output of a command, an environment variable of the machine,
an input that only callers in other repositories give.

## Why

Nothing can be said of it: neither whether it is pinned nor whether the pinned kind
can drive it.

## Example

```sh
kind create cluster --image "kindest/node:$(curl -s https://example.com/version)"
```

## Fix

None. Write the version where it can be read, or accept it with `# digestpin:
ignore[DP005]` and a reason.

## See also

`digestpin list`, which shows how each value that can be followed is reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.inventory import Shape
from digestpin.rules.interface import Context, Rule, describe
from digestpin.templates import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.inventory import Inventory, Reference

INFO = describe("DP005", "untraceable-reference", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each reference with no value that can be followed."""
    for reference in context.inventory.references:
        if reference.shape is not Shape.UNTRACEABLE:
            continue
        names = list(dict.fromkeys(_names(reference, context.inventory)))
        of = f" of {' and '.join(names)}" if names else ""
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"the value{of} cannot be followed to where it is written",
            location=context.inventory.locate(reference.region),
            help=(
                "write the version where it can be read, or accept this with "
                "`digestpin: ignore[DP005]` in a comment",
            ),
        )


def _names(reference: Reference, inventory: Inventory) -> Iterator[str]:
    tail = reference.value.cut(reference.name_end, len(reference.value))
    for part in tail.parts:
        if isinstance(part, Variable):
            written = inventory.written(part.region)
            yield " ".join(written.split())[:60]
    if tail.is_literal:
        yield tail.text.lstrip(":")  # `K8S_VERSION`, that a program puts a tag in for


RULE = Rule(INFO, check)
