"""Says what is on a line of a makefile: words, a comment, a path, a file it runs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Link
from digestpin.formats.line_text import words
from digestpin.formats.make_text import mask
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digestpin.formats.make_text import Lines
    from digestpin.templates import Template

_OWN_FOLDER = lazy_pattern(r"CURDIR|PWD|.*\bMAKEFILE_LIST\b.*", re.DOTALL)


class Definition:
    """A `define` that has not met its `endef`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.depth = 0
        self.lines: list[Lines] = []

    def closes(self, line: str) -> bool:
        """Say whether the next line is the `endef`; others may open inside."""
        if line.startswith("endef") and self.depth == 0:
            return True
        self.depth += line.startswith("define ") - line.startswith("endef")
        return False


def uncommented(line: Template) -> Template:
    """Return a line without the comment at its end."""
    comment = mask(line.text).find("#")
    return line if comment == -1 else line.cut(0, comment)


def from_folder(target: Template) -> str:
    """Return a path as written, the makefile's own folder taken off its front."""
    first = target.variable_at(0) if target.text.startswith(HOLE) else None
    if first is not None and _OWN_FOLDER.fullmatch(first.name):
        return target.text[1:].lstrip("/")
    return target.text


def handed_over(link: Link, own: Iterable[str], exported: set[str] | None) -> Link:
    """Return a link with what it hands over to a script that runs.

    `own` are the names that the makefile sets, `exported` what make exports, None for
    all.
    """
    if link.type is not Link.Type.RUN:
        return link
    if exported is None:
        return replace(link, handed=link.handed | frozenset(own))
    hidden = frozenset(own) - link.handed - exported
    return replace(link, handed=link.handed | exported, hidden=link.hidden | hidden)


def plain_words(template: Template) -> tuple[str, ...]:
    """Return the words of a line, each variable as `$(NAME)`."""
    return tuple(
        "".join(
            part.text if isinstance(part, Literal) else f"$({part.name})"
            for part in word.parts
        )
        for word in words(template)
    )
