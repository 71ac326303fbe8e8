"""The commands that look at a repository: check, fix, upgrade, list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digestpin import commands
from digestpin.cli.completion import complete_kinds
from digestpin.cli.parameters import (
    Color,
    Config,
    Diff,
    ExitNonZeroOnFix,
    ExitZero,
    Formats,
    Ignore,
    KindVersion,
    NoCache,
    Offline,
    OutputFile,
    Paths,
    Quiet,
    Select,
    Statistics,
    TextOrJson,
    Tracked,
    Unsafe,
    Verbose,
    Verify,
    leave,
    make_flags,
    make_options,
    make_output,
)
from digestpin.options import Gate
from digestpin.terminal import ColorChoice


def check(
    paths: Paths = None,
    select: Select = None,
    ignore: Ignore = None,
    kind: KindVersion = None,
    config: Config = None,
    output_format: Formats = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
    quiet: Quiet = False,
    verbose: Verbose = False,
    statistics: Statistics = False,
    tracked: Tracked = False,
    exit_zero: ExitZero = False,
    online: Annotated[
        bool,
        typer.Option("--online", help="Ask registries too: rules DP201 to DP204."),
    ] = False,
    verify: Verify = False,
    no_cache: NoCache = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="Leave out the findings that this file holds."),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline", help="Write the baseline with every finding of now."
        ),
    ] = False,
    update_baseline: Annotated[
        bool,
        typer.Option(
            "--update-baseline", help="Take out of the baseline what is found no more."
        ),
    ] = False,
    diff_base: Annotated[
        str | None,
        typer.Option(
            "--diff-base",
            metavar="REF",
            help="Only findings on lines changed since this commit, or that the "
            "change caused elsewhere.",
        ),
    ] = None,
) -> None:
    """Report what is unpinned, wrong or cannot work. Needs no network."""
    options = make_options(
        make_output(output_format, output_file, color, quiet, verbose, statistics),
        paths,
        config,
        make_flags(select, ignore, kind),
        Gate(
            baseline=baseline,
            write_baseline=write_baseline,
            update_baseline=update_baseline,
            diff_base=diff_base,
        ),
        tracked=tracked,
        exit_zero=exit_zero,
        verify=verify,
        no_cache=no_cache,
    )
    leave(commands.check(options, online=online))


def fix(
    paths: Paths = None,
    diff: Diff = False,
    offline: Offline = False,
    unsafe: Unsafe = False,
    select: Select = None,
    ignore: Ignore = None,
    kind: KindVersion = None,
    config: Config = None,
    output_format: Formats = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
    quiet: Quiet = False,
    verbose: Verbose = False,
    statistics: Statistics = False,
    tracked: Tracked = False,
    exit_zero: ExitZero = False,
    exit_non_zero_on_fix: ExitNonZeroOnFix = False,
    verify: Verify = False,
    no_cache: NoCache = False,
) -> None:
    """Rewrite references in place to tag@digest."""
    options = make_options(
        make_output(output_format, output_file, color, quiet, verbose, statistics),
        paths,
        config,
        make_flags(select, ignore, kind),
        tracked=tracked,
        exit_zero=exit_zero,
        exit_non_zero_on_fix=exit_non_zero_on_fix,
        verify=verify,
        no_cache=no_cache,
    )
    leave(commands.fix(options, offline=offline, unsafe=unsafe, diff=diff))


def upgrade(
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="The kind version to move to, or latest.",
            autocompletion=complete_kinds,
        ),
    ],
    paths: Paths = None,
    diff: Diff = False,
    offline: Offline = False,
    unsafe: Unsafe = False,
    config: Config = None,
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
    verbose: Verbose = False,
    exit_zero: ExitZero = False,
    exit_non_zero_on_fix: ExitNonZeroOnFix = False,
    no_cache: NoCache = False,
) -> None:
    """Move kind versions and node images together to one kind release."""
    options = make_options(
        make_output(output_format, output_file, color, verbose=verbose),
        paths,
        config,
        exit_zero=exit_zero,
        exit_non_zero_on_fix=exit_non_zero_on_fix,
        no_cache=no_cache,
    )
    code = commands.upgrade(
        options, kind=kind, offline=offline, unsafe=unsafe, diff=diff
    )
    leave(code)


def list_(
    paths: Paths = None,
    kind: KindVersion = None,
    config: Config = None,
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show every node image reference and kind pin, and which governs which."""
    output = make_output(output_format, output_file, color)
    options = make_options(output, paths, config, {"kind_version": kind})
    leave(commands.list_(options))
