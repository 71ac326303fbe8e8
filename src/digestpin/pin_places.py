"""Says which places of a file fix kind's version by what stands around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.annotations import names_kind
from digestpin.facts import Binding
from digestpin.kind.versions import parse_kind_version
from digestpin.patterns import lazy_pattern
from digestpin.pins import KindPin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.source import SourceFile

_PLAIN_VERSION = lazy_pattern(r"(?<![\w.])v?\d+\.\d+\.\d+(?:-[\w.]+)?(?![\w.])")
_OTHER_TOOL = lazy_pattern(
    r"""(?:^|[{,])[ \t]*["']?(?!kind["']?\s*[:=])[\w-]+["']?[ \t]*[:=]"""
    r"""[ \t]*["']?v?\d+\.\d+""",
    re.MULTILINE,
)
_NEAR = 2
_DATA = frozenset((".yaml", ".yml", ".json"))
_TABLE = lazy_pattern(r"^\s*\[\s*([^\]]+?)\s*\]", re.MULTILINE)


def annotated_pins(
    annotated: Mapping[int, str], facts: Sequence[Fact], source: SourceFile
) -> Iterator[KindPin]:
    """Give the versions on annotated lines that bind nothing."""
    lines = {line for line, name in annotated.items() if names_kind(name)}
    if not lines:
        return
    bound = {
        source.line_at(fact.value.region.span.start)
        for fact in facts
        if isinstance(fact, Binding)
        and fact.value.region is not None
        and fact.value.region.path == source.path
    }
    for line in sorted(lines - bound):
        span = source.line_span(line)
        match = _PLAIN_VERSION.search(source.text, span.start, span.end)
        version = None if match is None else parse_kind_version(match[0])
        if match is not None and version is not None:
            yield KindPin(
                version=version,
                text=match[0],
                region=source.region(*match.span()),
                mechanism="annotated value",
                uses=(((source.path.as_posix(),), ()),),
            )


def is_lone_word(binding: Binding, source: SourceFile) -> bool:
    """Say whether `kind` is a word of data that is not about versions.

    In `{helm: v3.14.0, kind: v0.30.0}` it is a tool among others; alone it says little.
    """
    region = binding.value.region
    if binding.name != "kind" or binding.what != "value" or region is None:
        return False
    line = source.line_at(region.span.start)
    first = source.line_span(max(1, line - _NEAR)).start
    last = source.line_span(min(len(source.line_starts), line + _NEAR)).end
    return not _OTHER_TOOL.search(source.text, first, last)


def is_unread_data(
    binding: Binding, source: SourceFile, sources: Iterable[SourceFile]
) -> bool:
    """Say whether this is a key of data that nothing in the repository reads.

    `kindVersion` in a custom resource is a field of that resource, whatever it holds;
    where a script asks for `.kindVersion` it is meant. A name as the environment has
    them (`KIND_VERSION`) says enough.
    """
    name = binding.name.rpartition(".")[2]
    is_data = binding.what in ("value", "field") and source.path.suffix in _DATA
    if not is_data or name == "kind" or name.isupper():
        return False
    reads = re.compile(rf"(?:\.|\[\\?[\"']|\{{\{{-?[ \t]*){re.escape(name)}(?![\w-])")
    return not any(name in it.text and reads.search(it.text) for it in sources)


def is_own_setting(binding: Binding, source: SourceFile) -> bool:
    """Say whether this is our own `kind-version`, which governs and is no pin."""
    region = binding.value.region
    if source.path.name != "pyproject.toml" or region is None:
        return False
    headers = _TABLE.findall(source.text, 0, region.span.start)
    return bool(headers) and headers[-1] == "tool.digestpin"
