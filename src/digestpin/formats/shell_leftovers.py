"""Keeps the words of a script that its grammar could not place.

A script that does not parse (a template, another language, a cut snippet) must not
lose a literal reference: what no fact covers is split into words by spaces.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.templates import Literal, Template, Variable, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Place
    from digestpin.source import Region

_WORD = re.compile(r"(?:^|(?<=\s))#[^\n]*|[^\s\"'`()|&;<>]+", re.MULTILINE)
_WORTH = re.compile(r"[/@\0]|:.|\d\.\d")
_EXPANSION = re.compile(r"\$(?:(\w+)|\{(\w+)\})|\$.*", re.DOTALL | re.ASCII)


def leftovers(script: Template, facts: Iterable[Fact], place: Place) -> Iterator[Text]:
    """Yield the words of `script` that stand in none of `facts`."""
    covered = _merge(facts)
    starts = [start for start, _ in covered]
    for match in _WORD.finditer(script.text):
        word = script.cut(*match.span())
        if match[0].startswith("#") or _WORTH.search(match[0]) is None:
            continue
        region = word.region
        if region is None:
            continue
        index = bisect_left(starts, region.span.end) - 1
        if index < 0 or covered[index][1] <= region.span.start:
            yield Text(
                template=join(_read(word, place)),
                scope=place.scope,
                label="a script that does not parse",
            )


def _read(word: Template, place: Place) -> Iterator[Template]:
    """Yield a word's pieces, `$NAME` as a variable and any other `$` as unknown."""
    at, text = 0, word.text
    for match in _EXPANSION.finditer(text):
        yield word.cut(at, match.start())
        at = match.end()
        region = word.cut(*match.span()).region
        if region is not None:
            name = match[1] or match[2]
            read = Variable(
                name=name or match[0],
                scope=place.scope,
                region=region,
                opaque=name is None,
            )
            yield Template((read,))
    yield word.cut(at, len(text))


def _merge(facts: Iterable[Fact]) -> list[tuple[int, int]]:
    spans = sorted(
        (region.span.start, region.span.end)
        for fact in facts
        for region in _regions(fact)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _regions(fact: Fact) -> Iterator[Region]:
    if isinstance(fact, Text):
        yield from _parts(fact.template)
    elif isinstance(fact, Binding):
        yield from _parts(fact.value)


def _parts(template: Template) -> Iterator[Region]:
    for part in template.parts:
        if isinstance(part, Literal):
            if part.region is not None:
                yield part.region
        elif part.default is not None:
            yield from _parts(part.default)
        elif not part.opaque:
            yield part.region
