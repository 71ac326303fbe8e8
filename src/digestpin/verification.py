"""Checks a file's new text before it is written: nothing but the edits may differ.

The same extraction must find the same references at the shifted places, and YAML, read
by another parser than the one that scanned it, must hold the same data but for the
scalars that were edited.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from digestpin.edits import sort_edits
from digestpin.errors import UnfaithfulRewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.inventory import Inventory, Reference
    from digestpin.source import SourceFile, Span

_YAML_SUFFIXES = (".yaml", ".yml")
# The independent parser reads about 180 kB a second; larger files are compared by the
# extraction alone.
_MAX_YAML_BYTES = 150_000
# For each token it looks at every flow collection that is open (`[[[`): so is this.
_MAX_OPEN = 50


class Moves:
    """Says where the bytes of a file's old text are in the new one.

    `edits` are in file order and do not overlap.
    """

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._starts = [edit.span.start for edit in edits]
        self._ends = [edit.span.end for edit in edits]
        self._lengths = [len(edit.replacement) for edit in edits]
        self._shifts = [0, *itertools.accumulate(edit.shift for edit in edits)]

    def span(self, span: Span) -> tuple[int, int]:
        """Return where a span of the old text is in the new one.

        Inside an edit, an end moves to the edit's end and a start to its start.
        """
        return (
            self._offset(span.start, is_end=False),
            self._offset(span.end, is_end=True),
        )

    def _offset(self, offset: int, *, is_end: bool) -> int:
        passed = bisect_right(self._ends, offset)
        if is_end:
            # What is inserted just behind an end does not move it.
            passed = min(passed, bisect_left(self._starts, offset))
        shift = self._shifts[passed]
        if passed == len(self._starts) or offset <= self._starts[passed]:
            return offset + shift
        inside = self._lengths[passed] if is_end else 0
        return self._starts[passed] + shift + inside

    def touches(self, span: Span) -> bool:
        """Say whether an edit changes bytes of a span of the old text."""
        first = bisect_right(self._ends, span.start)
        return first < len(self._starts) and self._starts[first] < span.end


def verify_references(
    before: Inventory,
    after: Inventory,
    source: SourceFile,
    edits: Mapping[PurePosixPath, Sequence[Edit]],
) -> None:
    """Check that a file's references are the same, at the shifted places.

    `edits` are those of every file, since a value may come from another one. A value
    that no edit touches must be what it was.

    Raises:
        UnfaithfulRewrite: one has gone, has come, or has changed without an edit.
    """
    moves = {source.path: Moves(sort_edits(edits[source.path]))}
    moved = moves[source.path].span
    old = [r for r in before.references if r.region.path == source.path]
    new = [r for r in after.references if r.region.path == source.path]
    sites = {moved(reference.region.span) for reference in old}
    kept = {
        (moved(reference.region.span), reference.value.text)
        for reference in old
        if not _is_edited(reference, edits, moves)
    }
    found = {(_ends(reference.region.span), reference.value.text) for reference in new}
    if sites != {site for site, _ in found} or not kept <= found:
        raise UnfaithfulRewrite(
            "re-reading the new text did not find the same references",
            path=source.path,
            hint="the file is left as it was; please report this",
        )


def _ends(span: Span) -> tuple[int, int]:
    return (span.start, span.end)


def _is_edited(
    reference: Reference,
    edits: Mapping[PurePosixPath, Sequence[Edit]],
    moves: dict[PurePosixPath, Moves],
) -> bool:
    """Say whether an edit is in what a value is made of; `moves` are kept by file."""
    for part in reference.value.parts:
        if part.region is None:
            continue
        path = part.region.path
        if path not in moves:
            ordered = sorted(set(edits.get(path, ())), key=lambda edit: edit.span)
            moves[path] = Moves(ordered)
        if moves[path].touches(part.region.span):
            return True
    return False


def verify_yaml(source: SourceFile, after: bytes, edits: Iterable[Edit]) -> None:
    """Check that YAML holds the same data but for the edited scalars.

    Text that is no YAML to begin with (a template), or too deep to be read in time, is
    not checked here.

    Raises:
        UnfaithfulRewrite: the data differ elsewhere, or the new text is no YAML.
    """
    if source.path.suffix not in _YAML_SUFFIXES or len(source.data) > _MAX_YAML_BYTES:
        return
    old = _scalars(source.data)
    if old is None:
        return
    new = _scalars(after)
    if new is None or len(old) != len(new):
        raise _unfaithful(source)
    changes = _Changes(edits)
    differing = {pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]}
    if not all(changes.explain(was, now) for was, now in differing):
        raise _unfaithful(source)


def _unfaithful(source: SourceFile) -> UnfaithfulRewrite:
    return UnfaithfulRewrite(
        "the new text would hold other data than the old one",
        path=source.path,
        hint="the file is left as it was; please report this",
    )


class _Changes:
    """What edits may have made of a scalar."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        choices: dict[str, set[str]] = {}
        for edit in edits:
            for expected, replacement in _readings(edit):
                choices.setdefault(expected, {expected}).add(replacement)
        longest_first = sorted(choices, key=len, reverse=True)
        self._fits = re.compile("|".join(map(re.escape, longest_first)))
        self._choices = {
            expected: "|".join(map(re.escape, sorted(texts)))
            for expected, texts in choices.items()
        }

    def explain(self, was: str, now: str) -> bool:
        """Say whether the edits, where they fit or not, make `now` of `was`."""
        pattern, done = "", 0
        for match in self._fits.finditer(was):
            kept = re.escape(was[done : match.start()])
            pattern += f"{kept}(?:{self._choices[match[0]]})"
            done = match.end()
        return re.fullmatch(pattern + re.escape(was[done:]), now) is not None


def _readings(edit: Edit) -> Iterator[tuple[str, str]]:
    """Give what an edit may be to a scalar.

    A block scalar does not hold all the blanks before a line, nor always its end: of a
    line that goes, each reading is the whole content.
    """
    expected, replacement = _decode(edit.expected), _decode(edit.replacement)
    yield expected, replacement
    line = expected.removesuffix("\n").removesuffix("\r")
    if replacement or line == expected or "\n" in line:
        return
    for start in range(len(line) - len(line.lstrip(" ")) + 1):
        yield f"{line[start:]}\n", ""
        yield f"\n{line[start:]}", ""
    yield line.strip(" "), ""


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _scalars(data: bytes) -> list[str] | None:
    """Return every scalar of a YAML stream in order, None when it cannot be read."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    from ruamel.yaml.events import (  # noqa: PLC0415
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        ScalarEvent,
    )

    found: list[str] = []
    open_flows = 0  # within one, every collection is one
    try:
        for event in YAML(pure=True).parse(data.decode("utf-8")):
            if isinstance(event, CollectionStartEvent):
                open_flows += event.flow_style is True
            elif isinstance(event, CollectionEndEvent):
                open_flows = max(0, open_flows - 1)
            if open_flows > _MAX_OPEN:
                return None
            if isinstance(event, ScalarEvent):
                found.append(event.value)
            elif isinstance(event, AliasEvent):
                found.append(f"*{event.anchor}")
            else:
                found.append(type(event).__name__)
    except (YAMLError, UnicodeDecodeError, ValueError):
        return None
    return found
