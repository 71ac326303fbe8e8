"""Finds the text of folded block scalars (`>`), in which no line stands by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.spans import ByRegion
from digestpin.yamlnodes import Mapping, Scalar, Sequence
from digestpin.yamltext import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.source import Region, SourceFile
    from digestpin.yamlnodes import Node

_SUFFIXES = (".yaml", ".yml")


def find_folds(source: SourceFile) -> ByRegion[Region]:
    """Return the text of each folded block scalar of a file, without its first line.

    What stands behind the `>` itself is a comment to YAML. A file whose name is not
    that of YAML has none.
    """
    folds: list[Region] = []
    if source.path.suffix in _SUFFIXES:
        roots = [document.root for document in read_documents(source)]
        for scalar in _scalars(roots):
            start, end = scalar.region.span.start, scalar.region.span.end
            below = source.text.find("\n", start, end)
            if source.text.startswith(">", start) and below != -1:
                folds.append(source.region(below, end))
    return ByRegion((it, it) for it in folds)


def _scalars(roots: Iterable[Node | None]) -> Iterator[Scalar]:
    """Give every scalar once, however many aliases lead to it."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Sequence):
            stack += node.items
        elif isinstance(node, Mapping):
            for entry in node.entries:
                stack += entry
            stack += node.merged
