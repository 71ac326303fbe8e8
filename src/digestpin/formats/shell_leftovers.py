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
from digestpin.templates import Template, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Place
    from digestpin.source import Region

_WORD = re.compile(r"(?:^|(?<=\s))#[^\n]*|[^\s\"'`()|&;<>]+", re.MULTILINE)
_WORTH = re.compile(r"[/@\0]|:.|\d\.\d")
_TORN = re.compile(r"[\w.-]$")


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
        if _is_lost(_uncovered(match[0], span.start, covered[index:])):
            yield Text(
                template=read_loosely(word, place),
                scope=place.scope,
                label="a script that does not parse",
            )


def _is_lost(uncovered: list[str]) -> bool:
    """Whether what is left matters, or was torn from what a fact tells."""
    return any(_WORTH.search(piece) for piece in uncovered) or any(
        _TORN.search(piece) for piece in uncovered[:-1]
    )


def _uncovered(word: str, start: int, covered: list[tuple[int, int]]) -> list[str]:
    """Return the pieces of a word at `start` that no span covers."""
    kept: list[str] = []
    at, end = start, start + len(word)
    for low, high in covered:
        if low >= end:
            break
        kept.append(word[at - start : max(at, low) - start])
        at = max(at, high)
    kept.append(word[at - start :])
    return kept


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
        is_unknown = isinstance(part, Variable) and part.opaque
        if part.region is not None and not is_unknown:
            yield part.region
