"""The type of an output format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.findings import Report
    from digestpin.terminal import Style


@frozen(kw_only=True)
class ReportFormat:
    """One way to write a report down.

    `id` is the value of `--output-format`. `render` is pure and its result ends with a
    line feed unless it is empty.
    """

    id: str
    summary: str
    render: Callable[[Report, Style], str]
