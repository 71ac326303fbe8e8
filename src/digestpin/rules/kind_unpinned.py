"""Node images are used, but the version of kind is not fixed.

## What it reports

A place that installs kind with a version that cannot be seen or that moves (`latest`,
an action at a branch or at a major tag with no `version` input, a package manager's
newest), or a repository that uses node images and pins kind nowhere.

## Why

A node image is right for a kind release. Where that moves, no digest stays right.

## Example

```yaml
- uses: helm/kind-action@v1 # whatever the newest v1 installs
```

## Fix

None: choose the version. `digestpin releases` lists them.

## See also

DP105 (several versions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import describe_version, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.pins import KindPin

INFO = describe("DP104", "kind-unpinned", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each kind that moves, or one when kind is pinned nowhere."""
    inventory = context.inventory
    images = [item for item in inventory.references if item.is_node_image]
    if not images:
        return
    governing = {id(pin) for item in images for pin in item.pins}
    # A version that cannot be seen matters where no other one governs.
    alone = {id(pin) for item in images if not item.versions for pin in item.pins}
    for pin in inventory.pins:
        is_open = pin.version is None and pin.is_traceable
        if id(pin) in governing and (is_open or pin.is_moving):
            yield _moving(pin, context)
        elif id(pin) in alone and pin.version is None:
            yield _unseen(pin, context)
    if not inventory.pins and not any(item.pins for item in images):
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message="node images are used here, but no kind version is pinned in this "
            "repository",
            location=place(images[0], inventory),
            help=(
                "pin the kind version where it is installed, or name the one that the "
                "runner has as `kind-version` in the configuration",
            ),
        )


def _unseen(pin: KindPin, context: Context) -> Finding:
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=f"the kind version that is installed here is not known "
        f"({pin.mechanism})",
        location=context.inventory.locate(pin.region),
        help=(
            *((pin.note,) if pin.note else ()),
            "write the version where it can be read, or name it as `kind-version` in "
            "the configuration",
        ),
    )


def _moving(pin: KindPin, context: Context) -> Finding:
    what = f"kind is installed with no fixed version ({pin.mechanism})"
    if pin.version is None and pin.text and _is_partial(pin.text):
        what = f"{pin.text} is no kind release ({pin.mechanism})"
    if pin.version is not None:
        what = (
            f"the kind version moves ({pin.mechanism}); today it is "
            f"{describe_version(pin)}"
        )
    help_lines = ["fix the kind version, so that a node image can be right for it"]
    if pin.note:
        help_lines.append(pin.note)
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=INFO.severity,
        message=what,
        location=context.inventory.locate(pin.region),
        help=tuple(help_lines),
    )


def _is_partial(text: str) -> bool:
    """Say whether a text looks like a version but for a part that is missing."""
    return text.lstrip("v")[:1].isdigit()


RULE = Rule(INFO, check)
