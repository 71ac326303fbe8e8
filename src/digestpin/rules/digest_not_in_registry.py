"""The registry does not serve the digest that is pinned.

## What it reports

With `--online`: a reference whose digest the registry says it does not have.

## Why

The image cannot be pulled. The digest was mistyped, or the image was removed, as
registries do with manifests that no tag names any more.

## Example

```yaml
image: registry.example.com/mirror/kindest/node:v1.31.4@sha256:2cb39f72…
```

where the mirror never copied that build.

## Fix

None: choose a digest that is there. `digestpin resolve` shows what the tag is now.

## See also

DP202 (the tag is another digest now), DP203 (one platform's manifest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.errors import ManifestNotFound
from digestpin.findings import Finding, Severity
from digestpin.registry.resolution import Unresolved
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import place, related_use

if TYPE_CHECKING:
    from collections.abc import Iterator

INFO = describe("DP201", "digest-not-in-registry", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each digest that the registry denies having."""
    if context.online is None:
        return
    for reference in context.inventory.references:
        parsed = reference.parsed
        if parsed is None or parsed.digest is None:
            continue
        answer = context.online.pinned.get(parsed.canonical)
        if not isinstance(answer, Unresolved):
            continue
        if not isinstance(answer.error, ManifestNotFound):
            continue
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"{parsed.canonical.registry} does not serve "
            f"{reference.image}@{parsed.digest.short}",
            location=place(reference, context.inventory),
            related=tuple(related_use(reference, context.inventory)),
            help=(
                "choose a digest that is there: `digestpin resolve` shows the tag's",
            ),
        )


RULE = Rule(INFO, check, is_online=True)
