"""A file holds something to look at, but cannot be read.

## What it reports

A file that names a node image or kind and is in an encoding that does not contain
ASCII (UTF-16), is larger than the limit, or cannot be opened.

## Why

What is in it was not looked at. Silence would look like "nothing wrong".

## Example

A PowerShell script saved as UTF-16.

## Fix

None. Save the file as UTF-8, raise `max-file-size`, or leave it out with `exclude`.

## See also

`include`, `exclude` and `max-file-size` in the configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, Severity
from digestpin.rules.interface import Context, Rule, describe
from digestpin.source import Location, Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

INFO = describe("DP901", "unreadable-file", Severity.WARNING, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each file that could not be read."""
    for unreadable in context.unreadable:
        start = Position(1, 1)
        yield Finding(
            rule=INFO.code,
            name=INFO.name,
            severity=INFO.severity,
            message=f"the file {unreadable.reason}",
            location=Location(unreadable.path, Span(0, 0), start, start),
            help=("make it readable, or leave it out with `exclude`",),
        )


RULE = Rule(INFO, check)
