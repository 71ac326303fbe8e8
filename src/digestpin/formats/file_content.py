"""Follows what is read from a file of one line: `$(cat .kind-version)`.

The line is bound in its file under the file's name; a link leads the read to it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from digestpin.facts import CONTENT, Binding, Link, Role
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Variable, literal

if TYPE_CHECKING:
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope

_READS = lazy_pattern(r"(?:cat\s+(?:--\s+)?|<\s*)(?P<file>[^|;&<>\n]+)")
_FOLDER = lazy_pattern(r"\$(?:\w+|\{\w+\})(?=/)")
_PATH = lazy_pattern(r"(?:\0/)?[\w.+-][\w./+-]*", re.ASCII)
_ONE_VALUE = lazy_pattern(r"[\w.+-]+(?:@sha256:[0-9a-f]{64})?", re.ASCII)
_MAX_BYTES = 250


class FileRead(NamedTuple):
    """The value read from a file, and the link that leads to it."""

    value: Variable
    link: Link


def printed_file(command: str) -> str | None:
    """Return the word for the file that a command prints, None when it does more.

    >>> printed_file('cat "$ROOT/.kind-version"')
    '"$ROOT/.kind-version"'
    """
    match = _READS.fullmatch(command.strip())
    return None if match is None else match["file"].strip()


def plain_path(word: str) -> str | None:
    r"""Return the path that a word names, a variable before it as a hole.

    >>> plain_path('"$ROOT/.kind-version"')
    '\x00/.kind-version'
    >>> plain_path("a b")
    """
    path = _FOLDER.sub(HOLE, word.replace('"', "").replace("'", ""), count=1)
    return path if _PATH.fullmatch(path) else None


def read_file(target: str, base: str, scope: Scope, region: Region) -> FileRead:
    """Return what is read at `region` from the file that `target` names."""
    alone = (*scope, "cat", str(region.span.start))
    value = Variable(name=_name(target), scope=alone, region=region)
    link = Link(
        type=Link.Type.READ, scope=alone, target=target, base=base, region=region
    )
    return FileRead(value, link)


def content_of(source: SourceFile) -> Binding | None:
    """Return the binding of a file's only line, when it is a version, tag or name."""
    start = source.bom_length
    if len(source.data) > _MAX_BYTES:
        return None
    text = source.text[start:].rstrip()
    if _ONE_VALUE.fullmatch(text) is None:
        return None
    return Binding(
        name=_name(source.path.name),
        scope=(source.path.as_posix(),),
        value=literal(text, source.region(start, start + len(text))),
        what=CONTENT,
        role=Role.IGNORED,
    )


def _name(path: str) -> str:
    return f"$(cat {posixpath.basename(path)})"
