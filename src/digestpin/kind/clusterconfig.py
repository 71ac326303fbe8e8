"""Says which patches of a cluster config its node image rejects or ignores.

The conditions are data (`match` of each cluster config constraint); only what a patch
is made of, TOML or YAML or JSON, is known here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.kind.bounds import Likelihood, describe_image, find_likelihood
from digestpin.kind.constraints import Certainty, Level
from digestpin.kind.tomlpatch import (
    find_json_patch_table,
    find_toml_table,
    is_patched_away,
    is_set_empty,
)
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.version import Version

    from digestpin.kind.bounds import NodeImage
    from digestpin.kind.constraints import ClusterConfigConstraint, PatchCondition
    from digestpin.kind.releases import KindReleases
    from digestpin.oci.digest import Digest

_API_VERSION = lazy_pattern(
    r"""(?:^|[{,])[ \t]*["']?apiVersion["']?[ \t]*:[ \t]*["']?"""
    r"""(?P<version>[\w.-]+/v\w+)""",
    re.MULTILINE,
)
_KIND = lazy_pattern(
    r"""(?:^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?(?P<kind>\w+)""", re.MULTILINE
)
_ANY_API_VERSION = lazy_pattern(r"(?P<version>(?:[\w.-]+/)?v\w+)")


class PatchType(StrEnum):
    """The field of a cluster config that a patch is an entry of."""

    CONTAINERD = "containerdConfigPatches"
    CONTAINERD_JSON6902 = "containerdConfigPatchesJSON6902"
    KUBEADM = "kubeadmConfigPatches"
    KUBEADM_JSON6902 = "kubeadmConfigPatchesJSON6902"


@frozen
class Patch:
    """One entry of a patch field of a cluster config, as text.

    `text` is the value of the string, not its YAML source. An entry of
    `kubeadmConfigPatchesJSON6902` is an object: its text is `group/version`, or the
    version alone, and `kind` what it patches.
    """

    type: PatchType
    text: str
    kind: str = ""


@frozen(kw_only=True)
class ClusterConfigBreach:
    """A patch that the node image rejects or ignores.

    `patch` is the index of the patch; `start` and `end` are code point offsets into its
    text, of the table or version `found`. `kinds` are the kind versions with which it
    happens; empty when none is known.
    """

    constraint: ClusterConfigConstraint
    certainty: Certainty
    patch: int
    start: int
    end: int
    found: str
    kinds: tuple[Version, ...]

    @property
    def is_error(self) -> bool:
        """Whether the cluster surely does not work; else it is a warning."""
        return self.certainty is Certainty.SURE and self.constraint.level is Level.ERROR


@frozen
class _Match:
    start: int
    end: int
    found: str
    is_sure: bool = True


def find_cluster_config_breaches(
    patches: Sequence[Patch],
    image: tuple[str | None, Digest | None],
    kinds: Sequence[Version],
    releases: KindReleases,
) -> tuple[ClusterConfigBreach, ...]:
    """Return what the image rejects or ignores in the patches, in their order.

    `image` is the tag and digest of the image that the nodes run; with a tag alone the
    build that each kind version lists is judged, or else all known builds of the tag.
    A constraint is reported once for each patch.
    """
    breaches = []
    for constraint in releases.cluster_config_constraints:
        condition = constraint.match
        if condition is None or _is_lifted(condition, patches):
            continue
        likelihood, concerned = _find_image_likelihood(
            constraint, image, kinds, releases
        )
        if likelihood < Likelihood.LIKELY:
            continue
        for index, patch in enumerate(patches):
            match = _find_in_patch(condition, patch)
            if match is None or _is_replaced(condition, patch, patches):
                continue
            is_sure = match.is_sure and likelihood is Likelihood.SURE
            breaches.append(
                ClusterConfigBreach(
                    constraint=constraint,
                    certainty=Certainty.SURE if is_sure else Certainty.LIKELY,
                    patch=index,
                    start=match.start,
                    end=match.end,
                    found=match.found,
                    kinds=concerned,
                )
            )
    return tuple(sorted(breaches, key=lambda breach: (breach.patch, breach.start)))


def _find_image_likelihood(
    constraint: ClusterConfigConstraint,
    image: tuple[str | None, Digest | None],
    kinds: Sequence[Version],
    releases: KindReleases,
) -> tuple[Likelihood, tuple[Version, ...]]:
    """Return how likely the constraint holds, and the kind versions it holds for.

    Without a kind version, a constraint that needs one is at most likely.
    """
    if not kinds:
        found = _judge_images(constraint, _find_images(image, None, releases), releases)
        limit = Likelihood.SURE if constraint.kind is None else Likelihood.LIKELY
        return min(found, limit), ()
    levels = {
        kind: _judge_images(constraint, _find_images(image, kind, releases), releases)
        for kind in kinds
        if constraint.kind is None or constraint.kind.contains(kind)
    }
    best = max(levels.values(), default=Likelihood.NO)
    return best, tuple(kind for kind, level in levels.items() if level is best)


def _judge_images(
    constraint: ClusterConfigConstraint,
    images: Sequence[NodeImage],
    releases: KindReleases,
) -> Likelihood:
    """Judge builds, newest first, of which it is not known which one will run.

    Where they differ the newest decides, as what the tag most probably is.
    """
    levels = [find_likelihood(constraint.image, item, releases) for item in images]
    if min(levels) is max(levels):
        return levels[0]
    return min(levels[0], Likelihood.LIKELY)


def _find_images(
    image: tuple[str | None, Digest | None],
    kind: Version | None,
    releases: KindReleases,
) -> tuple[NodeImage, ...]:
    tag, digest = image
    if digest is not None:
        builds = releases.builds_of_digest(digest)[:1]
    elif tag is not None:
        listed = None if kind is None else releases.published(kind, tag)
        builds = releases.builds_of_tag(tag) if listed is None else (listed,)
    else:
        builds = ()
    known = tuple(describe_image(build.tag, build) for build in builds)
    return known or (describe_image(tag, None),)


def _is_lifted(condition: PatchCondition, patches: Sequence[Patch]) -> bool:
    return any(
        is_set_empty(patch.text, keys)
        if patch.type is PatchType.CONTAINERD
        else is_patched_away(patch.text, keys)
        for keys in condition.unless_empty
        for patch in patches
        if patch.type in {PatchType.CONTAINERD, PatchType.CONTAINERD_JSON6902}
    )


def _is_replaced(
    condition: PatchCondition, patch: Patch, patches: Sequence[Patch]
) -> bool:
    """Say whether another patch of the same kind is there for the other versions."""
    kind = _kind_of(patch)
    return condition.patch == "kubeadm" and any(
        _kind_of(other) == kind != ""
        and any(
            version.startswith("kubeadm.k8s.io/")
            and version not in condition.api_versions
            for version, _ in _api_versions(other)
        )
        for other in patches
    )


def _kind_of(patch: Patch) -> str:
    match = _KIND.search(patch.text) if patch.type is PatchType.KUBEADM else None
    return patch.kind if match is None else match["kind"]


def _find_in_patch(condition: PatchCondition, patch: Patch) -> _Match | None:
    match (condition.patch, patch.type):
        case ("containerd", PatchType.CONTAINERD | PatchType.CONTAINERD_JSON6902):
            return _find_table(condition, patch)
        case ("kubeadm", PatchType.KUBEADM | PatchType.KUBEADM_JSON6902):
            return _find_api_version(condition, patch)
    return None


def _find_table(condition: PatchCondition, patch: Patch) -> _Match | None:
    find = (
        find_toml_table if patch.type is PatchType.CONTAINERD else find_json_patch_table
    )
    for pattern in condition.toml_tables:
        table = find(patch.text, pattern)
        if table is not None:
            found = ".".join(map(_quote_key, table.keys))
            return _Match(table.start, table.end, found, table.is_sure)
    return None


def _quote_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def _find_api_version(condition: PatchCondition, patch: Patch) -> _Match | None:
    for version, match in _api_versions(patch):
        if version in condition.api_versions:
            return _Match(*match.span("version"), match["version"])
    return None


def _api_versions(patch: Patch) -> Iterator[tuple[str, re.Match[str]]]:
    """Give the API versions, group first, that a patch for kubeadm names."""
    if patch.type not in {PatchType.KUBEADM, PatchType.KUBEADM_JSON6902}:
        return
    is_text = patch.type is PatchType.KUBEADM
    for match in (_API_VERSION if is_text else _ANY_API_VERSION).finditer(patch.text):
        written = match["version"]
        yield written if "/" in written else f"kubeadm.k8s.io/{written}", match
