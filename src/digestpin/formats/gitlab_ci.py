"""GitLab CI: jobs with their variables, matrices, images, scripts and includes.

A job sees the variables of what it extends. What is extended is read once, with the
variables of each job that extends it, as one row of values for each.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.calls import read_calls
from digestpin.facts import Binding, Link, Role, Text
from digestpin.formats.ci_matrix import Row, Rows, list_values, product_rows
from digestpin.formats.gitlab_choices import (
    entries,
    matrix_entries,
    needed_rows,
    options,
)
from digestpin.formats.interface import FileFormat
from digestpin.formats.yaml_keys import role_of
from digestpin.formats.yaml_variables import Syntax, expand
from digestpin.formats.yaml_walk import Key, Walker, read_mappings
from digestpin.patterns import lazy_pattern
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_NAMES = lazy_pattern(
    r"(?:.*/)?(?:[\w.-]*\.)?gitlab-ci\.ya?ml|(?:.*/)?\.gitlab(?:-ci)?/.*\.ya?ml"
)
_SYNTAXES = frozenset((Syntax.SHELL, Syntax.BRACED, Syntax.INPUT))
_OUTER = frozenset((Syntax.INPUT,))
_SCRIPTS = (("before_script", "script"), ("after_script",))
_READ = frozenset(
    (
        "after_script",
        "before_script",
        "extends",
        "image",
        "include",
        "parallel",
        "script",
        "services",
        "variables",
    )
)
_NO_JOBS = frozenset(("cache", "spec", "stages", "types", "workflow"))


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether GitLab would read the file, or one that includes it would.

    A component has any name; nobody else writes inputs so.
    """
    return _NAMES.fullmatch(str(path)) is not None or b"$[[ inputs." in head


def extract(source: SourceFile) -> Iterator[Fact]:
    """Return what the pipeline says; see `FileFormat.extract`."""
    return read_mappings(source, lambda root: _Pipeline(source.path, root).facts())


class _Pipeline:
    """One document of a pipeline's file."""

    def __init__(self, path: PurePosixPath, root: Mapping) -> None:
        self.root = root
        self.scope: Scope = (str(path),)
        self.walker = Walker(path, _SYNTAXES, _OUTER)
        self.jobs = {
            key: value
            for key, value in root.values.items()
            if isinstance(value, Mapping) and key not in _READ | _NO_JOBS | {"default"}
        }
        self.rows: dict[str, Rows] = {}
        self._known_bases: dict[str, tuple[str, ...]] = {}

    def facts(self) -> Iterator[Fact]:
        """Yield the facts of the whole document."""
        yield from self._inputs()
        yield from self._section(self.root, self.scope)
        workflow = self.root.get("workflow")
        if isinstance(workflow, Mapping):
            yield from self._rules(workflow.get("rules"), self.scope)
        default = self.root.get("default")
        if isinstance(default, Mapping):
            yield from self._section(default, self.scope)
        # What aliases lead to is read by the jobs that run it, not by who lends it.
        jobs = sorted(self.jobs, key=self._is_lent)
        facts = [fact for name in jobs for fact in self._job(name, self.jobs[name])]
        yield from (self._in_rows(fact) for fact in facts)
        for rows in self.rows.values():
            yield from rows.bindings("variables of the job that runs it")
        for key, value in self.root.values.items():
            if key not in self.jobs and key not in _READ | {"default", "spec"}:
                yield from self.walker.walk(value, self.scope, Key(key))

    def _inputs(self) -> Iterator[Fact]:
        spec = self.root.get("spec")
        inputs = spec.get("inputs") if isinstance(spec, Mapping) else None
        for name, given in inputs.items() if isinstance(inputs, Mapping) else ():
            yield from options(f"inputs.{name.text}", given, self.scope)
            default = given.get("default") if isinstance(given, Mapping) else given
            if isinstance(default, Scalar) and default.text:
                found = self._bind(f"inputs.{name.text}", default.content, self.scope)
                yield replace(found, what="input default", fallback=True)

    def _bind(self, name: str, content: Template, scope: Scope) -> Binding:
        return Binding(
            name=name,
            scope=scope,
            value=expand(content, scope, _SYNTAXES),
            what="variables",
            role=role_of(name),
        )

    def _variables(self, owner: Node, scope: Scope) -> Iterator[Binding]:
        given = owner.get("variables") if isinstance(owner, Mapping) else None
        for key, value in entries(given):
            given = value.get("value") if isinstance(value, Mapping) else value
            if isinstance(given, Scalar):
                yield self._bind(key.text, given.content, scope)

    def _rules(self, rules: Node | None, scope: Scope) -> Iterator[Binding]:
        """Yield the variables that hold where a rule applies."""
        for rule in rules.items if isinstance(rules, Sequence) else ():
            for binding in self._variables(rule, scope):
                yield replace(binding, what="variables of a rule", conditional=True)

    def _section(self, owner: Mapping, scope: Scope) -> Iterator[Fact]:
        """Yield what jobs and the top level have alike."""
        yield from self._variables(owner, scope)
        for name, given in entries(owner.get("variables")):
            yield from options(name.text, given, scope)
        yield from self._rules(owner.get("rules"), scope)
        yield from self._includes(owner.get("include"))
        for key in ("image", "services"):
            yield from self.walker.walk(owner.get(key), scope, Key("image"))
        for keys in _SCRIPTS:
            items = [item for key in keys for item in _lines(owner.get(key))]
            if not (self._is_lent(scope[-1]) and self.walker.knows(items)):
                yield from self.walker.commands(items, scope)
            self.walker.finish(*items)

    def _job(self, name: str, job: Mapping) -> Iterator[Fact]:
        scope = (*self.scope, "jobs", name)
        yield from self._section(job, scope)
        rows = self._own_rows(name)
        if name not in self._extended:
            yield from rows.bindings("matrix")
        yield from self._inherited(name, rows)
        yield from needed_rows(self.scope, name, job.get("needs"))
        yield from self._triggered(name, job)
        for key, value in job.items():
            if key.text not in _READ:
                yield from self.walker.walk(value, scope, Key(key.text, name))

    def _triggered(self, name: str, job: Mapping) -> Iterator[Fact]:
        """Yield what a job hands on to the pipeline of another project."""
        trigger = job.get("trigger")
        if isinstance(trigger, Mapping):
            trigger = trigger.get("project")
        for binding in self._variables(job, self.scope) if trigger is not None else ():
            yield Text(
                template=binding.value,
                scope=binding.scope,
                role=Role.IGNORED,
                label=f"`{name}`, which hands it to another project",
            )

    def _is_lent(self, name: str) -> bool:
        """Whether `name` is a job that never runs, and sets nothing for its script."""
        is_idle = name.startswith(".") and name in self.jobs.keys() - self._extended
        return is_idle and not {"parallel", "variables"} & set(self.jobs[name].values)

    @cached_property
    def _extended(self) -> frozenset[str]:
        return frozenset(base for name in self.jobs for base in self._bases(name))

    def _own_rows(self, name: str) -> Rows:
        """Return the rows of the matrix that a job runs by."""
        rows = Rows((*self.scope, "jobs", name))
        for row in _matrix_rows(self._parallel(name)):
            rows.add({key: expand(row[key], rows.scope, _SYNTAXES) for key in row})
        return rows

    def _parallel(self, name: str) -> Mapping:
        """Return the job whose `parallel` holds: it, or the nearest that it extends."""
        for owner in (name, *reversed(self._bases(name))):
            if "parallel" in self.jobs[owner].values:
                return self.jobs[owner]
        return self.jobs[name]

    def _inherited(self, name: str, rows: Rows) -> Iterator[Binding]:
        """Yield the variables that a job has from what it extends.

        Those with which it runs what is written there become rows of that.
        """
        bases = self._bases(name)
        variables = {
            binding.name: (owner, binding)
            for owner in (*bases, name)
            for binding in self._variables(self.jobs[owner], rows.scope)
        }
        for base in bases:
            # What is not hidden runs by itself as well.
            base_rows = self.rows.get(base)
            if base_rows is None:
                base_rows = self.rows[base] = self._own_rows(base)
                is_hidden = base.startswith(".")
                base_rows.rows = [] if is_hidden else base_rows.rows or [{}]
            given = {
                key: binding.value
                for key, (owner, binding) in variables.items()
                if owner != base
            }
            base_rows.rows += [{**given, **row} for row in rows.rows or [{}]]
        for key, (owner, binding) in variables.items():
            in_rows = [key in row for row in rows.rows]
            if owner != name and not all(in_rows or [False]):
                yield rows.leave(binding) if in_rows else binding

    def _in_rows(self, fact: Fact) -> Fact:
        """Return what an extended job sets itself, in the rows that leave it so."""
        if not isinstance(fact, Binding) or fact.rows is not None:
            return fact
        rows = self.rows.get(fact.scope[-1])
        if rows is None or fact.scope != rows.scope:
            return fact
        return rows.leave(fact)

    def _bases(self, name: str) -> tuple[str, ...]:
        """Return the jobs that a job extends, directly or not, the weakest first."""
        known = self._known_bases.get(name)
        if known is not None:
            return known
        self._known_bases[name] = ()  # what extends itself ends here
        found: dict[str, None] = {}
        for base in list_values(self.jobs[name].get("extends")):
            if base.text in self.jobs:
                for one in (*self._bases(base.text), base.text):
                    found.pop(one, None)
                    found[one] = None
        found.pop(name, None)
        self._known_bases[name] = tuple(found)
        return self._known_bases[name]

    def _includes(self, node: Node | None) -> Iterator[Fact]:
        for item in node.items if isinstance(node, Sequence) else (node,):
            target = item.get("local") if isinstance(item, Mapping) else item
            if not isinstance(target, Scalar) or "://" in target.text:
                continue
            place = expand(target.content, self.scope, _SYNTAXES).text.lstrip("/")
            yield Link(
                type=Link.Type.INCLUDE,
                scope=self.scope,
                target=place,
                base="",
                region=target.region,
            )
            inputs = item.get("inputs") if isinstance(item, Mapping) else None
            given = [
                self._bind(f"inputs.{name.text}", value.content, self.scope)
                for name, value in entries(inputs)
                if isinstance(value, Scalar)
            ]
            given = [replace(one, what="inputs of the include") for one in given]
            yield from read_calls((place,), given, target.region)


def _lines(node: Node | None) -> Iterator[Scalar]:
    """Give the commands of a script, which may be lists in lists."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _lines(item)


def _matrix_rows(job: Mapping) -> Iterator[Row]:
    for entry in matrix_entries(job):
        yield from product_rows(entry) or ()


FORMAT = FileFormat(
    id="gitlab-ci",
    summary="GitLab CI: variables, matrices, scripts and includes.",
    matches=matches,
    extract=extract,
)
