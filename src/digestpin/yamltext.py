"""Finds every YAML scalar and the bytes of its content.

The parser is tree-sitter's YAML grammar: it gives byte offsets, reads a megabyte in
the time that a pure Python parser needs for a few kilobytes, and says where a text is
no YAML instead of giving up. It sees a copy of the bytes in which everything beyond
ASCII is one `_` a byte, so offsets hold in any ASCII-compatible encoding.

A scalar comes out as a template of its content; see `yamlscalars`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.source import Region, Span
from digestpin.templates import EMPTY
from digestpin.yamlnodes import Document, Mapping, Node, Scalar, Sequence
from digestpin.yamlplacing import Placing
from digestpin.yamlscalars import ScalarReader, WrittenScalar

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from tree_sitter import Node as TreeNode
    from tree_sitter import Parser

    from digestpin.source import SourceFile
    from digestpin.templates import Template

__all__ = [
    "Document",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "read_documents",
    "read_embedded",
]

# A hole of a template is a word's character too.
_PARSED = b"_" + bytes(range(1, 128)) + b"_" * 128
_MARKER = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_SCALARS = frozenset(
    (
        "plain_scalar",
        "single_quote_scalar",
        "double_quote_scalar",
        "block_scalar",
    )
)
_ENTRIES = frozenset(("block_mapping_pair", "flow_pair", "flow_node"))
_MAX_DEPTH = 64
# NOTE: the grammar's scanner keeps its indentations in 1 KiB and writes beyond it from
# 200 to 255 levels on; such a text must not reach it.
_MAX_INDENTS = 100
_MANY_INDENTS = re.compile(rb"^[ ?:-]{100}", re.MULTILINE)
_INDENT = re.compile(rb"^( *)((?:[-?:] +)*)(?=[^ \r\n#])", re.MULTILINE)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    # Imported here: a run that meets no YAML does not pay for it.
    import tree_sitter_yaml  # noqa: PLC0415
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_yaml.language()))


def read_documents(source: SourceFile) -> tuple[Document, ...]:
    """Return the documents of a file, in order.

    A document that is no YAML, a Helm template for one, has no root and is not sound;
    the spans of all documents cover the whole text.
    """
    return _read(source.data, source.path, source.bom_length)


def read_embedded(content: Template, path: PurePosixPath) -> tuple[Document, ...]:
    """Return the documents of YAML that stands inside another file's scalar.

    Regions are those of the outer file, `path` is where it is when nothing of the
    content is written anywhere. Spans are offsets into the text of `content`.
    """
    data = content.text.encode("latin-1", "replace")
    placed = Placing(content, path)
    return tuple(
        Document(document.span, placed.node(document.root), document.is_sound)
        for document in _read(data, path, 0)
    )


def _read(data: bytes, path: PurePosixPath, base: int) -> tuple[Document, ...]:
    masked = data.translate(_PARSED)
    if _is_too_deep(masked):
        return (Document(Span(base, len(data)), None, is_sound=False),)
    text = data.decode("latin-1")
    tree = _parser().parse(masked[base:]).root_node
    trees = [child for child in tree.named_children if child.type == "document"]
    if not tree.has_error:
        starts = [base, *(child.start_byte + base for child in trees[1:])]
        stops = [*starts[1:], len(data)]
        return tuple(
            _build(child, (text, path, base), Span(start, stop))
            for child, start, stop in zip(trees, starts, stops, strict=False)
        )
    # One document that is no YAML must not spoil its neighbours.
    markers = [found.start() for found in _MARKER.finditer(masked, base)]
    starts = [base, *(at for at in markers if at > base)]
    stops = [*starts[1:], len(data)]
    return tuple(
        _read_alone(masked, (text, path, start), Span(start, stop))
        for start, stop in zip(starts, stops, strict=True)
    )


def _is_too_deep(data: bytes) -> bool:
    """Say whether blocks nest, by their indentation, deeper than the parser can."""
    if _MANY_INDENTS.search(data) is None:
        return False
    levels = [-1]
    for found in _INDENT.finditer(data):
        at = len(found[1])
        while levels[-1] >= at:
            levels.pop()
        for _ in range(found[2].count(b" ") + 1):
            levels.append(at)
            at += 1
        if len(levels) > _MAX_INDENTS:
            return True
    return False


_Origin = tuple[str, "PurePosixPath", int]
"""The text of a stream, its path, and the offset at which the parsed bytes start."""


def _read_alone(masked: bytes, origin: _Origin, span: Span) -> Document:
    tree = _parser().parse(masked[span.start : span.end]).root_node
    trees = [child for child in tree.named_children if child.type == "document"]
    if tree.has_error or len(trees) > 1:
        return Document(span, None, is_sound=False)
    if not trees:
        return Document(span, None, is_sound=True)
    return _build(trees[0], origin, span)


def _build(tree: TreeNode, origin: _Origin, span: Span) -> Document:
    builder = _Builder(*origin)
    root = builder.document(tree)
    if not builder.is_sound:
        return Document(span, None, is_sound=False)
    return Document(span, root, is_sound=True)


class _Builder:
    """Builds the nodes of one document; anchors are known from their place on.

    `is_sound` becomes false when it nests too deep, or is a template of which the
    braces happen to be mappings.
    """

    def __init__(self, text: str, path: PurePosixPath, base: int) -> None:
        self.text = text
        self.path = path
        self.base = base
        self.scalars = ScalarReader(text, path)
        self.anchors: dict[str, Node] = {}
        self.depth = 0
        self.is_sound = True
        self.column = 0

    def region(self, start: int, end: int) -> Region:
        return Region(self.path, Span(start, end))

    def span_of(self, tree: TreeNode) -> tuple[int, int]:
        return tree.start_byte + self.base, tree.end_byte + self.base

    def document(self, tree: TreeNode) -> Node | None:
        for child in tree.named_children:
            if child.type in ("block_node", "flow_node"):
                return self.node(child)
        return None

    def node(self, tree: TreeNode) -> Node | None:
        """Return the node below a `block_node` or `flow_node`."""
        children = tree.named_children
        if len(children) == 1 and children[0].type in _SCALARS:
            return self.scalar(children[0])
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.is_sound = False
            return None
        node = self.tagged(tree, children)
        self.depth -= 1
        return node

    def tagged(self, tree: TreeNode, children: list[TreeNode]) -> Node | None:
        """Return a node that may have an anchor and a tag, or be an alias."""
        anchor: str | None = None
        node: Node | None = None
        for child in children:
            kind = child.type
            if kind == "anchor":
                anchor = self.name(child)
            elif kind == "alias":
                return self.anchors.get(self.name(child))
            elif kind not in ("tag", "comment"):
                node = self.content(child)
        if node is None:
            _, end = self.span_of(tree)
            node = Scalar(EMPTY, self.region(end, end))
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def name(self, tree: TreeNode) -> str:
        """Return the name of an anchor or alias, without its sign."""
        start, end = self.span_of(tree)
        return self.text[start + 1 : end]

    def content(self, tree: TreeNode) -> Node | None:
        kind = tree.type
        if kind in _SCALARS:
            return self.scalar(tree)
        outer = self.column
        if kind in ("block_mapping", "block_sequence"):
            self.column = tree.start_point.column
        node: Node | None = None
        if kind in ("block_mapping", "flow_mapping"):
            node = self.mapping(tree)
        elif kind in ("block_sequence", "flow_sequence"):
            node = self.sequence(tree)
        self.column = outer
        return node

    def scalar(self, tree: TreeNode) -> Scalar:
        return WrittenScalar(self.scalars, tree.type, self.span_of(tree), self.column)

    def mapping(self, tree: TreeNode) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        merged: list[Mapping] = []
        if self.text.startswith("{{", tree.start_byte + self.base):
            self.is_sound = False
        for pair in tree.named_children:
            if pair.type not in _ENTRIES:
                continue
            key, value = self.pair(pair)
            if key is None:
                continue
            if key.text == "<<":
                merged += _mappings(value)
            elif value is not None:
                entries.append((key, value))
        return Mapping(self.region(*self.span_of(tree)), tuple(entries), tuple(merged))

    def pair(self, tree: TreeNode) -> tuple[Scalar | None, Node | None]:
        is_pair = tree.type != "flow_node"
        key_tree = tree.child_by_field_name("key") if is_pair else tree
        value_tree = tree.child_by_field_name("value")
        key = self.node(key_tree) if key_tree is not None else None
        if not isinstance(key, Scalar):
            return None, None
        if value_tree is None:
            _, end = self.span_of(tree)
            return key, Scalar(EMPTY, self.region(end, end))
        return key, self.node(value_tree)

    def sequence(self, tree: TreeNode) -> Sequence:
        items: list[Node] = []
        for child in tree.named_children:
            item: Node | None = None
            if child.type == "block_sequence_item":
                inner = [c for c in child.named_children if c.type != "comment"]
                item = self.node(inner[0]) if inner else None
            elif child.type == "flow_node":
                item = self.node(child)
            elif child.type == "flow_pair":
                key, value = self.pair(child)
                if key is not None and value is not None:
                    item = Mapping(key.region, ((key, value),))
            if item is not None:
                items.append(item)
        return Sequence(self.region(*self.span_of(tree)), tuple(items))


def _mappings(value: Node | None) -> list[Mapping]:
    """Return what `<<` merges: one mapping, or a sequence of them."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, Sequence):
        return [item for item in value.items if isinstance(item, Mapping)]
    return []
