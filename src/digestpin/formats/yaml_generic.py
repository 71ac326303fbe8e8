"""Any YAML that no other format knows: manifests, values, compose files, configs.

Comes last among the YAML formats: it takes every file with a YAML name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.interface import FileFormat
from digestpin.formats.yaml_values import find_links, find_prefix, read_values
from digestpin.formats.yaml_walk import Walker
from digestpin.patterns import lazy_pattern
from digestpin.templates import literal
from digestpin.yamltext import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Template

_NAMES = lazy_pattern(
    r".+\.ya?ml(?:\.(?:gotmpl|tmpl|tpl|template|j2|jinja2?|in|envsubst|dist|sample))?"
    r"|.+\.tpl|\.?(?:clang-format|yamllint)",
    re.IGNORECASE,
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is that of YAML, or of a template for it."""
    del head
    return _NAMES.fullmatch(path.name) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the file says; see `FileFormat.extract`."""
    scope = (str(source.path),)
    yield from find_links(source)
    documents = read_documents(source)
    prefix = find_prefix(source.path)
    bound = set()
    for document in documents if prefix is not None else ():
        for binding in read_values(document.root, scope, prefix or ""):
            bound.add(binding.value)
            yield binding
    text = literal(source.text, source.region(0, len(source.data)))
    for fact in Walker(source.path).documents(documents, text, scope):
        if _value(fact) not in bound:
            yield fact


def _value(fact: Fact) -> Template | None:
    if isinstance(fact, Text):
        return fact.template
    return fact.value if isinstance(fact, Binding) else None


FORMAT = FileFormat(
    id="yaml",
    summary="Any other YAML: manifests, Helm values, compose files, cluster configs.",
    matches=matches,
    extract=extract,
)
