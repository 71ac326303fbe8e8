"""The report for people, in the look of rustc and ruff."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from digestpin.findings import Safety, Severity
from digestpin.patterns import lazy_pattern
from digestpin.reports.interface import ReportFormat
from digestpin.reports.snippet import Mark, gutter_width, render_snippet
from digestpin.reports.summary import summarize
from digestpin.terminal import BLUE, BOLD, CYAN, DIM, GREEN, RED, UNDERLINE, YELLOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.findings import Finding, Fix, Problem, RelatedLocation, Report
    from digestpin.source import Location
    from digestpin.terminal import Style

SEVERITY_COLORS = {
    Severity.ERROR: RED,
    Severity.WARNING: YELLOW,
    Severity.INFO: CYAN,
}
_NEAR_LINES = 12
_NARROWEST_TEXT = 24
_HERE = lazy_pattern(r"\bhere\b")


def render(report: Report, style: Style) -> str:
    """Return the whole report: fixes made, findings, problems, notes, the summary."""
    parts = [
        "".join(f"{line}\n" for line in _fixed_lines(report.fixed, style)),
        *(
            render_finding(finding, report, style)
            for finding in report.findings
            if finding.severity is not Severity.INFO
        ),
        _render_infos(report, style),
        render_problems(report.problems, style),
        render_notes(report.notes, style),
        f"{render_summary(report, style)}\n",
    ]
    return "\n".join(part for part in parts if part)


def _render_infos(report: Report, style: Style) -> str:
    """Return what is only for information: it asks for nothing, so a line is enough."""
    lines: list[str] = []
    for finding in report.findings:
        if finding.severity is Severity.INFO:
            title = f"{finding.severity}[{finding.rule}]:"
            text = f"{finding.location}: {finding.message}"
            lines += _entry([(title, SEVERITY_COLORS[Severity.INFO])], text, style)
    return "".join(f"{line}\n" for line in lines)


def render_lines(findings: Iterable[Finding], style: Style) -> str:
    """Return one line for each finding."""
    return "".join(f"{_line(finding, style)}\n" for finding in findings)


def _line(finding: Finding, style: Style) -> str:
    place = style.paint(style.printable(str(finding.location)), BOLD)
    color = SEVERITY_COLORS[finding.severity]
    title = style.paint(f"{finding.severity}[{finding.rule}]", color)
    return f"{place}: {title} {style.printable(finding.message)}"


def render_summary(report: Report, style: Style) -> str:
    """Return the one line that closes a report, without a line feed."""
    if not report.findings and not report.problems:
        return style.paint(summarize(report), GREEN)
    return style.paint(summarize(report), BOLD)


def render_problems(problems: Iterable[Problem], style: Style) -> str:
    """Return what could not be examined or done, each with what to do about it."""
    lines: list[str] = []
    for problem in problems:
        place = "" if problem.path is None else f"{problem.path}: "
        if problem.path is not None and problem.line is not None:
            place = f"{problem.path}:{problem.line}: "
        text = f"{place}{problem.message}"
        lines += _entry([("problem:", YELLOW)], text, style)
        if problem.hint:
            lines += _entry([("  =", BLUE), ("help:", CYAN)], problem.hint, style)
    return "".join(f"{line}\n" for line in lines)


def render_notes(notes: Iterable[str], style: Style) -> str:
    """Return remarks on the run as a whole."""
    return "".join(
        f"{line}\n" for note in notes for line in _entry([("note:", BLUE)], note, style)
    )


def render_finding(finding: Finding, report: Report, style: Style) -> str:
    """Return one finding with its source lines."""
    near, far = _split_related(finding, report)
    color = SEVERITY_COLORS[finding.severity]
    primary = Mark(location=finding.location, pen="^", color=color, label=finding.name)
    marks = [primary, *(_related_mark(related, style) for related in near)]
    gutter = " " * gutter_width(marks)
    title = f"{finding.severity}[{finding.rule}]:"
    lines = _entry([(title, color)], finding.message, style, code=BOLD)
    arrow = style.paint(f"{gutter}-->", BLUE)
    lines.append(f"{arrow} {style.printable(str(finding.location))}")
    source = report.sources.get(finding.location.path)
    if source is not None:
        lines += render_snippet(source, marks, style)
    footer = list(_footer(finding, far, gutter, style))
    if footer and source is not None:
        lines.append(style.paint(f"{gutter} |", BLUE))
    return "".join(f"{line}\n" for line in (*lines, *footer))


def place_in_words(related: RelatedLocation) -> str:
    """Return a related location's message with the place in it.

    "kind v0.26.0 is pinned here (go.mod)" becomes "kind v0.26.0 is pinned at
    go.mod:4:2 (go.mod)"; without a "here" the place comes last.
    """
    place = str(related.location)
    if _HERE.search(related.message):
        return _HERE.sub(lambda _: f"at {place}", related.message, count=1)
    return f"{related.message} ({place})"


def _related_mark(related: RelatedLocation, style: Style) -> Mark:
    label = style.printable(related.message)
    return Mark(location=related.location, pen="-", color=BLUE, label=label)


def _split_related(
    finding: Finding, report: Report
) -> tuple[list[RelatedLocation], list[RelatedLocation]]:
    """Return the related locations to show in the snippet, and the others."""
    near: list[RelatedLocation] = []
    far: list[RelatedLocation] = []
    for related in finding.related:
        is_near = finding.location.path in report.sources and _is_near(
            finding.location, related.location
        )
        (near if is_near else far).append(related)
    return near, far


def _is_near(location: Location, other: Location) -> bool:
    lines = abs(location.start.line - other.start.line)
    return location.path == other.path and lines <= _NEAR_LINES


def _footer(
    finding: Finding, far: list[RelatedLocation], gutter: str, style: Style
) -> Iterator[str]:
    entries = [
        *(("note", BLUE, place_in_words(related)) for related in far),
        *(("help", CYAN, line) for line in finding.help),
    ]
    if finding.fix:
        entries.append(("fix", GREEN, _fix_in_words(finding.fix)))
    sign = (f"{gutter} =", BLUE)
    for word, code, text in entries:
        yield from _entry([sign, (f"{word}:", code)], text, style)
    for link in finding.evidence:
        shown = style.paint(style.printable(link), UNDERLINE)
        yield f"{style.paint(*sign)} {style.paint('see:', DIM)} {shown}"


def _entry(
    lead: list[tuple[str, str]], text: str, style: Style, *, code: str = ""
) -> list[str]:
    """Return a lead of painted words and a text, wrapped beside it in a terminal."""
    shown = style.printable(text)
    indent = sum(len(word) + 1 for word, _ in lead)
    lines = [shown]
    if style.width is not None:
        room = max(_NARROWEST_TEXT, style.width - indent)
        lines = textwrap.wrap(
            shown, room, break_long_words=False, break_on_hyphens=False
        )
    painted = [style.paint(line, code) if code else line for line in lines] or [""]
    words = " ".join(style.paint(word, color) for word, color in lead)
    return [f"{words} {painted[0]}", *(" " * indent + line for line in painted[1:])]


def _fix_in_words(fix: Fix) -> str:
    return f"{fix.title} (needs --unsafe)" if fix.safety is Safety.UNSAFE else fix.title


def _fixed_lines(fixed: Iterable[Finding], style: Style) -> Iterator[str]:
    for finding in fixed:
        title = finding.fix.title if finding.fix else finding.message
        head = style.paint(f"fixed[{finding.rule}]:", GREEN)
        place = style.printable(str(finding.location))
        yield f"{head} {place}: {style.printable(title)}"


REPORT = ReportFormat(
    id="text",
    summary="for people: source lines with spans underlined",
    render=render,
)
