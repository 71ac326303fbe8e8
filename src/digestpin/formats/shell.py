"""Extracts facts from shell scripts, in files of their own and inside other files.

The words of every command, what is assigned to which variable, what is written to a
GitHub step's outputs, which files are read and run. The grammar's tree gives the
structure; how words, commands and output are read is in the `shell_*` modules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.cluster_text import find_held_configs
from digestpin.formats.interface import FileFormat
from digestpin.formats.shell_model import Place, is_interesting, names
from digestpin.formats.shell_walk import walk_script
from digestpin.templates import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import ClusterConfig, Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template

_SUFFIXES = frozenset((".sh", ".bash", ".bats", ".ksh", ".zsh"))
_NAMES = names(".envrc .bashrc .bash_profile .profile .zshrc .zprofile .kshrc")
_INTERPRETER = re.compile(
    rb"(?:\xef\xbb\xbf)?#![ \t]*\S*?(?:/|[ \t])(?:env[ \t]+(?:-\S+[ \t]+)*)?"
    rb"(?:\S*/)?(?:sh|bash|dash|ash|ksh|mksh|zsh|bats)(?:[ \t\r\n]|$)"
)


def extract_shell(script: Template, scope: Scope, *, base: str = "") -> Iterator[Fact]:
    """Yield the facts of a script, which may stand inside another file.

    Variables of the outer syntax are holes of `script` already. `base` is the folder
    of the repository that the script's relative paths start from.
    """
    yield from _walk(script, scope, base=base, path="")


def _walk(script: Template, scope: Scope, *, base: str, path: str) -> list[Fact]:
    if script.region is None:
        if not is_interesting(script):
            return []
        return [Text(template=script, scope=scope, label="a script")]
    place = Place(scope=scope, home=scope)
    facts = walk_script(script, place, base=base, path=path)
    return [*facts, *_assigned_configs(facts)]


def _assigned_configs(facts: Iterable[Fact]) -> Iterator[ClusterConfig]:
    """Yield the cluster configs in strings that variables hold."""
    for fact in facts:
        if isinstance(fact, Binding) and "\n" in fact.value.text:
            yield from find_held_configs(fact.value, fact.scope, fact.name)


def _matches(path: PurePosixPath, head: bytes) -> bool:
    if path.suffix in _SUFFIXES or path.name in _NAMES:
        return True
    return _INTERPRETER.match(head) is not None


def _extract(source: SourceFile) -> Iterator[Fact]:
    start, end = source.bom_length, len(source.data)
    script = literal(source.text[start:], source.region(start, end))
    yield from _walk(script, (str(source.path),), base="", path=str(source.path))


FORMAT = FileFormat(
    id="shell",
    summary="shell scripts: assignments, commands, here-documents",
    matches=_matches,
    extract=_extract,
)
