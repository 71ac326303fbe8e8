"""The JSON report, schema version 1.

The mapping is written out field by field: what is public here does not change when the
internals do. The schema is `data/report-v1.schema.json`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from digestpin.reports.interface import ReportFormat
from digestpin.reports.summary import count

if TYPE_CHECKING:
    from digestpin.edits import Edit
    from digestpin.findings import Finding, Fix, Problem, Report
    from digestpin.source import Location
    from digestpin.terminal import Style


def render(report: Report, style: Style) -> str:
    """Return the report as one JSON object, in ASCII whatever the stream takes."""
    del style
    return json.dumps(as_json(report), indent=2) + "\n"


def as_json(report: Report) -> dict[str, object]:
    """Return the report as JSON values."""
    return {
        "schema_version": 1,
        "findings": [finding_as_json(finding) for finding in report.findings],
        "fixed": [finding_as_json(finding) for finding in report.fixed],
        "problems": [problem_as_json(problem) for problem in report.problems],
        "notes": list(report.notes),
        "summary": _summary(report),
    }


def finding_as_json(finding: Finding) -> dict[str, object]:
    """Return one finding as JSON values."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        **location_as_json(finding.location),
        "related": [
            {**location_as_json(related.location), "message": related.message}
            for related in finding.related
        ],
        "help": list(finding.help),
        "evidence": list(finding.evidence),
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def location_as_json(location: Location) -> dict[str, object]:
    """Return a location: positions from 1 in code points, offsets from 0 in bytes."""
    return {
        "path": str(location.path),
        "line": location.start.line,
        "column": location.start.column,
        "end_line": location.end.line,
        "end_column": location.end.column,
        "start_offset": location.span.start,
        "end_offset": location.span.end,
    }


def problem_as_json(problem: Problem) -> dict[str, object]:
    """Return one problem as JSON values."""
    return {
        "message": problem.message,
        "path": None if problem.path is None else str(problem.path),
        "line": problem.line,
        "hint": problem.hint,
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "title": fix.title,
        "safety": fix.safety.value,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, object]:
    """Return an edit; texts that are not UTF-8 are given as ISO 8859-1, and say so."""
    encoding = "utf-8"
    try:
        (edit.expected + edit.replacement).decode(encoding)
    except UnicodeDecodeError:
        encoding = "iso-8859-1"
    return {
        "path": str(edit.path),
        "start_offset": edit.span.start,
        "end_offset": edit.span.end,
        "expected": edit.expected.decode(encoding),
        "replacement": edit.replacement.decode(encoding),
        "encoding": encoding,
    }


def _summary(report: Report) -> dict[str, object]:
    counts = count(report.findings)
    return {
        "findings": counts.findings,
        "errors": counts.errors,
        "warnings": counts.warnings,
        "infos": counts.infos,
        "fixable": counts.fixable,
        "fixable_unsafe": counts.fixable_unsafe,
        "fixed": len(report.fixed),
        "suppressed": report.suppressed,
        "problems": len(report.problems),
        "files": report.files,
        "references": report.references,
        "kind_pins": report.kind_pins,
        "changed_files": [str(path) for path in report.changed_files],
    }


REPORT = ReportFormat(
    id="json",
    summary="for programs: versioned, with a schema",
    render=render,
)
