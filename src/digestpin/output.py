"""Writes what commands have found: to standard output, to files, to GitHub Actions."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.errors import DigestpinError
from digestpin.options import ExitCode
from digestpin.terminal import style_for, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import PurePosixPath

    from digestpin.findings import Problem, Report
    from digestpin.options import Options, Output
    from digestpin.terminal import Style

    Changes = Iterable[tuple[PurePosixPath, bytes, bytes]]

_WITH_NOTES = ("text", "json", "sarif", "github", "markdown")
_WRITE_HINTS = {
    FileNotFoundError: "name a file in a folder that exists",
    NotADirectoryError: "name a file in a folder that exists",
    IsADirectoryError: "name a file, not a folder",
    PermissionError: "name a file that you may write",
}


def show(report: Report, output: Output) -> None:
    """Write the report in each form that is asked for; problems go to stderr too."""
    for form, file in output.formats:
        style = style_for(sys.stdout, output.color)
        if file is not None:
            style = replace(style, color=False, width=None)
        text = _render(report, form, style, is_quiet=output.quiet)
        if form == "github" and file is None:
            _write_commands(text)
        else:
            emit(text, file)
    if output.statistics:
        from digestpin.reports.statistics import render_statistics  # noqa: PLC0415

        style = style_for(sys.stdout, output.color)
        write_text(sys.stdout, render_statistics(report, style))
    if not output.is_chosen and os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(report)
    shown = ("text",) if output.quiet else ("text", "concise")
    is_shown = any(form in shown and file is None for form, file in output.formats)
    has_notes = output.quiet or any(form in _WITH_NOTES for form, _ in output.formats)
    show_aside(
        () if is_shown else report.problems, () if has_notes else report.notes, output
    )


def _render(report: Report, form: str, style: Style, *, is_quiet: bool) -> str:
    if is_quiet and form == "concise":
        from digestpin.reports.text import render_lines  # noqa: PLC0415

        return render_lines(report.findings, style)
    from digestpin.reports import load_format  # noqa: PLC0415

    return load_format(form).render(report, style)


def _write_commands(text: str) -> None:
    """Write workflow commands as GitHub's runner reads them on every system."""
    write_bytes(sys.stdout, text.encode("utf-8", "replace"))


def _tell_github(report: Report) -> None:
    """Print annotations, and add the table of findings to the job's summary."""
    from digestpin.reports import load_format  # noqa: PLC0415
    from digestpin.terminal import Style  # noqa: PLC0415

    _write_commands(load_format("github").render(report, Style()))
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(load_format("markdown").render(report, Style()))
    except OSError as error:
        write_text(
            sys.stderr,
            f"digestpin: the job summary cannot be written: {error.strerror}\n",
        )


def show_aside(
    problems: Collection[Problem], notes: Collection[str], output: Output
) -> None:
    """Write to stderr what could not be done, and what else there is to know."""
    if not (problems or notes):
        return
    from digestpin.reports.text import render_notes, render_problems  # noqa: PLC0415

    style = style_for(sys.stderr, output.color)
    text = render_problems(problems, style) + render_notes(notes, style)
    write_text(sys.stderr, text)


def show_rest(report: Report, output: Output) -> None:
    """Write to stderr what there is to say beside a difference: what it leaves, too."""
    from digestpin.reports.summary import say_what_is_left  # noqa: PLC0415

    show_aside(report.problems, report.notes, output)
    left = say_what_is_left(report)
    if left and not output.quiet:
        write_text(sys.stderr, f"{left}\n")


def show_changes(changes: Changes, output: Output) -> None:
    """Write what would be changed as a unified difference."""
    from digestpin.reports.diff import render_diff, show_diff  # noqa: PLC0415

    style = style_for(sys.stdout, output.color)
    for path, before, after in changes:
        diff = render_diff(path, before, after)
        if style.color or sys.stdout.isatty():
            write_text(sys.stdout, show_diff(diff, style))
        else:
            write_bytes(sys.stdout, diff)


def show_in(output: Output, renderers: dict[str, Callable[[Style], str]]) -> None:
    """Write something that has forms of its own, each with what renders it."""
    for form, file in output.formats:
        style = style_for(sys.stdout, output.color)
        if file is not None:
            style = replace(style, color=False, width=None)
        emit(renderers[form](style), file)


def emit(text: str, file: Path | None) -> None:
    """Write text to a file, or to standard output.

    Raises:
        DigestpinError: the file cannot be written.
    """
    if file is None:
        write_text(sys.stdout, text)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DigestpinError(
            f"{file} cannot be written: {error.strerror}",
            hint=_WRITE_HINTS.get(type(error), "make room there, or name another file"),
        ) from error


def exit_code(report: Report, options: Options, *, changed: bool = False) -> ExitCode:
    """Return what a report comes to; `changed`: files were, or would be, changed."""
    from digestpin.findings import Severity  # noqa: PLC0415

    if report.problems:
        return ExitCode.INCOMPLETE
    is_left = any(item.severity is not Severity.INFO for item in report.findings)
    if (is_left or changed) and not options.exit_zero:
        return ExitCode.FINDINGS
    return ExitCode.CLEAN
