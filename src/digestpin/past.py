"""The repository as it was at a commit, without a second work tree.

It is the files of today with those that have changed put back, in memory. So the cost
grows with the change, and neither the repository nor the disk is touched. The kind
version that the configuration set then is part of it; what is looked for, which rules
and which files, is what today's configuration says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.config import read_file
from digestpin.errors import ConfigError
from digestpin.gathering import Project
from digestpin.reading import without_links
from digestpin.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from digestpin.config import Configuration
    from digestpin.discovery import Listing
    from digestpin.pipeline import Run


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


def open_past(
    run: Run, project: Project, before: Mapping[str, bytes | None]
) -> tuple[Run, PastProject]:
    """Return the run and project as they were, with every candidate file read."""
    run = replace(run, configuration=_past_configuration(run, before))
    past = PastProject(
        root=project.root,
        selection=project.selection,
        releases=project.releases,
        repositories=project.repositories,
        configured_pins=tuple(run.configured_pins()),
        before=before,
    )
    run.show_configuration(past)
    past.load_candidates()
    return run, past


def _past_configuration(run: Run, before: Mapping[str, bytes | None]) -> Configuration:
    """Return today's configuration with the kind version, and its place, of then."""
    today, root = run.configuration, run.root.path

    def read_past(path: Path) -> bytes | None:
        key = without_links(root, path.absolute().as_posix()).as_posix()
        return before[key] if key in before else read_file(path)

    try:
        then = today.reload(read_past) if today.reload is not None else today
    except ConfigError:
        return today  # nothing can be said of it: it is at least not made worse
    settings = replace(today.settings, kind_version=then.settings.kind_version)
    return replace(today, settings=settings, file=then.file)
