"""Reads GitHub workflows and composite actions (also Gitea's and Forgejo's).

Scopes: the file, `("jobs", J)` below it, `("steps", "0")` below that; a composite
action's steps lie below `("runs",)`. The names bound are those of the contexts:
`matrix.x`, `inputs.x`, `steps.S.outputs.x`, `needs.J.outputs.x`; an environment
variable goes by its own name, so that `run:` scripts find it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import ENVIRONMENT, Binding, Link, Role, Text
from digestpin.formats.github_calls import Implied, local_files, read_call
from digestpin.formats.github_conditions import rows_where
from digestpin.formats.github_expressions import bare_expression, expand
from digestpin.formats.github_matrix import Matrix
from digestpin.formats.github_nodes import mapping_of
from digestpin.formats.github_scripts import (
    NO_DEFAULTS,
    Defaults,
    defaults_of,
    read_environment,
    read_foreign,
    set_for_later,
)
from digestpin.formats.interface import FileFormat
from digestpin.formats.shell import extract_shell
from digestpin.formats.yaml_walk import read_mappings
from digestpin.patterns import lazy_pattern
from digestpin.rows import restrict_rows, rows_of_scope
from digestpin.templates import Variable, variable
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Node

_WORKFLOW = lazy_pattern(
    r"(?:\A|/)\.(?:github|gitea|forgejo)/(?:workflows/[^/]+|.*/action|action)\.ya?ml\Z"
)
_ACTION_FILE = lazy_pattern(r"(?:\A|/)action\.ya?ml\Z")
_OTHER_KEYS = frozenset({"environment", "concurrency", "runs-on", "timeout-minutes"})


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Say whether a file is a workflow or an action."""
    text = path.as_posix()
    if _WORKFLOW.search(text):
        return True
    return bool(_ACTION_FILE.search(text)) and b"runs:" in head


def extract(source: SourceFile) -> Iterator[Fact]:
    """Return the facts of a workflow or an action."""
    return read_mappings(source, lambda root: _File(source, root).facts())


class _File:
    """One workflow or action; `facts` may be asked once."""

    def __init__(self, source: SourceFile, root: Mapping) -> None:
        self.source = source
        self.root = root
        self.scope: Scope = (source.path.as_posix(),)
        self.environment_names: set[str] = set()
        self.implied = Implied(root.region)

    def facts(self) -> Iterator[Fact]:
        found = [self.with_environment(fact) for fact in self.written()]
        yield from found
        yield from self.implied.facts(found)

    def written(self) -> Iterator[Fact]:
        yield from self.shown(self.root, ("name", "run-name"), self.scope, "workflow's")
        yield from self.environment(self.root.get("env"), self.scope)
        yield from self.triggers(mapping_of(self.root.get("on")))
        yield from self.inputs(mapping_of(self.root.get("inputs")))
        yield from self.outputs(mapping_of(self.root.get("outputs")))
        runs = mapping_of(self.root.get("runs"))
        yield from self.steps(runs.get("steps"), (*self.scope, "runs"))
        for name, job in mapping_of(self.root.get("jobs")).items():
            if isinstance(job, Mapping):
                yield from self.job(name.text, job)

    def with_environment(self, fact: Fact) -> Fact:
        """Hand the environment on to what a script runs, also what the script sets."""
        if isinstance(fact, Link) and fact.hidden:
            return replace(fact, hidden=fact.hidden - self.environment_names)
        return fact

    # What the file declares

    def triggers(self, on: Mapping) -> Iterator[Fact]:
        for event in ("workflow_call", "workflow_dispatch"):
            trigger = mapping_of(on.get(event))
            yield from self.inputs(mapping_of(trigger.get("inputs")))
            yield from self.outputs(mapping_of(trigger.get("outputs")))

    def inputs(self, inputs: Mapping) -> Iterator[Fact]:
        for key, declared in inputs.items():
            default = mapping_of(declared).get("default")
            name = f"inputs.{key.text.lower()}"
            if isinstance(default, Scalar) and default.text:
                yield Binding(
                    name=name,
                    scope=self.scope,
                    value=expand(default.content, self.scope),
                    what="input default",
                    fallback=True,
                )
            options = mapping_of(declared).get("options")
            if isinstance(options, Sequence):
                read = Variable(name=name, scope=self.scope, region=options.region)
                yield Text(
                    template=variable(read),
                    scope=self.scope,
                    role=Role.IGNORED,
                    label=f"the options of the input `{key.text}`",
                )

    def outputs(self, outputs: Mapping) -> Iterator[Fact]:
        for key, declared in outputs.items():
            value = mapping_of(declared).get("value")
            if isinstance(value, Scalar):
                scope = self.scope
                if "runs" in {name.text for name, _ in self.root.items()}:
                    scope = (*self.scope, "runs")
                yield Binding(
                    name=f"outputs:{key.text.lower()}",
                    scope=self.scope,
                    value=expand(value.content, scope),
                    what="output",
                )

    def others(self, node: Mapping, scope: Scope, whose: str) -> Iterator[Fact]:
        """Yield what reads variables under keys in which nothing is looked for."""
        found = ((k, v) for k, v in node.items() if k.text in _OTHER_KEYS)
        for key, value in found:
            parts = value.items() if isinstance(value, Mapping) else ((key, value),)
            for _, child in parts:
                if isinstance(child, Scalar) and "${{" in child.text:
                    yield Text(
                        template=expand(child.content, scope),
                        scope=scope,
                        role=Role.IGNORED,
                        label=f"`{key.text}` of the {whose}",
                    )

    def environment(self, node: Node | None, scope: Scope) -> Iterator[Fact]:
        for key, value in mapping_of(node).items():
            if isinstance(value, Scalar):
                self.environment_names.add(key.text)
                yield Binding(
                    name=key.text,
                    scope=scope,
                    value=expand(value.content, scope),
                    what=ENVIRONMENT,
                )

    def shown(
        self, node: Mapping, keys: Iterable[str], scope: Scope, whose: str
    ) -> Iterator[Fact]:
        """Yield the names that GitHub shows and the conditions that it tests."""
        for key in keys:
            value = node.get(key)
            if isinstance(value, Scalar):
                is_condition = key == "if"
                read = bare_expression if is_condition else expand
                yield Text(
                    template=read(value.content, scope),
                    scope=scope,
                    role=Role.IGNORED,
                    label=f"the {whose} {'condition' if is_condition else 'name'}",
                )

    # Jobs

    def job(self, name: str, job: Mapping) -> Iterator[Fact]:
        scope = (*self.scope, "jobs", name)
        yield from self.shown(job, ("name", "if"), scope, "job's")
        yield from self.environment(job.get("env"), scope)
        yield from self.others(job, scope, "job")
        yield from self.matrix(mapping_of(job.get("strategy")), scope)
        yield from self.containers(job, scope)
        for key, value in mapping_of(job.get("outputs")).items():
            if isinstance(value, Scalar):
                for prefix in ("needs", "jobs"):
                    yield Binding(
                        name=f"{prefix}.{name}.outputs.{key.text}".lower(),
                        scope=self.scope,
                        value=expand(value.content, scope),
                        what="job output",
                    )
        uses = job.get("uses")
        if isinstance(uses, Scalar):
            given = mapping_of(job.get("with"))
            yield from read_call(uses, given, scope, self.source)
            prefix = f"needs.{name}.outputs.".lower()
            self.implied.outputs[self.scope, prefix] = local_files(uses.text)
        defaults = defaults_of(self.root, job, self.source)
        yield from self.steps(job.get("steps"), scope, defaults)

    def matrix(self, strategy: Mapping, scope: Scope) -> Iterator[Fact]:
        node = strategy.get("matrix")
        if node is None:
            return
        matrix = Matrix(node, scope)
        self.implied.matrices.append(matrix)
        yield from matrix.bindings()
        yield from matrix.comparisons()

    def containers(self, job: Mapping, scope: Scope) -> Iterator[Fact]:
        containers = [job.get("container")]
        containers += [value for _, value in mapping_of(job.get("services")).items()]
        for node in containers:
            image = node.get("image") if isinstance(node, Mapping) else node
            if isinstance(image, Scalar):
                template = expand(image.content, scope)
                yield Text(template=template, scope=scope, role=Role.IMAGE)

    # Steps

    def steps(
        self, node: Node | None, scope: Scope, defaults: Defaults = NO_DEFAULTS
    ) -> Iterator[Fact]:
        if not isinstance(node, Sequence):
            return
        matrix = next((m for m in self.implied.matrices if m.scope == scope), None)
        for number, step in enumerate(node.items):
            if isinstance(step, Mapping):
                own = (*scope, "steps", str(number))
                rows = rows_where(step.get("if"), matrix)
                if rows:
                    own = restrict_rows(own, len(scope), rows)
                yield from self.step(step, own, scope, defaults)

    def step(
        self, step: Mapping, scope: Scope, job: Scope, defaults: Defaults
    ) -> Iterator[Fact]:
        yield from self.shown(step, ("name", "if"), scope, "step's")
        yield from self.environment(step.get("env"), scope)
        identity = step.get("id")
        name = identity.text if isinstance(identity, Scalar) else ""
        uses = step.get("uses")
        if isinstance(uses, Scalar):
            given = mapping_of(step.get("with"))
            yield from read_call(uses, given, scope, self.source)
            if name:
                prefix = f"steps.{name}.outputs.".lower()
                self.implied.outputs[job, prefix] = local_files(uses.text)
        run = step.get("run")
        if isinstance(run, Scalar):
            yield from self.script(run, scope, job, name, defaults.of(step))

    def script(
        self, run: Scalar, scope: Scope, job: Scope, identity: str, how: Defaults
    ) -> Iterator[Fact]:
        """Yield a `run:` block's facts; `identity` is the step's id."""
        inner = (*scope, "run")
        template = expand(run.content, scope)
        if how.is_powershell:
            yield from set_for_later(template, job)
            template = read_environment(template, inner)
        if how.is_foreign:
            yield from read_foreign(template, inner, how)
            return
        for fact in extract_shell(template, inner, base=how.folder):
            yield self.rename(fact, job, identity)

    def rename(self, fact: Fact, job: Scope, identity: str) -> Fact:
        """Turn what a script writes to GitHub's files into the names they get."""
        if not isinstance(fact, Binding):
            return fact
        file, colon, name = fact.name.partition(":")
        if not colon:
            return fact
        fact = replace(fact, rows=dict(rows_of_scope(fact.scope)).get(job))
        if file == "GITHUB_OUTPUT":
            name = f"steps.{identity}.outputs.{name}".lower()
            return replace(fact, name=name, scope=job, sequential=False)
        if file == "GITHUB_ENV":
            self.environment_names.add(name)
            return replace(fact, name=name, scope=job)
        return fact


FORMAT = FileFormat(
    id="github",
    summary="GitHub workflows and composite actions",
    matches=matches,
    extract=extract,
)
