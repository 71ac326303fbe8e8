"""What the command line asks for, as values that every command takes."""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.errors import UsageError
from digestpin.terminal import ColorChoice
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from packaging.version import Version


class ExitCode(IntEnum):
    """The exit codes; see the description of `commands`."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


@frozen(kw_only=True)
class Output:
    """Where results go, and in which form.

    `formats` are pairs of a format and a file, None for standard output. `is_chosen`
    says that the user named one: then GitHub Actions gets nothing beside it.
    """

    formats: tuple[tuple[str, Path | None], ...] = (("text", None),)
    color: ColorChoice = ColorChoice.AUTO
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    is_chosen: bool = False


@frozen(kw_only=True)
class Gate:
    """Which findings count: those that a baseline does not hold, those of a change.

    `write_baseline` and `update_baseline` rewrite the baseline: with every finding
    that there is, or without those that are no more.
    """

    baseline: Path | None = None
    write_baseline: bool = False
    update_baseline: bool = False
    diff_base: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether anything is asked of it."""
        is_written = self.write_baseline or self.update_baseline
        return is_written or self.baseline is not None or self.diff_base is not None


@frozen(kw_only=True)
class Options:
    """What all commands that look at a repository take."""

    paths: tuple[Path, ...] = ()
    config_file: Path | None = None
    flags: Mapping[str, object] = field(default_factory=dict)
    output: Output = field(default_factory=Output)
    gate: Gate = field(default_factory=Gate)
    tracked_only: bool = False
    exit_zero: bool = False
    exit_non_zero_on_fix: bool = False
    verify: bool = False
    use_cache: bool = True


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


def require_formats(output: Output, command: str, known: Collection[str]) -> None:
    """Check that a command has the output formats that are asked for.

    Raises:
        UsageError: it has not.
    """
    for form, _ in output.formats:
        if form not in known:
            raise UsageError(
                f"{command} has no output format {form!r}",
                hint=f"use {' or '.join(known)}",
            )


def require_diff(output: Output) -> None:
    """Check that a difference is asked for in the one form that it has.

    Raises:
        UsageError: it is not.
    """
    if not output.is_chosen:
        return
    for form, file in output.formats:
        if form != "text":
            raise UsageError(
                f"--diff prints text only, and not {form}",
                hint="leave one of --diff and --output-format out",
            )
        if file is not None:
            raise UsageError(
                "--diff prints to standard output only",
                hint=f"send it to a file instead: --diff > {file}",
            )


def parse_kind(text: str) -> Version:
    """Return the kind version that an option names.

    Raises:
        UsageError: it is none.
    """
    from digestpin.kind.versions import parse_kind_version  # noqa: PLC0415

    version = parse_kind_version(text)
    if version is None:
        raise UsageError(f"{text!r} is no kind version", hint="write it as v0.31.0")
    return version
