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
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.config import load_configuration, tracked_reader
from digestpin.discovery import find_root
from digestpin.errors import DigestpinError, UsageError
from digestpin.narrating import Narrator
from digestpin.options import (
    ExitCode,
    Options,
    Output,
    parse_formats,
    parse_kind,
    require_diff,
    require_formats,
)
from digestpin.output import (
    exit_code,
    show,
    show_aside,
    show_changes,
    show_in,
    show_rest,
)
from digestpin.selection import limit_to
from digestpin.terminal import style_for, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import PurePosixPath

    from digestpin.lookups import Asking
    from digestpin.oci import ImageReference
    from digestpin.pipeline import Run
    from digestpin.rewriting import Change
    from digestpin.upgrading import Upgraded

__all__ = [
    "ExitCode",
    "Options",
    "Output",
    "check",
    "fix",
    "list_",
    "parse_formats",
    "resolve",
    "upgrade",
]


def open_run(options: Options) -> Run:
    """Return the run that the options ask for.

    Raises:
        UsageError: a path, an option or the configuration cannot be used.
    """
    from digestpin.kind.current import find_current  # noqa: PLC0415
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
        folder,
        root.path,
        config_file=options.config_file,
        flags=options.flags,
        # One that is named holds, whether it is tracked or not.
        reader=tracked_reader(root.path)
        if options.tracked_only and options.config_file is None
        else None,
    )
    if configuration.file is not None or options.flags:
        configuration.require_known_rules([rule.info for rule in load_rules()])
    return Run(
        root=root,
        configuration=configuration,
        is_reported=limit,
        named=limit.files,
        tracked_only=options.tracked_only,
        releases=find_current().releases,
    )


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
    with Narrator(verbose=options.output.verbose) as narrator:
        run.tell = narrator.tell
        project = run.open_project()
        report = run.check(project)
        if options.gate.is_closed:
            from digestpin.gating import apply_gate  # noqa: PLC0415

            report = apply_gate(report, options.gate, run, project)
        narrator.describe(run, project)
    show(report, options.output)
    return exit_code(report, options)


def fix(options: Options, *, offline: bool, unsafe: bool, diff: bool) -> ExitCode:
    """Rewrite references in place, or show the difference that this would make."""
    from digestpin.fixing import Fixing  # noqa: PLC0415

    if diff:
        require_diff(options.output)
    run = open_run(options)
    if not (offline or run.settings.offline):
        run.asking = _asking(run, options)
    with Narrator(verbose=options.output.verbose) as narrator:
        run.tell = narrator.tell
        project = run.open_project()
        fixing = Fixing(run, project, unsafe=unsafe)
        fixed = fixing.fix()
        narrator.describe(run, project)
    if diff:
        show_changes(fixed.changes, options.output)
        show_rest(fixed.report, options.output)
        return exit_code(fixed.report, options, changed=bool(fixed.changes))
    report = fixing.without(fixed, _write(run, fixed.changes)).report
    show(report, options.output)
    is_told = options.exit_non_zero_on_fix and bool(report.changed_files)
    return exit_code(report, options, changed=is_told)


def upgrade(
    options: Options, *, kind: str, offline: bool, unsafe: bool, diff: bool
) -> ExitCode:
    """Move kind pins and node images together to one kind release."""
    from digestpin.releasing import find_release  # noqa: PLC0415
    from digestpin.reports.upgrade import (  # noqa: PLC0415
        render_choices,
        render_upgrade,
        upgrade_as_json,
    )
    from digestpin.upgrading import Upgrading  # noqa: PLC0415

    require_formats(options.output, "upgrade", ("text", "json"))
    if diff:
        require_diff(options.output)
    run = open_run(options)
    newest = run.releases.newest
    release = (
        newest if kind == "latest" else find_release(parse_kind(kind), run.releases)
    )
    if not (offline or run.settings.offline):
        run.asking = _asking(run, options)
    with Narrator(verbose=options.output.verbose) as narrator:
        run.tell = narrator.tell
        project = run.open_project()
        upgrading = Upgrading(run, project, release, unsafe=unsafe)
        upgraded = upgrading.upgrade()
        narrator.describe(run, project)
    if diff:
        show_changes(upgraded.changes, options.output)
        style = style_for(sys.stderr, options.output.color)
        write_text(sys.stderr, render_choices(upgraded, style))
        return _left_code(upgraded, options, changed=bool(upgraded.changes))
    upgraded = upgrading.without(upgraded, _write(run, upgraded.changes))
    show_in(
        options.output,
        {
            "text": lambda style: render_upgrade(upgraded, style),
            "json": lambda _: upgrade_as_json(upgraded),
        },
    )
    is_told = options.exit_non_zero_on_fix and bool(upgraded.changes)
    return _left_code(upgraded, options, changed=is_told)


def _left_code(upgraded: Upgraded, options: Options, *, changed: bool) -> ExitCode:
    if upgraded.problems:
        return ExitCode.INCOMPLETE
    is_left = changed or any(not plan.ignored for plan in upgraded.left)
    return ExitCode.FINDINGS if is_left and not options.exit_zero else ExitCode.CLEAN


def _write(run: Run, changes: Iterable[Change]) -> dict[PurePosixPath, DigestpinError]:
    """Write every changed file; return why some cannot be written, by path."""
    from digestpin.writing import replace_file  # noqa: PLC0415

    lost = {}
    for path, before, after in changes:
        try:
            replace_file(run.root.path, path, before, after)
        except DigestpinError as error:
            lost[path] = error
    return lost


def list_(options: Options) -> ExitCode:
    """Show every reference and kind pin, with what governs what."""
    from digestpin.listing import make_listing  # noqa: PLC0415
    from digestpin.reports.inventory import (  # noqa: PLC0415
        render_inventory,
        render_inventory_json,
    )

    require_formats(options.output, "list", ("text", "json"))
    run = open_run(options)
    project = run.open_project()
    inventory = project.gather()
    listing = make_listing(inventory, run.is_reported)
    show_in(
        options.output,
        {
            "text": lambda style: render_inventory(listing, style),
            "json": lambda _: render_inventory_json(listing),
        },
    )
    return ExitCode.INCOMPLETE if project.problems else ExitCode.CLEAN


def resolve(
    texts: Sequence[str], options: Options, *, kind: str | None, offline: bool
) -> ExitCode:
    """Print the digest of each reference and where it is from."""
    from digestpin.kind.current import find_current  # noqa: PLC0415
    from digestpin.lookups import Answers, Asking, resolve_tags  # noqa: PLC0415
    from digestpin.resolving import (  # noqa: PLC0415
        answer,
        problems_of,
        render_answers,
        render_answers_json,
    )

    require_formats(options.output, "resolve", ("text", "json"))
    version = None if kind is None else parse_kind(kind)
    references = [_reference(text) for text in texts]
    root = find_root(Path())
    configuration = load_configuration(
        Path(), root.path, config_file=options.config_file
    )
    settings = configuration.settings
    asking = Asking(
        settings=settings, verify=options.verify, use_cache=options.use_cache
    )
    found = Answers()
    if not (offline or settings.offline or version is not None):
        with Narrator(verbose=options.output.verbose) as narrator:
            narrator.tell("asking registries")
            found = resolve_tags(references, asking)
    releases = find_current().releases
    answers = [answer(it, version, found.resolutions, releases) for it in references]
    show_in(
        options.output,
        {
            "text": lambda style: render_answers(answers, style),
            "json": lambda _: render_answers_json(answers),
        },
    )
    problems = problems_of(answers)
    show_aside(problems, found.notes, options.output)
    return ExitCode.INCOMPLETE if problems else ExitCode.CLEAN


def _reference(text: str) -> ImageReference:
    from digestpin.errors import InvalidReference  # noqa: PLC0415
    from digestpin.oci import ImageReference  # noqa: PLC0415

    try:
        return ImageReference.parse(text)
    except InvalidReference as error:
        raise UsageError(str(error), hint="write it as kindest/node:v1.31.4") from error
