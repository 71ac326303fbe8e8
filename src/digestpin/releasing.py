"""What `digestpin releases` can say of kind releases and node images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.errors import InvalidReference, UsageError
from digestpin.kind.bounds import Likelihood, describe_image, find_likelihood
from digestpin.kind.compatibility import Status, judge
from digestpin.kind.versions import format_kind_version, parse_kubernetes_tag
from digestpin.oci import ImageReference
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from packaging.version import Version

    from digestpin.kind.constraints import Constraint
    from digestpin.kind.releases import KindRelease, KindReleases, NodeImageBuild

_DIGEST = lazy_pattern(r"(?:sha256:)?([0-9a-f]{8,64})\Z")


# What may be combined


def find_release(version: Version, releases: KindReleases) -> KindRelease:
    """Return a kind release.

    Raises:
        UsageError: it is not in the table.
    """
    release = releases.release(version)
    if release is None:
        same = [str(it) for it in releases.releases if _is_near(it.version, version)]
        newest = f"the newest is {releases.newest}, as of {releases.as_of}"
        raise UsageError(
            f"kind {format_kind_version(version)} is not in the table of releases",
            hint=f"{newest}; {', '.join(same)} is" if same else newest,
        )
    return release


def _is_near(one: Version, other: Version) -> bool:
    return one.release[:2] == other.release[:2]


def broken_by(version: Version, releases: KindReleases) -> tuple[Constraint, ...]:
    """Return the constraints that a kind version is too old for."""
    found = [item for item in releases.constraints if version < item.kind]
    return tuple(sorted(found, key=lambda item: item.kind))


def also_driven(
    release: KindRelease, releases: KindReleases
) -> tuple[NodeImageBuild, ...]:
    """Return the newest image of each other Kubernetes minor that it can drive."""
    listed = {_minor(build) for build in release.node_images}
    found: dict[tuple[int, ...], NodeImageBuild] = {}
    for build in releases.builds:
        minor = _minor(build)
        if minor in listed:
            continue
        known = found.get(minor)
        if known is not None and _kubernetes(known) >= _kubernetes(build):
            continue
        verdict = judge(release.version, build.tag, build.digest, releases)
        if verdict.status is Status.COMPATIBLE:
            found[minor] = build
    return tuple(found[minor] for minor in sorted(found, reverse=True))


def _minor(build: NodeImageBuild) -> tuple[int, ...]:
    version = build.kubernetes
    return () if version is None else version.release[:2]


def _kubernetes(build: NodeImageBuild) -> tuple[int, ...]:
    version = build.kubernetes
    return () if version is None else version.release


@frozen(kw_only=True)
class NodeImageFacts:
    """One digest of a node image: its builds, and what kind it needs.

    `is_default_of` are the releases that run it when no image is named; `needs` are
    the constraints that its kind must keep, the strictest first.
    """

    build: NodeImageBuild
    kinds: tuple[Version, ...]
    is_default_of: tuple[Version, ...]
    needs: tuple[Constraint, ...]

    @property
    def least_kind(self) -> Version | None:
        """The oldest kind release that is known to drive it; None: any."""
        return self.needs[0].kind if self.needs else None


def find_node_images(text: str, releases: KindReleases) -> tuple[NodeImageFacts, ...]:
    """Return every known build of a tag, a digest (also its start) or a reference.

    Raises:
        UsageError: none is known.
    """
    builds = _search(text.strip(), releases)
    if not builds:
        raise UsageError(
            f"no node image {text!r} is known",
            hint=_hint(text, releases),
        )
    digests = dict.fromkeys(build.digest for build in builds)
    return tuple(
        _describe(releases.builds_of_digest(digest)[0], releases) for digest in digests
    )


def _search(text: str, releases: KindReleases) -> list[NodeImageBuild]:
    match = _DIGEST.match(text)
    if match is not None:
        start = match[1]
        return [it for it in releases.builds if it.digest.encoded.startswith(start)]
    tag: str | None = text
    if "/" in text or "@" in text:
        try:
            reference = ImageReference.parse(text)
        except InvalidReference as error:
            raise UsageError(str(error), hint="write a tag, as v1.31.4") from error
        if reference.digest is not None:
            return list(releases.builds_of_digest(reference.digest))
        tag = reference.tag
    if not tag:
        return []
    return list(releases.builds_of_tag(tag) or releases.builds_of_tag(f"v{tag}"))


def _hint(text: str, releases: KindReleases) -> str:
    version = parse_kubernetes_tag(text)
    if version is not None:
        tags = {it.tag: it for it in releases.builds}
        same = [
            tag for tag, build in tags.items() if _minor(build) == version.release[:2]
        ]
        if same:
            same.sort(key=lambda tag: _kubernetes(tags[tag]), reverse=True)
            return f"known of this minor: {', '.join(same)}"
    return f"the table is as of {releases.as_of}; `digestpin releases` lists the rest"


def _describe(build: NodeImageBuild, releases: KindReleases) -> NodeImageFacts:
    image = describe_image(build.tag, build)
    needs = [
        constraint
        for constraint in releases.constraints
        if find_likelihood(constraint.image, image, releases) is Likelihood.SURE
    ]
    defaults = [
        release.version
        for release in releases.releases
        if release.default_node_image.digest == build.digest
    ]
    return NodeImageFacts(
        build=build,
        kinds=releases.kinds_of_digest(build.digest),
        is_default_of=tuple(sorted(defaults)),
        needs=tuple(sorted(needs, key=lambda item: item.kind, reverse=True)),
    )
