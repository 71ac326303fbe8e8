"""Reads and validates the file of kind releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.kind.constraints import (
    read_cluster_config_constraint,
    read_constraint,
    read_containerd_config,
)
from digestpin.kind.jsonvalue import JsonValue
from digestpin.kind.releases import (
    CiAction,
    CiActionRelease,
    KindRelease,
    KindReleases,
    NodeImageBuild,
)
from digestpin.kind.versions import is_release_tag, parse_kubernetes_tag
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from digestpin.kind.versions import ContainerdVersion

SCHEMA = 1
_COMMIT = lazy_pattern(r"[0-9a-f]{40}\Z")
_ACTION = lazy_pattern(r"[A-Za-z0-9-]+/[A-Za-z0-9_.-]+\Z")


def read_table(data: bytes, file: str) -> KindReleases:
    """Return the table that `data`, read from `file`, holds.

    Members that are not known are left alone, so that a newer file can say more; a
    constraint's condition that is not known is an error, because it cannot be judged.

    Raises:
        ConfigError: a member is missing or has another shape; a digest is given to two
            tags; a release is listed twice, or its default image is not in its list.
    """
    root = JsonValue.parse(data, file)
    schema = root["schema"]
    if schema.integer() != SCHEMA:
        raise schema.error(f"schema {SCHEMA} is what this version reads")
    releases = [_read_release(item) for item in root["kind_releases"].items()]
    if not releases:
        raise root["kind_releases"].error("must have a release")
    table = KindReleases(
        as_of=root["as_of"].date(),
        releases=tuple(sorted(releases, key=lambda item: item.version, reverse=True)),
        between_releases=_read_between(root),
        constraints=tuple(map(read_constraint, root["constraints"].items())),
        cluster_config_constraints=tuple(
            map(
                read_cluster_config_constraint,
                root["cluster_config_constraints"].items(),
            )
        ),
        containerd_configs=tuple(
            map(read_containerd_config, root["containerd_config"].items())
        ),
        actions=tuple(map(_read_action, root["action_defaults"].items())),
    )
    _check_releases(table, root["kind_releases"])
    return table


def _read_release(value: JsonValue) -> KindRelease:
    """Return a release.

    A release is made with an image of the newest Kubernetes, its default. An image of a
    newer one in its list was added later: its containerd is the release's or newer.
    """
    default = value["default_node_image"]
    newest = _read_kubernetes(default, default.text().partition("@")[0])
    version, date = value["version"].kind_version(), value["date"].date()
    containerd, evidence = _read_containerd(value), value["evidence"].texts()
    images = tuple(
        NodeImageBuild(
            tag=item["tag"].text(),
            digest=item["digest"].digest(),
            kind=version,
            date=date,
            containerd=containerd,
            containerd_is_exact=_read_kubernetes(item["tag"]) <= newest,
            evidence=evidence,
        )
        for item in value["node_images"].items()
    )
    if _find_repeated(image.tag for image in images) is not None:
        raise value["node_images"].error("lists a tag twice")
    found = next((image for image in images if str(image) == default.text()), None)
    if found is None:
        raise default.error("is not among node_images")
    return KindRelease(
        version=version,
        date=date,
        default_node_image=found,
        node_images=images,
        containerd=containerd,
        evidence=evidence,
    )


def _read_between(root: JsonValue) -> tuple[NodeImageBuild, ...]:
    return tuple(
        _read_image_between(item)
        for item in root["node_images_between_releases"].items()
    )


def _read_image_between(value: JsonValue) -> NodeImageBuild:
    _read_kubernetes(value["tag"])
    return NodeImageBuild(
        tag=value["tag"].text(),
        digest=value["digest"].digest(),
        kind=None,
        date=value["pushed_about"].date(),
        containerd=_read_containerd(value),
        containerd_is_exact=True,
        evidence=value["evidence"].texts(),
    )


def _read_containerd(value: JsonValue) -> ContainerdVersion | None:
    containerd = value.get("containerd")
    return None if containerd is None else containerd.containerd_version()


def _read_kubernetes(value: JsonValue, tag: str | None = None) -> Version:
    """Return the Kubernetes version of a tag, by default the whole of `value`."""
    text = value.text() if tag is None else tag
    version = parse_kubernetes_tag(text)
    if version is None or not is_release_tag(text):
        raise value.error(f"{text!r} is no tag that names a Kubernetes version")
    return version


def _read_action(value: JsonValue) -> CiAction:
    name = value["action"].text()
    if not _ACTION.match(name):
        raise value["action"].error(f"{name!r} is not owner/repository")
    return CiAction(
        name=name,
        version_input=_read_optional(value, "version_input"),
        node_image_input=_read_optional(value, "node_image_input"),
        config_input=_read_optional(value, "config_input"),
        releases=tuple(map(_read_action_release, value["releases"].items())),
    )


def _read_action_release(value: JsonValue) -> CiActionRelease:
    commit = value["commit"].text()
    if not _COMMIT.match(commit):
        raise value["commit"].error("must be 40 lower-case hex digits")
    return CiActionRelease(
        tag=value["release"].text(), commit=commit, kind=value["kind"].kind_version()
    )


def _read_optional(value: JsonValue, key: str) -> str | None:
    member = value.get(key)
    return None if member is None else member.text()


def _check_releases(table: KindReleases, where: JsonValue) -> None:
    repeated = _find_repeated(release.version for release in table.releases)
    if repeated is not None:
        raise where.error(f"kind v{repeated} is listed twice")
    for build in table.builds:
        for other in table.builds_of_digest(build.digest):
            if other.tag != build.tag:
                raise where.error(
                    f"{build.digest} is listed for {build.tag} and {other.tag}"
                )


def _find_repeated(values: Iterable[object]) -> object | None:
    seen = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
