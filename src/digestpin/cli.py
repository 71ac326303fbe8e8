"""Options in, exit code out: the only module that knows the command line library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from digestpin import __version__, commands
from digestpin.commands import ExitCode, Options, Output
from digestpin.terminal import ColorChoice

app = typer.Typer(
    name="digestpin",
    help="Pin kindest/node image references to the digest built for the kind release "
    "that the repository pins, and check that this kind can drive them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

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
        help="Run only these rules: codes, names or starts of codes, by comma."
    ),
]
Ignore = Annotated[str | None, typer.Option(help="Do not run these rules.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        help="text, concise, json, sarif, github, gitlab or markdown; with a file as "
        "sarif:out.sarif. May be given several times.",
    ),
]
OutputFile = Annotated[Path | None, typer.Option(help="Write the result to this file.")]
Color = Annotated[ColorChoice, typer.Option(help="When to use colour.")]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print one line a finding, and no summary."),
]
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 even if findings are left.")
]
Statistics = Annotated[
    bool, typer.Option("--statistics", help="Count findings by rule at the end.")
]
KindVersion = Annotated[
    str | None,
    typer.Option("--kind", help="The kind version that governs every reference."),
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


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"digestpin {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Pin kindest/node images to the digest built for the pinned kind release."""


def _options(
    paths: list[Path] | None,
    config: Path | None,
    flags: dict[str, object],
    output: Output,
    exit_zero: bool = False,
    verify: bool = False,
    no_cache: bool = False,
) -> Options:
    given = {name: value for name, value in flags.items() if value is not None}
    return Options(
        paths=tuple(paths or ()),
        config_file=config,
        flags=given,
        output=output,
        exit_zero=exit_zero,
        verify=verify,
        use_cache=not no_cache,
    )


def _flags(
    select: str | None, ignore: str | None, kind: str | None
) -> dict[str, object]:
    return {"select": _list(select), "ignore": _list(ignore), "kind_version": kind}


def _list(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _output(
    formats: list[str] | None,
    file: Path | None,
    color: ColorChoice,
    quiet: bool = False,
    statistics: bool = False,
) -> Output:
    default = "concise" if quiet else "text"
    return Output(
        formats=commands.parse_formats(formats or [default], file),
        color=color,
        quiet=quiet,
        statistics=statistics,
    )


@app.command()
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
    statistics: Statistics = False,
    exit_zero: ExitZero = False,
    online: Annotated[
        bool,
        typer.Option("--online", help="Ask registries too: rules DP201 to DP204."),
    ] = False,
    verify: Verify = False,
    no_cache: NoCache = False,
) -> None:
    """Report what is unpinned, wrong or cannot work. Needs no network."""
    output = _output(output_format, output_file, color, quiet, statistics)
    flags = _flags(select, ignore, kind)
    options = _options(paths, config, flags, output, exit_zero, verify, no_cache)
    _leave(commands.check(options, online=online))


@app.command()
def fix(
    paths: Paths = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print the difference and write nothing.")
    ] = False,
    offline: Offline = False,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe", help="Also apply fixes that may change a meaning."),
    ] = False,
    select: Select = None,
    ignore: Ignore = None,
    kind: KindVersion = None,
    config: Config = None,
    output_format: Formats = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
    quiet: Quiet = False,
    exit_zero: ExitZero = False,
    verify: Verify = False,
    no_cache: NoCache = False,
) -> None:
    """Rewrite references in place to tag@digest."""
    output = _output(output_format, output_file, color, quiet)
    flags = _flags(select, ignore, kind)
    options = _options(paths, config, flags, output, exit_zero, verify, no_cache)
    _leave(commands.fix(options, offline=offline, unsafe=unsafe, diff=diff))


@app.command("list")
def list_command(
    paths: Paths = None,
    kind: KindVersion = None,
    config: Config = None,
    output_format: Formats = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show every node image reference and kind pin, and which governs which."""
    output = _output(output_format, output_file, color)
    _leave(commands.list_(_options(paths, config, {"kind_version": kind}, output)))


@app.command()
def resolve(
    references: Annotated[list[str], typer.Argument(help="Image references.")],
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Answer for this kind version, from the data."),
    ] = None,
    offline: Offline = False,
    verify: Verify = False,
    no_cache: NoCache = False,
    config: Config = None,
    output_format: Formats = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Print the digest of references, where it came from and what it was built for."""
    output = _output(output_format, None, color)
    options = _options(None, config, {}, output, False, verify, no_cache)
    _leave(commands.resolve(references, options, kind=kind, offline=offline))


@app.command()
def explain(
    rule: Annotated[
        str | None, typer.Argument(help="A code or name; none lists all rules.")
    ] = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Explain a rule."""
    _leave(commands.explain(rule, color))


def _leave(code: ExitCode) -> NoReturn:
    raise typer.Exit(int(code))
