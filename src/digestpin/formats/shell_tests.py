"""Takes the tests of a shell script apart: what is compared, what only has to be there.

A test for emptiness says nothing of a value, so that any value may stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.shell_model import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.shelltext import Node

_UNTESTED = names("-z -n -v -f -e -d -x -s -r -L -h -w -t -o")
_TESTS = names(
    "test_command binary_expression parenthesized_expression negation_expression ERROR"
)
_NO_OPERANDS = names("test_operator comment")
_EMPTY = frozenset(('""', "''"))


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
