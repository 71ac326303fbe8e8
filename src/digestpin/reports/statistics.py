"""Counts findings by rule, for `--statistics`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from digestpin.findings import Safety
from digestpin.reports.text import SEVERITY_COLORS
from digestpin.terminal import GREEN

if TYPE_CHECKING:
    from digestpin.findings import Finding, Report
    from digestpin.terminal import Style


def render_statistics(report: Report, style: Style) -> str:
    """Return a line for each rule with findings left, the most frequent first.

    `[*]` marks the rules of which every finding has a safe fix, `[-]` those of which
    only some have.
    """
    found = Counter((finding.rule, finding.name) for finding in report.findings)
    fixable = Counter(f.rule for f in report.findings if _has_safe_fix(f))
    colors = {f.rule: SEVERITY_COLORS[f.severity] for f in report.findings}
    width = len(str(max(found.values(), default=0)))
    lines: list[str] = []
    for (rule, name), amount in sorted(found.items(), key=lambda it: (-it[1], it[0])):
        signs = {0: "[ ]", amount: "[*]"}
        sign = style.paint(signs.get(fixable[rule], "[-]"), GREEN)
        lines.append(
            f"{amount:>{width}}  {style.paint(rule, colors[rule])} {sign} {name}\n"
        )
    return "".join(lines)


def _has_safe_fix(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety is Safety.SAFE
