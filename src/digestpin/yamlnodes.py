"""Holds what a YAML document is made of: nodes, each with its place."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Lookup

    from digestpin.source import Region, Span
    from digestpin.templates import Template


class Scalar:
    """A scalar: its content, and the bytes it takes with its quotes."""

    def __init__(self, content: Template, region: Region) -> None:
        self._content = content
        self._region = region

    @property
    def content(self) -> Template:
        """What the scalar says."""
        return self._content

    @property
    def region(self) -> Region:
        """The bytes that the scalar takes."""
        return self._region

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.text


@frozen(slots=False)
class Sequence:
    """A sequence in block or flow style."""

    region: Region
    items: tuple[Node, ...] = ()


@frozen(slots=False)
class Mapping:
    """A mapping in block or flow style; duplicate keys are all kept, in order."""

    region: Region
    entries: tuple[tuple[Scalar, Node], ...] = ()
    merged: tuple[Mapping, ...] = field(default=(), compare=False)

    @cached_property
    def values(self) -> Lookup[str, Node]:
        """The values by their keys, own entries before merged ones (`<<`)."""
        found: dict[str, Node] = {}
        for name, value in self.items():
            found.setdefault(name.text, value)
        return found

    def get(self, key: str) -> Node | None:
        """Return the value at `key`, an own one before a merged one."""
        return self.values.get(key)

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """Give own and merged entries, a merged one only where no nearer one is."""
        if not self.merged:
            yield from self.entries
            return
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


@frozen(slots=False)
class Document:
    """One document of a stream: its root, or None when it is empty or no YAML."""

    span: Span
    root: Node | None
    is_sound: bool
