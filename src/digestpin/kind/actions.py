"""Says which kind a CI action installs when its `version` input is not given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.kind.releases import KindReleases
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from digestpin.kind.releases import CiAction, CiActionRelease

_COMMIT = lazy_pattern(r"[0-9a-f]{40}\Z")
_PARTIAL_TAG = lazy_pattern(r"v\d+(?:\.\d+)?\Z")
_FULL_TAG = lazy_pattern(r"v?\d+\.\d+\.\d+")
_COMMENT_VERSION = lazy_pattern(r"(?<![\w.])v?\d+(?:\.\d+){0,2}(?![\w.]*\w)")


@frozen(kw_only=True)
class ActionDefault:
    """What a use of a CI action installs by default.

    `kind` and `release` (the action's tag) are None when the data does not say, and
    `reason` then says why. `moves` is true when the reference is a branch or a tag that
    its owner moves to newer releases. `disagreement` says that a comment beside a
    commit names another release than the commit is.
    """

    action: CiAction
    kind: Version | None
    release: str | None
    moves: bool
    reason: str | None = None
    disagreement: str | None = None


def find_action(name: str, releases: KindReleases | None = None) -> CiAction | None:
    """Return the known action of this name, in any case, with its inputs' names.

    `name` is `owner/repository`. The shipped table is used when none is given.
    """
    table = KindReleases.load() if releases is None else releases
    wanted = name.lower()
    return next((item for item in table.actions if item.name.lower() == wanted), None)


def action_default(
    action: str,
    ref: str,
    comment: str | None = None,
    *,
    releases: KindReleases | None = None,
) -> ActionDefault | None:
    """Return what `uses: action@ref  # comment` installs, None for an unknown action.

    `ref` is what stands after the `@`: a tag, the beginning of one (`v1`, `v1.12`), a
    commit in full, or a branch. A commit decides, whatever its comment says; `comment`
    is that line's, with or without `#`.
    """
    found = find_action(action, releases)
    if found is None:
        return None
    name = ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    if _COMMIT.match(name.lower()):
        return _by_commit(found, name.lower(), comment)
    for release in found.releases:
        if release.tag == name:
            return _give(found, release, moves=False)
    if _PARTIAL_TAG.match(name):
        matching = [item for item in found.releases if _extends(item.tag, name)]
        if matching:
            return _give(found, _find_newest(matching), moves=True)
    is_tag = _FULL_TAG.match(name) is not None
    reason = f"{found.name} {name} is no release in the data"
    if not is_tag:
        reason = f"{found.name}@{name} is a branch or tag that may move to any release"
    return ActionDefault(
        action=found, kind=None, release=None, moves=not is_tag, reason=reason
    )


def _by_commit(action: CiAction, commit: str, comment: str | None) -> ActionDefault:
    named = _find_comment_version(comment)
    release = next((item for item in action.releases if item.commit == commit), None)
    if release is None:
        reason = f"commit {commit[:12]} is no release of {action.name} in the data"
        if named is not None:
            reason += f", though the comment says {named}"
        return ActionDefault(
            action=action, kind=None, release=None, moves=False, reason=reason
        )
    disagreement = None
    if named is not None and not _extends(release.tag, f"v{named.lstrip('v')}"):
        disagreement = (
            f"the comment says {named}, but commit {commit[:12]} is {release.tag}"
        )
    return _give(action, release, moves=False, disagreement=disagreement)


def _give(
    action: CiAction,
    release: CiActionRelease,
    *,
    moves: bool,
    disagreement: str | None = None,
) -> ActionDefault:
    return ActionDefault(
        action=action,
        kind=release.kind,
        release=release.tag,
        moves=moves,
        disagreement=disagreement,
    )


def _extends(tag: str, beginning: str) -> bool:
    """Say whether `tag` is `beginning`, or a release of that major or minor."""
    return f"{tag}.".startswith(f"{beginning}.")


def _find_newest(matching: Sequence[CiActionRelease]) -> CiActionRelease:
    return max(
        matching, key=lambda item: [int(part) for part in re.findall(r"\d+", item.tag)]
    )


def _find_comment_version(comment: str | None) -> str | None:
    match = None if comment is None else _COMMENT_VERSION.search(comment)
    return None if match is None else match[0]
