"""Finds the values that a script hands to a program which takes them apart.

`echo "$IMAGE" | cut -d: -f2` reads a part of the value, as `${IMAGE##*:}` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Role, Text
from digestpin.formats.shell_model import Sink, names
from digestpin.patterns import lazy_pattern
from digestpin.templates import variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.formats.shell_model import Command
    from digestpin.templates import Scope, Template

_CUTTERS = names(
    "cut awk gawk mawk sed gsed tr grep egrep fgrep read mapfile readarray basename "
    "dirname rev perl column"
)
_CUTS = lazy_pattern(rf"\s*(?:{'|'.join(sorted(_CUTTERS))})\b(?![\w.-])")


def is_cutting(command: str) -> bool:
    """Say whether a command as written takes its input apart."""
    return _CUTS.match(command) is not None


def cut_by(command: Command) -> Iterator[Text]:
    """Yield each variable whose value a command takes apart, or has taken apart."""
    if command.name in {"basename", "dirname"}:
        yield from _reads(command.args, command.own, command.name)
    elif command.name in {"echo", "printf"} and command.place.sink is Sink.CUT:
        yield from _reads(command.args, command.own, "a pipe")


def cut_document(body: Template, scope: Scope, reader: str) -> Iterator[Text]:
    """Yield each variable of a `<<<` whose value its reader takes apart."""
    if reader in _CUTTERS:
        yield from _reads((body,), scope, reader)


def _reads(texts: Iterable[Template], scope: Scope, reader: str) -> Iterator[Text]:
    label = f"{reader}, which takes it apart"
    for text in texts:
        for part in text.variables:
            whole = variable(part)
            yield Text(template=whole, scope=scope, role=Role.IGNORED, label=label)
