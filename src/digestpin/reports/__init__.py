"""The output formats; each turns a report into one string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.reports import json_v1, text

if TYPE_CHECKING:
    from digestpin.reports.interface import ReportFormat

REPORT_FORMATS: tuple[ReportFormat, ...] = (json_v1.REPORT, text.REPORT)
"""Every output format, by id."""
