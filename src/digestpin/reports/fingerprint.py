"""Gives each finding a name that survives when lines are added above it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from digestpin.findings import Finding, Report


def fingerprints(report: Report) -> tuple[str, ...]:
    """Return one fingerprint for each finding, in the order of the findings.

    It is made of the rule, the path, the source line with its white space evened out,
    and a number that counts findings alike in all of these, from the top of the file.
    """
    from hashlib import sha256  # noqa: PLC0415 - costs start-up time, seldom needed

    seen: Counter[tuple[str, str, str]] = Counter()
    lines: dict[tuple[PurePosixPath, int], str] = {}
    names: list[str] = []
    for finding in report.findings:
        place = (finding.location.path, finding.location.start.line)
        if place not in lines:
            lines[place] = _line(finding, report)
        key = (finding.rule, str(finding.location.path), lines[place])
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        data = text.encode("utf-8", "surrogateescape")
        names.append(sha256(data).hexdigest())
    return tuple(names)


def _line(finding: Finding, report: Report) -> str:
    """Return the first line of a finding, or its message when the text is not here."""
    source = report.sources.get(finding.location.path)
    line = finding.location.start.line
    if source is None or line > len(source.line_starts):
        return finding.message
    span = source.line_span(line)
    return " ".join(source.decode(span.start, span.end).split())
