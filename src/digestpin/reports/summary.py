"""Counts a report and says it in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Safety, Severity
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digestpin.findings import Finding, Report


@frozen(kw_only=True)
class Counts:
    """How many findings of each sort a report holds."""

    errors: int
    warnings: int
    infos: int
    fixable: int
    fixable_unsafe: int
    files_with_findings: int

    @property
    def findings(self) -> int:
        """All that are left."""
        return self.errors + self.warnings + self.infos


def count(findings: Iterable[Finding]) -> Counts:
    """Return the counts of some findings."""
    findings = tuple(findings)
    severities = [finding.severity for finding in findings]
    safeties = [finding.fix.safety for finding in findings if finding.fix]
    return Counts(
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        infos=severities.count(Severity.INFO),
        fixable=safeties.count(Safety.SAFE),
        fixable_unsafe=safeties.count(Safety.UNSAFE),
        files_with_findings=len({finding.location.path for finding in findings}),
    )


def number(amount: int, noun: str) -> str:
    """Return an amount with its noun.

    >>> number(1, "file"), number(1200, "file")
    ('1 file', '1,200 files')
    """
    return f"{amount:,} {noun}{'' if amount == 1 else 's'}"


def summarize(report: Report) -> str:
    """Return the one line that closes a report."""
    if report.fixed:
        line = _fixed(report)
    elif report.findings:
        line = _found(report)
    else:
        line = _clear(report)
    if report.problems:
        line = f"{line} Incomplete: {number(len(report.problems), 'problem')}."
    return line


def _found(report: Report) -> str:
    counts = count(report.findings)
    files = number(counts.files_with_findings, "file")
    line = f"Found {number(counts.findings, 'finding')} ({_by_severity(counts)})"
    return f"{line} in {files}{_ignored(report)}{_offer(counts)}."


def _fixed(report: Report) -> str:
    fixed = number(len(report.fixed), "finding")
    files = len({finding.location.path for finding in report.fixed})
    line = f"Fixed {fixed} in {number(len(report.changed_files) or files, 'file')}"
    if not report.findings:
        return f"{line}, nothing left to do{_ignored(report)}."
    counts = count(report.findings)
    left = f"{counts.findings:,} left ({_by_severity(counts)})"
    return f"{line}; {left}{_ignored(report)}{_offer(counts)}."


def say_what_is_left(report: Report) -> str:
    """Return the line about what a difference does not settle; empty when all is."""
    counts = count(report.findings)
    if not counts.errors and not counts.warnings:
        return ""
    left = f"{number(counts.findings, 'finding')} ({_by_severity(counts)})"
    return f"Not settled by this: {left}{_offer(counts)}."


def _clear(report: Report) -> str:
    if report.problems:
        return f"No findings in {number(report.files, 'file')}{_ignored(report)}."
    if not report.references and not report.kind_pins:
        files = number(report.files, "file")
        return f"All clear: no node image references in {files}{_ignored(report)}."
    references = number(report.references, "node image reference")
    pins = number(report.kind_pins, "kind pin")
    if report.hidden:
        hidden = number(report.hidden, "finding")
        return f"Nothing new: {references}, {pins}{_ignored(report)}, {hidden} hidden."
    return f"All clear: {references}, {pins}, nothing to do{_ignored(report)}."


def _ignored(report: Report) -> str:
    return f", {report.suppressed:,} ignored" if report.suppressed else ""


def _by_severity(counts: Counts) -> str:
    parts = (
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.infos, "info"),
    )
    return ", ".join(number(amount, noun) for amount, noun in parts if amount)


def _offer(counts: Counts) -> str:
    if counts.fixable and counts.fixable_unsafe:
        return (
            f"; {counts.fixable:,} can be fixed with digestpin fix, "
            f"{counts.fixable_unsafe:,} more with --unsafe"
        )
    if counts.fixable:
        return f"; {counts.fixable:,} can be fixed with digestpin fix"
    if counts.fixable_unsafe:
        return f"; {counts.fixable_unsafe:,} can be fixed with digestpin fix --unsafe"
    return ""
