"""Holds the table of kind releases and the node images published for them.

The table is facts with their evidence, in `data/kind-releases.json`; `kind.table` reads
and validates it. It is shipped, reviewed and read offline: nothing is fetched.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from digestpin.errors import ConfigError
from digestpin.kind.versions import format_kind_version, parse_kubernetes_tag
from digestpin.values import frozen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from packaging.version import Version

    from digestpin.kind.constraints import (
        ClusterConfigConstraint,
        Constraint,
        ContainerdConfig,
    )
    from digestpin.kind.versions import ContainerdVersion
    from digestpin.oci.digest import Digest

_K = TypeVar("_K")

# NOTE: a plain path, because importlib.resources costs several milliseconds to import.
DATA_FILE = Path(__file__).parent.parent / "data" / "kind-releases.json"


@frozen(kw_only=True)
class NodeImageBuild:
    """One build of a node image tag; `str()` gives `v1.32.0@sha256:…` in full.

    `kind` is the release that lists it, None for an image pushed between releases: a
    digest that several releases list is one build for each. `date` is the release's, or
    about when it was pushed. `containerd` is what it runs; where
    `containerd_is_exact` is false the tag was added to the release later, so that this
    is the least it can be. None when not known.
    """

    tag: str
    digest: Digest
    kind: Version | None
    date: dt.date
    containerd: ContainerdVersion | None
    containerd_is_exact: bool
    evidence: tuple[str, ...]

    @property
    def kubernetes(self) -> Version | None:
        """The Kubernetes version that the tag names."""
        return parse_kubernetes_tag(self.tag)

    def __str__(self) -> str:
        return f"{self.tag}@{self.digest}"


@frozen(kw_only=True)
class KindRelease:
    """A kind version with the node images that its release notes list, newest first.

    `default_node_image` is what it runs when a cluster config names no image.
    """

    version: Version
    date: dt.date
    default_node_image: NodeImageBuild
    node_images: tuple[NodeImageBuild, ...]
    containerd: ContainerdVersion | None
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        return format_kind_version(self.version)


@frozen(kw_only=True)
class CiActionRelease:
    """A release of a CI action: its tag, its commit, the kind that it installs."""

    tag: str
    commit: str
    kind: Version


@frozen(kw_only=True)
class CiAction:
    """A CI action that installs kind, the names of its inputs, its releases in order.

    `name` is `owner/repository`; an input is None when the action has none.
    """

    name: str
    version_input: str | None
    node_image_input: str | None
    config_input: str | None
    releases: tuple[CiActionRelease, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class KindReleases:
    """All that is known of kind releases, on the day `as_of`; equal only to itself.

    `releases` are newest version first; `builds` every known node image build, newest
    first.
    """

    as_of: dt.date
    releases: tuple[KindRelease, ...]
    between_releases: tuple[NodeImageBuild, ...]
    constraints: tuple[Constraint, ...]
    cluster_config_constraints: tuple[ClusterConfigConstraint, ...]
    containerd_configs: tuple[ContainerdConfig, ...]
    actions: tuple[CiAction, ...]
    builds: tuple[NodeImageBuild, ...] = field(init=False, repr=False)
    _releases: Mapping[Version, KindRelease] = field(init=False, repr=False)
    _tags: Mapping[str, tuple[NodeImageBuild, ...]] = field(init=False, repr=False)
    _digests: Mapping[Digest, tuple[NodeImageBuild, ...]] = field(
        init=False, repr=False
    )

    def __post_init__(self) -> None:
        listed = [build for release in self.releases for build in release.node_images]
        builds = sorted(
            [*listed, *self.between_releases],
            key=lambda build: build.date,
            reverse=True,
        )
        tags: defaultdict[str, list[NodeImageBuild]] = defaultdict(list)
        digests: defaultdict[Digest, list[NodeImageBuild]] = defaultdict(list)
        for build in builds:
            tags[build.tag].append(build)
            digests[build.digest].append(build)
        by_version = {release.version: release for release in self.releases}
        object.__setattr__(self, "builds", tuple(builds))
        object.__setattr__(self, "_releases", by_version)
        object.__setattr__(self, "_tags", _freeze(tags.items()))
        object.__setattr__(self, "_digests", _freeze(digests.items()))

    @classmethod
    def load(cls, path: Path | None = None) -> KindReleases:
        """Return the table in the file at `path`, or the shipped one (read once).

        Raises:
            ConfigError: the file cannot be read, or is not of the right shape; the
                message names the place in it.
        """
        return _load_shipped() if path is None else _load_file(path)

    @property
    def newest(self) -> KindRelease:
        """The newest release in the data."""
        return self.releases[0]

    def release(self, version: Version) -> KindRelease | None:
        """Return the release of exactly this version, or None."""
        return self._releases.get(version)

    def may_be_release(self, version: Version) -> bool:
        """Say whether kind can have this version, as far as the data tells.

        A version of the time of the data is one of its releases, or a build between
        them; of what is older nothing is known.
        """
        if version > self.newest.version or version in self._releases:
            return True
        is_between = version.is_prerelease or version.is_postrelease
        return is_between and version > self.releases[-1].version

    def is_known_tag(self, tag: str) -> bool:
        """Say whether any build of this tag is known."""
        return tag in self._tags

    def builds_of_tag(self, tag: str) -> tuple[NodeImageBuild, ...]:
        """Return the known builds of this tag, newest first."""
        return self._tags.get(tag, ())

    def builds_of_digest(self, digest: Digest) -> tuple[NodeImageBuild, ...]:
        """Return the builds with this digest: one for each release that lists it."""
        return self._digests.get(digest, ())

    def tags_of_digest(self, digest: Digest) -> tuple[str, ...]:
        """Return the tags that this digest is known by, each once."""
        return tuple(dict.fromkeys(it.tag for it in self.builds_of_digest(digest)))

    def kinds_of_digest(self, digest: Digest) -> tuple[Version, ...]:
        """Return the kind releases that list this digest, oldest first."""
        builds = self.builds_of_digest(digest)
        return tuple(sorted({it.kind for it in builds if it.kind is not None}))

    def published(self, kind_version: Version, tag: str) -> NodeImageBuild | None:
        """Return the build that this kind release lists for the tag, or None."""
        for build in self.builds_of_tag(tag):
            if build.kind == kind_version:
                return build
        return None


def _freeze(
    items: Iterable[tuple[_K, list[NodeImageBuild]]],
) -> dict[_K, tuple[NodeImageBuild, ...]]:
    return {key: tuple(builds) for key, builds in items}


@functools.cache
def _load_shipped() -> KindReleases:
    return _load_file(DATA_FILE)


def _load_file(path: Path) -> KindReleases:
    # NOTE: kind.table imports this module for its types, and most of a run's start-up
    # never needs it.
    from digestpin.kind.table import read_table  # noqa: PLC0415

    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(f"cannot be read: {reason}", path=str(path)) from error
    return read_table(data, str(path))
