"""Takes the tests of a shell script apart: what is compared, what only has to be there.

A test for emptiness says nothing of a value, so that any value may stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.shell_model import names
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from digestpin.shelltext import Node

_UNTESTED = names("-z -n -v -f -e -d -x -s -r -L -h -w -t -o")
_TESTS = names(
    "test_command binary_expression parenthesized_expression negation_expression ERROR"
)
_NO_OPERANDS = names("test_operator comment")
_EMPTY = frozenset(('""', "''"))
_EQUALS = frozenset(("=", "=="))
_ONE_OF_TWO = names("test_command parenthesized_expression list binary_expression")
_READ = lazy_pattern(r"""("?)\$(?:\{(\w+)\}|(\w+))\1""")
_PLAIN = lazy_pattern(r"""(["']?)([\w.-]+)\1""")


def operands(node: Node, source: Callable[[Node], str]) -> Iterator[tuple[Node, bool]]:
    """Yield each operand of a test, and whether it is compared with something.

    `source(node)` gives a node's characters.
    """
    stack = [node]
    while stack:
        part = stack.pop()
        children = part.named_children
        if part.type == "binary_expression" and _EMPTY & set(map(source, children)):
            yield from ((child, False) for child in children)
        elif part.type in _TESTS:
            stack.extend(reversed(children))
        elif part.type != "unary_expression":
            if part.type not in _NO_OPERANDS:
                yield part, True
        elif children and source(children[0]) in _UNTESTED:
            yield from ((child, False) for child in children[1:])
        else:
            stack.extend(children)


def conditions_of(node: Node) -> list[Node]:
    """Return the conditions of an `if` or a loop, without the signs between them."""
    found = node.children_by_field_name("condition")
    return [child for child in found if child.is_named]


def equalities(
    conditions: Sequence[Node], source: Callable[[Node], str]
) -> Iterator[tuple[str, str]]:
    """Yield each variable with a text for which one condition is sure to be met.

    That is `[ "$X" = text ]`, alone or before or after a `||`.
    """
    stack = list(conditions) if len(conditions) == 1 else []
    while stack:
        part = stack.pop()
        signs = {child.type for child in part.children if not child.is_named}
        sides = part.named_children
        if part.type not in _ONE_OF_TWO or signs & {"&&", "!"}:
            continue
        if part.type != "binary_expression" or "||" in signs:
            stack.extend(sides)
        elif len(sides) == 2 and signs & _EQUALS:
            for one, other in (sides, reversed(sides)):
                name = _READ.fullmatch(source(one))
                text = _PLAIN.fullmatch(source(other))
                if name is not None and text is not None:
                    yield name[2] or name[3], text[2]
