"""Taskfiles: variables, tasks with their commands, and included files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import folder_of
from digestpin.formats.yaml_keys import role_of
from digestpin.formats.yaml_variables import Syntax, expand
from digestpin.formats.yaml_walk import Key, Walker, read_mappings
from digestpin.patterns import lazy_pattern
from digestpin.templates import Variable, variable
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
    from digestpin.yamltext import Node

_NAMES = lazy_pattern(r"taskfile(?:[._-][\w.-]+)?\.ya?ml", re.IGNORECASE)
_SYNTAXES = frozenset((Syntax.TEMPLATE,))
_SCRIPTS = ("cmds", "cmd", "deps", "status", "preconditions")
_READ = frozenset(("vars", "env", "dotenv", "includes", "tasks", *_SCRIPTS))


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is one that `task` looks for, or is made like one."""
    del head
    return _NAMES.fullmatch(path.name) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Return what the Taskfile says; see `FileFormat.extract`."""
    return read_mappings(source, lambda root: _Taskfile(source.path).facts(root))


class _Taskfile:
    """Reads one Taskfile."""

    def __init__(self, path: PurePosixPath) -> None:
        self.scope: Scope = (str(path),)
        self.folder = folder_of(path)
        self.walker = Walker(path, _SYNTAXES, _SYNTAXES, self.folder)

    def facts(self, root: Mapping) -> Iterator[Fact]:
        """Yield the facts of the whole file."""
        yield from self._owner(root, self.scope)
        yield from self._includes(root.get("includes"))
        tasks = root.get("tasks")
        for name, task in tasks.items() if isinstance(tasks, Mapping) else ():
            scope = (*self.scope, "jobs", name.text)
            if isinstance(task, Mapping):
                yield from self._owner(task, scope)
            else:
                yield from self._commands(task, scope)

    def _owner(self, owner: Mapping, scope: Scope) -> Iterator[Fact]:
        """Yield what the file and a task have alike."""
        for key in ("vars", "env"):
            yield from self._variables(owner.get(key), scope, key)
        yield from self._dotenv(owner.get("dotenv"), scope)
        for key in _SCRIPTS:
            yield from self._commands(owner.get(key), scope)
        for name, value in owner.items():
            if name.text not in _READ:
                yield from self.walker.walk(value, scope, Key(name.text))

    def _variables(self, node: Node | None, scope: Scope, what: str) -> Iterator[Fact]:
        for key, value in node.items() if isinstance(node, Mapping) else ():
            if isinstance(value, Scalar):
                yield Binding(
                    name=key.text,
                    scope=scope,
                    value=expand(value.content, scope, _SYNTAXES),
                    what=what,
                    role=role_of(key.text),
                )
                continue
            command = value.get("sh") if isinstance(value, Mapping) else None
            if isinstance(command, Scalar):
                yield self._output(key.text, command, scope)
                yield from self.walker.script(command.content, scope)
            else:
                yield from self.walker.walk(value, scope, Key(key.text))

    def _output(self, name: str, command: Scalar, scope: Scope) -> Binding:
        """Return a variable that a command's output sets: not followed."""
        shown = command.text.strip()[:60] or "sh"
        part = Variable(name=shown, scope=scope, region=command.region, opaque=True)
        return Binding(name=name, scope=scope, value=variable(part), what="sh")

    def _commands(self, node: Node | None, scope: Scope) -> Iterator[Fact]:
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Scalar):
                yield from self.walker.script(item.content, scope)
            elif isinstance(item, Mapping):
                yield from self._command(item, scope)

    def _command(self, item: Mapping, scope: Scope) -> Iterator[Fact]:
        task = item.get("task")
        for key, value in item.items():
            if key.text in {"cmd", "sh", "defer"}:
                yield from self._commands(value, scope)
            elif key.text == "vars" and isinstance(task, Scalar):
                yield from self._call(task.text, value, scope)
            elif key.text != "task":
                yield from self.walker.walk(value, scope, Key(key.text))

    def _call(self, task: str, given: Node, scope: Scope) -> Iterator[Fact]:
        """Yield the variables that a call gives to another task of the file."""
        callee = (*self.scope, "jobs", task)
        for fact in self._variables(given, scope, "vars of the caller"):
            if isinstance(fact, Binding) and fact.scope == scope:
                yield replace(fact, scope=callee, conditional=True)
            else:
                yield fact

    def _dotenv(self, node: Node | None, scope: Scope) -> Iterator[Link]:
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Scalar):
                yield self._link(item, scope, item.text)

    def _includes(self, node: Node | None) -> Iterator[Fact]:
        for key, value in node.items() if isinstance(node, Mapping) else ():
            target = value.get("taskfile") if isinstance(value, Mapping) else value
            if isinstance(target, Scalar) and "://" not in target.text:
                text = target.text.removeprefix("./").rstrip("/")
                names = [text]
                if not text.lower().endswith((".yml", ".yaml")):
                    names = [f"{text}/Taskfile.yml", f"{text}/Taskfile.yaml"]
                for name in names:
                    yield self._link(target, self.scope, name)
            if isinstance(value, Mapping):
                given = value.get("vars")
                yield from self._variables(given, self.scope, f"vars of {key.text}")

    def _link(self, node: Scalar, scope: Scope, target: str) -> Link:
        return Link(
            type=Link.Type.INCLUDE,
            scope=scope,
            target=target,
            base=self.folder,
            region=node.region,
        )


FORMAT = FileFormat(
    id="taskfile",
    summary="Taskfiles: variables, commands and includes.",
    matches=matches,
    extract=extract,
)
