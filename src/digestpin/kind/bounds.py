"""Says how likely a node image meets a condition, also when its build is not known.

The Kubernetes version is written in the tag. What else an image is, its build says; an
image whose build is not known is judged by its neighbours: node images are built when
Kubernetes is released, with the containerd and for the kind of that day, and neither
goes back. So an image of a Kubernetes version that did not exist when the first images
with some containerd were built has that containerd or a newer one. All dates and
versions come from the data.
"""

from __future__ import annotations

import functools
from enum import IntEnum
from typing import TYPE_CHECKING

from digestpin.kind.constraints import is_at_least, version_core
from digestpin.kind.versions import is_release_tag, parse_kubernetes_tag
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.version import Version

    from digestpin.kind.constraints import ImageCondition, VersionRange
    from digestpin.kind.releases import KindReleases, NodeImageBuild


class Likelihood(IntEnum):
    """How far a statement holds, from never to always."""

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    SURE = 3

    @property
    def opposite(self) -> Likelihood:
        """The likelihood of the contrary."""
        return Likelihood(Likelihood.SURE - self)


@frozen
class NodeImage:
    """An image as far as it is known: its build, or what its tag says of Kubernetes.

    `is_custom` is true where the tag is none that the kind maintainers would push.
    """

    build: NodeImageBuild | None
    kubernetes: Version | None
    is_custom: bool = False


def describe_image(tag: str | None, build: NodeImageBuild | None) -> NodeImage:
    """Return what is known of the image with this tag, and this build if known."""
    kubernetes = None if tag is None else parse_kubernetes_tag(tag)
    is_custom = tag is not None and not is_release_tag(tag)
    return NodeImage(build, kubernetes, is_custom)


def find_likelihood(
    condition: ImageCondition, image: NodeImage, releases: KindReleases
) -> Likelihood:
    """Return how likely `image` meets every part of `condition`."""
    measures: tuple[tuple[VersionRange | None, _Measure], ...] = (
        (condition.kubernetes, _has_kubernetes),
        (condition.containerd, _has_containerd),
        (condition.containerd_config, _has_containerd_config),
        (condition.built_for_kind, _is_built_for_kind),
    )
    return min(
        (
            _in_range(bounds, measure, image, releases)
            for bounds, measure in measures
            if bounds is not None
        ),
        default=Likelihood.SURE,
    )


if TYPE_CHECKING:
    _Measure = Callable[[Version, NodeImage, KindReleases], Likelihood]


def _in_range(
    bounds: VersionRange, measure: _Measure, image: NodeImage, releases: KindReleases
) -> Likelihood:
    result = Likelihood.SURE
    if bounds.low is not None:
        result = min(result, measure(bounds.low, image, releases))
    if bounds.high is not None:
        result = min(result, measure(bounds.high, image, releases).opposite)
    return result


def _has_kubernetes(
    threshold: Version, image: NodeImage, _releases: KindReleases
) -> Likelihood:
    """Return how likely the image has this Kubernetes version's changes.

    A release candidate has them; what an alpha or beta has is only likely.
    """
    version = image.kubernetes
    if version is None:
        return Likelihood.POSSIBLE
    if not is_at_least(version, threshold):
        return Likelihood.NO
    is_early = version.pre is not None and version.pre[0] != "rc"
    if is_early and not version_core(version) > version_core(threshold):
        return Likelihood.LIKELY
    return Likelihood.SURE


def _has_containerd_config(
    threshold: Version, image: NodeImage, releases: KindReleases
) -> Likelihood:
    starts = [
        config.containerd.low
        for config in releases.containerd_configs
        if config.config_version >= threshold.major
        and config.containerd.low is not None
    ]
    if not starts:
        return Likelihood.POSSIBLE
    return _has_containerd(min(starts), image, releases)


def _has_containerd(
    threshold: Version, image: NodeImage, releases: KindReleases
) -> Likelihood:
    build = image.build
    if build is None or build.containerd is None:
        return _judge_unknown(_has_containerd, threshold, image, releases)
    if is_at_least(build.containerd.version, threshold):
        return Likelihood.SURE
    if build.containerd_is_exact or not _could_drive(build.kind, threshold, releases):
        return Likelihood.NO
    return Likelihood.POSSIBLE


def _could_drive(
    kind: Version | None, containerd: Version, releases: KindReleases
) -> bool:
    """Say whether this kind could drive an image with this containerd or a newer one.

    A kind release lists no image that it cannot drive, which limits how new the
    containerd can be in an image that was added to its list later.
    """
    configs = [
        config.config_version
        for config in releases.containerd_configs
        if config.containerd.contains(containerd)
    ]
    return not any(
        kind is not None
        and kind < constraint.kind
        and (bounds := constraint.image.containerd_config) is not None
        and bounds.low is not None
        and bounds.low.major <= config
        for constraint in releases.constraints
        for config in configs
    )


def _is_built_for_kind(
    threshold: Version, image: NodeImage, releases: KindReleases
) -> Likelihood:
    build = image.build
    if build is None:
        return _judge_unknown(_is_built_for_kind, threshold, image, releases)
    if build.kind is not None:
        first = min(
            other.kind
            for other in releases.builds_of_digest(build.digest)
            if other.kind is not None
        )
        return Likelihood.SURE if first >= threshold else Likelihood.NO
    return _between_releases(threshold, build, releases)


def _between_releases(
    threshold: Version, build: NodeImageBuild, releases: KindReleases
) -> Likelihood:
    """Judge an image pushed between two releases, from sources between theirs."""
    before = [item.version for item in releases.releases if item.date < build.date]
    after = [item.version for item in releases.releases if item.date >= build.date]
    if before and max(before) >= threshold:
        return Likelihood.SURE
    if not after:
        return Likelihood.POSSIBLE
    return Likelihood.LIKELY if min(after) >= threshold else Likelihood.NO


def _judge_unknown(
    measure: _Measure, threshold: Version, image: NodeImage, releases: KindReleases
) -> Likelihood:
    if image.kubernetes is None:
        return Likelihood.POSSIBLE
    result = _judge_by_neighbours(measure, threshold, image.kubernetes, releases)
    return min(result, Likelihood.LIKELY) if image.is_custom else result


@functools.lru_cache(maxsize=1024)
def _judge_by_neighbours(
    measure: _Measure, threshold: Version, version: Version, releases: KindReleases
) -> Likelihood:
    """Judge an image of this Kubernetes version by the builds that are known.

    Sure: some build that meets the condition is older than the version.
    Likely: the version is newer than every build of its minor that does not meet it,
    and builds of that minor do meet it. No is never said: any tag may be built again.
    """
    levels = [
        (build, measure(threshold, NodeImage(build, build.kubernetes), releases))
        for build in releases.builds
        if build.containerd is not None  # else it would be judged by its neighbours
    ]
    meeting = [build for build, level in levels if level is Likelihood.SURE]
    failing = [build for build, level in levels if level is Likelihood.NO]
    if any(_is_older(build, version, releases) for build in meeting):
        return Likelihood.LIKELY if version.is_prerelease else Likelihood.SURE
    if any(_is_same_minor(build, version) for build in meeting) and all(
        build.kubernetes is not None and build.kubernetes < version
        for build in failing
        if _is_same_minor(build, version)
    ):
        return Likelihood.LIKELY
    return Likelihood.POSSIBLE


def _is_older(build: NodeImageBuild, version: Version, releases: KindReleases) -> bool:
    """Say whether the Kubernetes `version` did not exist when the build was made.

    The maintainers build the newest patch of each minor: `version` is newer than all
    that were known on that day in the build's own minor, or its minor is newer.
    """
    known = [
        other.kubernetes
        for other in releases.builds
        if other.date <= build.date and other.kubernetes is not None
    ]
    if _is_same_minor(build, version):
        return all(
            other < version
            for other in known
            if other.release[:2] == version.release[:2]
        )
    return all(other.release[:2] < version.release[:2] for other in known)


def _is_same_minor(build: NodeImageBuild, version: Version) -> bool:
    kubernetes = build.kubernetes
    return kubernetes is not None and kubernetes.release[:2] == version.release[:2]
