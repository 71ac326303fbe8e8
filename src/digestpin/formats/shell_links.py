"""Finds the files that a shell command reads or runs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link
from digestpin.formats.shell_model import Command, names, split_assignment
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.templates import Template

SHELLS = names("sh bash dash ksh zsh ash busybox")
_SCRIPT = lazy_pattern(r".*\.(?:sh|bash|ksh|zsh|bats)", re.DOTALL)
_PATH = lazy_pattern(r"[\w.\0-][\w./+\0-]*/[\w.+\0-]+", re.ASCII)
MAKES = frozenset(("make", "gmake"))
_MAKE_VALUES = names(
    "-C --directory -f --file --makefile -I --include-dir -o --old-file --assume-old "
    "-W --what-if --new-file --assume-new -E --eval"
)
_MAKE_NUMBERS = names("-j --jobs -l --load-average --max-load")


def linked_path(command: Command) -> tuple[Link.Type, Template] | None:
    """Return the word that names a file which the command reads or runs."""
    name = command.name
    if name in {"source", "."}:
        return (Link.Type.INCLUDE, command.args[0]) if command.args else None
    if name in SHELLS:
        for arg in command.args:
            if not arg.text.startswith(("-", "+")):
                return Link.Type.RUN, arg
            if re.fullmatch(r"-\w*[cs]", arg.text):
                return None
        return None
    if command.words and _is_script(command.words[0].text):
        return Link.Type.RUN, command.words[0]
    return None


def _is_script(text: str) -> bool:
    if text.startswith(("/", "~", "-")) or "://" in text:
        return False
    return _SCRIPT.fullmatch(text) is not None or _PATH.fullmatch(text) is not None


def make_facts(
    command: Command, base: str, find: Callable[[Template], str | None]
) -> Iterator[Link | Binding]:
    """Yield the Makefile that `make` reads, and what its words `NAME=value` set.

    `find` says which folder of the repository a word names, None when not known.
    """
    if command.name not in MAKES:
        return
    folder = command.option("-C", "--directory")
    file = command.option("-f", "--file", "--makefile")
    target = "Makefile" if file is None else file.text
    if folder is not None:
        found = find(folder)
        if found is not None:
            base = ""
        target = posixpath.join(folder.text if found is None else found, target)
    scope = command.alone
    given = dict(filter(None, map(split_assignment, command.args)))
    yield Link(
        type=Link.Type.RUN,
        scope=scope,
        target=target,
        base=base,
        region=command.region,
        handed=frozenset((*given, *(name for name, _ in command.given))),
        goals=_goals(command),
    )
    for name, value in given.items():
        yield Binding(name=name, scope=scope, value=value, what="make argument")


def _goals(command: Command) -> frozenset[str] | None:
    """Return the goals that `make` is given, None when they are not all known."""
    found: set[str] = set()
    before = ""
    for arg in command.args:
        text = arg.text
        is_number = text.isdigit() or text == HOLE
        is_value = before in _MAKE_VALUES or (before in _MAKE_NUMBERS and is_number)
        before = "" if is_value else text
        if is_value or text.startswith("-") or split_assignment(arg) is not None:
            continue
        if HOLE in text:
            return None
        found.add(text)
    return frozenset(found)
