"""One line a finding, for editors, `grep` and quiet runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.reports.interface import ReportFormat
from digestpin.reports.text import render_lines, render_problems, render_summary

if TYPE_CHECKING:
    from digestpin.findings import Report
    from digestpin.terminal import Style


def render(report: Report, style: Style) -> str:
    """Return a line for each finding, then the problems and the summary."""
    problems = render_problems(report.problems, style)
    summary = render_summary(report, style)
    return f"{render_lines(report.findings, style)}{problems}{summary}\n"


REPORT = ReportFormat(
    id="concise",
    summary="one line a finding",
    render=render,
)
