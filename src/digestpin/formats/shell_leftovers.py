"""Keeps the words of a script that its grammar could not place.

A script that does not parse (a template, another language, a cut snippet) must not
lose a literal reference: what no fact covers is split into words by spaces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Text
from digestpin.formats.shell_loose import read_loosely
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Part, Template, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Place
    from digestpin.source import Region

_WORD = lazy_pattern(r"(?:^|(?<=\s))#[^\n]*|[^\s\"'`()|&;<>]+", re.MULTILINE)
_WORTH = lazy_pattern(r"[/@\0]|:.|\d\.\d")
_NAMED = lazy_pattern(r"[\w.-]*=")


def leftovers(script: Template, facts: Iterable[Fact], place: Place) -> Iterator[Text]:
    """Yield the words of `script` that no fact tells as a whole."""
    told = _Told(facts)
    for match in _WORD.finditer(script.text):
        if match[0].startswith("#") or _WORTH.search(match[0]) is None:
            continue
        value = _NAMED.match(match[0])
        start = match.start() + (0 if value is None else value.end())
        region = script.cut(start, match.end()).region
        if region is not None and not told.holds(region):
            yield Text(
                template=read_loosely(script.cut(*match.span()), place),
                scope=place.scope,
                label="a script that does not parse",
            )


class _Told:
    """The stretches of a file that facts tell."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        spans = sorted(span for fact in facts for span in _spans(fact))
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def holds(self, region: Region) -> bool:
        """Whether one of the stretches holds the whole region."""
        index = bisect_right(self._starts, region.span.start) - 1
        return index >= 0 and self._ends[index] >= region.span.end


def _spans(fact: Fact) -> Iterator[tuple[int, int]]:
    template = EMPTY
    if isinstance(fact, Text):
        template = fact.template
    elif isinstance(fact, Binding):
        template = fact.value
    parts: list[Part] = []
    for part in template.parts:
        if isinstance(part, Variable) and part.opaque:
            yield from _stretch(parts)
            parts = []
        else:
            parts.append(part)
    yield from _stretch(parts)


def _stretch(parts: list[Part]) -> Iterator[tuple[int, int]]:
    region = Template(tuple(parts)).region
    if region is not None:
        yield region.span.start, region.span.end
