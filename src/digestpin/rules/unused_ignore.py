"""An ignore comment that suppresses nothing.

## What it reports

A `digestpin: ignore` comment, or one of the codes in its brackets, for which there is
no finding on its line or the line below. Also one whose bracket is not closed
(`digestpin: ignore[DP001`) or names no rule (`digestpin: ignore[]`): it is not taken
for one that ignores every rule. Never one inside a string of a program: there it is
text, which counts for that string alone.

## Why

What it was for has gone, and it would silence the next finding in its place.

## Example

```yaml
node_image: kindest/node:v1.31.4@sha256:2cb39f72… # digestpin: ignore[DP001]
```

## Fix

The comment, or that code of it, is removed. In a here-document, or in a text inside
YAML that is no script, it is part of what the program writes, so that the removal needs
`--unsafe`. In a folded text (`>` in YAML), it is joined with the lines around it, which
its removal would change: there it stays. One with a wrong bracket stays, too: only you
know what it was to ignore.

## See also

`digestpin explain DP001` and the others, for what can be ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Fix, Safety, Severity
from digestpin.rules.interface import Context, Rule, describe
from digestpin.yamlfolds import find_folds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import Region
    from digestpin.spans import ByRegion

INFO = describe("DP900", "unused-ignore", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each ignore that took out none."""
    folds: dict[PurePosixPath, ByRegion[Region]] = {}
    for unused in context.unused_ignores:
        source = context.inventory.sources[unused.path.as_posix()]
        region = source.region(unused.span.start, unused.span.end)
        what = "this comment ignores nothing"
        title = "remove the comment"
        if unused.code is not None:
            what = f"there is no {unused.code} here to ignore"
            title = f"remove {unused.code}"
        fix = None
        if unused.path not in folds:
            folds[unused.path] = find_folds(source)
        if unused.flaw:
            what = f"{what}: {unused.flaw}"
        elif unused.code is not None or not folds[unused.path].containing(region):
            edits = (unused.removal_edit(source),)
            safety = Safety.UNSAFE if unused.is_data else Safety.SAFE
            fix = Fix(title=title, safety=safety, edits=edits)
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=what,
            location=source.locate(unused.span),
            fix=fix,
        )


RULE = Rule(INFO, check)
