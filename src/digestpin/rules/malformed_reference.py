"""A reference does not follow the grammar of image references.

## What it reports

A digest with no algorithm (`@61b92f38…`), with too few digits or with upper-case
ones, a doubled algorithm, a second digest, spaces around the `@` or behind the
algorithm, two colons before the tag or a word behind a second colon, a tag with
characters that a tag may not have.

## Why

Container runtimes refuse such a reference, often only in the job that runs it.

## Example

```yaml
image: kindest/node:v1.26.3@61b92f38…
```

## Fix

Safe where only one reading exists: the algorithm is put before 64 digits, letters
become lower-case, a space, a doubled `@` or algorithm or a second colon goes.

## See also

The grammar: <https://github.com/distribution/reference>.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.errors import InvalidReference
from digestpin.findings import Finding, Severity
from digestpin.oci import ImageReference
from digestpin.patterns import lazy_pattern
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import help_others, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.findings import Fix
    from digestpin.inventory import Reference

INFO = describe("DP006", "malformed-reference", Severity.ERROR, __doc__ or "")

_DIGEST = lazy_pattern(
    r"(?P<tag>(?::[A-Za-z0-9_.-]+)?)(?:[ \t]|\\\r?\n)*@+[ \t]*"
    r"(?:(?:sha|SHA)256:(?:[ \t]|\\\r?\n)*)*"
    r"(?P<hex>[0-9a-fA-F]{64})\Z"
)
_TAG_AFTER_AT = lazy_pattern(r"@(?P<tag>v[0-9]+\.[0-9]+\.[0-9]+)\Z")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each written reference that no grammar takes."""
    for reference in context.inventory.references:
        if reference.flaw is None:
            continue
        fix, help_lines = _fix(reference, context)
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"malformed image reference: {reference.flaw}",
            location=place(reference, context.inventory),
            help=help_lines,
            fix=fix,
        )


def _fix(reference: Reference, context: Context) -> tuple[Fix | None, tuple[str, ...]]:
    tail = reference.value.text[reference.name_end :]
    repaired = repair(tail)
    if repaired is None:
        return None, ("copy the reference again from the kind release notes",)
    try:
        ImageReference.parse(f"{reference.image}{repaired}")
    except InvalidReference:
        return None, ("copy the reference again from the kind release notes",)
    plan = context.fixer.plan(reference, repaired, f"write it as {_short(repaired)}")
    return plan.fix, tuple(help_others(plan))


def repair(tail: str) -> str | None:
    """Return what a malformed `:tag@digest` can only mean, or None.

    >>> repair(":v1.26.3@" + "61B92F38" * 8)[:24]
    ':v1.26.3@sha256:61b92f38'
    """
    if tail.startswith("::"):
        return repair(tail[1:]) or tail[1:]
    match = _DIGEST.match(tail)
    if match is not None:
        return f"{match['tag']}@sha256:{match['hex'].lower()}"
    match = _TAG_AFTER_AT.match(tail)
    return f":{match['tag']}" if match is not None else None


def _short(tail: str) -> str:
    return tail if len(tail) < 30 else f"{tail[: tail.rfind(':') + 9]}…"


RULE = Rule(INFO, check)
