"""Holds what a YAML document is made of: nodes, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.source import Region, Span
    from digestpin.templates import Template


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
        for mapping in self._layers():
            for name, value in mapping.entries:
                if name.text == key:
                    return value
        return None

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """Give own and merged entries, a merged one only where no nearer one is."""
        seen: set[str] = set()
        for mapping in self._layers():
            names = {name.text for name, _ in mapping.entries}
            for name, value in mapping.entries:
                if name.text not in seen:
                    yield name, value
            seen |= names

    def _layers(self) -> Iterator[Mapping]:
        """Give this mapping and all that are merged into it, each once."""
        seen: set[int] = set()
        stack: list[Mapping] = [self]
        while stack:
            mapping = stack.pop()
            if id(mapping) not in seen:
                seen.add(id(mapping))
                yield mapping
                stack.extend(reversed(mapping.merged))


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Document:
    """One document of a stream: its root, or None when it is empty or no YAML."""

    span: Span
    root: Node | None
    is_sound: bool
