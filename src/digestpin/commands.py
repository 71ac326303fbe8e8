"""What each command does; every function returns the exit code.

==  ===================================================================
0   nothing left to do (information alone does not count)
1   findings are left
2   wrong use or configuration
3   a registry, a file or a failure of ours left something undone
==  ===================================================================
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.config import load_configuration
from digestpin.discovery import find_root
from digestpin.errors import DigestpinError, UsageError
from digestpin.findings import Problem, Severity
from digestpin.selection import limit_to
from digestpin.terminal import ColorChoice, style_for, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digestpin.findings import Report
    from digestpin.fixing import Fixed
    from digestpin.lookups import Asking
    from digestpin.oci import ImageReference
    from digestpin.pipeline import Run


class ExitCode(IntEnum):
    """The exit codes; see the module's description."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


@dataclass(frozen=True, kw_only=True)
class Output:
    """Where results go, and in which form.

    `formats` are pairs of a format and a file, None for standard output.
    """

    formats: tuple[tuple[str, Path | None], ...] = (("text", None),)
    color: ColorChoice = ColorChoice.AUTO
    quiet: bool = False
    statistics: bool = False


@dataclass(frozen=True, kw_only=True)
class Options:
    """What all commands that look at a repository take."""

    paths: tuple[Path, ...] = ()
    config_file: Path | None = None
    flags: Mapping[str, object] = field(default_factory=dict)
    output: Output = field(default_factory=Output)
    exit_zero: bool = False
    verify: bool = False
    use_cache: bool = True


def open_run(options: Options) -> Run:
    """Return the run that the options ask for.

    Raises:
        UsageError: a path, an option or the configuration cannot be used.
    """
    from digestpin.pipeline import Run  # noqa: PLC0415
    from digestpin.rules import load_rules  # noqa: PLC0415

    start = options.paths[0] if options.paths else Path()
    if not start.exists():
        raise UsageError(
            f"{start}: no such file or folder",
            hint=f"paths are relative to the current folder, {Path.cwd()}",
        )
    root = find_root(start)
    limit = limit_to(options.paths, root.path)
    folder = start if start.is_dir() else start.parent
    configuration = load_configuration(
        folder, root.path, config_file=options.config_file, flags=options.flags
    )
    if configuration.file is not None or options.flags:
        configuration.require_known_rules([rule.info for rule in load_rules()])
    return Run(root=root, configuration=configuration, is_reported=limit)


def _asking(run: Run, options: Options) -> Asking:
    from digestpin.lookups import Asking  # noqa: PLC0415

    return Asking(
        settings=run.settings, verify=options.verify, use_cache=options.use_cache
    )


def check(options: Options, *, online: bool = False) -> ExitCode:
    """Report what is wrong; nothing is written. `online` asks registries too."""
    run = open_run(options)
    if online:
        run.asking = _asking(run, options)
        run.is_online = True
    report = run.check()
    show(report, options.output)
    return _exit_code(report, options)


def fix(options: Options, *, offline: bool, unsafe: bool, diff: bool) -> ExitCode:
    """Rewrite references in place, or show the difference that this would make."""
    from digestpin.fixing import Fixing  # noqa: PLC0415

    run = open_run(options)
    if not (offline or run.settings.offline):
        run.asking = _asking(run, options)
    fixed = Fixing(run, run.open_project(), unsafe=unsafe).fix()
    if diff:
        _show_diff(fixed, options.output)
        return _exit_code(fixed.report, options, changed=bool(fixed.changes))
    report = _write(run, fixed)
    show(report, options.output)
    return _exit_code(report, options)


def _write(run: Run, fixed: Fixed) -> Report:
    """Write every changed file; what cannot be written becomes a problem."""
    from digestpin.writing import replace_file  # noqa: PLC0415

    problems = list(fixed.report.problems)
    lost = set()
    for path, before, after in fixed.changes:
        try:
            replace_file(run.root.path, path, before, after)
        except DigestpinError as error:
            problems.append(Problem(message=error.message, path=path, hint=error.hint))
            lost.add(path)
    return replace(
        fixed.report,
        problems=tuple(problems),
        fixed=tuple(
            item
            for item in fixed.report.fixed
            if item.fix is not None
            and not any(edit.path in lost for edit in item.fix.edits)
        ),
        changed_files=tuple(
            path for path in fixed.report.changed_files if path not in lost
        ),
    )


def _show_diff(fixed: Fixed, output: Output) -> None:
    from digestpin.reports.diff import render_diff, show_diff  # noqa: PLC0415

    style = style_for(sys.stdout, output.color)
    for path, before, after in fixed.changes:
        diff = render_diff(path, before, after)
        if style.color or sys.stdout.isatty():
            write_text(sys.stdout, show_diff(diff, style))
        else:
            write_bytes(sys.stdout, diff)
    show_problems(fixed.report, output)


def list_(options: Options) -> ExitCode:
    """Show every reference and kind pin, with what governs what."""
    from digestpin.listing import make_listing  # noqa: PLC0415
    from digestpin.reports.inventory import (  # noqa: PLC0415
        render_inventory,
        render_inventory_json,
    )

    run = open_run(options)
    project = run.open_project()
    inventory = project.gather()
    listing = make_listing(inventory, run.is_reported)
    for form, file in options.output.formats:
        if form == "json":
            _emit(render_inventory_json(listing), file)
        elif form == "text":
            style = style_for(sys.stdout, options.output.color)
            _emit(render_inventory(listing, style), file)
        else:
            raise UsageError(
                f"list has no output format {form!r}", hint="use text or json"
            )
    return ExitCode.INCOMPLETE if project.problems else ExitCode.CLEAN


def explain(rule: str | None, color: ColorChoice) -> ExitCode:
    """Print a rule's page, or the table of all rules."""
    from digestpin.explaining import explain_rule, list_rules  # noqa: PLC0415

    style = style_for(sys.stdout, color)
    text = list_rules(style) if rule is None else explain_rule(rule, style)
    write_text(sys.stdout, text)
    return ExitCode.CLEAN


def resolve(
    texts: Sequence[str], options: Options, *, kind: str | None, offline: bool
) -> ExitCode:
    """Print the digest of each reference and where it is from."""
    from digestpin.kind.releases import KindReleases  # noqa: PLC0415
    from digestpin.kind.versions import parse_kind_version  # noqa: PLC0415
    from digestpin.lookups import Asking, resolve_tags  # noqa: PLC0415
    from digestpin.resolving import (  # noqa: PLC0415
        answer,
        render_answers,
        render_answers_json,
    )

    version = None if kind is None else parse_kind_version(kind)
    if kind is not None and version is None:
        raise UsageError(f"{kind!r} is no kind version", hint="write it as v0.31.0")
    references = [_reference(text) for text in texts]
    root = find_root(Path())
    configuration = load_configuration(
        Path(), root.path, config_file=options.config_file
    )
    settings = configuration.settings
    asking = Asking(
        settings=settings, verify=options.verify, use_cache=options.use_cache
    )
    is_offline = offline or settings.offline or version is not None
    resolutions = {} if is_offline else resolve_tags(references, asking)
    releases = KindReleases.load()
    answers = [answer(item, version, resolutions, releases) for item in references]
    style = style_for(sys.stdout, options.output.color)
    for form, file in options.output.formats:
        is_json = form == "json"
        text = (
            render_answers_json(answers) if is_json else render_answers(answers, style)
        )
        _emit(text, file)
    if all(item.digest is not None for item in answers):
        return ExitCode.CLEAN
    return ExitCode.INCOMPLETE


def _reference(text: str) -> ImageReference:
    from digestpin.errors import InvalidReference  # noqa: PLC0415
    from digestpin.oci import ImageReference  # noqa: PLC0415

    try:
        return ImageReference.parse(text)
    except InvalidReference as error:
        raise UsageError(str(error), hint="write it as kindest/node:v1.31.4") from error


# Output


def show(report: Report, output: Output) -> None:
    """Write the report in each form that is asked for; problems go to stderr too."""
    from digestpin.reports import load_format  # noqa: PLC0415

    for form, file in output.formats:
        style = style_for(sys.stdout, output.color)
        if file is not None:
            style = replace(style, color=False, width=None)
        if output.quiet and form == "text" and not report.findings:
            continue
        _emit(load_format(form).render(report, style), file)
    if output.statistics:
        from digestpin.reports.statistics import render_statistics  # noqa: PLC0415

        style = style_for(sys.stdout, output.color)
        write_text(sys.stdout, render_statistics(report, style))
    if all(form != "text" or file is not None for form, file in output.formats):
        show_problems(report, output)


def show_problems(report: Report, output: Output) -> None:
    """Write what could not be done to stderr."""
    if not report.problems:
        return
    from digestpin.reports.text import render_problems  # noqa: PLC0415

    style = style_for(sys.stderr, output.color)
    write_text(sys.stderr, render_problems(report.problems, style))


def _emit(text: str, file: Path | None) -> None:
    if file is None:
        write_text(sys.stdout, text)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}",
            hint="name a file in a folder that exists",
        ) from error


def _exit_code(report: Report, options: Options, *, changed: bool = False) -> ExitCode:
    if report.problems:
        return ExitCode.INCOMPLETE
    is_left = any(item.severity is not Severity.INFO for item in report.findings)
    if (is_left or changed) and not options.exit_zero:
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def parse_formats(
    values: Sequence[str], file: Path | None
) -> tuple[tuple[str, Path | None], ...]:
    """Return the output formats that `--output-format` and `--output-file` name.

    Raises:
        UsageError: a format does not exist, or two would write to one place.
    """
    from digestpin.config import did_you_mean  # noqa: PLC0415
    from digestpin.reports import FORMAT_IDS  # noqa: PLC0415

    found: list[tuple[str, Path | None]] = []
    for value in values:
        form, colon, name = value.partition(":")
        if form not in FORMAT_IDS:
            raise UsageError(
                f"there is no output format {form!r}",
                hint=did_you_mean(form, FORMAT_IDS)
                or f"choose from {', '.join(FORMAT_IDS)}",
            )
        found.append((form, Path(name) if colon and name else file))
    places = [place for _, place in found]
    if len(set(places)) < len(places):
        raise UsageError(
            "two output formats would be written to the same place",
            hint="give all but one a file: --output-format sarif:out.sarif",
        )
    return tuple(found)
