"""The constraints between kind, node images and cluster configs, as the data has them.

A constraint is data: a condition on the image, the kind versions concerned, the symptom
and the evidence. What a condition means for one image says `bounds`.
"""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING

from packaging.version import Version

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.kind.jsonvalue import JsonValue

_CLAUSE = lazy_pattern(r"(>=|<)\s*(\d+(?:\.\d+){0,2})\Z")


class Level(StrEnum):
    """How bad a broken constraint is."""

    ERROR = "error"
    WARNING = "warning"


class Certainty(StrEnum):
    """How far a statement is proven; what is only likely is never an error."""

    SURE = "sure"
    LIKELY = "likely"


@frozen
class VersionRange:
    """Versions from `low` on and below `high`; None leaves that side open.

    >>> VersionRange.parse(">=2.0,<2.3")
    VersionRange(low=<Version('2.0')>, high=<Version('2.3')>)
    """

    low: Version | None = None
    high: Version | None = None

    @classmethod
    def parse(cls, text: str) -> VersionRange | None:
        """Return the range that clauses `>=X` and `<Y`, joined by commas, write."""
        bounds: dict[str, Version] = {}
        for clause in text.split(","):
            match = _CLAUSE.match(clause.strip())
            if match is None or match[1] in bounds:
                return None
            bounds[match[1]] = Version(match[2])
        return cls(bounds.get(">="), bounds.get("<"))

    def contains(self, version: Version) -> bool:
        """Say whether `version` is in the range; a pre-release counts as its release.

        >>> VersionRange.parse(">=1.37.0").contains(Version("1.37.0rc1"))
        True
        """
        return (self.low is None or is_at_least(version, self.low)) and (
            self.high is None or not is_at_least(version, self.high)
        )


def is_at_least(version: Version, threshold: Version) -> bool:
    """Compare major, minor and patch alone: a release candidate has the features."""
    return version_core(version) >= version_core(threshold)


def version_core(version: Version) -> tuple[int, int, int]:
    """Return major, minor and patch."""
    return (version.major, version.minor, version.micro)


@frozen(kw_only=True)
class ImageCondition:
    """What must be true of a node image; every range that is not None.

    `containerd_config` is the version of containerd's configuration file format,
    `built_for_kind` the kind release whose sources the image was built from.
    """

    kubernetes: VersionRange | None = None
    containerd: VersionRange | None = None
    containerd_config: VersionRange | None = None
    built_for_kind: VersionRange | None = None


@frozen(kw_only=True)
class Constraint:
    """A reason why kind older than `kind` cannot drive images that meet `image`."""

    id: str
    image: ImageCondition
    kind: Version
    level: Level
    symptom: str
    evidence: tuple[str, ...]


@frozen(kw_only=True)
class PatchCondition:
    """What must stand in a cluster config's patch.

    `patch` is `containerd` or `kubeadm`. For containerd, `toml_tables` are key paths,
    where `*` is any key, of tables of which one must have content, and `unless_empty`
    are keys which, set to the empty string, take the reason away. For kubeadm,
    `api_versions` are those that must not be named.
    """

    patch: str
    toml_tables: tuple[tuple[str, ...], ...] = ()
    unless_empty: tuple[tuple[str, ...], ...] = ()
    api_versions: tuple[str, ...] = ()


@frozen(kw_only=True)
class ClusterConfigConstraint:
    """A part of a cluster config that images meeting `image` reject or ignore.

    `kind` are the kind versions with which this happens (None: any), `instead` what to
    write. Data without `match` is kept, and matches nothing.
    """

    id: str
    config: str
    match: PatchCondition | None
    image: ImageCondition
    kind: VersionRange | None
    level: Level
    symptom: str
    instead: str | None
    evidence: tuple[str, ...]


@frozen
class ContainerdConfig:
    """The configuration file version that a range of containerd versions writes."""

    containerd: VersionRange
    config_version: int


def read_constraint(value: JsonValue) -> Constraint:
    """Return the constraint written at `value`.

    Raises:
        ConfigError: a member is missing or has another shape.
    """
    kind = _read_range(value["kind"])
    if kind.low is None or kind.high is not None:
        raise value["kind"].error("must be '>=' and the least kind version that works")
    return Constraint(
        id=value["id"].text(),
        image=_read_image(value["image"]),
        kind=kind.low,
        level=_read_level(value["severity"]),
        symptom=value["symptom"].text(),
        evidence=value["evidence"].texts(),
    )


def read_cluster_config_constraint(value: JsonValue) -> ClusterConfigConstraint:
    """Return the cluster config constraint written at `value`.

    Raises:
        ConfigError: a member is missing or has another shape.
    """
    kind = value.get("kind")
    match = value.get("match")
    instead = value.get("instead")
    return ClusterConfigConstraint(
        id=value["id"].text(),
        config=value["config"].text(),
        match=None if match is None else _read_patch(match),
        image=_read_image(value["image"]),
        kind=None if kind is None else _read_range(kind),
        level=_read_level(value["severity"]),
        symptom=value["symptom"].text(),
        instead=None if instead is None else instead.text(),
        evidence=value["evidence"].texts(),
    )


def read_containerd_config(value: JsonValue) -> ContainerdConfig:
    """Return the containerd range and configuration version written at `value`.

    Raises:
        ConfigError: a member is missing, or the range has no lower end.
    """
    containerd = _read_range(value["containerd"])
    if containerd.low is None:
        raise value["containerd"].error("must have a lower end")
    return ContainerdConfig(containerd, value["config_version"].integer())


def _read_range(value: JsonValue) -> VersionRange:
    found = VersionRange.parse(value.text())
    if found is None:
        raise value.error(f"{value.value!r} is no range such as '>=1.3,<2.0'")
    return found


def _read_level(value: JsonValue) -> Level:
    try:
        return Level(value.text())
    except ValueError as error:
        raise value.error("must be 'error' or 'warning'") from error


def _read_image(value: JsonValue) -> ImageCondition:
    known = {field.name for field in fields(ImageCondition)}
    keys = value.keys()
    if not keys:
        raise value.error("must have a condition")
    for key in keys:
        if key not in known:
            raise value.error(f"{key!r} is no condition that this version knows")
    return ImageCondition(**{key: _read_range(value[key]) for key in keys})


def _read_patch(value: JsonValue) -> PatchCondition:
    patch = value["patch"].text()
    if patch not in {"containerd", "kubeadm"}:
        raise value["patch"].error("must be 'containerd' or 'kubeadm'")
    versions = value.get("api_versions")
    return PatchCondition(
        patch=patch,
        toml_tables=_read_key_paths(value.get("toml_tables")),
        unless_empty=_read_key_paths(value.get("unless_empty")),
        api_versions=() if versions is None else versions.texts(),
    )


def _read_key_paths(value: JsonValue | None) -> tuple[tuple[str, ...], ...]:
    return () if value is None else tuple(item.texts() for item in value.items())
