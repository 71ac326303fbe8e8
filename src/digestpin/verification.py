"""Checks a file's new text before it is written: nothing but the edits may differ.

The same extraction must find the same references at the shifted places, and YAML, read
by another parser than the one that scanned it, must hold the same data but for the
scalars that were edited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.edits import sort_edits
from digestpin.errors import UnfaithfulRewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.inventory import Inventory, Reference
    from digestpin.source import SourceFile, Span

_YAML_SUFFIXES = (".yaml", ".yml")
# The independent parser reads about 180 kB a second; larger files are compared by the
# extraction alone.
_MAX_YAML_BYTES = 150_000


def map_offset(offset: int, edits: Sequence[Edit], *, is_end: bool) -> int:
    """Return where a byte of the old text is in the new one.

    Inside an edit, an end moves to the edit's end and a start to its start.
    """
    shift = 0
    for edit in edits:
        if offset >= edit.span.end and (offset > edit.span.start or not is_end):
            shift += edit.shift
        elif offset > edit.span.start:
            inside = len(edit.replacement) if is_end else 0
            return edit.span.start + shift + inside
        else:
            break
    return offset + shift


def map_span(span: Span, edits: Sequence[Edit]) -> tuple[int, int]:
    """Return where a span of the old text is in the new one."""
    return (
        map_offset(span.start, edits, is_end=False),
        map_offset(span.end, edits, is_end=True),
    )


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
    ordered = sort_edits(edits[source.path])
    old = [r for r in before.references if r.region.path == source.path]
    new = [r for r in after.references if r.region.path == source.path]
    sites = {map_span(reference.region.span, ordered) for reference in old}
    kept = {
        (map_span(reference.region.span, ordered), reference.value.text)
        for reference in old
        if not _is_edited(reference, edits)
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
    reference: Reference, edits: Mapping[PurePosixPath, Sequence[Edit]]
) -> bool:
    regions = [part.region for part in reference.value.parts if part.region is not None]
    return any(
        edit.span.start < region.span.end and region.span.start < edit.span.end
        for region in regions
        for edit in edits.get(region.path, ())
    )


def verify_yaml(source: SourceFile, after: bytes, edits: Iterable[Edit]) -> None:
    """Check that YAML holds the same data but for the edited scalars.

    Text that is no YAML to begin with (a template) is not checked here.

    Raises:
        UnfaithfulRewrite: the data differ elsewhere, or the new text is no YAML.
    """
    if source.path.suffix not in _YAML_SUFFIXES or len(source.data) > _MAX_YAML_BYTES:
        return
    old = _scalars(source.data)
    if old is None:
        return
    new = _scalars(after)
    changes = [(_decode(edit.expected), _decode(edit.replacement)) for edit in edits]
    if new is None or len(old) != len(new):
        raise _unfaithful(source)
    for was, now in zip(old, new, strict=True):
        if was != now and not _is_explained(was, now, changes):
            raise _unfaithful(source)


def _unfaithful(source: SourceFile) -> UnfaithfulRewrite:
    return UnfaithfulRewrite(
        "the new text would hold other data than the old one",
        path=source.path,
        hint="the file is left as it was; please report this",
    )


def _is_explained(was: str, now: str, changes: Sequence[tuple[str, str]]) -> bool:
    """Say whether the edits, at some of the places they fit, turn `was` into `now`."""
    choices: dict[str, set[str]] = {}
    for expected, replacement in changes:
        choices.setdefault(expected, {expected}).add(replacement)
    longest_first = sorted(choices, key=len, reverse=True)
    fits = re.compile("|".join(re.escape(expected) for expected in longest_first))
    pattern, done = "", 0
    for match in fits.finditer(was):
        options = "|".join(re.escape(text) for text in sorted(choices[match[0]]))
        pattern += f"{re.escape(was[done : match.start()])}(?:{options})"
        done = match.end()
    return re.fullmatch(pattern + re.escape(was[done:]), now) is not None


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _scalars(data: bytes) -> list[str] | None:
    """Return every scalar of a YAML stream in order, None when it is no YAML."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    from ruamel.yaml.events import AliasEvent, ScalarEvent  # noqa: PLC0415

    found: list[str] = []
    try:
        for event in YAML(pure=True).parse(data.decode("utf-8")):
            if isinstance(event, ScalarEvent):
                found.append(event.value)
            elif isinstance(event, AliasEvent):
                found.append(f"*{event.anchor}")
            else:
                found.append(type(event).__name__)
    except (YAMLError, UnicodeDecodeError, ValueError):
        return None
    return found
