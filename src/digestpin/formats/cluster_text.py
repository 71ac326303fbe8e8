"""Finds kind cluster configs in text: strings, here-documents, templates of YAML.

What a template engine replaces becomes a variable; lines that only steer it go, and all
branches are read as if they held. Where a whole line is put in, nobody knows what the
nodes are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.formats.yaml_cluster import find_cluster_config, names_cluster_config
from digestpin.formats.yaml_variables import GENERIC, expand
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Template, Variable, join, variable
from digestpin.yamltext import Mapping, Scalar, Sequence, read_embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import ClusterConfig
    from digestpin.formats.yaml_variables import Syntaxes
    from digestpin.templates import Part, Scope
    from digestpin.yamltext import Node

_TAG = (
    r"\{\{-?\s{0,9}/\*(?:[^*]|\*(?!/)){0,4000}+\*/\s{0,9}-?\}\}|\{\#(?:[^#]|\#(?!\})){0,4000}+\#\}"
    r"|\{\{(?:[^}\n]|\}(?!\}))*+\}\}|\{%(?:[^%\n]|%(?!\}))*+%\}"
)
_TAG_LINE = lazy_pattern(
    rf"^[ \t]*+(?P<tags>(?:(?:{_TAG}|{HOLE})[ \t]*+)+)\r?(?:\n|\Z)", re.MULTILINE
)
_STEERING = lazy_pattern(
    r"(?:\{\{-?\s*(?:if|else|end|range|with|define|block|/\*|\$\w+\s*:?=)"
    r"|\{%-?\s*(?:if|elif|else|end\w+|for|set|raw|macro|block)\b|\{\#)"
)
_PLACEHOLDER = lazy_pattern(r"%(?:\[\d+\])?[sdvq]")
_MAX_DEPTH = 3


def find_cluster_configs(
    text: Template, scope: Scope, syntaxes: Syntaxes = GENERIC, depth: int = 0
) -> Iterator[ClusterConfig]:
    """Give the cluster configs in a text that is YAML once its templates are filled.

    `depth` counts the texts around it.
    """
    region = text.region
    if region is None or depth > _MAX_DEPTH or not names_cluster_config(text.text):
        return
    kept, is_open = _without_tag_lines(text)
    for document in read_embedded(expand(kept, scope, syntaxes), region.path):
        for config in _configs(document.root, scope, depth):
            yield replace(config, is_open=config.is_open or is_open)


def find_held_configs(
    text: Template, scope: Scope, name: str
) -> Iterator[ClusterConfig]:
    """Give the cluster configs in the value of a variable of this name."""
    for config in find_cluster_configs(text, scope):
        yield replace(config, variable=name)


def find_quoted_configs(text: Template, scope: Scope) -> Iterator[ClusterConfig]:
    """Give the cluster configs in a string of a program.

    What the program or somebody else puts into the string is not followed.
    """
    if not names_cluster_config(text.text):
        return
    own = {id(part) for part in text.parts}
    filled = join(_placeholders(expand(text, scope), scope))
    parts = (_unknown(part) if id(part) not in own else part for part in filled.parts)
    yield from find_cluster_configs(Template(tuple(parts)), scope)


def _unknown(part: Part) -> Part:
    return replace(part, opaque=True) if isinstance(part, Variable) else part


def _placeholders(text: Template, scope: Scope) -> Iterator[Template]:
    at = 0
    for match in _PLACEHOLDER.finditer(text.text):
        found = text.cut(*match.span())
        if found.region is None:
            continue
        yield text.cut(at, match.start())
        yield variable(Variable(name=match[0], scope=scope, region=found.region))
        at = match.end()
    yield text.cut(at, len(text)) if at < len(text) else Template()


def _without_tag_lines(text: Template) -> tuple[Template, bool]:
    """Return the text without lines of tags alone; say whether one puts lines in."""
    pieces: list[Template] = []
    at, is_open = 0, False
    for match in _TAG_LINE.finditer(text.text):
        is_open |= _STEERING.match(match["tags"]) is None
        if at < match.start():
            pieces.append(text.cut(at, match.start()))
        at = match.end()
    if at < len(text):
        pieces.append(text.cut(at, len(text)))
    return join(pieces), is_open


def _configs(root: Node | None, scope: Scope, depth: int) -> Iterator[ClusterConfig]:
    """Give the configs at a node and below it, also in texts inside."""
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            config = find_cluster_config(node, scope)
            if config is not None:
                yield config
            else:
                todo.extend(value for _, value in reversed(list(node.items())))
        elif isinstance(node, Sequence):
            todo.extend(reversed(node.items))
        elif isinstance(node, Scalar) and "\n" in node.text:
            yield from find_cluster_configs(node.content, scope, depth=depth + 1)
