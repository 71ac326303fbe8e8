"""Keeps the words of a script that its grammar could not place.

A script that does not parse (a template, another language, a cut snippet) must not
lose a literal reference: what no fact covers is split into words by spaces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.shell_loose import read_loosely
from digestpin.templates import Literal, Template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Place
    from digestpin.source import Region

_WORD = re.compile(r"(?:^|(?<=\s))#[^\n]*|[^\s\"'`()|&;<>]+", re.MULTILINE)
_WORTH = re.compile(r"[/@\0]|:.|\d\.\d")


def leftovers(script: Template, facts: Iterable[Fact], place: Place) -> Iterator[Text]:
    """Yield the words of `script` that no fact tells."""
    covered = _merge(facts)
    starts = [start for start, _ in covered]
    for match in _WORD.finditer(script.text):
        if match[0].startswith("#") or _WORTH.search(match[0]) is None:
            continue
        word = script.cut(*match.span())
        region = word.region
        if region is None:
            continue
        span = region.span
        index = max(0, bisect_right(starts, span.start) - 1)
        rest = _uncovered(match[0], span.start, covered[index:])
        if _WORTH.search(rest) is not None:
            yield Text(
                template=read_loosely(word, place),
                scope=place.scope,
                label="a script that does not parse",
            )


def _uncovered(word: str, start: int, covered: list[tuple[int, int]]) -> str:
    """Return the characters of a word at `start` that no span covers."""
    kept: list[str] = []
    at, end = start, start + len(word)
    for low, high in covered:
        if low >= end:
            break
        kept.append(word[at - start : max(at, low) - start])
        at = max(at, high)
    kept.append(word[at - start :])
    return " ".join(kept)


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
