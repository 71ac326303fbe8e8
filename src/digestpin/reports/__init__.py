"""The output formats; each turns a report into one string.

A run loads the one that it needs: seven would take longer than a small repository.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from digestpin.reports.interface import ReportFormat

    REPORT_FORMATS: tuple[ReportFormat, ...]

_MODULES: Final = {
    "concise": "concise",
    "github": "github",
    "gitlab": "gitlab",
    "json": "json_v1",
    "markdown": "markdown",
    "sarif": "sarif",
    "text": "text",
}

FORMAT_IDS: tuple[str, ...] = tuple(_MODULES)
"""The values of `--output-format`, sorted."""


def load_format(format_id: str) -> ReportFormat:
    """Return the output format of an id.

    Raises:
        KeyError: there is none.
    """
    module = import_module(f"digestpin.reports.{_MODULES[format_id]}")
    found: ReportFormat = module.REPORT
    return found


def __getattr__(name: str) -> object:
    """Give `REPORT_FORMATS`, every format by id, to those who need them all."""
    if name == "REPORT_FORMATS":
        return tuple(map(load_format, FORMAT_IDS))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
