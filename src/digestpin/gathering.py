"""Reads the files that matter and gathers everything that is known of them.

It begins with the files that name a node image or kind. Then, as long as some variable
leads out of what has been read, the files that it leads to are read too: those that are
included, those that include or call, those that name the variable.
"""

from __future__ import annotations

import itertools
import posixpath
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin import reading
from digestpin.built_images import NEEDLES as BUILDS
from digestpin.calls import leave_defaults
from digestpin.cluster_runs import RUN_NEEDLE, has_patches
from digestpin.clusters import ClusterFinder
from digestpin.consumers import Consumers
from digestpin.discovery import find_candidates
from digestpin.extracting import extract, extract_as_text
from digestpin.facts import Link
from digestpin.findings import Problem
from digestpin.following import callers, may_be_linked, open_needles, receivers
from digestpin.governing import govern
from digestpin.ignores import MARK
from digestpin.inventory import Inventory
from digestpin.own_files import is_own_output
from digestpin.pin_finder import PinFinder
from digestpin.pins import NEEDLES, TOOL_FILES
from digestpin.reading import Unreadable, without_links
from digestpin.reference_finder import ReferenceFinder
from digestpin.references import find_needles
from digestpin.source import SourceFile
from digestpin.templates import HOLE
from digestpin.tracing import Tracer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digestpin.discovery import Listing, Root
    from digestpin.facts import Fact
    from digestpin.kind.releases import KindReleases
    from digestpin.pins import KindPin
    from digestpin.selection import Selection

CLUSTER_CONFIGS = ("kind.x-k8s.io", "kindV1Alpha4Cluster")
_WHOLE_MODULES = frozenset({"*.tf", "*.auto.tfvars"})
OWN_CONFIGURATION = frozenset({".digestpin.toml", "digestpin.toml"})
"""Files that name versions and images for us, and use none."""

_MAX_ROUNDS = 5
_MAX_FILES_A_ROUND = 300


@dataclass
class Project:
    """The files of one repository, read as they are needed."""

    root: Root
    selection: Selection
    releases: KindReleases
    repositories: tuple[str, ...]
    configured_pins: tuple[KindPin, ...] = ()
    sources: dict[str, SourceFile] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    unreadable: dict[PurePosixPath, Unreadable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _listing: Listing | None = None
    _asked: set[tuple[str, bool]] = field(default_factory=set)

    # Reading

    def load_candidates(self) -> None:
        """Read every file that names a selected image or kind, or ignores a finding."""
        wanted = [
            *find_needles(self.repositories),
            *CLUSTER_CONFIGS,
            *NEEDLES,
            *BUILDS,
            MARK,
        ]
        listing = self._find(wanted, TOOL_FILES)
        for path in listing.files:
            if path.name not in OWN_CONFIGURATION:
                self.load(path)
        for link in listing.called_links:
            # A link's own name can be the pin (hermit); what it leads to is not read
            # by that name.
            self.add(SourceFile(link, b""))
        for unreadable in listing.unreadable:
            self.unreadable[unreadable.path] = unreadable
        for refused in listing.refused:
            reason = f"is a link that leaves the repository, for {refused.target}"
            self.unreadable[refused.path] = Unreadable(
                refused.path, Unreadable.Type.ACCESS, reason
            )

    def _find(self, needles: Iterable[str], always: Sequence[str] = ()) -> Listing:
        encoded = [needle.encode("utf-8") for needle in dict.fromkeys(needles)]
        listing = find_candidates(self.root, encoded, self.selection, always=always)
        if self._listing is None:
            self._listing = listing
        return listing

    def load(self, path: PurePosixPath) -> bool:
        """Read one file and its facts; say whether that was new."""
        key = path.as_posix()
        if key in self.sources or path in self.unreadable:
            return False
        found = reading.read(
            self.root.path, path, max_size_bytes=self.selection.max_size_bytes
        )
        if not isinstance(found, SourceFile):
            self.unreadable[path] = found
            return False
        if is_own_output(found.data):
            return False
        self.add(found)
        return True

    def add(self, source: SourceFile) -> None:
        """Take the facts of a file, which may be one that is not on disk."""
        key = source.path.as_posix()
        self.sources[key] = source
        try:
            self.facts[key] = tuple(extract(source))
        except Exception as error:  # noqa: BLE001 - a flaw of ours in one format
            # One file that trips a format must not cost all others their check.
            self.facts[key] = tuple(extract_as_text(source))
            self.problems.append(
                Problem(
                    message=f"reading it failed: {type(error).__name__}: {error}",
                    path=source.path,
                    hint="it was read as plain text; please report this",
                )
            )

    # Links between files

    def targets(self, link: Link) -> tuple[str, ...]:
        """Return the paths of the files that a link names, as far as they are known."""
        if "*" in link.target:
            folder, _, pattern = link.target.rpartition("/")
            return tuple(
                path
                for path in self.sources
                if posixpath.dirname(path) == folder
                and PurePosixPath(path).match(pattern)
            )
        return tuple(self._resolve(link))

    def _siblings(self, link: Link) -> Iterator[str]:
        """Give the files of a folder that are one module, when these are few.

        A Go package can be large: there the names that are still open say which of
        its files matter.
        """
        folder, _, pattern = link.target.rpartition("/")
        if pattern not in _WHOLE_MODULES or self._listing is None:
            return
        for path in self._listing.all_paths():
            if path.parent == PurePosixPath(folder or ".") and path.match(pattern):
                yield path.as_posix()

    def _resolve(self, link: Link) -> Iterator[str]:
        here = link.region.path.parent.as_posix()
        head, hole, tail = link.target.rpartition(HOLE)
        tail = tail.lstrip("/") if hole else tail
        if tail.startswith(("/", "~")):
            return  # a file of the machine: /etc/os-release
        if not tail or (hole and "/" in head and not tail.strip(".")):
            return
        ends = self._listing.paths_ending(tail) if hole and self._listing else []
        # A `go.mod` that requires kind has been read, for it names kind.
        read = [end for end in ends if tail == "go.mod" and end in self.sources]
        near = read if len(read) == 1 else self._near(tail, (link.base, here, ""))
        yield from near or (ends if len(ends) == 1 else ())

    def _near(self, tail: str, folders: Iterable[str]) -> list[str]:
        """Return the path of the first file of that name, as a list of one or none."""
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, tail))
            if path in self.sources:
                return [path]
            if self._exists(path):
                return [without_links(self.root.path, path).as_posix()]
        return []

    def _exists(self, path: str) -> bool:
        if path.startswith("..") or not (self.root.path / path).is_file():
            return False
        if not self.selection.tracked_only or self._listing is None:
            return True
        return without_links(self.root.path, path) in self._listing.all_paths()

    # Gathering

    def gather(self) -> Inventory:
        """Return the inventory, after reading all files that a value leads to."""
        inventory = self._look()
        for _ in range(_MAX_ROUNDS):
            if not self._follow(inventory):
                break
            inventory = self._look()
        return inventory

    def _look(self) -> Inventory:
        facts = leave_defaults(self.facts)
        tracer = Tracer(facts, self.targets)
        finder = ReferenceFinder(tracer, self.sources, self.repositories)
        references = finder.find(facts)
        pins = PinFinder(tracer, self.releases, self.sources).find(facts)
        consumers = Consumers(facts, tracer)
        governed = tuple(
            govern(references, pins, self.configured_pins, consumers.scopes)
        )
        clusters = ClusterFinder(
            facts=facts,
            sources=self.sources,
            references=governed,
            pins=pins,
            configured=self.configured_pins,
            tracer=tracer,
            targets=self.targets,
            releases=self.releases,
        )
        return Inventory(
            sources=self.sources,
            facts=facts,
            references=governed,
            pins=pins,
            clusters=tuple(clusters.find()),
            releases=self.releases,
            tracer=tracer,
        )

    def _load_linked(self, paths: Iterable[str], link_type: Link.Type) -> bool:
        """Read the files that those at `paths` name; say whether any was new."""
        links = [
            fact
            for path in sorted(paths)
            for fact in self.facts.get(path, ())
            if isinstance(fact, Link) and fact.type is link_type
        ]
        is_new = False
        for link in links:
            for target in (*self.targets(link), *self._siblings(link)):
                is_new |= self.load(PurePosixPath(target))
        return is_new

    def _follow(self, inventory: Inventory) -> bool:
        """Read the files that open variables lead to; say whether there were any."""
        is_new = False
        feeding = {
            binding.scope[0]
            for reference in inventory.references
            for binding in reference.bindings
        }
        files = {path for _, path in inventory.tracer.missing} | feeding
        for path in sorted(files.union(receivers(self.facts, feeding))):
            if path not in self.sources and self._exists(path):
                is_new |= self.load(PurePosixPath(path))
        # What a script does with a value that is handed to it decides on a fix.
        runs = feeding.union(callers(self.facts, files, self.targets))
        is_new |= self._load_linked(runs, Link.Type.RUN)
        is_new |= self._load_linked(files, Link.Type.INCLUDE)
        is_new |= self._load_linked(files, Link.Type.READ)
        if any(has_patches(cluster.config) for cluster in inventory.clusters):
            is_new |= self._load_naming({RUN_NEEDLE}, in_code=False)
        for in_code in (False, True):
            needles = set(open_needles(inventory, files, in_code=in_code))
            is_new |= self._load_naming(needles, in_code=in_code)
        return is_new

    def _load_naming(self, needles: set[str], *, in_code: bool) -> bool:
        """Read the files that name something open; say whether any was new."""
        fresh = {(needle, in_code) for needle in needles} - self._asked
        if not fresh:
            return False
        self._asked |= fresh
        listing = self._find(sorted(needle for needle, _ in fresh))
        linkable = (
            path for path in listing.files if may_be_linked(path, to_code=in_code)
        )
        is_new = False
        for found in itertools.islice(linkable, _MAX_FILES_A_ROUND):
            is_new |= self.load(found)
        return is_new
