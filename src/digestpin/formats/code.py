"""Reads source code of many languages, and JSON and TOML, by one table-driven lexer."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role, Text
from digestpin.formats.cluster_text import find_cluster_configs
from digestpin.formats.code_finish import finish, package_link
from digestpin.formats.code_imports import find_imports, find_modules
from digestpin.formats.code_languages import LANGUAGES
from digestpin.formats.code_walk import Walker
from digestpin.formats.interface import FileFormat
from digestpin.formats.quoted import quoted_in_code
from digestpin.patterns import lazy_pattern
from digestpin.templates import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.formats.code_language import Language
    from digestpin.source import SourceFile

_LOCK_FILES = lazy_pattern(
    r"(?:.*[.-])?(?:lock|shrinkwrap|lock-v\d)\.json|.*\.lock(?:\.json|\.hcl|\.toml)?"
    r"|.*checksums\.json|\.package-lock\.json|.*\.lock\.hcl|\.terraform\.lock\.hcl"
)
_RENOVATE = lazy_pattern(
    r"\.?renovate(?:rc)?(?:\.json[5c]?)?|renovate[\w.-]*\.json[5c]?"
)


def _matches(language: Language, path: PurePosixPath, head: bytes) -> bool:
    del head
    return bool(re.fullmatch(language.files, path.name))


def _extract(language: Language, source: SourceFile) -> Iterator[Fact]:
    if _LOCK_FILES.fullmatch(source.path.name):
        return
    walker = Walker(source, language)
    walker.reader.modules = find_modules(source, language.id)
    emitter = walker.walk()
    imports = find_imports(emitter.reader)
    facts = [*imports.links, *imports.renamed, *finish(emitter, imports)]
    facts += quoted_in_code(source, language, emitter.reader.tokens)
    if language.package:
        facts.insert(0, package_link(emitter, language.package))
    if language.id == "hcl" and source.path.suffix in {".tf", ".tfvars", ".tofu"}:
        # Terraform's own order: the values of these files go before defaults.
        patterns = ("*.auto.tfvars", "terraform.tfvars", "*.tf")
        facts[:0] = [package_link(emitter, pattern) for pattern in patterns]
    if language.id == "json":
        # A cluster config may be JSON, which is YAML too.
        whole = literal(source.text, source.region(0, len(source.data)))
        facts += find_cluster_configs(whole, (source.path.as_posix(),))
    if language.id == "json" and _is_renovate(source):
        facts = [_as_pattern(fact) for fact in facts]
    yield from facts


def _is_renovate(source: SourceFile) -> bool:
    if _RENOVATE.fullmatch(source.path.name):
        return True
    return (
        '"matchStrings"' in source.text or "docs.renovatebot.com" in source.text[:400]
    )


def _as_pattern(fact: Fact) -> Fact:
    if isinstance(fact, Text):
        return Text(template=fact.template, scope=fact.scope, role=Role.PATTERN)
    if isinstance(fact, Binding):
        return Text(template=fact.value, scope=fact.scope[:1], role=Role.PATTERN)
    return fact


def _format(language: Language) -> FileFormat:
    return FileFormat(
        id=language.id,
        summary=language.title,
        matches=partial(_matches, language),
        extract=partial(_extract, language),
    )


FORMATS = tuple(_format(language) for language in LANGUAGES)
