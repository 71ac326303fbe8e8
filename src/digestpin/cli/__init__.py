"""Options in, exit code out: the only package that knows the command line library."""

from __future__ import annotations

from typing import Annotated

import typer

from digestpin import __version__
from digestpin.cli.questions import config, explain, releases, resolve
from digestpin.cli.repository import check, fix, list_, upgrade

app = typer.Typer(
    name="digestpin",
    help="Pin kindest/node image references to the digest built for the kind release "
    "that the repository pins, and check that this kind can drive them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


app.command()(check)
app.command()(fix)
app.command()(upgrade)
app.command("list")(list_)
app.command()(resolve)
app.add_typer(releases)
app.command()(explain)
app.add_typer(config)
