"""Says whether a kind release can drive a node image, from the table of constraints."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from packaging.version import Version

from digestpin.kind.bounds import (
    Likelihood,
    NodeImage,
    describe_image,
    find_likelihood,
)
from digestpin.kind.constraints import Certainty, Level
from digestpin.kind.versions import parse_kubernetes_tag
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digestpin.kind.constraints import Constraint
    from digestpin.kind.releases import KindReleases, NodeImageBuild
    from digestpin.oci.digest import Digest


class Status(StrEnum):
    """What is known of one kind release driving one image."""

    PUBLISHED = "published"
    """The release lists this digest, or lists the tag where no digest is written."""
    COMPATIBLE = "compatible"
    """No constraint is broken, but the image was not built for this release."""
    UNSUPPORTED = "unsupported"
    """A constraint is broken, as surely as the certainty says."""
    UNKNOWN = "unknown"
    """The image's build, or the kind release, is not in the data."""


@frozen(kw_only=True)
class Verdict:
    """What is known of `kind` driving the image with this `tag` and `digest`.

    `build` is the build judged: the one with the digest; without a digest the one that
    would be pinned; None when no build is known. `broken` are the constraints broken
    with `certainty`; `also_likely` those that are only likely broken beside sure ones.
    """

    kind: Version
    tag: str | None
    digest: Digest | None
    status: Status
    certainty: Certainty
    broken: tuple[Constraint, ...] = ()
    also_likely: tuple[Constraint, ...] = ()
    build: NodeImageBuild | None = None

    @property
    def is_error(self) -> bool:
        """Whether kind surely fails; what is likely, or works in part, is a warning."""
        return self.certainty is Certainty.SURE and any(
            constraint.level is Level.ERROR for constraint in self.broken
        )

    @property
    def least_kind(self) -> Version | None:
        """The oldest kind release that breaks no constraint, None if none is broken."""
        return max(
            (constraint.kind for constraint in (*self.broken, *self.also_likely)),
            default=None,
        )


@frozen
class PublishedImage:
    """An image that a kind release lists, to use in the place of another.

    `is_same_minor` is false when the release lists no image of the other's Kubernetes
    minor, so that this is the nearest.
    """

    build: NodeImageBuild
    is_same_minor: bool


def judge(
    kind: Version, tag: str | None, digest: Digest | None, releases: KindReleases
) -> Verdict:
    """Return whether `kind` can drive the image.

    A digest decides, whatever the tag says: container runtimes ignore the tag beside
    it. With a tag alone the build judged is the one that would be pinned: that listed
    for `kind`, else of the known builds the newest that breaks nothing, else the one
    that breaks least. An image without a known build is judged by bounds (`bounds`).
    """
    builds = _find_builds(tag, digest, releases)
    published = next((build for build in builds if build.kind == kind), None)
    if published is not None:
        return Verdict(
            kind=kind,
            tag=tag,
            digest=digest,
            status=Status.PUBLISHED,
            certainty=Certainty.SURE,
            build=published,
        )
    if builds:
        verdicts = [_judge_build(kind, build, digest, releases) for build in builds]
        return min(verdicts, key=_badness)
    return _judge_image(kind, describe_image(tag, None), (tag, digest), releases)


def find_published_instead(
    kind: Version, tag: str, releases: KindReleases
) -> PublishedImage | None:
    """Return the image of the tag's Kubernetes minor that `kind` was published with.

    The newest of that minor; where the release lists none, the newest of the nearest
    minor (the older of two). None when the release is not in the data, or the tag
    names no Kubernetes version.
    """
    release = releases.release(kind)
    wanted = parse_kubernetes_tag(tag)
    if release is None or wanted is None:
        return None

    def distance(build: NodeImageBuild) -> tuple[int, int, Version]:
        version = build.kubernetes or Version("0")
        apart = abs(_count_minors(version) - _count_minors(wanted))
        return (-apart, -_count_minors(version), version)

    best = max(release.node_images, key=distance)
    return PublishedImage(best, is_same_minor=distance(best)[0] == 0)


def _count_minors(version: Version) -> int:
    return version.major * 1000 + version.minor


def _find_builds(
    tag: str | None, digest: Digest | None, releases: KindReleases
) -> Sequence[NodeImageBuild]:
    if digest is not None:
        return releases.builds_of_digest(digest)
    return () if tag is None else releases.builds_of_tag(tag)


def _judge_build(
    kind: Version, build: NodeImageBuild, digest: Digest | None, releases: KindReleases
) -> Verdict:
    image = describe_image(build.tag, build)
    return _judge_image(kind, image, (build.tag, digest), releases)


def _badness(verdict: Verdict) -> tuple[bool, bool, Version, int]:
    """Order verdicts from good to bad; equal ones keep their order, newest first."""
    least = verdict.least_kind or Version("0")
    return (
        verdict.is_error,
        verdict.status is Status.UNSUPPORTED,
        least,
        len(verdict.broken),
    )


def _judge_image(
    kind: Version,
    image: NodeImage,
    name: tuple[str | None, Digest | None],
    releases: KindReleases,
) -> Verdict:
    found: dict[Likelihood, list[Constraint]] = {level: [] for level in Likelihood}
    for constraint in releases.constraints:
        found[_find_breach(constraint, kind, image, releases)].append(constraint)
    sure, likely = found[Likelihood.SURE], found[Likelihood.LIKELY]
    is_open = bool(found[Likelihood.POSSIBLE]) or releases.release(kind) is None
    if sure or likely:
        status = Status.UNSUPPORTED
    elif is_open or _is_beyond_data(image, releases):
        status = Status.UNKNOWN
    else:
        status = Status.COMPATIBLE
    is_sure = bool(sure) or (status is Status.COMPATIBLE and image.build is not None)
    return Verdict(
        kind=kind,
        tag=name[0],
        digest=name[1],
        status=status,
        certainty=Certainty.SURE if is_sure else Certainty.LIKELY,
        broken=tuple(sure or likely),
        also_likely=tuple(likely if sure else ()),
        build=image.build,
    )


def _find_breach(
    constraint: Constraint, kind: Version, image: NodeImage, releases: KindReleases
) -> Likelihood:
    """Return how likely kind breaks the constraint with this image.

    A kind built between releases, before the least one, may have the change or not.
    """
    if kind >= constraint.kind:
        return Likelihood.NO
    likelihood = find_likelihood(constraint.image, image, releases)
    if kind.is_prerelease and kind.release >= constraint.kind.release:
        return min(likelihood, Likelihood.POSSIBLE)
    return likelihood


def _is_beyond_data(image: NodeImage, releases: KindReleases) -> bool:
    """Say whether nothing can be known of the image: no version, or a newer one."""
    if image.build is not None:
        return False
    versions = [build.kubernetes for build in releases.builds if build.kubernetes]
    return image.kubernetes is None or image.kubernetes > max(versions)
