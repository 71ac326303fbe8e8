"""Finds the variables that a YAML mapping sets for what stands beside and below it.

`env:` and the like hold a mapping, a list of `NAME=value`, or a list of mappings with
`name` and `value`; parameters are lists of mappings with `name` and `default`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import ENVIRONMENT, Binding
from digestpin.formats.yaml_keys import PARAMETERS, VARIABLES, role_of
from digestpin.formats.yaml_variables import expand
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.yaml_variables import Syntaxes
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_SETTING = VARIABLES | PARAMETERS
_DEFAULT = "default"
_ASSIGNMENT = lazy_pattern(r"(?P<name>[A-Za-z_][\w.-]*)=")
_PREFIXES = {"inputs": "inputs.parameters.", "arguments": "workflow.parameters."}
"""How Argo reads parameters, by the key above."""


@frozen(slots=False)
class Settings:
    """What a mapping sets: where it is known, and the nodes that are thereby read."""

    scope: Scope
    bindings: tuple[Binding, ...] = ()
    nodes: tuple[Node, ...] = ()
    """The values of the variables."""


def find_settings(
    mapping: Mapping, scope: Scope, parent: str, syntaxes: Syntaxes
) -> Settings:
    """Return the variables that the keys of `mapping` set.

    They are known in a scope of the mapping's own; without any it is `scope`.
    """
    if not any(key.lower() in _SETTING for key in mapping.values):
        return Settings(scope)
    own = (*scope, "at", str(mapping.region.span.start))
    found: list[tuple[Binding, Node]] = []
    for key, value in mapping.values.items():
        if isinstance(value, Scalar):
            continue
        reader = _Reader(own, syntaxes, _prefix(key, parent))
        if key.lower() in VARIABLES:
            found += reader.variables(value)
        elif key in PARAMETERS:
            found += reader.parameters(value)
    if not found:
        return Settings(scope)
    bindings, nodes = zip(*found, strict=True)
    return Settings(own, bindings, nodes)


def read_variables(
    node: Node | None, scope: Scope, syntaxes: Syntaxes, what: str = ENVIRONMENT
) -> Iterator[Binding]:
    """Yield what a mapping or list of variables sets in `scope`."""
    if node is not None:
        for binding, _ in _Reader(scope, syntaxes, "", what).variables(node):
            yield binding


def _prefix(key: str, parent: str) -> str:
    if key in VARIABLES:
        return ""
    return _PREFIXES.get(parent, f"{key}.")


@frozen(slots=False)
class _Reader:
    """Reads variables with the nodes that are thereby done with."""

    scope: Scope
    syntaxes: Syntaxes
    prefix: str
    what: str = ENVIRONMENT

    def variables(self, node: Node) -> Iterator[tuple[Binding, Node]]:
        if isinstance(node, Mapping):
            for key, value in node.items():
                if isinstance(value, Scalar):
                    yield self.bind(key.text, value.content, self.what), value
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self.item(item)

    def item(self, item: Node) -> Iterator[tuple[Binding, Node]]:
        if isinstance(item, Scalar):
            match = _ASSIGNMENT.match(item.text)
            if match is not None:
                value = item.content.cut(match.end(), len(item.content))
                yield self.bind(match["name"], value, self.what), item
        elif isinstance(item, Mapping):
            yield from self.pair(item, "value")

    def parameters(self, node: Node) -> Iterator[tuple[Binding, Node]]:
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Mapping):
                yield from self.pair(item, "default")
                yield from self.pair(item, "value")

    def pair(self, item: Mapping, key: str) -> Iterator[tuple[Binding, Node]]:
        name, value = item.get("name"), item.get(key)
        if isinstance(name, Scalar) and name.text and isinstance(value, Scalar):
            what = _DEFAULT if key == "default" else self.what
            yield self.bind(self.prefix + name.text, value.content, what), value

    def bind(self, name: str, content: Template, what: str) -> Binding:
        return Binding(
            name=name,
            scope=self.scope,
            value=expand(content, self.scope, self.syntaxes),
            what=what,
            role=role_of(name.rpartition(".")[2]),
            fallback=what == _DEFAULT,
        )
