"""What `explain`, `releases` and `config` do; every function returns the exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.errors import UsageError
from digestpin.options import ExitCode, Options, parse_kind, require_formats
from digestpin.output import show_in
from digestpin.terminal import style_for, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.config import Configuration
    from digestpin.kind.releases import KindReleases
    from digestpin.options import Output
    from digestpin.terminal import ColorChoice

_FORMS = ("text", "json")


def explain(rule: str | None, color: ColorChoice) -> ExitCode:
    """Print a rule's page, or the table of all rules."""
    from digestpin.explaining import explain_rule, list_rules  # noqa: PLC0415

    style = style_for(sys.stdout, color)
    text = list_rules(style) if rule is None else explain_rule(rule, style)
    write_text(sys.stdout, text)
    return ExitCode.CLEAN


def releases_table(output: Output) -> ExitCode:
    """Show every kind release, and which table this is."""
    from digestpin.kind.current import find_current  # noqa: PLC0415
    from digestpin.reports.releases import render_table, table_as_json  # noqa: PLC0415

    require_formats(output, "releases", _FORMS)
    current = find_current()
    show_in(
        output,
        {
            "text": lambda style: render_table(current, style),
            "json": lambda _: table_as_json(current),
        },
    )
    return ExitCode.CLEAN


def releases_show(kind: str, output: Output) -> ExitCode:
    """Show one kind release: its node images, and what it can drive."""
    from digestpin.kind.current import find_current  # noqa: PLC0415
    from digestpin.releasing import (  # noqa: PLC0415
        also_driven,
        broken_by,
        find_release,
    )
    from digestpin.reports.releases import (  # noqa: PLC0415
        release_as_json,
        render_release,
    )

    require_formats(output, "releases show", _FORMS)
    releases = find_current().releases
    is_newest = kind.strip().lower() == "latest"
    version = releases.newest.version if is_newest else parse_kind(kind)
    release = find_release(version, releases)
    broken, also = broken_by(version, releases), also_driven(release, releases)
    show_in(
        output,
        {
            "text": lambda style: render_release(release, broken, also, style),
            "json": lambda _: release_as_json(release, broken, also, releases),
        },
    )
    return ExitCode.CLEAN


def releases_node(text: str, output: Output) -> ExitCode:
    """Show the known builds of a node image: who lists them, what kind they need."""
    from digestpin.kind.current import find_current  # noqa: PLC0415
    from digestpin.releasing import find_node_images  # noqa: PLC0415
    from digestpin.reports.releases import (  # noqa: PLC0415
        node_images_as_json,
        render_node_images,
    )

    require_formats(output, "releases node", _FORMS)
    releases = find_current().releases
    found = find_node_images(text, releases)
    show_in(
        output,
        {
            "text": lambda style: render_node_images(found, style),
            "json": lambda _: node_images_as_json(found, releases),
        },
    )
    return ExitCode.CLEAN


def releases_update(
    source: str | None, options: Options, *, dry_run: bool = False
) -> ExitCode:
    """Take a newer table from a file or address, and say what is new in it."""
    from digestpin.kind.current import find_current, user_table  # noqa: PLC0415
    from digestpin.kind.table import read_table  # noqa: PLC0415
    from digestpin.lookups import Asking  # noqa: PLC0415
    from digestpin.table_update import read_source, store  # noqa: PLC0415

    current = find_current().releases
    if source is None:
        raise _nowhere(current.as_of.isoformat())
    settings = load_settings(options).settings
    asking = Asking(settings=settings, use_cache=False)
    data = read_source(source, asking.registry_settings())
    new = read_table(data, source)
    style = style_for(sys.stdout, options.output.color)
    if new.as_of <= current.as_of:
        text = f"{source} is as of {new.as_of}, the table in use of "
        text += f"{current.as_of}: nothing to do."
        write_text(sys.stdout, f"{style.printable(text)}\n")
        return ExitCode.CLEAN
    news = tuple(_list_news(current, new))
    path = user_table()
    if path is None:
        raise UsageError("there is no home folder to keep a table in")
    if not dry_run:
        store(path, data)
    done = "would be written to" if dry_run else "written to"
    text = f"Table as of {new.as_of}, before {current.as_of}, {done} {path}."
    lines = [style.printable(line) for line in (*news, text)]
    write_text(sys.stdout, "".join(f"{line}\n" for line in lines))
    return ExitCode.CLEAN


def _list_news(current: KindReleases, new: KindReleases) -> Iterator[str]:
    """Give what another table says otherwise, line by line."""
    from digestpin.table_update import compare, differences  # noqa: PLC0415

    for title, items in differences(compare(current, new)):
        yield f"{title}:"
        for item in items:
            yield f"  {item}"


def _nowhere(as_of: str) -> UsageError:
    return UsageError(
        "there is no place to take kind releases from: the kind project publishes no "
        "list for machines, and nothing is fetched unasked",
        hint=f"a newer digestpin ships a newer table (this one: {as_of}); or name one: "
        "--from kind-releases.json, --from https://…",
    )


# The configuration


def load_settings(options: Options) -> Configuration:
    """Return the configuration that holds in the current folder.

    Raises:
        ConfigError: the file has a mistake.
    """
    from digestpin.config import load_configuration  # noqa: PLC0415
    from digestpin.discovery import find_root  # noqa: PLC0415

    here = Path()
    return load_configuration(
        here, find_root(here).path, config_file=options.config_file
    )


def config_show(options: Options) -> ExitCode:
    """Show each option, its value and where that comes from."""
    from digestpin.configuring import (  # noqa: PLC0415
        configuration_as_json,
        render_configuration,
    )
    from digestpin.rules import load_rules  # noqa: PLC0415

    require_formats(options.output, "config show", _FORMS)
    configuration = load_settings(options)
    configuration.require_known_rules([rule.info for rule in load_rules()])
    show_in(
        options.output,
        {
            "text": lambda style: render_configuration(configuration, style),
            "json": lambda _: configuration_as_json(configuration),
        },
    )
    return ExitCode.CLEAN


def config_schema(output: Output) -> ExitCode:
    """Print the JSON schema of the configuration."""
    from digestpin.configuring import render_schema  # noqa: PLC0415

    text = render_schema()
    show_in(output, dict.fromkeys(("text", "json"), lambda _: text))
    return ExitCode.CLEAN
