"""The output formats; each turns a report into one string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.reports import github, gitlab, json_v1, markdown, sarif, text

if TYPE_CHECKING:
    from digestpin.reports.interface import ReportFormat

REPORT_FORMATS: tuple[ReportFormat, ...] = (
    github.REPORT,
    gitlab.REPORT,
    json_v1.REPORT,
    markdown.REPORT,
    sarif.REPORT,
    text.REPORT,
)
"""Every output format, by id."""
