"""An ignore comment that suppresses nothing.

## What it reports

A `digestpin: ignore` comment, or one of the codes in its brackets, for which there is no
finding on its line or the line below.

## Why

What it was for has gone, and it would silence the next finding in its place.

## Example

```yaml
node_image: kindest/node:v1.31.4@sha256:2cb39f72… # digestpin: ignore[DP001]
```

## Fix

The comment, or that code of it, is removed.

## See also

`digestpin explain DP001` and the others, for what can be ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Severity
from digestpin.rules.interface import Rule, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.findings import Finding
    from digestpin.rules.interface import Context

INFO = describe("DP900", "unused-ignore", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give the ignores that matched none of the findings so far."""
    yield from context.unused_ignores


RULE = Rule(INFO, check)
