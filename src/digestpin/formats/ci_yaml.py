"""Travis, Drone, Woodpecker, Buildkite, Bitbucket and Cirrus pipelines.

The keys say enough; only Travis has rows of its own, one for each line of `env`, and a
step of Buildkite those of its `matrix`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.formats.ci_matrix import Row, Rows, compared, list_values, product_rows
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import unquote
from digestpin.formats.yaml_settings import find_settings
from digestpin.formats.yaml_variables import Syntax
from digestpin.formats.yaml_walk import Key, Walker
from digestpin.patterns import lazy_pattern
from digestpin.templates import join, literal
from digestpin.yamltext import Mapping, Scalar, Sequence, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact, Text
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_TRAVIS = lazy_pattern(r"\.travis\.ya?ml")
_NAMES = lazy_pattern(
    r"(?:.*/)?(?:\.travis|\.drone|\.woodpecker|bitbucket-pipelines|\.cirrus"
    r"|\.?buildkite)\.ya?ml|(?:.*/)?\.(?:buildkite|woodpecker)/.*\.ya?ml"
)
_SYNTAXES = frozenset(
    (Syntax.SHELL, Syntax.BRACED, Syntax.EXPRESSION, Syntax.TEMPLATE, Syntax.ANGLED)
)
_OUTER = frozenset((Syntax.EXPRESSION, Syntax.TEMPLATE))
_ASSIGNMENT = lazy_pattern(
    r"(?P<name>[A-Za-z_]\w*)=(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"']*)"
)
_ESCAPED = lazy_pattern(r"\$\$(?=[A-Za-z_{])")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name or folder is that of one of these systems."""
    del head
    return _NAMES.fullmatch(str(path)) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the pipeline says; see `FileFormat.extract`."""
    scope = (str(source.path),)
    documents = read_documents(source)
    if _TRAVIS.fullmatch(source.path.name):
        for document in documents:
            yield from _travis(document.root, scope)
        documents = tuple(
            replace(document, root=_without_env(document.root))
            for document in documents
        )
    walker = _Walker(source.path, _SYNTAXES, _OUTER, lists_commands=True)
    if "buildkite" in str(source.path):
        for document in documents:
            yield from _buildkite(document.root, scope, walker)
    text = literal(source.text, source.region(0, len(source.data)))
    yield from walker.documents(documents, text, scope)


class _Walker(Walker):
    """Reads `$$X` in scripts as `$X`, since the pipeline replaces the single ones."""

    def script(self, content: Template, scope: Scope) -> Iterator[Fact]:
        pieces, at = [], 0
        for found in _ESCAPED.finditer(content.text):
            pieces.append(content.cut(at, found.start()))
            at = found.start() + 1
        pieces.append(content.cut(at, len(content)))
        return super().script(join(pieces) if at else content, scope)

    def _is_shell(self, text: str, key: Key, *, is_long: bool) -> bool:
        # A step may run a script by its path alone.
        is_step = key.name in {"command", "commands"} and key.parent in {"steps", ""}
        return is_step or super()._is_shell(text, key, is_long=is_long)


def _buildkite(
    root: Node | None, scope: Scope, walker: Walker, depth: int = 0
) -> Iterator[Fact]:
    """Yield what the steps with a matrix say, which the walker reads but once."""
    steps = root
    if isinstance(root, Mapping):
        steps = root.get("steps")
        scope = find_settings(root, scope, "", _SYNTAXES).scope
    for number, step in enumerate(steps.items if isinstance(steps, Sequence) else ()):
        if not isinstance(step, Mapping):
            continue
        own = (*scope, "steps", str(number))
        if "steps" in step.values and not depth:
            yield from _buildkite(step, own, walker, depth + 1)
        matrix = step.get("matrix")
        rows = Rows(own)
        for row in _matrix_rows(matrix):
            rows.add(row)
        if rows.rows:
            yield from _adjust(rows, matrix, walker)
            yield from rows.bindings("matrix")
            yield from walker.walk(step, own)
            walker.finish(step)


def _matrix_rows(matrix: Node | None) -> Iterator[Row]:
    """Give the rows of a list, or of lists by name below `setup`."""
    setup = matrix.get("setup") if isinstance(matrix, Mapping) else matrix
    if isinstance(setup, Mapping):
        for row in product_rows(setup) or ():
            yield {f"matrix.{name}": value for name, value in row.items()}
    else:
        for value in list_values(setup):
            yield {"matrix": value}


def _adjust(rows: Rows, matrix: Node | None, walker: Walker) -> Iterator[Text]:
    """Add the rows that `adjustments` add; yield the values that only pick one."""
    found = matrix.get("adjustments") if isinstance(matrix, Mapping) else None
    label = "`adjustments` of the matrix, which compare it"
    known = {(name, value.text) for row in rows.rows for name, value in row.items()}
    for item in found.items if isinstance(found, Sequence) else ():
        given = item.get("with") if isinstance(item, Mapping) else None
        row = _named_row(given)
        if given is None or not row:
            continue
        # Every combination of the values is a row by now.
        if not all((name, text.text) in known for name, text in row.items()):
            rows.add(row)
            continue
        walker.finish(given)
        for name, text in row.items():
            if text.region is not None:
                yield compared(name, text.text, rows.scope, text.region, label)


def _named_row(given: Node | None) -> Row:
    """Return the row that one value is, or values by name."""
    if isinstance(given, Scalar):
        return {"matrix": given.content}
    named = given.values.items() if isinstance(given, Mapping) else ()
    return {f"matrix.{n}": it.content for n, it in named if isinstance(it, Scalar)}


def _without_env(node: Node | None) -> Node | None:
    """Return the mapping without its `env`, which is read as rows."""
    if not isinstance(node, Mapping):
        return node
    entries = tuple((key, value) for key, value in node.items() if key.text != "env")
    return Mapping(node.region, entries)


def _travis(root: Node | None, scope: Scope) -> Iterator[Fact]:
    """Yield the variables of `env`: of all jobs, and one row for each job."""
    if not isinstance(root, Mapping):
        return
    rows, always = Rows(scope), Rows(scope)
    env = root.get("env")
    if isinstance(env, Mapping):
        always.rows += _lines(env.get("global"))
        rows.rows += _lines(env.get("jobs")) + _lines(env.get("matrix"))
    elif isinstance(env, Sequence):
        rows.rows += _lines(env)
    else:
        always.rows += _lines(env)
    for key in ("jobs", "matrix"):
        jobs = root.get(key)
        included = jobs.get("include") if isinstance(jobs, Mapping) else None
        for job in included.items if isinstance(included, Sequence) else ():
            given = _lines(job.get("env")) if isinstance(job, Mapping) else []
            rows.add({name: value for row in given for name, value in row.items()})
    for binding in always.bindings("env"):
        yield replace(binding, rows=None)
    yield from rows.bindings("env")


def _lines(node: Node | None) -> list[Row]:
    """Return the assignments of each line."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return [_assignments(item) for item in items if isinstance(item, Scalar)]


def _assignments(line: Scalar) -> Row:
    content = line.content
    return {
        found["name"]: unquote(content.cut(*found.span("value")))
        for found in _ASSIGNMENT.finditer(content.text)
        if found["value"]
    }


FORMAT = FileFormat(
    id="ci-yaml",
    summary="Travis, Drone, Woodpecker, Buildkite, Bitbucket and Cirrus pipelines.",
    matches=matches,
    extract=extract,
)
