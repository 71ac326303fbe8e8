"""Reads what a step or a job uses: actions, reusable workflows, and what they get."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from digestpin.calls import read_calls
from digestpin.facts import HANDED_OVER, ActionUse, Binding, Role, Text
from digestpin.formats.cluster_config import extract_embedded
from digestpin.formats.environment_reads import reads_in_code
from digestpin.formats.github_expressions import expand
from digestpin.formats.shell import extract_shell
from digestpin.formats.yaml_built import names_built, split_tags
from digestpin.formats.yaml_keys import is_cache_key, role_of
from digestpin.patterns import lazy_pattern
from digestpin.source import Region, Span
from digestpin.templates import Variable, variable
from digestpin.yamltext import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.formats.github_matrix import Matrix
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template

_IMAGE_KEYS = lazy_pattern(r"(?:\A|[_-])(?:node[_-]?)?image\Z", re.IGNORECASE)
_SCRIPT_KEYS = frozenset({"run", "script", "command", "commands", "cmd", "args"})
_COMMENT = lazy_pattern(r"[ \t]*(#[^\n]*)?")


def local_files(uses: str) -> tuple[str, ...]:
    """Return the files that a local `uses:` may mean; one of two for an action."""
    if not uses.startswith("./"):
        return ()
    path = posixpath.normpath(uses)
    if path.endswith((".yml", ".yaml")):
        return (path,)
    folder = "" if path == "." else f"{path}/"
    return (f"{folder}action.yml", f"{folder}action.yaml")


def read_call(
    uses: Scalar, given: Mapping, scope: Scope, source: SourceFile
) -> Iterator[Fact]:
    """Yield an action or a reusable workflow that is used, and what it is given."""
    inputs: dict[str, Template] = {}
    for key, value in given.items():
        if isinstance(value, Scalar):
            inputs[key.text] = expand(value.content, scope)
    match = _COMMENT.match(source.text, uses.region.span.end)
    yield ActionUse(
        uses=uses.text,
        comment=(match[1] or "") if match is not None else "",
        region=uses.region,
        scope=scope,
        inputs=inputs,
    )
    is_image = uses.text.startswith("docker://")
    role = Role.IMAGE if is_image else Role.IGNORED
    yield Text(template=uses.content, scope=scope, role=role)
    targets = local_files(uses.text)
    for target in targets:
        yield from read_calls((target,), _handed_over(inputs), uses.region)
    if not targets:
        yield from _given(uses.text, inputs, scope)


def _given(uses: str, inputs: dict[str, Template], scope: Scope) -> Iterator[Fact]:
    action = uses.partition("@")[0]
    for key, template in inputs.items():
        if names_built(action, key):
            for tag in split_tags(template):
                yield Text(template=tag, scope=scope, role=Role.BUILT)
            continue
        if is_cache_key(key, action):
            label = f"`{key}` of {action}"
            yield Text(template=template, scope=scope, role=Role.IGNORED, label=label)
            continue
        if "\n" in template.text:
            yield from _block(key, template, scope)
            continue
        is_image = _IMAGE_KEYS.search(key) is not None
        yield Text(
            template=template,
            scope=scope,
            role=Role.IMAGE if is_image else role_of(key),
            label=f"`{key}` of {action}",
        )
        yield from reads_in_code(template, scope)


def _block(key: str, template: Template, scope: Scope) -> Iterator[Fact]:
    """Yield the facts of an input of several lines: a script, or YAML."""
    if key.lower() in _SCRIPT_KEYS:
        yield from extract_shell(template, (*scope, "run"), base="")
    else:
        yield from extract_embedded(template, scope)


def _handed_over(inputs: dict[str, Template]) -> Iterator[Binding]:
    for key, template in inputs.items():
        yield Binding(
            name=f"inputs.{key.lower()}",
            scope=(),
            value=template,
            what=HANDED_OVER,
        )


class Implied:
    """What follows from what is read: parts of computed matrices, outputs of actions.

    `outputs` has, for a scope and the beginning of the names that are read in it, the
    files that may give the output.
    """

    def __init__(self, region: Region) -> None:
        # What is bound here is written nowhere: it must not contain what is.
        self.region = Region(region.path, Span(region.span.start, region.span.start))
        self.matrices: list[Matrix] = []
        self.outputs: dict[tuple[Scope, str], tuple[str, ...]] = {}

    def facts(self, facts: list[Fact]) -> Iterator[Fact]:
        """Yield a binding for each name that is read and comes from such a place."""
        for scope, name in dict.fromkeys(_read_names(facts)):
            for matrix in self.matrices:
                is_here = scope[: len(matrix.scope)] == matrix.scope
                if is_here and name.startswith("matrix.") and matrix.dynamic:
                    yield from matrix.computed(name)
            for (known, prefix), files in self.outputs.items():
                if name.startswith(prefix) and scope[: len(known)] == known:
                    yield from self._output(name, known, files, name[len(prefix) :])

    def _output(
        self, name: str, scope: Scope, files: tuple[str, ...], output: str
    ) -> Iterator[Binding]:
        for file in files:
            read = Variable(name=f"outputs:{output}", scope=(file,), region=self.region)
            yield Binding(
                name=name,
                scope=scope,
                value=variable(read),
                what="output",
                conditional=True,
            )


def _read_names(facts: list[Fact]) -> Iterator[tuple[Scope, str]]:
    for fact in facts:
        templates: list[Template] = []
        if isinstance(fact, Text):
            templates.append(fact.template)
        elif isinstance(fact, Binding):
            templates.append(fact.value)
        elif isinstance(fact, ActionUse):
            templates += fact.inputs.values()
        for template in templates:
            for part in template.variables:
                yield part.scope, part.name
