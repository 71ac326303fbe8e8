"""Azure Pipelines: variables, parameters, matrices, templates and scripts.

A job also knows the variables of its stage. A variable reaches scripts as an
environment variable too, in upper case and with `_` for `.`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.branches import Branch
from digestpin.calls import read_calls
from digestpin.facts import Binding, Link, Role, Text
from digestpin.formats.ci_matrix import Rows, choices
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import folder_of
from digestpin.formats.yaml_keys import role_of
from digestpin.formats.yaml_settings import read_variables
from digestpin.formats.yaml_text import extract_plain_text
from digestpin.formats.yaml_variables import Syntax, expand, opaque_expression
from digestpin.formats.yaml_walk import Key, Walker
from digestpin.patterns import lazy_pattern
from digestpin.templates import Variable, literal, variable
from digestpin.yamltext import Mapping, Scalar, Sequence, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_NAMES = lazy_pattern(
    r"(?:.*/)?(?:[\w.-]*azure-pipelines?[\w.-]*|\.(?:azure[\w.-]*|pipelines)/.*)\.ya?ml",
    re.IGNORECASE,
)
_TEMPLATE = lazy_pattern(
    r"^(?:steps|jobs|stages):\s*\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*-[ \t]+"
    r"(?:task|script|bash|pwsh|powershell|checkout|template|job|deployment|stage):",
    re.MULTILINE,
)
_EACH = lazy_pattern(
    r"\$\{\{\s*each\s+(?P<name>\w+)\s+in\s+parameters\.(?P<list>\w+)\s*\}\}"
)
_SYNTAXES = frozenset((Syntax.ROUND, Syntax.EXPRESSION, Syntax.RUNTIME))
_SHELL = frozenset(("script", "bash"))
_TEXT = frozenset(("pwsh", "powershell"))
_READ = frozenset(("variables", "parameters", "template", "strategy", "env"))
_MAX_DEPTH = 30


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is a pipeline's, the folder Azure's, or the list one of steps.

    Templates have any name; nobody else lists steps, jobs or stages that begin so.
    """
    if _NAMES.fullmatch(str(path)):
        return True
    return b"${{" in head and _TEMPLATE.search(head.decode("latin-1")) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the pipeline says; see `FileFormat.extract`."""
    scope = (str(source.path),)
    text = literal(source.text, source.region(0, len(source.data)))
    for document in read_documents(source):
        if document.is_sound:
            yield from _Pipeline(source.path).read(document.root, scope)
        else:
            part = text.cut(document.span.start, document.span.end)
            yield from extract_plain_text(part, scope)


class _Pipeline:
    """Reads one file: stages, jobs and steps, wherever conditions put them."""

    def __init__(self, path: PurePosixPath) -> None:
        self.path = path
        self.walker = Walker(path, _SYNTAXES, _SYNTAXES)
        self.depth = 0
        self.stage: Node | None = None
        self.lists: dict[str, set[str]] = {}
        """Parameters that are lists, with the paths of their items' values."""

    def read(self, node: Node | None, scope: Scope, key: str = "") -> Iterator[Fact]:
        """Yield the facts of a node and all below it."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            yield from self.walker.walk(node, scope, Key(key))
        elif isinstance(node, Mapping):
            yield from self._mapping(node, scope)
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                own = (*scope, "steps", str(number)) if key == "steps" else scope
                yield from self.read(item, own)
        else:
            yield from self.walker.walk(node, scope, Key(key))
        self.depth -= 1

    def _mapping(self, mapping: Mapping, scope: Scope) -> Iterator[Fact]:
        inner = self._scope(mapping, scope)
        if inner != scope:
            yield from self._variables(self.stage, inner)
        yield from self._settings(mapping, inner)
        for key, value in mapping.items():
            if key.text.startswith("${{"):
                yield from self._expression(key, inner)
            if key.text not in _READ:
                yield from self._entry(key.text, value, inner)

    def _settings(self, mapping: Mapping, scope: Scope) -> Iterator[Fact]:
        if "stage" not in mapping.values:
            yield from self._variables(mapping.get("variables"), scope)
        if "template" not in mapping.values:
            yield from self._parameters(mapping.get("parameters"), scope)
        yield from self._strategy(mapping.get("strategy"), scope)
        yield from self._template(mapping, scope)
        yield from read_variables(mapping.get("env"), scope, _SYNTAXES)

    def _entry(self, name: str, value: Node, scope: Scope) -> Iterator[Fact]:
        if isinstance(value, Scalar) and name == "condition":
            yield from _condition(value, scope)
        elif isinstance(value, Scalar) and name in _SHELL:
            yield from self.walker.script(value.content, scope)
        elif isinstance(value, Scalar) and name in _TEXT:
            yield from extract_plain_text(value.content, scope, _SYNTAXES)
        elif name == "inputs" or isinstance(value, Scalar):
            yield from self.walker.walk(value, scope, _place(name))
        else:
            yield from self.read(value, scope, name)

    def _scope(self, mapping: Mapping, scope: Scope) -> Scope:
        """Return the scope of a job's or stage's names."""
        for key in ("job", "deployment"):
            name = mapping.get(key)
            if isinstance(name, Scalar):
                title = name.text or str(mapping.region.span.start)
                return (*scope[:1], "jobs", title)
        if "stage" in mapping.values:
            self.stage = mapping.get("variables")
        return scope

    def _variables(self, node: Node | None, scope: Scope) -> Iterator[Fact]:
        for binding in read_variables(node, scope, _SYNTAXES, "variables"):
            yield from _known_as(binding)
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Mapping):
                yield from self._template(item, scope)
                for key, value in item.items():
                    if key.text.startswith("${{"):
                        yield from self._variables(value, scope)

    def _parameters(self, node: Node | None, scope: Scope) -> Iterator[Fact]:
        """Yield the defaults that a file declares for its parameters."""
        if len(scope) > 1:
            return
        found: dict[str, Node | None] = {}
        for item in node.items if isinstance(node, Sequence) else ():
            name = item.get("name") if isinstance(item, Mapping) else None
            if isinstance(item, Mapping) and isinstance(name, Scalar):
                found[name.text] = item.get("default")
                label = f"the `values` of the parameter `{name.text}`"
                allowed = item.get("values")
                yield from choices(f"parameters.{name.text}", allowed, scope, label)
        if isinstance(node, Mapping):
            found.update(node.values)
        for name_, default in found.items():
            if isinstance(default, Sequence):
                yield from self._list(name_, default, scope)
            elif isinstance(default, Scalar) and default.text:
                made = _bind(f"parameters.{name_}", default.content, scope)
                yield replace(made, what="parameter default", fallback=True)

    def _list(self, name: str, items: Sequence, scope: Scope) -> Iterator[Binding]:
        """Yield the items of a list, texts or objects, each in a branch of its own."""
        for number, item in enumerate(items.items):
            branch = Branch((*scope, "parameters", name), number)
            fields = item.values.items() if isinstance(item, Mapping) else [("", item)]
            for key, value in fields:
                path = f"{name}.{key}".rstrip(".")
                if isinstance(value, Scalar):
                    self.lists.setdefault(name, set()).add(path)
                    made = _bind(f"parameters.{path}", value.content, scope)
                    made = replace(made, branches=(branch,), fallback=True)
                    yield replace(made, what="parameter default")

    def _expression(self, key: Scalar, scope: Scope) -> Iterator[Fact]:
        """Yield the variable of a loop over a parameter's list, or a condition."""
        loop = _EACH.fullmatch(key.text)
        if loop is None:
            yield from _condition(key, scope)
            return
        for path in sorted(self.lists.get(loop["list"], ())):
            read = Variable(name=f"parameters.{path}", scope=scope, region=key.region)
            name = path.replace(loop["list"], loop["name"], 1)
            yield Binding(name=name, scope=scope, value=variable(read), what="each")

    def _strategy(self, node: Node | None, scope: Scope) -> Iterator[Fact]:
        if not isinstance(node, Mapping):
            return
        matrix = node.get("matrix")
        rows = Rows(scope)
        for leg in matrix.values.values() if isinstance(matrix, Mapping) else ():
            rows.add(
                {
                    binding.name: binding.value
                    for found in read_variables(leg, scope, _SYNTAXES)
                    for binding in _known_as(found)
                }
            )
        yield from rows.bindings("matrix")
        for key, value in node.items():
            if key.text != "matrix":
                yield from self.read(value, scope, key.text)

    def _template(self, mapping: Mapping, scope: Scope) -> Iterator[Fact]:
        target = mapping.get("template")
        if not isinstance(target, Scalar) or not target.text:
            return
        name, _, repository = target.text.partition("@")
        if repository not in {"", "self"}:
            return
        base = "" if name.startswith("/") else folder_of(self.path)
        name = name.lstrip("/")
        yield Link(
            type=Link.Type.INCLUDE,
            scope=scope,
            target=name,
            base=base,
            region=target.region,
        )
        path = _resolve(PurePosixPath(base), name)
        given = mapping.get("parameters")
        values: list[Binding] = []
        for key, value in given.items() if isinstance(given, Mapping) else ():
            if isinstance(value, Scalar):
                found = _bind(f"parameters.{key.text}", value.content, scope)
                values.append(replace(found, what="parameters of the caller"))
            else:
                yield from self.read(value, scope, key.text)
        yield from read_calls((path,), values, target.region)


def _condition(node: Scalar, scope: Scope) -> Iterator[Text]:
    """Yield a condition, which names variables without any marks around them."""
    read = opaque_expression(node.content, node.region, scope)
    if any(variable.default is not None for variable in read.variables):
        label = "a condition"
        yield Text(template=read, scope=scope, role=Role.IGNORED, label=label)


def _place(name: str) -> Key:
    return Key("" if name == "inputs" else name)


def _bind(name: str, content: Template, scope: Scope) -> Binding:
    value = expand(content, scope, _SYNTAXES)
    role = role_of(name.rpartition(".")[2])
    return Binding(name=name, scope=scope, value=value, role=role)


def _known_as(binding: Binding) -> Iterator[Binding]:
    """Give a variable under each name by which it can be read."""
    upper = binding.name.upper().replace(".", "_")
    for name in dict.fromkeys((binding.name, f"variables.{binding.name}", upper)):
        yield replace(binding, name=name)


def _resolve(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == ".." and parts:
            parts.pop()
        elif part not in {".", ".."}:
            parts.append(part)
    return "/".join(parts)


FORMAT = FileFormat(
    id="azure-pipelines",
    summary="Azure Pipelines: variables, parameters, matrices, templates, scripts.",
    matches=matches,
    extract=extract,
)
