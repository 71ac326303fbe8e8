"""Gathers what a run knows: node image references, kind pins, and which governs which.

Everything here is derived from facts once, before any rule looks at it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from packaging.version import Version

    from digestpin.facts import Binding, ClusterConfig, Fact, Role
    from digestpin.kind.releases import KindReleases
    from digestpin.oci import Digest, ImageReference
    from digestpin.pins import KindPin
    from digestpin.rows import Rows
    from digestpin.source import Location, Region, SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.tracing import Step, Tracer


class Shape(StrEnum):
    """How the value of a reference is written."""

    LITERAL = "literal"
    TRACED = "traced"
    UNTRACEABLE = "untraceable"


class Level(StrEnum):
    """How near the pins that govern a reference are."""

    CONFIGURATION = "the configuration"
    STEP = "the same step"
    JOB = "the same job"
    FILE = "the same file"
    FOLDER = "a folder above"
    REPOSITORY = "the repository"
    NONE = "nowhere"


@frozen(kw_only=True, slots=False)
class Reference:
    """One image reference with one of its values.

    `region` and `text`: as written, variables included. `image` is the name (registry
    and repository) and `parsed` the whole value, None when it cannot be known or, with
    `flaw` saying why, read. `value` is the value as parts tied to their bytes, its name
    ending at `name_end`. `value_at` is where a traced tag is written. `pins` govern it,
    found at `level`.
    """

    region: Region
    text: str
    shape: Shape
    image: str
    parsed: ImageReference | None
    flaw: str | None
    value: Template
    name_end: int
    value_at: Region | None
    steps: tuple[Step, ...]
    rows: Rows
    bindings: tuple[Binding, ...]
    scope: Scope
    role: Role
    is_node_image: bool
    pins: tuple[KindPin, ...] = ()
    level: Level = Level.NONE

    @property
    def tag(self) -> str | None:
        """The tag of the value, None when there is none or it is not known."""
        return None if self.parsed is None else self.parsed.tag

    @property
    def versions(self) -> tuple[Version, ...]:
        """The distinct kind versions that govern it, newest first."""
        found = {pin.version for pin in self.pins if pin.version is not None}
        return tuple(sorted(found, reverse=True))


@frozen(kw_only=True, slots=False)
class NodesImage:
    """An image that nodes of a cluster config run, and the pins of the kind that does.

    `region` is where it is written; None for the default of the kind release.
    """

    tag: str
    digest: Digest | None
    region: Region | None
    pins: tuple[KindPin, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """The distinct kind versions that run it, newest first."""
        found = {pin.version for pin in self.pins if pin.version is not None}
        return tuple(sorted(found, reverse=True))


@frozen(kw_only=True, slots=False)
class ConfiguredCluster:
    """A cluster config with the images its nodes run, as far as they are known."""

    config: ClusterConfig
    images: tuple[NodesImage, ...]


@frozen(kw_only=True, slots=False)
class Inventory:
    """Everything that rules may look at; read-only."""

    sources: Mapping[str, SourceFile]
    facts: Mapping[str, Sequence[Fact]]
    references: tuple[Reference, ...]
    pins: tuple[KindPin, ...]
    clusters: tuple[ConfiguredCluster, ...]
    releases: KindReleases
    tracer: Tracer

    def locate(self, region: Region) -> Location:
        """Return a region with its lines and columns."""
        return self.sources[region.path.as_posix()].locate(region.span)

    def written(self, region: Region) -> str:
        """Return what is written at a region."""
        source = self.sources[region.path.as_posix()]
        return source.decode(region.span.start, region.span.end)
