"""Gives the nodes of YAML inside a scalar their places in the outer file."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.source import Region, Span
from digestpin.templates import Literal, Template, join, literal
from digestpin.yamlnodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from digestpin.templates import Part


class Placing:
    """Turns nodes with offsets into the text of `outer` into nodes with real places."""

    def __init__(self, outer: Template, path: PurePosixPath) -> None:
        self.outer = outer
        self.whole = outer.region or Region(path, Span(0, 0))
        self.known: dict[int, Node | None] = {}

    def node(self, node: Node | None) -> Node | None:
        """Return the placed node; one that is shared (an alias) stays shared."""
        if node is None:
            return None
        if id(node) not in self.known:
            self.known[id(node)] = self._place(node)
        return self.known[id(node)]

    def _place(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            return PlacedScalar(self, node)
        region = self.region(node.region.span)
        if isinstance(node, Sequence):
            items = (self.node(item) for item in node.items)
            return Sequence(region, tuple(item for item in items if item is not None))
        return self._mapping(node, region)

    def _mapping(self, node: Mapping, region: Region) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        for name, value in node.entries:
            key, placed = self.node(name), self.node(value)
            if isinstance(key, Scalar) and placed is not None:
                entries.append((key, placed))
        merged = (self.node(mapping) for mapping in node.merged)
        return Mapping(
            region,
            tuple(entries),
            tuple(mapping for mapping in merged if isinstance(mapping, Mapping)),
        )

    def content(self, inner: Template) -> Template:
        """Return the content of a scalar, tied to its bytes in the outer file."""
        return join(self._part(part) for part in inner.parts)

    def _part(self, part: Part) -> Template:
        if not isinstance(part, Literal) or part.region is None:
            return Template((part,))
        if part.exact:
            return self.outer.cut(part.region.span.start, part.region.span.end)
        return literal(part.text, self.region(part.region.span), exact=False)

    def region(self, span: Span) -> Region:
        """Return where characters of the outer text are written."""
        first = self.outer.cut(span.start, span.start + 1).region
        last = self.outer.cut(max(span.start, span.end - 1), span.end).region
        if first is None or last is None or first.path != last.path:
            return first or self.whole
        end = first.span.start if span.start == span.end else last.span.end
        return Region(first.path, Span(first.span.start, max(first.span.start, end)))


class PlacedScalar(Scalar):
    """A scalar of YAML inside a scalar, placed when it is asked for."""

    def __init__(self, placing: Placing, inner: Scalar) -> None:
        self._placing = placing
        self._inner = inner

    @cached_property
    def content(self) -> Template:
        """What the scalar says."""
        return self._placing.content(self._inner.content)

    @cached_property
    def region(self) -> Region:
        """The bytes that the scalar takes in the outer file."""
        return self._placing.region(self._inner.region.span)

    @property
    def text(self) -> str:
        """The content as text; a hole in it is one in `content` too."""
        return self._inner.text
