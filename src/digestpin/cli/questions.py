"""The commands that answer questions: resolve, explain, releases, config."""

from __future__ import annotations

from typing import Annotated

import typer

from digestpin import commands
from digestpin.cli.completion import complete_kinds, complete_rule, complete_tags
from digestpin.cli.parameters import (
    Color,
    Config,
    NoCache,
    Offline,
    OutputFile,
    TextOrJson,
    Verbose,
    Verify,
    leave,
    make_options,
    make_output,
)
from digestpin.terminal import ColorChoice

releases = typer.Typer(
    name="releases",
    help="Show kind releases and their node images: what may be combined.",
    rich_markup_mode=None,
)
config = typer.Typer(
    name="config",
    help="Show the configuration that holds, or its schema.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def resolve(
    references: Annotated[list[str], typer.Argument(help="Image references.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="Answer for this kind version, from the data.",
            autocompletion=complete_kinds,
        ),
    ] = None,
    offline: Offline = False,
    verify: Verify = False,
    no_cache: NoCache = False,
    config: Config = None,
    output_format: TextOrJson = None,
    color: Color = ColorChoice.AUTO,
    verbose: Verbose = False,
) -> None:
    """Print the digest of references, where it came from and what it was built for."""
    options = make_options(
        make_output(output_format, None, color, verbose=verbose),
        config=config,
        verify=verify,
        no_cache=no_cache,
    )
    leave(commands.resolve(references, options, kind=kind, offline=offline))


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(
            help="A code or name; none lists all rules.",
            autocompletion=complete_rule,
        ),
    ] = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Explain a rule."""
    from digestpin import querying  # noqa: PLC0415

    leave(querying.explain(rule, color))


# releases


@releases.callback(invoke_without_command=True)
def releases_table(
    context: typer.Context,
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show kind releases and their node images: what may be combined.

    Without a command: every kind release, with its default node image.
    """
    from digestpin import querying  # noqa: PLC0415

    if context.invoked_subcommand is None:
        output = make_output(output_format, output_file, color)
        leave(querying.releases_table(output))


@releases.command("show")
def releases_show(
    kind: Annotated[
        str,
        typer.Argument(
            help="A kind version, or latest.", autocompletion=complete_kinds
        ),
    ],
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show a kind release: its node images with digests, and what it can drive."""
    from digestpin import querying  # noqa: PLC0415

    output = make_output(output_format, output_file, color)
    leave(querying.releases_show(kind, output))


@releases.command("node")
def releases_node(
    image: Annotated[
        str,
        typer.Argument(
            help="A tag, a digest or its start, or a whole reference.",
            autocompletion=complete_tags,
        ),
    ],
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show the builds of a node image: which kind lists them, and which they need."""
    from digestpin import querying  # noqa: PLC0415

    output = make_output(output_format, output_file, color)
    leave(querying.releases_node(image, output))


@releases.command("update")
def releases_update(
    source: Annotated[
        str | None,
        typer.Option("--from", help="A file, or an https address."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what is new and write nothing.")
    ] = False,
    config: Config = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Take a newer table of kind releases from a place that you name."""
    from digestpin import querying  # noqa: PLC0415

    options = make_options(make_output(None, None, color), config=config)
    leave(querying.releases_update(source, options, dry_run=dry_run))


# config


@config.command("show")
def config_show(
    config: Config = None,
    output_format: TextOrJson = None,
    output_file: OutputFile = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show each option, its value and where that comes from."""
    from digestpin import querying  # noqa: PLC0415

    output = make_output(output_format, output_file, color)
    leave(querying.config_show(make_options(output, config=config)))


@config.command("schema")
def config_schema(output_file: OutputFile = None) -> None:
    """Print the JSON schema of the configuration."""
    from digestpin import querying  # noqa: PLC0415

    output = make_output(None, output_file, ColorChoice.NEVER)
    leave(querying.config_schema(output))
