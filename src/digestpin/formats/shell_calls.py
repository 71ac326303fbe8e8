"""Turns one shell command into facts: what it says, sets, installs, runs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Link
from digestpin.formats.environment_reads import filled_names, reads_by_command
from digestpin.formats.file_content import plain_path
from digestpin.formats.shell_clusters import find_cluster_run
from digestpin.formats.shell_cutting import cut_by
from digestpin.formats.shell_echo import value_of, written
from digestpin.formats.shell_links import (
    MAKES,
    SHELLS,
    linked_path,
    make_facts,
)
from digestpin.formats.shell_model import Command, Sink, split_assignment
from digestpin.formats.shell_output import describe_output
from digestpin.formats.shell_pins import declared_pins
from digestpin.formats.shell_roles import describe
from digestpin.templates import HOLE, Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import ClusterRun
    from digestpin.formats.shell_functions import Functions
    from digestpin.formats.shell_paths import Folders
    from digestpin.source import Region

_ANY_ARGUMENTS = frozenset("@*")


def inner_script(command: Command) -> Template | None:
    """Return the argument that is a script of its own (`bash -c '…'`, `eval`)."""
    args = command.args
    if command.name in {"eval", "trap"}:
        return args[0] if args else None
    if command.name in SHELLS:
        for index, arg in enumerate(args[:-1]):
            if re.fullmatch(r"-\w*c", arg.text):
                return args[index + 1]
        return None
    if command.name == "ssh":
        last = args[-1] if args else None
        return last if last is not None and " " in last.text else None
    return None


def _without_assignments(command: Command) -> Command:
    """Take the words `NAME=value` off `make`: they are bindings."""
    if command.name not in MAKES:
        return command
    words = [word for word in command.words if split_assignment(word) is None]
    return replace(command, words=tuple(words))


class Calls:
    """Reads the commands of one script."""

    def __init__(self, functions: Functions, folders: Folders, base: str) -> None:
        self._functions = functions
        self._folders = folders
        self._base = base

    def read(self, command: Command, written_words: tuple[str, ...]) -> Iterator[Fact]:
        """Yield the facts of one command; `written_words` with their quotes."""
        place = command.place
        text = written(command.name, command.args)
        outputs = describe_output(text, place)
        if outputs is not None:
            yield from outputs
            return
        returned = self._returned(command, text)
        if returned is not None:
            yield returned
            return
        if command.name in self._functions.followed:
            yield from self._functions.call(command)
        else:
            yield from describe(_without_assignments(command))
        yield from reads_by_command(command)
        yield from cut_by(command)
        yield from declared_pins(command)
        yield from make_facts(
            command,
            self._base,
            lambda word: self._find(word, command, written_words),
        )

    def _returned(self, command: Command, text: Template | None) -> Binding | None:
        place = command.place
        name = place.function[-1] if place.function is not None else ""
        if name not in self._functions.speaking or place.sink is not Sink.TERMINAL:
            return None
        value = None if text is None else value_of(text)
        if value is None:
            return None
        return Binding(
            name=f"{name}()",
            scope=place.home,
            value=value,
            what=f"output of {name}",
            conditional=True,
            branches=place.branches,
        )

    def cluster(
        self, command: Command, written_words: tuple[str, ...], feed: Region | None
    ) -> Iterator[ClusterRun]:
        """Yield a run of a cluster config; `feed` is all of the command's statement."""
        run = find_cluster_run(command, written_words, feed, self._folders.find)
        if run is not None:
            yield replace(run, base=self._base)

    def link(self, command: Command, written_words: tuple[str, ...]) -> Iterator[Link]:
        """Yield the file that a command reads or runs; `written_words` as written.

        `handed` are the names set before the command, for want of the exported ones.
        """
        found = linked_path(command)
        if found is None:
            return
        type_, path = found
        region = path.region
        target, base = self._target(path, command, written_words)
        if region is None or not target.strip(HOLE):
            return
        yield Link(
            type=type_,
            scope=command.own,
            target=target,
            base=base,
            region=region,
            handed=frozenset(name for name, _ in command.given),
        )

    def filled_in(self, command: Command, written_word: str) -> Iterator[Link]:
        """Yield the template in which `envsubst < file` fills in variables."""
        target = self.read_target(written_word)
        names = filled_names(command)
        if target is None or (names is not None and not names):
            return
        path, base = target
        yield Link(
            type=Link.Type.RUN,
            scope=command.own,
            target=path,
            base=base,
            region=command.region,
            names=names,
            handed=frozenset(name for name, _ in command.given),
        )

    def _target(
        self, path: Template, command: Command, written_words: tuple[str, ...]
    ) -> tuple[str, str]:
        found = self._find(path, command, written_words)
        return (path.text, self._base) if found is None else (found, "")

    def _find(
        self, word: Template, command: Command, written_words: tuple[str, ...]
    ) -> str | None:
        """Return the path from the root that one of the command's words names."""
        pairs = zip(command.words[::-1], written_words[::-1], strict=False)
        as_written = next((text for other, text in pairs if other is word), "")
        return self._folders.find(as_written)

    def read_target(self, word: str) -> tuple[str, str] | None:
        """Return the path and the base of a file that a word as written names."""
        found = self._folders.find(word)
        if found is not None:
            return found, ""
        path = plain_path(word)
        return None if path is None else (path, self._base)

    def cd(self, command: Command, written_words: tuple[str, ...]) -> None:
        """Follow `cd` to a folder that is known."""
        if command.name not in {"cd", "pushd"} or not command.place.is_sure:
            return
        if command.args:
            found = self._folders.find(written_words[-1])
            if found is not None:
                self._base = found
