"""What a file format is: how its files are known and how facts are read from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile


@frozen(kw_only=True)
class FileFormat:
    """One file format.

    `matches(path, head)`: `path` is relative to the repository's root, `head` the
    first bytes of the file. `extract(source)` yields facts in file order; it never
    judges, resolves or edits, and never raises on a file of the wrong form: what it
    cannot read as its own structure it reads as plain text.
    """

    id: str
    summary: str
    matches: Callable[[PurePosixPath, bytes], bool]
    extract: Callable[[SourceFile], Iterator[Fact]]
