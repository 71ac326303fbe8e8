"""Reads YAML of any kind: every scalar, what its key says, and what is inside it.

Formats that know a file's structure read what they know and leave the rest to this.
Nodes are visited once for each scope, so that aliases cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role, Text
from digestpin.formats.quoted import quoted_document, quoted_scalar
from digestpin.formats.shell import extract_shell
from digestpin.formats.yaml_arguments import find_arguments, read_arguments
from digestpin.formats.yaml_built import find_built
from digestpin.formats.yaml_cluster import find_cluster_config
from digestpin.formats.yaml_keys import holds_shell, names_kind, role_of
from digestpin.formats.yaml_pairs import find_pair
from digestpin.formats.yaml_settings import find_settings
from digestpin.formats.yaml_text import extract_plain_text
from digestpin.formats.yaml_variables import GENERIC, OUTER, expand
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Template, join, literal, made_up
from digestpin.values import frozen
from digestpin.yamltext import Mapping, Scalar, Sequence, read_documents, read_embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.formats.yaml_variables import Syntaxes
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Document, Node

_TELLING = lazy_pattern(rf"[/:@${HOLE}]")
_VERSION = lazy_pattern(rf"[/:@${HOLE}]|\d\.\d|\{{[{{%]|<<")
_SHELL_LINE = lazy_pattern(
    r"#![ \t]*\S*(?:/|env[ \t]+(?:-\S+[ \t]+)*)(?:ba|da|k|z|a)?sh\b"
)
_STRUCTURE = lazy_pattern(r"(?:^|\n)[ \t]*(?:- |[\w.\"'/-]+:(?:[ \t\r\n]|$))")
_MAX_VISITS = 200_000
_MAX_EMBEDDED = 3


@frozen
class Key:
    """Where a node stands: its key, and the key above."""

    name: str = ""
    parent: str = ""

    def below(self, name: str) -> Key:
        """Return the place of the value of `name`."""
        return Key(name, self.name)


TOP = Key()


def read_mappings(
    source: SourceFile, read: Callable[[Mapping], Iterable[Fact]]
) -> Iterator[Fact]:
    """Yield what `read` finds in each document of a file that is a mapping.

    What does not parse is read as text, in the scope of the file.
    """
    for document in read_documents(source):
        if isinstance(document.root, Mapping):
            yield from read(document.root)
        elif not document.is_sound:
            start, end = document.span.start, document.span.end
            part = literal(source.text[start:end], source.region(start, end))
            yield from extract_plain_text(part, (str(source.path),))


@dataclass
class Walker:
    """Walks the nodes of one file.

    `syntaxes` are the ways in which scalars write variables, `outer` those that are
    replaced before a shell sees a script. `base` is the folder that paths in scripts
    start from. With `lists_commands`, the items of `command:` are commands, not words.
    """

    path: PurePosixPath
    syntaxes: Syntaxes = GENERIC
    outer: Syntaxes = OUTER
    base: str = ""
    lists_commands: bool = False
    _seen: set[tuple[int, Scope, Key]] = field(default_factory=set)
    _kept: list[Node] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)
    _embedded: int = 0

    def documents(
        self, documents: Iterable[Document], text: Template, scope: Scope
    ) -> Iterator[Fact]:
        """Yield the facts of all documents; `text` is what their spans are cut from."""
        for document in documents:
            if document.is_sound:
                yield from self.walk(document.root, scope)
            else:
                span = document.span
                part = text.cut(span.start, span.end)
                yield from extract_plain_text(part, scope, self.syntaxes)

    def walk(self, node: Node | None, scope: Scope, key: Key = TOP) -> Iterator[Fact]:
        """Yield the facts of a node and all below it."""
        if node is None:
            return
        visit = (id(node), scope, key)
        if visit in self._seen or id(node) in self._done:
            return
        if len(self._seen) >= _MAX_VISITS:
            return
        self._seen.add(visit)
        # Kept alive: an id may be used again once its object is gone.
        self._kept.append(node)
        if isinstance(node, Scalar):
            yield from self.scalar(node, scope, key)
        elif isinstance(node, Sequence):
            yield from self._sequence(node, scope, key)
        else:
            yield from self._mapping(node, scope, key)

    def _finish(self, nodes: tuple[Node, ...]) -> None:
        """Note nodes that are read already."""
        self._kept += nodes
        self._done |= {id(node) for node in nodes}

    def finish(self, *nodes: Node) -> None:
        """Note nodes and all below them as read."""
        self._finish(nodes)

    def knows(self, nodes: Iterable[Node]) -> bool:
        """Whether all nodes are noted as read."""
        return all(id(node) in self._done for node in nodes)

    def _mapping(self, mapping: Mapping, scope: Scope, key: Key) -> Iterator[Fact]:
        config = find_cluster_config(mapping, scope)
        if config is not None:
            yield config
        settings = find_settings(mapping, scope, key.name, self.syntaxes)
        yield from settings.bindings
        self._finish(settings.nodes)
        built = tuple(find_built(mapping, key.parent))
        self._finish(built)
        for image in built:
            yield self.text(image.content, settings.scope, Role.BUILT)
        pair = find_pair(mapping)
        if pair is not None:
            yield self.text(pair.template, settings.scope, Role.IMAGE)
        arguments = None if self.lists_commands else find_arguments(mapping)
        if arguments is not None:
            self._finish(arguments.nodes)
            yield from self.words(arguments.words, settings.scope)
        for name, value in mapping.items():
            if pair is None or name.text not in pair.keys:
                yield from self.walk(value, settings.scope, key.below(name.text))

    def _sequence(self, sequence: Sequence, scope: Scope, key: Key) -> Iterator[Fact]:
        items = sequence.items
        scalars = [item for item in items if isinstance(item, Scalar)]
        if scalars and holds_shell(key.name) and len(scalars) == len(items):
            yield from self.commands(scalars, scope)
            return
        for item in items:
            yield from self.walk(item, scope, key)

    def scalar(self, scalar: Scalar, scope: Scope, key: Key = TOP) -> Iterator[Fact]:
        """Yield what one value tells, by its key and its content."""
        yield from quoted_scalar(scalar)
        content = scalar.content
        text = content.text
        is_long = "\n" in text
        if not _VERSION.search(text):
            if is_long and not self._is_shell(text, key, is_long=True):
                yield from quoted_document(content)
            return
        role = role_of(key.name, key.parent)
        if role is Role.VALUE and self._is_shell(text, key, is_long=is_long):
            yield from self.script(content, scope)
        elif is_long and role in (Role.VALUE, Role.IMAGE):
            yield from self.embedded(content, scope)
        else:
            yield from self._value(content, scope, key, role)

    def _is_shell(self, text: str, key: Key, *, is_long: bool) -> bool:
        if is_long and _SHELL_LINE.match(text):
            return True
        return holds_shell(key.name) and (is_long or " " in text.strip())

    def _value(
        self, content: Template, scope: Scope, key: Key, role: Role
    ) -> Iterator[Fact]:
        value = expand(content, scope, self.syntaxes)
        region = content.region
        is_named = names_kind(key.name)
        if region is not None and (is_named or names_kind(key.parent)):
            name = key.name if is_named else f"{key.parent}.{key.name}"
            # A scope of its own: nothing reads it as a variable.
            field_scope = (*scope, "field", str(region.span.start))
            yield Binding(
                name=name, scope=field_scope, value=value, what="value", role=role
            )
        elif _TELLING.search(value.text):
            yield Text(template=value, scope=scope, role=role, label=key.name)

    def text(
        self, content: Template, scope: Scope, role: Role = Role.VALUE, label: str = ""
    ) -> Text:
        """Return a scalar's content as a text, its variables as such."""
        value = expand(content, scope, self.syntaxes)
        return Text(template=value, scope=scope, role=role, label=label)

    def script(self, content: Template, scope: Scope) -> Iterator[Fact]:
        """Yield the facts of a shell script, in a scope of its own."""
        region = content.region
        if region is None:
            return
        own = (*scope, "script", str(region.span.start))
        script = expand(content, scope, self.outer)
        yield from extract_shell(script, own, base=self.base)

    def commands(self, items: Iterable[Scalar], scope: Scope) -> Iterator[Fact]:
        """Yield the facts of commands that one shell runs one after the other."""
        pieces: list[Template] = []
        for item in items:
            pieces += [item.content, made_up("\n")]
        yield from self.script(join(pieces), scope)

    def words(self, words: Iterable[Scalar], scope: Scope) -> Iterator[Fact]:
        """Yield the facts of a command that is given word by word."""
        for argument in read_arguments([word.content for word in words]):
            if argument.is_script:
                yield from self.script(argument.content, scope)
            elif "\n" in argument.content.text:
                yield from self.embedded(argument.content, scope)
            elif _TELLING.search(argument.content.text):
                yield self.text(argument.content, scope, argument.role)

    def embedded(self, content: Template, scope: Scope) -> Iterator[Fact]:
        """Yield the facts of YAML, or of any other text, inside a scalar."""
        yield from quoted_document(content)
        content = expand(content, scope, self.syntaxes)
        if self._embedded >= _MAX_EMBEDDED or not _STRUCTURE.search(content.text):
            yield from extract_plain_text(content, scope, self.syntaxes)
            return
        self._embedded += 1
        documents = read_embedded(content, self.path)
        yield from self.documents(documents, content, scope)
        self._embedded -= 1
