"""CircleCI: jobs, commands and executors with their parameters, and workflows.

Every invocation of a job by a workflow, or of a command by a job, gives its parameters
values; each invocation is a row, or as many rows as its matrix has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.branches import Branch
from digestpin.facts import Binding, Role, Text
from digestpin.formats.ci_matrix import Row, Rows, choices, compared, product_rows
from digestpin.formats.interface import FileFormat
from digestpin.formats.yaml_keys import role_of
from digestpin.formats.yaml_settings import read_variables
from digestpin.formats.yaml_variables import Syntax, expand
from digestpin.formats.yaml_walk import Key, Walker, read_mappings
from digestpin.patterns import lazy_pattern
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Lookup
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Node

_NAMES = lazy_pattern(r"(?:.*/)?\.circleci/.*\.ya?ml")
_SYNTAXES = frozenset((Syntax.ANGLED,))
_SECTIONS = ("jobs", "commands", "executors")
_READ = frozenset(("environment", "parameters", "steps", "executor", "description"))
_MAX_DEPTH = 8


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the file is in CircleCI's folder."""
    del head
    return _NAMES.fullmatch(str(path)) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Return what the pipeline says; see `FileFormat.extract`."""
    return read_mappings(source, lambda root: _Pipeline(source.path, root).facts())


class _Pipeline:
    """One configuration file."""

    def __init__(self, path: PurePosixPath, root: Mapping) -> None:
        self.root = root
        self.scope: Scope = (str(path),)
        self.walker = Walker(path, _SYNTAXES, _SYNTAXES)
        self.rows: dict[Scope, Rows] = {}

    def facts(self) -> Iterator[Fact]:
        """Yield the facts of the whole file."""
        yield from self._defaults(self.root, self.scope, "pipeline.parameters.")
        for scope, owner in self._owners():
            yield from self._owner(owner, scope)
        for _, workflow in _entries(self.root.get("workflows")):
            yield from self._workflow(workflow)
        # Last: a default holds where no invocation gives a value.
        for scope, owner in self._owners():
            yield from self._defaults(owner, scope, "parameters.")
        for rows in self.rows.values():
            yield from rows.bindings("parameters of the caller")
        for name, node in self.root.values.items():
            if name not in (*_SECTIONS, "parameters", "workflows"):
                yield from self.walker.walk(node, self.scope, Key(name))

    def _owners(self) -> Iterator[tuple[Scope, Mapping]]:
        """Give the jobs, commands and executors with their scopes."""
        for section in _SECTIONS:
            for name, owner in _entries(self.root.get(section)):
                if isinstance(owner, Mapping):
                    yield (*self.scope, section, name), owner

    def _defaults(self, owner: Mapping, scope: Scope, prefix: str) -> Iterator[Fact]:
        for name, parameter in _entries(owner.get("parameters")):
            if not isinstance(parameter, Mapping):
                continue
            label = f"the `enum` of the parameter `{name}`"
            yield from choices(prefix + name, parameter.get("enum"), scope, label)
            default = parameter.get("default")
            if isinstance(default, Scalar) and default.text:
                found = Binding(
                    name=prefix + name,
                    scope=scope,
                    value=expand(default.content, scope, _SYNTAXES),
                    what="parameter default",
                    role=role_of(name),
                    fallback=True,
                )
                rows = self.rows.get(scope)
                yield found if rows is None else rows.leave(found)

    def _owner(self, owner: Mapping, scope: Scope) -> Iterator[Fact]:
        """Yield the facts of a job, command or executor, its defaults left out."""
        environment = tuple(
            read_variables(owner.get("environment"), scope, _SYNTAXES, "environment")
        )
        yield from environment
        own = {binding.name for binding in environment}
        for binding in self._executor(owner.get("executor"), scope):
            if binding.name not in own:
                yield binding
        yield from self._steps(owner.get("steps"), scope)
        for name, node in owner.values.items():
            if name not in _READ:
                yield from self.walker.walk(node, scope, Key(name))

    def _executor(self, node: Node | None, scope: Scope) -> Iterator[Binding]:
        """Yield the environment of the executor that a job runs in, as given to it."""
        name = node.get("name") if isinstance(node, Mapping) else node
        if not isinstance(name, Scalar):
            return
        callee = (*self.scope, "executors", name.text)
        self._call(callee, node if isinstance(node, Mapping) else None, scope)
        branch = Branch(callee, len(self.rows[callee].rows) - 1)
        executors = self.root.get("executors")
        known = executors.get(name.text) if isinstance(executors, Mapping) else None
        given = known.get("environment") if isinstance(known, Mapping) else None
        for binding in read_variables(given, callee, _SYNTAXES, "environment"):
            yield replace(binding, scope=scope, branches=(branch,), conditional=True)

    def _call(self, callee: Scope, given: Node | None, scope: Scope) -> None:
        """Note the parameters of one invocation as a row of what is invoked."""
        row: Row = {
            f"parameters.{name}": expand(node.content, scope, _SYNTAXES)
            for name, node in _entries(given)
            if isinstance(node, Scalar)
        }
        self.rows.setdefault(callee, Rows(callee)).add(row)

    def _tested(self, node: Node | None, scope: Scope, label: str) -> Iterator[Text]:
        """Yield what is compared or shown: variables read there are no references."""
        if isinstance(node, Scalar):
            template = expand(node.content, scope, _SYNTAXES)
            if not template.is_literal:
                role = Role.IGNORED
                yield Text(template=template, scope=scope, role=role, label=label)
        elif node is not None:
            parts = node.items if isinstance(node, Sequence) else node.values.values()
            for part in parts:
                yield from self._tested(part, scope, label)

    def _steps(self, node: Node | None, scope: Scope, depth: int = 0) -> Iterator[Fact]:
        steps = node.items if isinstance(node, Sequence) else ()
        for number, step in enumerate(steps if depth < _MAX_DEPTH else ()):
            own = (*scope, "steps", str(number)) if depth == 0 else scope
            if isinstance(step, Scalar):
                callee = (*self.scope, "commands", step.text)
                self._call(callee, None, own)
            elif isinstance(step, Mapping):
                for name, given in step.values.items():
                    yield from self._step(name, given, own, depth)

    def _step(self, name: str, given: Node, scope: Scope, depth: int) -> Iterator[Fact]:
        if name == "run":
            yield from self._run(given, scope)
            return
        commands = self.root.get("commands")
        is_known = isinstance(commands, Mapping) and name in commands.values
        if is_known:
            self._call((*self.scope, "commands", name), given, scope)
        for key, node in _entries(given):
            if key == "steps":
                yield from self._steps(node, scope, depth + 1)
            elif key == "condition":
                yield from self._tested(node, scope, "a condition")
            elif not (is_known and isinstance(node, Scalar)):
                yield from self.walker.walk(node, scope, Key(key, name))

    def _run(self, given: Node, scope: Scope) -> Iterator[Fact]:
        if isinstance(given, Scalar):
            yield from self.walker.script(given.content, scope)
            return
        environment = given.get("environment") if isinstance(given, Mapping) else None
        yield from read_variables(environment, scope, _SYNTAXES, "environment")
        for key, node in _entries(given):
            if key == "command" and isinstance(node, Scalar):
                yield from self.walker.script(node.content, scope)
            elif key != "environment":
                yield from self.walker.walk(node, scope, Key(key, "run"))

    def _workflow(self, workflow: Node) -> Iterator[Fact]:
        jobs = workflow.get("jobs") if isinstance(workflow, Mapping) else None
        required = dict(_requirements(jobs))
        for key, node in _entries(workflow):
            if key != "jobs":
                yield from self._tested(node, self.scope, "a condition")
        for job in jobs.items if isinstance(jobs, Sequence) else ():
            if isinstance(job, Scalar):
                self._invoke(job.text, None)
            for name, given in _entries(job):
                self._invoke(name, given)
                yield from self._named(name, given, required)
                yield from self._excluded(name, given)
                title = given.get("name") if isinstance(given, Mapping) else None
                scope = (*self.scope, "jobs", name)
                yield from self._tested(title, scope, "the job's name")
                for key in ("pre-steps", "post-steps"):
                    steps = given.get(key) if isinstance(given, Mapping) else None
                    yield from self._steps(steps, (*self.scope, "jobs", name))

    def _named(
        self, name: str, given: Node, required: Lookup[str, Scalar]
    ) -> Iterator[Fact]:
        """Yield the values that stand in names by which other jobs require a row.

        CircleCI names the rows of a matrix `job-value`, after a `-` for each value.
        """
        scope = (*self.scope, "jobs", name)
        for row in _matrix_rows(given):
            title = "-".join([name, *(value.text for value in row.values())])
            if title in required:
                label = "`requires` of another job, which names the row"
                for key, value in row.items():
                    where = required[title].region
                    yield compared(f"parameters.{key}", value.text, scope, where, label)

    def _excluded(self, name: str, given: Node) -> Iterator[Fact]:
        """Yield the values that say which rows of a matrix are left out."""
        scope, label = (*self.scope, "jobs", name), "`exclude` of the matrix"
        for unwanted in _exclusions(given):
            for key, node in unwanted.items():
                read = f"parameters.{key}"
                yield compared(read, node.text, scope, node.region, label)

    def _invoke(self, name: str, given: Node | None) -> None:
        """Note one invocation of a job by a workflow, each row of its matrix."""
        scope = (*self.scope, "jobs", name)
        rows = self.rows.setdefault(scope, Rows(scope))
        base: Row = {
            f"parameters.{key}": expand(node.content, scope, _SYNTAXES)
            for key, node in _entries(given)
            if isinstance(node, Scalar) and key not in {"name", "type"}
        }
        for row in _matrix_rows(given):
            values = {key: expand(row[key], scope, _SYNTAXES) for key in row}
            matrix = {f"matrix.{key}": value for key, value in values.items()}
            named = {f"parameters.{key}": value for key, value in values.items()}
            rows.add({**base, **named, **matrix})


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        yield from node.values.items()


def _requirements(jobs: Node | None) -> Iterator[tuple[str, Scalar]]:
    """Give the names of jobs that jobs of a workflow wait for."""
    for job in jobs.items if isinstance(jobs, Sequence) else ():
        for _, given in _entries(job):
            needed = given.get("requires") if isinstance(given, Mapping) else None
            for item in needed.items if isinstance(needed, Sequence) else ():
                if isinstance(item, Scalar):
                    yield item.text, item


def _matrix_rows(given: Node | None) -> list[Row]:
    """Return the rows of an invocation; one without values when it has no matrix."""
    matrix = given.get("matrix") if isinstance(given, Mapping) else None
    parameters = matrix.get("parameters") if isinstance(matrix, Mapping) else None
    if not isinstance(matrix, Mapping) or not isinstance(parameters, Mapping):
        return [{}]
    rows = product_rows(parameters) or [{}]
    for nodes in _exclusions(given):
        unwanted = {key: node.text for key, node in nodes.items()}
        rows = [
            row
            for row in rows
            if {key: row[key].text for key in row if key in unwanted} != unwanted
        ]
    return rows


def _exclusions(given: Node | None) -> Iterator[dict[str, Scalar]]:
    """Give the values of each row that the matrix of an invocation leaves out."""
    matrix = given.get("matrix") if isinstance(given, Mapping) else None
    excluded = matrix.get("exclude") if isinstance(matrix, Mapping) else None
    for item in excluded.items if isinstance(excluded, Sequence) else ():
        yield {key: node for key, node in _entries(item) if isinstance(node, Scalar)}


FORMAT = FileFormat(
    id="circleci",
    summary="CircleCI: parameters, matrices, commands and their shell.",
    matches=matches,
    extract=extract,
)
