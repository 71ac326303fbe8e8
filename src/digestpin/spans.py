"""Finds what contains a span of a file, without looking at everything there."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digestpin.source import Region

T = TypeVar("T")


class ByRegion(Generic[T]):
    """Things at regions; `containing` gives those around another region, in order."""

    def __init__(self, things: Iterable[tuple[Region, T]]) -> None:
        by_path: dict[str, list[tuple[int, int, int, T]]] = defaultdict(list)
        for number, (region, thing) in enumerate(things):
            span = region.span
            entry = (span.start, span.end, number, thing)
            by_path[region.path.as_posix()].append(entry)
        self._files = {path: _File(found) for path, found in by_path.items()}

    def containing(self, region: Region) -> list[T]:
        """Return what stands at regions that hold all of `region`."""
        file = self._files.get(region.path.as_posix())
        if file is None:
            return []
        return file.containing(region.span.start, region.span.end)


class _File(Generic[T]):
    """What stands in one file, by start, with how far all up to there reaches."""

    def __init__(self, entries: list[tuple[int, int, int, T]]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry[0])
        self._starts = [entry[0] for entry in self._entries]
        self._reaches = list(accumulate((entry[1] for entry in self._entries), max))

    def containing(self, start: int, end: int) -> list[T]:
        at = bisect_right(self._starts, start) - 1
        found = []
        while at >= 0 and self._reaches[at] >= end:
            if self._entries[at][1] >= end:
                found.append(self._entries[at])
            at -= 1
        return [entry[3] for entry in sorted(found, key=lambda entry: entry[2])]
