"""Follows the functions of one script: what they are given and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Binding
from digestpin.formats.shell_model import names
from digestpin.patterns import lazy_pattern
from digestpin.shelltext import find_functions
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.shell_model import Command
    from digestpin.shelltext import Node
    from digestpin.templates import Scope

_MOVES_ARGUMENTS = lazy_pattern(r"\b(?:shift|getopts)\b|\bset\s+--|\$\{?[@*]|\$\{!")
_PLAIN = names("echo printf return exit true false : test [")


def function_scope(home: Scope, name: str) -> Scope:
    """Return the scope of a function's own names."""
    return (*home, "function", name)


@frozen(slots=False)
class Functions:
    """The functions of a script.

    `followed` are those that read their arguments by fixed position; `speaking`
    those whose only output is what `echo` or `printf` writes.
    """

    followed: frozenset[str] = frozenset()
    speaking: frozenset[str] = frozenset()

    @classmethod
    def of(cls, root: Node, text: str) -> Functions:
        """Return the functions defined under `root`."""
        if "{" not in text and "(" not in text:
            return cls()
        followed, speaking, seen = set(), set(), set()
        for name, node in find_functions(root):
            body = text[node.start_byte : node.end_byte]
            if name in seen:
                followed.discard(name)
                speaking.discard(name)
                continue
            seen.add(name)
            if _MOVES_ARGUMENTS.search(body) is None:
                followed.add(name)
            if f"$({name}" in text and _speaks_plainly(node, text):
                speaking.add(name)
        return cls(frozenset(followed), frozenset(speaking))

    def call(self, command: Command) -> Iterator[Binding]:
        """Yield what a call gives to the function's positional parameters."""
        scope = function_scope(command.place.home, command.name)
        for position, arg in enumerate(command.args, 1):
            if any(variable.name in {"@", "*"} for variable in arg.variables):
                return
            yield Binding(
                name=str(position),
                scope=scope,
                value=arg,
                what=f"argument of {command.name}",
                conditional=True,
                rows=frozenset({command.region.span.start}),
                branches=command.place.branches,
            )


def _speaks_plainly(function: Node, text: str) -> bool:
    """Whether the function does nothing but choose and write a text."""
    stack = [function]
    said = 0
    while stack:
        node = stack.pop()
        if node.type == "command":
            name = node.child_by_field_name("name")
            word = "" if name is None else text[name.start_byte : name.end_byte]
            if word not in _PLAIN:
                return False
            said += word in {"echo", "printf"}
        elif node.type in {"pipeline", "heredoc_body", "ERROR", "while_statement"}:
            return False
        if node.type != "command_substitution":
            stack.extend(node.named_children)
    return said > 0
