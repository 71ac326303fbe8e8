"""The repository as it was at a commit, without a second work tree.

It is the files of today with those that have changed put back, in memory. So the cost
grows with the change, and neither the repository nor the disk is touched. What is
configured today holds for it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.gathering import Project
from digestpin.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from digestpin.discovery import Listing


@dataclass
class PastProject(Project):
    """A project in which `before` says what changed paths held, None for nothing."""

    before: Mapping[str, bytes | None] = field(default_factory=dict)

    def load(self, path: PurePosixPath) -> bool:
        """Read one file as it was; say whether that was new."""
        key = path.as_posix()
        if key not in self.before:
            return super().load(path)
        data = self.before[key]
        if key in self.sources or data is None:
            return False
        if b"\0" in data or len(data) > self.selection.max_size_bytes:
            return False
        self.add(SourceFile(path, data))
        return True

    def _exists(self, path: str) -> bool:
        if path in self.before:
            return self.before[path] is not None
        return super()._exists(path)

    def _find(self, needles: Iterable[str], always: Sequence[str] = ()) -> Listing:
        wanted = list(needles)
        listing = super()._find(wanted, always)
        kept = [path for path in listing.files if path.as_posix() not in self.before]
        kept += self._changed([needle.encode("utf-8") for needle in wanted], always)
        return replace(listing, files=tuple(sorted(kept)))

    def _changed(
        self, needles: Sequence[bytes], always: Sequence[str]
    ) -> Iterator[PurePosixPath]:
        for key, data in self.before.items():
            path = PurePosixPath(key)
            if data is None or not self.selection.selects(path):
                continue
            is_called = any(path.match(pattern) for pattern in always)
            if is_called or any(needle in data for needle in needles):
                yield path


def open_past(project: Project, before: Mapping[str, bytes | None]) -> PastProject:
    """Return the project as it was, with every candidate file read."""
    past = PastProject(
        root=project.root,
        selection=project.selection,
        releases=project.releases,
        repositories=project.repositories,
        configured_pins=project.configured_pins,
        before=before,
    )
    for pin in project.configured_pins:
        # Its place is shown, though nothing is looked for in it.
        key = pin.region.path.as_posix()
        if key in project.sources:
            past.sources[key] = project.sources[key]
            past.facts[key] = ()
    past.load_candidates()
    return past
