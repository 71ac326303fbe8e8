"""The options and arguments that commands share, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from digestpin.cli.completion import (
    complete_formats,
    complete_kinds,
    complete_rules,
    complete_text_or_json,
)
from digestpin.options import (
    ExitCode,
    Gate,
    Options,
    Output,
    parse_formats,
)
from digestpin.terminal import ColorChoice

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Files and folders to report on; the whole repository is read all the "
        "same. Default: everything.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", help="Use this configuration file.")
]
Select = Annotated[
    str | None,
    typer.Option(
        help="Run only these rules: codes, names or starts of codes, by comma.",
        autocompletion=complete_rules,
    ),
]
Ignore = Annotated[
    str | None,
    typer.Option(help="Do not run these rules.", autocompletion=complete_rules),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        help="text, concise, json, sarif, github, gitlab or markdown; with a file as "
        "sarif:out.sarif. May be given several times.",
        autocompletion=complete_formats,
    ),
]
TextOrJson = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        help="text or json; with a file as json:out.json.",
        autocompletion=complete_text_or_json,
    ),
]
OutputFile = Annotated[Path | None, typer.Option(help="Write the result to this file.")]
Color = Annotated[ColorChoice, typer.Option(help="When to use colour.")]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print one line a finding, and no summary."),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Say on standard error what is read and asked, and how long it takes.",
    ),
]
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 even if findings are left.")
]
ExitNonZeroOnFix = Annotated[
    bool,
    typer.Option("--exit-non-zero-on-fix", help="Exit with 1 if a file was changed."),
]
Statistics = Annotated[
    bool, typer.Option("--statistics", help="Count findings by rule at the end.")
]
KindVersion = Annotated[
    str | None,
    typer.Option(
        "--kind",
        help="The kind version that governs every reference.",
        autocompletion=complete_kinds,
    ),
]
Tracked = Annotated[
    bool, typer.Option("--tracked", help="Read only the files that git tracks.")
]
Verify = Annotated[
    bool,
    typer.Option("--verify", help="Fetch manifests and hash them, not only ask."),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Keep no answers of registries on disk.")
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Ask no registry; use the shipped data.")
]
Diff = Annotated[
    bool, typer.Option("--diff", help="Print the difference and write nothing.")
]
Unsafe = Annotated[
    bool,
    typer.Option("--unsafe", help="Also apply fixes that may change a meaning."),
]


def make_options(
    output: Output,
    paths: list[Path] | None = None,
    config: Path | None = None,
    flags: dict[str, object] | None = None,
    gate: Gate | None = None,
    tracked: bool = False,
    exit_zero: bool = False,
    exit_non_zero_on_fix: bool = False,
    verify: bool = False,
    no_cache: bool = False,
) -> Options:
    """Return what a command takes, of the options that were given."""
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return Options(
        paths=tuple(paths or ()),
        config_file=config,
        flags=given,
        output=output,
        gate=gate or Gate(),
        tracked_only=tracked,
        exit_zero=exit_zero,
        exit_non_zero_on_fix=exit_non_zero_on_fix,
        verify=verify,
        use_cache=not no_cache,
    )


def make_flags(
    select: str | None, ignore: str | None, kind: str | None
) -> dict[str, object]:
    """Return the fields of the settings that the command line gives."""
    return {"select": _split(select), "ignore": _split(ignore), "kind_version": kind}


def _split(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(part.strip() for part in text.split(",") if part.strip())


def make_output(
    formats: list[str] | None,
    file: Path | None,
    color: ColorChoice,
    quiet: bool = False,
    verbose: bool = False,
    statistics: bool = False,
) -> Output:
    """Return where results go, and in which form."""
    default = "concise" if quiet else "text"
    return Output(
        formats=parse_formats(formats or [default], file),
        color=color,
        quiet=quiet,
        verbose=verbose,
        statistics=statistics,
        is_chosen=bool(formats) or file is not None,
    )


def leave(code: ExitCode) -> NoReturn:
    """End with an exit code."""
    raise typer.Exit(int(code))
