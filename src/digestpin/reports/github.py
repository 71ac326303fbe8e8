"""Workflow commands, which GitHub Actions shows as annotations.

Values are escaped as GitHub's own toolkit does (`@actions/core`, `command.ts`), so that
no text from a file can end a command or begin another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Severity
from digestpin.reports.interface import ReportFormat
from digestpin.reports.text import place_in_words
from digestpin.terminal import escape_controls

if TYPE_CHECKING:
    from digestpin.findings import Finding, Problem, Report
    from digestpin.terminal import Style

_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def render(report: Report, style: Style) -> str:
    """Return one workflow command a line."""
    del style
    lines = [
        *map(_finding, report.findings),
        *map(_problem, report.problems),
        *(_command("notice", {"title": "digestpin"}, [note]) for note in report.notes),
    ]
    return "".join(f"{line}\n" for line in lines)


def escape_data(text: str) -> str:
    r"""Return text as the message of a command.

    >>> escape_data("50%\r\nof it: all")
    '50%25%0D%0Aof it: all'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Return text as the value of a command's property.

    >>> escape_property("a,b: 50%")
    'a%2Cb%3A 50%25'
    """
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _finding(finding: Finding) -> str:
    start, end = finding.location.start, finding.location.end
    properties = {"file": str(finding.location.path), "line": str(start.line)}
    if start.line == end.line:
        properties |= {"col": str(start.column)}
    properties |= {"endLine": str(end.line)}
    if start.line == end.line:
        properties |= {"endColumn": str(end.column)}
    properties |= {"title": f"{finding.rule} {finding.name}"}
    lines = [
        finding.message,
        *(f"note: {place_in_words(related)}" for related in finding.related),
        *(f"help: {line}" for line in finding.help),
        *([f"fix: {finding.fix.title}"] if finding.fix else []),
        *(f"see: {link}" for link in finding.evidence),
    ]
    return _command(_COMMANDS[finding.severity], properties, lines)


def _problem(problem: Problem) -> str:
    properties = {"title": "digestpin could not finish"}
    if problem.path is not None:
        properties["file"] = str(problem.path)
        if problem.line is not None:
            properties["line"] = str(problem.line)
    hint = [f"help: {problem.hint}"] if problem.hint else []
    return _command("warning", properties, [problem.message, *hint])


def _command(name: str, properties: dict[str, str], lines: list[str]) -> str:
    values = ",".join(
        f"{key}={escape_property(escape_controls(value))}"
        for key, value in properties.items()
    )
    message = "\n".join(map(escape_controls, lines))
    return f"::{name} {values}::{escape_data(message)}"


REPORT = ReportFormat(
    id="github",
    summary="workflow commands: annotations in GitHub Actions",
    render=render,
)
