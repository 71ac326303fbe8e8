"""Travis, Drone, Woodpecker, Buildkite, Bitbucket and Cirrus pipelines.

The keys say enough; only Travis has rows of its own, one for each line of `env`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.formats.ci_matrix import Row, Rows
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import unquote
from digestpin.formats.yaml_variables import Syntax
from digestpin.formats.yaml_walk import Walker
from digestpin.patterns import lazy_pattern
from digestpin.templates import literal
from digestpin.yamltext import Mapping, Scalar, Sequence, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope
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
    walker = Walker(source.path, _SYNTAXES, _OUTER, lists_commands=True)
    text = literal(source.text, source.region(0, len(source.data)))
    yield from walker.documents(documents, text, scope)


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
