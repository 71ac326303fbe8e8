"""Finds every YAML scalar and the bytes of its content.

The parser is tree-sitter's YAML grammar: it gives byte offsets, reads a megabyte in
the time that a pure Python parser needs for a few kilobytes, and says where a text is
no YAML instead of giving up. It sees a copy of the bytes in which everything beyond
ASCII is one `_` a byte, so offsets hold in any ASCII-compatible encoding.

Scalars come out as templates: folding, escapes and block indentation are undone, and
each character that is written as itself stays tied to its byte (YAML 1.2, chapters 7
and 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.source import Region, Span
from digestpin.templates import EMPTY, Literal, Template, join, literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from tree_sitter import Node as TreeNode
    from tree_sitter import Parser

    from digestpin.source import SourceFile

_ASCII_ONLY = bytes(range(128)) + b"_" * 128
_ESCAPE = re.compile(
    r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|.)", re.DOTALL
)
_FOLD = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*")
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00", "e": "\x1b", "_": " "}
_MAX_DEPTH = 200


@dataclass(frozen=True)
class Scalar:
    """A scalar: its content, and the bytes it takes with its quotes."""

    content: Template
    region: Region

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.text


@dataclass(frozen=True)
class Sequence:
    """A sequence in block or flow style."""

    region: Region
    items: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping in block or flow style; duplicate keys are all kept, in order."""

    region: Region
    entries: tuple[tuple[Scalar, Node], ...] = ()
    merged: tuple[Mapping, ...] = field(default=(), compare=False)

    def get(self, key: str) -> Node | None:
        """Return the value at `key`, own entries before merged ones (`<<`)."""
        for name, value in self.entries:
            if name.text == key:
                return value
        for mapping in self.merged:
            found = mapping.get(key)
            if found is not None:
                return found
        return None

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """Give own and merged entries, a merged one only where no own one is."""
        seen = set()
        for name, value in self.entries:
            seen.add(name.text)
            yield name, value
        for mapping in self.merged:
            for name, value in mapping.items():
                if name.text not in seen:
                    seen.add(name.text)
                    yield name, value


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Document:
    """One document of a stream: its root, or None when it is empty or no YAML."""

    span: Span
    root: Node | None
    is_sound: bool


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

    Regions are those of the outer file where the content is exact, so only scalars
    that lie in one exact part can be placed; others get an inexact literal.
    """
    data = content.text.encode("latin-1", "replace")
    return tuple(
        Document(document.span, _replace(document.root, content), document.is_sound)
        for document in _read(data, path, 0)
    )


def _replace(node: Node | None, outer: Template) -> Node | None:
    """Return `node`, its offsets into the text of `outer` turned into real places."""
    if isinstance(node, Scalar):
        span = node.region.span
        placed = outer.cut(span.start, span.end)
        content = join(
            outer.cut(part.region.span.start, part.region.span.end)
            if isinstance(part, Literal) and part.exact and part.region is not None
            else Template((part,))
            for part in node.content.parts
        )
        return Scalar(content, placed.region or node.region)
    if isinstance(node, Sequence):
        items = (_replace(item, outer) for item in node.items)
        return Sequence(node.region, tuple(item for item in items if item is not None))
    if isinstance(node, Mapping):
        entries = []
        for key, value in node.entries:
            new_key, new_value = _replace(key, outer), _replace(value, outer)
            if isinstance(new_key, Scalar) and new_value is not None:
                entries.append((new_key, new_value))
        return Mapping(node.region, tuple(entries))
    return None


def _read(data: bytes, path: PurePosixPath, base: int) -> tuple[Document, ...]:
    tree = _parser().parse(data[base:].translate(_ASCII_ONLY))
    root = tree.root_node
    text = data.decode("latin-1")
    end = len(data)
    if root.type != "stream":
        return (Document(Span(base, end), None, is_sound=False),)
    documents = [child for child in root.named_children if child.type == "document"]
    if not documents:
        return ()
    starts = [base] + [child.start_byte + base for child in documents[1:]]
    result = []
    for child, start, stop in zip(documents, starts, [*starts[1:], end], strict=True):
        builder = _Builder(text, path, base)
        sound = not child.has_error
        node = builder.document(child) if sound else None
        result.append(Document(Span(start, stop), node, is_sound=sound))
    if root.has_error and all(document.is_sound for document in result):
        return (Document(Span(base, end), None, is_sound=False),)
    return tuple(result)


class _Builder:
    """Builds the nodes of one document; anchors are known from their place on."""

    def __init__(self, text: str, path: PurePosixPath, base: int) -> None:
        self.text = text
        self.path = path
        self.base = base
        self.anchors: dict[str, Node] = {}
        self.depth = 0

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
        self.depth += 1
        try:
            if self.depth > _MAX_DEPTH:
                return None
            return self._node(tree)
        finally:
            self.depth -= 1

    def _node(self, tree: TreeNode) -> Node | None:
        anchor: str | None = None
        node: Node | None = None
        for child in tree.named_children:
            kind = child.type
            if kind == "anchor":
                start, end = self.span_of(child)
                anchor = self.text[start + 1 : end]
            elif kind == "alias":
                start, end = self.span_of(child)
                return self.anchors.get(self.text[start + 1 : end])
            elif kind not in ("tag", "comment"):
                node = self.content(child)
        if node is None:
            start, end = self.span_of(tree)
            node = Scalar(EMPTY, self.region(end, end))
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def content(self, tree: TreeNode) -> Node | None:
        kind = tree.type
        if kind in ("block_mapping", "flow_mapping"):
            return self.mapping(tree)
        if kind in ("block_sequence", "flow_sequence"):
            return self.sequence(tree)
        return self.scalar(tree)

    def mapping(self, tree: TreeNode) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        merged: list[Mapping] = []
        for pair in tree.named_children:
            if pair.type not in ("block_mapping_pair", "flow_pair"):
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
        key_tree = tree.child_by_field_name("key")
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

    def scalar(self, tree: TreeNode) -> Scalar | None:
        start, end = self.span_of(tree)
        region = self.region(start, end)
        kind = tree.type
        if kind == "plain_scalar":
            return Scalar(self.folded(start, end), region)
        if kind == "single_quote_scalar":
            return Scalar(self.single_quoted(start + 1, end - 1), region)
        if kind == "double_quote_scalar":
            return Scalar(self.double_quoted(start + 1, end - 1), region)
        if kind == "block_scalar":
            return Scalar(self.block(start, end), region)
        return None

    def exact(self, start: int, end: int) -> Template:
        if start == end:
            return EMPTY
        return literal(self.text[start:end], self.region(start, end))

    def inexact(self, text: str, start: int, end: int) -> Template:
        return literal(text, self.region(start, end), exact=False)

    def folded(self, start: int, end: int) -> Template:
        """Return a flow scalar, each line break a space, each further one a break."""
        if "\n" not in self.text[start:end]:
            return self.exact(start, end)
        pieces, at = [], start
        for match in _FOLD.finditer(self.text, start, end):
            breaks = match.group().count("\n") - 1
            pieces.append(self.exact(at, match.start()))
            folded = "\n" * breaks if breaks else " "
            pieces.append(self.inexact(folded, match.start(), match.end()))
            at = match.end()
        pieces.append(self.exact(at, end))
        return join(pieces)

    def single_quoted(self, start: int, end: int) -> Template:
        pieces, at = [], start
        quote = self.text.find("''", at, end)
        while quote != -1:
            pieces.append(self.folded(at, quote))
            pieces.append(self.inexact("'", quote, quote + 2))
            at = quote + 2
            quote = self.text.find("''", at, end)
        pieces.append(self.folded(at, end))
        return join(pieces)

    def double_quoted(self, start: int, end: int) -> Template:
        if "\\" not in self.text[start:end]:
            return self.folded(start, end)
        pieces, at = [], start
        for match in _ESCAPE.finditer(self.text, start, end):
            pieces.append(self.folded(at, match.start()))
            pieces.append(self.inexact(_unescape(match[1]), match.start(), match.end()))
            at = match.end()
        pieces.append(self.folded(at, end))
        return join(pieces)

    def block(self, start: int, end: int) -> Template:
        """Return a literal (`|`) or folded (`>`) block scalar."""
        header_end = self.text.find("\n", start, end)
        if header_end == -1:
            return EMPTY
        lines = list(_lines(self.text, header_end + 1, end))
        indents = [
            len(self.text[a:b]) - len(self.text[a:b].lstrip(" "))
            for a, b, _ in lines
            if self.text[a:b].strip()
        ]
        indent = min(indents, default=0)
        folds = self.text[start] == ">"
        pieces: list[Template] = []
        for index, (low, high, stop) in enumerate(lines):
            body = min(low + indent, high)
            pieces.append(self.exact(body, high))
            if index + 1 == len(lines):
                break
            follow = self.text[lines[index + 1][0] : lines[index + 1][1]]
            if folds and _joins(self.text[low:high], follow, indent):
                pieces.append(self.inexact(" ", high, stop))
            elif self.text[high:stop] == "\n":
                pieces.append(self.exact(high, stop))
            elif stop > high:
                pieces.append(self.inexact("\n", high, stop))
        return join(pieces)


def _mappings(value: Node | None) -> list[Mapping]:
    """Return what `<<` merges: one mapping, or a sequence of them."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, Sequence):
        return [item for item in value.items if isinstance(item, Mapping)]
    return []


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give start, end without and end with line break of each line."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop == -1 else stop + 1
        high = stop
        if high > start and text[high - 1] == "\n":
            high -= 1
            if high > start and text[high - 1] == "\r":
                high -= 1
        yield start, high, stop
        start = stop


def _joins(line: str, follow: str, indent: int) -> bool:
    """Say whether a folded scalar joins two lines by a space."""
    if not line.strip() or not follow.strip():
        return False
    return not (
        line[indent : indent + 1] in " \t" or follow[indent : indent + 1] in " \t"
    )


def _unescape(escape: str) -> str:
    if escape.endswith("\n"):
        return ""
    if escape[0] in "xuU":
        code = int(escape[1:], 16)
        # Text holds one character a byte; what is beyond a byte is never part of a
        # reference or a version.
        return chr(code) if 0 < code < 256 else "?"
    return _SIMPLE_ESCAPES.get(escape, escape).replace("\x00", "?")
