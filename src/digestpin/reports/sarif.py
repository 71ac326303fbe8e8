"""SARIF 2.1.0, for code scanning.

Regions are lines and columns in code points. A fix in a file that is not UTF-8 is given
in bytes instead, since nothing else says exactly what to replace.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from digestpin.findings import Severity
from digestpin.patterns import lazy_pattern
from digestpin.reports.fingerprint import fingerprints
from digestpin.reports.interface import ReportFormat
from digestpin.reports.sarif_places import artifact, fix_object, physical_location

if TYPE_CHECKING:
    from digestpin.findings import Finding, Problem, Report, RuleInfo
    from digestpin.terminal import Style

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_GITHUB_SEVERITIES = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}
_LINK_LIKE = lazy_pattern(r"\[(?=[^\]]*\]\()")


def render(report: Report, style: Style) -> str:
    """Return a SARIF log with one run."""
    del style
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(log, indent=2) + "\n"


def _run(report: Report) -> dict[str, object]:
    index = {rule.code: at for at, rule in enumerate(report.rules)}
    names = fingerprints(report)
    version = _version()
    return {
        "tool": {
            "driver": {
                "name": "digestpin",
                "version": version,
                "semanticVersion": version,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The root of the repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n"],
        "results": [
            _result(finding, name, report, index)
            for finding, name in zip(report.findings, names, strict=True)
        ],
    }


def _version() -> str:
    from importlib import metadata  # noqa: PLC0415 - slow, and no other format asks

    return metadata.version("digestpin")


def _rule(rule: RuleInfo) -> dict[str, object]:
    summary = rule.summary if rule.summary.endswith(".") else f"{rule.summary}."
    page = rule.documentation or summary
    return {
        "id": rule.code,
        "name": "".join(map(str.capitalize, rule.name.split("-"))),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "problem.severity": _GITHUB_SEVERITIES[rule.severity],
            "tags": ["kind", "supply-chain", rule.name],
        },
    }


def _result(
    finding: Finding, fingerprint: str, report: Report, index: dict[str, int]
) -> dict[str, object]:
    result: dict[str, object] = {"ruleId": finding.rule}
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": physical_location(finding.location)}],
        "partialFingerprints": {
            # NOTE: the one name that GitHub code scanning matches alerts by.
            "primaryLocationLineHash": f"{fingerprint[:16]}:1",
            "digestpin/v1": fingerprint,
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": physical_location(related.location),
                "message": {"text": related.message},
            }
            for number, related in enumerate(finding.related, start=1)
        ]
    if finding.fix:
        result["fixes"] = [fix_object(finding.fix, report.sources)]
        result["properties"] = {"fixSafety": finding.fix.safety.value}
    return result


def _message(finding: Finding) -> str:
    """Return the message, with links to the related locations as SARIF writes them."""
    lines = [_LINK_LIKE.sub(r"\\[", finding.message)]
    for number, related in enumerate(finding.related, start=1):
        text = re.sub(r"[\\\[\]]", r"\\\g<0>", related.message)
        lines.append(f"[{text}]({number})")
    lines += [_LINK_LIKE.sub(r"\\[", f"Help: {line}") for line in finding.help]
    lines += [f"See {link}" for link in finding.evidence]
    return "\n".join(lines)


def _invocation(report: Report) -> dict[str, object]:
    notifications = [_notification(problem) for problem in report.problems]
    notifications += [
        {"level": "note", "message": {"text": note}} for note in report.notes
    ]
    return {
        "executionSuccessful": not report.problems,
        "toolExecutionNotifications": notifications,
    }


def _notification(problem: Problem) -> dict[str, object]:
    hint = f"\nHelp: {problem.hint}" if problem.hint else ""
    notification: dict[str, object] = {
        "level": "error",
        "message": {"text": f"{problem.message}{hint}"},
    }
    if problem.path is not None:
        place: dict[str, object] = {"artifactLocation": artifact(problem.path)}
        if problem.line is not None:
            place["region"] = {"startLine": problem.line}
        notification["locations"] = [{"physicalLocation": place}]
    return notification


REPORT = ReportFormat(
    id="sarif",
    summary="SARIF 2.1.0, for code scanning",
    render=render,
)
