"""One line a finding, for editors, `grep` and quiet runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.reports.interface import ReportFormat
from digestpin.reports.text import SEVERITY_COLORS, render_problems, render_summary
from digestpin.terminal import BOLD

if TYPE_CHECKING:
    from digestpin.findings import Finding, Report
    from digestpin.terminal import Style


def render(report: Report, style: Style) -> str:
    """Return a line for each finding, then the problems and the summary."""
    problems = render_problems(report.problems, style)
    summary = render_summary(report, style)
    return f"{render_lines(report, style)}{problems}{summary}\n"


def render_lines(report: Report, style: Style) -> str:
    """Return a line for each finding and nothing else, for `--quiet`."""
    return "".join(f"{_line(finding, style)}\n" for finding in report.findings)


def _line(finding: Finding, style: Style) -> str:
    place = style.paint(style.printable(str(finding.location)), BOLD)
    color = SEVERITY_COLORS[finding.severity]
    title = style.paint(f"{finding.severity}[{finding.rule}]", color)
    return f"{place}: {title} {style.printable(finding.message)}"


REPORT = ReportFormat(
    id="concise",
    summary="one line a finding",
    render=render,
)
