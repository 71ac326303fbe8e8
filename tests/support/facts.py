"""Writes facts as short lines, so that a table of a test can be read."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.facts import (
    ActionUse,
    Binding,
    ClusterConfig,
    ClusterRun,
    DeclaredPin,
    Fact,
    Link,
    Quoted,
    Role,
    Rule,
    Text,
)
from digestpin.source import SourceFile
from digestpin.templates import HOLE, Literal, Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.formats.interface import FileFormat


def read(file_format: FileFormat, data: bytes | str, path: str) -> list[Fact]:
    """Return all facts of a file with this content."""
    raw = data.encode() if isinstance(data, str) else data
    return list(file_format.extract(SourceFile(PurePosixPath(path), raw)))


def lines(facts: Iterable[Fact]) -> list[str]:
    """Return one line for each fact."""
    return [line(fact) for fact in facts]


def line(fact: Fact) -> str:
    """Return a fact without its places."""
    match fact:
        case Binding():
            flags = ("conditional", "fallback", "sequential")
            marks = "".join(f" [{flag}]" for flag in flags if getattr(fact, flag))
            marks = f" [branch]{marks}" if fact.branches else marks
            return f"{fact.name} = {show(fact.value)}{marks}"
        case Text():
            role = "" if fact.role is Role.VALUE else f"{fact.role} "
            return f"{role}text {show(fact.template)}"
        case Link() | Rule():
            return _link(fact) if isinstance(fact, Link) else "rule"
        case DeclaredPin():
            return f"pin {fact.mechanism} {show(fact.version)}".rstrip()
        case ActionUse():
            return f"uses {fact.uses}"
        case ClusterConfig() | ClusterRun() | Quoted():
            return _whole(fact)


def _whole(fact: ClusterConfig | ClusterRun | Quoted) -> str:
    if isinstance(fact, ClusterConfig):
        return f"cluster of {fact.nodes}"
    if isinstance(fact, ClusterRun):
        config = "" if fact.config is None else f" with {show(fact.config)}"
        image = "" if fact.image is None else f" on {show(fact.image)}"
        return f"run{config}{image}{' and more' if fact.is_open else ''}"
    return "document" if fact.is_document else "string"


def _link(fact: Link) -> str:
    names = fact.handed if fact.names is None else fact.names
    handed = f" {sorted(names)}" if names else ""
    hidden = f" without {sorted(fact.hidden)}" if fact.hidden else ""
    target = fact.target.replace(HOLE, "{}")
    return f"{fact.type} {target} from '{fact.base}'{handed}{hidden}"


def show(template: Template) -> str:
    """Return a template with each variable as `{name}`; `!` marks an opaque one."""
    return "".join(_parts(template))


def _parts(template: Template) -> Iterator[str]:
    for part in template.parts:
        if isinstance(part, Literal):
            yield part.text
            continue
        strip = f"#{part.strip_prefix}" if part.strip_prefix else ""
        strip += f"%{part.strip_suffix}" if part.strip_suffix else ""
        default = "" if part.default is None else f"|{show(part.default)}"
        yield f"{{{part.name}{strip}{default}{'!' if part.opaque else ''}}}"


def templates_of(fact: Fact) -> list[Template]:
    """Return every template that a fact holds."""
    match fact:
        case Binding():
            return [fact.value]
        case Text():
            return [fact.template]
        case DeclaredPin():
            return [fact.version]
        case ActionUse():
            return list(fact.inputs.values())
        case ClusterConfig() | ClusterRun():
            return _templates_of_cluster(fact)
        case Link() | Rule() | Quoted():
            return []


def _templates_of_cluster(fact: ClusterConfig | ClusterRun) -> list[Template]:
    if isinstance(fact, ClusterRun):
        return [it for it in (fact.config, fact.image) if it is not None]
    return [*fact.node_images, *fact.containerd_patches, *fact.kubeadm_patches]


def unfaithful(facts: Iterable[Fact], data: bytes) -> list[Literal]:
    """Return the exact literals whose bytes are not their text."""
    return [
        part
        for fact in facts
        for template in templates_of(fact)
        for part in _literals(template)
        if part.exact and not _is_faithful(part, data)
    ]


def _literals(template: Template) -> Iterator[Literal]:
    for part in template.parts:
        if isinstance(part, Literal):
            yield part
        elif part.default is not None:
            yield from _literals(part.default)


def _is_faithful(part: Literal, data: bytes) -> bool:
    if part.region is None:
        return False
    span = part.region.span
    return data[span.start : span.end].decode("latin-1") == part.text
