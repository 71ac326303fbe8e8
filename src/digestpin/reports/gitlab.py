"""GitLab's code quality report, a subset of Code Climate's format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from digestpin.findings import Severity
from digestpin.reports.fingerprint import fingerprints
from digestpin.reports.interface import ReportFormat

if TYPE_CHECKING:
    from digestpin.findings import Finding, Report
    from digestpin.terminal import Style

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
}


def render(report: Report, style: Style) -> str:
    """Return the findings as a JSON array; the format has no place for problems."""
    del style
    names = fingerprints(report)
    entries = [
        _entry(finding, name)
        for finding, name in zip(report.findings, names, strict=True)
    ]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, object]:
    start, end = finding.location.start, finding.location.end
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": f"{finding.rule} {finding.name}: {finding.message}",
        "categories": ["Compatibility"],
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": str(finding.location.path),
            "positions": {
                "begin": {"line": start.line, "column": start.column},
                "end": {"line": end.line, "column": end.column},
            },
            "lines": {"begin": start.line, "end": end.line},
        },
    }


REPORT = ReportFormat(
    id="gitlab",
    summary="code quality report for GitLab merge requests",
    render=render,
)
