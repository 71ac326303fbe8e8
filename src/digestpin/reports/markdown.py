"""A table for a job summary or a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from digestpin.findings import Safety, Severity
from digestpin.patterns import lazy_pattern
from digestpin.reports.interface import ReportFormat
from digestpin.reports.summary import number, summarize
from digestpin.reports.text import place_in_words
from digestpin.terminal import escape_controls, fit_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.findings import Finding, Problem, Report
    from digestpin.terminal import Style

_SIGNS = {
    Severity.ERROR: "\u274c error",
    Severity.WARNING: "\u26a0\ufe0f warning",
    Severity.INFO: "\u2139\ufe0f info",
}
# NOTE: GitHub refuses a job summary of more than 1 MiB.
_MOST_ROWS = 500
_MARKUP = lazy_pattern(r"[\\`*_\[\]#|~]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render(report: Report, style: Style) -> str:
    """Return a heading, a table of findings, the problems and the summary line."""
    lines = ["### digestpin", "", escape(summarize(report)), ""]
    if report.findings:
        lines += ["| | Where | Rule | Finding |", "| --- | --- | --- | --- |"]
        lines += map(_row, report.findings[:_MOST_ROWS])
        lines.append("")
    if len(report.findings) > _MOST_ROWS:
        hidden = number(len(report.findings) - _MOST_ROWS, "finding")
        lines += [f"{hidden} more not shown here.", ""]
    if report.problems:
        lines += ["**Not examined or not done:**", ""]
        lines += [f"- {_problem(problem)}" for problem in report.problems]
        lines.append("")
    lines += [line for note in report.notes for line in (f"> {escape(note)}", "")]
    text = "".join(f"{line}\n" for line in lines[:-1])
    return fit_encoding(text, style.encoding)


def escape(text: str) -> str:
    r"""Return text that Markdown and HTML leave as it is, on one line.

    >>> escape("a|b `c` <img> *d*")
    'a\\|b \\`c\\` &lt;img&gt; \\*d\\*'
    """
    text = _MARKUP.sub(r"\\\g<0>", escape_controls(text))
    return "".join(_ENTITIES.get(character, character) for character in text)


def _row(finding: Finding) -> str:
    cells = (
        _SIGNS[finding.severity],
        escape(str(finding.location)),
        f"**{finding.rule}** {escape(finding.name)}",
        "<br>".join(_details(finding)),
    )
    return f"| {' | '.join(cells)} |"


def _details(finding: Finding) -> Iterator[str]:
    yield escape(finding.message)
    for related in finding.related:
        yield f"note: {escape(place_in_words(related))}"
    for line in finding.help:
        yield f"help: {escape(line)}"
    if finding.fix:
        unsafe = finding.fix.safety is Safety.UNSAFE
        yield f"fix: {escape(finding.fix.title)}{' (unsafe)' if unsafe else ''}"
    for link in finding.evidence:
        yield f"[evidence](<{quote(link, safe='/:?#&=%+,;@!~')}>)"


def _problem(problem: Problem) -> str:
    place = "" if problem.path is None else f"{problem.path}: "
    if problem.path is not None and problem.line is not None:
        place = f"{problem.path}:{problem.line}: "
    hint = f" ({problem.hint})" if problem.hint else ""
    return escape(f"{place}{problem.message}{hint}")


REPORT = ReportFormat(
    id="markdown",
    summary="a table for a job summary",
    render=render,
)
