"""Chooses the build of a node image tag that is right for the kind that will run it.

The order is that of the maintainers' advice, to use the digest listed for the release:

1. a build that the kind release lists;
2. else the newest known build that it can drive;
3. else what the registry's tag resolves to.

Without a kind version nothing governs the choice. The registry's tag is then the best
answer; without the registry, it is the newest known build that the tag most probably
is, since each push of a tag replaces the one before. The reason says so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.kind.compatibility import Status, Verdict, judge
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from packaging.version import Version

    from digestpin.kind.releases import KindReleases, NodeImageBuild


class Reason(StrEnum):
    """Why a build was chosen, or none."""

    LISTED = "listed"
    """Every kind release lists it for the tag."""
    COMPATIBLE = "compatible"
    """The newest known build that every kind version can drive."""
    LIMITED = "limited"
    """The newest known build, which a kind version drives only in part, or likely does
    not drive: the verdicts have the constraints."""
    KIND_UNKNOWN = "kind-unknown"
    """A kind version is not in the data, and may have been published with another
    build: this is the newest known one, and the registry knows better."""
    ONLY_BUILD = "only-build"
    """No kind version is known, and the tag has one known build."""
    NEWEST = "newest"
    """No kind version is known: this is the newest known build of several."""
    UNSUPPORTED = "unsupported"
    """No known build works with any of the kind versions; none is chosen."""
    CONFLICT = "conflict"
    """No known build works with all kind versions, though some do with one."""
    UNKNOWN_TAG = "unknown-tag"
    """No build of the tag is known: only the registry can say."""


@frozen(kw_only=True)
class Choice:
    """The build to pin for a tag, None where the data gives none, and why.

    `listed_by` are those of the kind versions whose release lists exactly this build.
    `verdicts` say, for each kind version in order, how it stands to the build chosen;
    where none is chosen, to the tag.
    """

    tag: str
    build: NodeImageBuild | None
    reason: Reason
    listed_by: tuple[Version, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def is_for_kind(self) -> bool:
        """Whether the build was made for every kind version: nothing needs saying."""
        return self.reason is Reason.LISTED

    @property
    def from_newest(self) -> bool:
        """Whether the build stands for what the registry's tag most probably is."""
        return self.reason in {Reason.NEWEST, Reason.KIND_UNKNOWN}

    @property
    def asks_registry(self) -> bool:
        """Whether the registry's answer, if it can be had, goes before `build`."""
        return self.from_newest or self.reason is Reason.UNKNOWN_TAG


def choose_build(tag: str, kinds: Sequence[Version], releases: KindReleases) -> Choice:
    """Return the build of `tag` to pin where the kind versions `kinds` govern.

    For several kind versions: a build that all list; else, of those that all can drive,
    the one that most of them list, and then the newest. A build that breaks no more
    than a warning, or is only likely to break something, is taken when none is better.
    """
    builds = releases.builds_of_tag(tag)
    if not builds:
        return _give(tag, None, Reason.UNKNOWN_TAG, kinds, releases)
    if not kinds:
        is_only = len({build.digest for build in builds}) == 1
        reason = Reason.ONLY_BUILD if is_only else Reason.NEWEST
        return _give(tag, builds[0], reason, kinds, releases)
    best = min(builds, key=lambda build: _badness(build, kinds, releases))
    verdicts = _judge_all(best, kinds, releases)
    if any(verdict.is_error for verdict in verdicts):
        reason = _explain_none(builds, kinds, releases)
        return _give(tag, None, reason, kinds, releases)
    if all(verdict.status is Status.PUBLISHED for verdict in verdicts):
        reason = Reason.LISTED
    elif any(verdict.status is Status.UNSUPPORTED for verdict in verdicts):
        reason = Reason.LIMITED
    elif any(releases.release(kind) is None for kind in kinds):
        reason = Reason.KIND_UNKNOWN
    else:
        reason = Reason.COMPATIBLE
    return _give(tag, best, reason, kinds, releases)


def _badness(
    build: NodeImageBuild, kinds: Sequence[Version], releases: KindReleases
) -> tuple[int, int, int]:
    """Order builds from right to wrong; equal ones keep their order, newest first."""
    verdicts = _judge_all(build, kinds, releases)
    return (
        sum(verdict.is_error for verdict in verdicts),
        sum(verdict.status is Status.UNSUPPORTED for verdict in verdicts),
        -sum(verdict.status is Status.PUBLISHED for verdict in verdicts),
    )


def _explain_none(
    builds: Iterable[NodeImageBuild], kinds: Sequence[Version], releases: KindReleases
) -> Reason:
    works = any(
        not verdict.is_error
        for build in builds
        for verdict in _judge_all(build, kinds, releases)
    )
    return Reason.CONFLICT if works else Reason.UNSUPPORTED


def _judge_all(
    build: NodeImageBuild, kinds: Iterable[Version], releases: KindReleases
) -> tuple[Verdict, ...]:
    return tuple(judge(kind, build.tag, build.digest, releases) for kind in kinds)


def _give(
    tag: str,
    build: NodeImageBuild | None,
    reason: Reason,
    kinds: Sequence[Version],
    releases: KindReleases,
) -> Choice:
    digest = None if build is None else build.digest
    verdicts = tuple(judge(kind, tag, digest, releases) for kind in kinds)
    listed_by = tuple(
        verdict.kind
        for verdict in verdicts
        if build is not None and verdict.status is Status.PUBLISHED
    )
    return Choice(
        tag=tag, build=build, reason=reason, listed_by=listed_by, verdicts=verdicts
    )
