"""Parses shell scripts with the grammar of tree-sitter-bash; its one door.

The parser sees a masked copy of the script in which every character is one ASCII
byte, so that its byte offsets are indexes into the script's text. It recovers from
errors and never raises; its speed does not depend on how deep a script nests.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from digestpin.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node as Node  # noqa: PLC0414 -- for others to import
    from tree_sitter import Parser, Query

_QUOTES = frozenset(("string", "raw_string", "ansi_c_string", "heredoc_body"))
_MASK = bytes(byte if 0 < byte < 0x80 else ord("_") for byte in range(256))


@cache
def _parser() -> Parser:
    import tree_sitter_bash  # noqa: PLC0415 -- loaded by the first script alone
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_bash.language()))


@cache
def _functions_query() -> Query:
    from tree_sitter import Query  # noqa: PLC0415

    language = _parser().language
    if language is None:  # pragma: no cover -- the parser is made with one
        raise AssertionError
    return Query(language, "(function_definition) @function")


def parse_shell(text: str) -> Node:
    """Return the root of the tree; holes and other bytes are word characters."""
    data = text.replace(HOLE, "_").encode("latin-1", "replace").translate(_MASK)
    return _parser().parse(data).root_node


def find_functions(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the name and the definition of every function under `root`."""
    from tree_sitter import QueryCursor  # noqa: PLC0415

    captures = QueryCursor(_functions_query()).captures(root)
    for node in captures.get("function", ()):
        name = node.child_by_field_name("name")
        if name is not None and name.text is not None:
            yield name.text.decode("ascii"), node


def find_quote(root: Node, start: int, end: int) -> Node | None:
    """Return the string or here-document that a stretch of a script is a part of.

    None where it stands in a comment, which a substitution inside a string can hold.
    """
    node = root.descendant_for_byte_range(start, end)
    while node is not None and node.type != "comment":
        if node.type in _QUOTES:
            return node
        node = node.parent
    return None
