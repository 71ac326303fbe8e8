"""Says what an edit is and applies a set of them to bytes.

Edits are spliced, never re-serialised: every byte outside a span comes out as it went
in, whatever the file's encoding, line endings or syntax are.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from digestpin.errors import OverlappingEdits, StaleEdit
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from digestpin.source import Span


@frozen(kw_only=True)
class Edit:
    """The replacement of one byte span of one file.

    `expected` are the bytes at `span` that the edit was made for; it never applies to
    others.
    """

    path: PurePosixPath
    span: Span
    expected: bytes
    replacement: bytes

    @property
    def shift(self) -> int:
        """By how many bytes the text behind the edit moves."""
        return len(self.replacement) - len(self.span)


def sort_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits of one file in file order, equal ones once.

    Raises:
        OverlappingEdits: two different edits touch the same bytes.
    """
    ordered = sorted(set(edits), key=lambda edit: (edit.span, edit.replacement))
    for before, after in itertools.pairwise(ordered):
        if after.span.start < before.span.end or after.span == before.span:
            raise OverlappingEdits(
                f"two edits touch the same bytes at offset {after.span.start}",
                path=after.path,
            )
    return ordered


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with every edit applied.

    Edits may come in any order; equal ones count once. Bytes outside their spans are
    returned unchanged.

    Raises:
        StaleEdit: the bytes at a span are no longer those the edit was made for.
        OverlappingEdits: two different edits touch the same bytes.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in sort_edits(edits):
        found = data[edit.span.start : edit.span.end]
        if found != edit.expected:
            raise StaleEdit(
                f"expected {edit.expected!r} at offset {edit.span.start}, "
                f"found {found!r}",
                path=edit.path,
            )
        pieces += (data[done : edit.span.start], edit.replacement)
        done = edit.span.end
    pieces.append(data[done:])
    return b"".join(pieces)
