"""Reads and validates the file of kind releases."""

from __future__ import annotations

import re
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
from digestpin.kind.versions import parse_kubernetes_tag
from digestpin.oci.reference import is_tag

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = 1
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_ACTION = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9_.-]+\Z")


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
    default = value["default_node_image"]
    default_tag = _read_tag(default, default.text().partition("@")[0])
    images = tuple(
        _read_listed_image(item, value, default_tag)
        for item in value["node_images"].items()
    )
    tags = [image.tag for image in images]
    if len(set(tags)) < len(tags):
        raise value["node_images"].error("lists a tag twice")
    found = next((image for image in images if str(image) == default.text()), None)
    if found is None:
        raise default.error("is not among node_images")
    return KindRelease(
        version=value["version"].kind_version(),
        date=value["date"].date(),
        default_node_image=found,
        node_images=images,
        containerd=found.containerd,
        evidence=value["evidence"].texts(),
    )


def _read_listed_image(
    value: JsonValue, release: JsonValue, default_tag: str
) -> NodeImageBuild:
    """Return an image of a release.

    A release is made with images of the newest Kubernetes, its default. A newer one in
    its list was added afterwards: its containerd is the release's or a newer one.
    """
    tag = _read_tag(value["tag"], value["tag"].text())
    containerd = release.get("containerd")
    kubernetes, newest = parse_kubernetes_tag(tag), parse_kubernetes_tag(default_tag)
    return NodeImageBuild(
        tag=tag,
        digest=value["digest"].digest(),
        kind=release["version"].kind_version(),
        date=release["date"].date(),
        containerd=None if containerd is None else containerd.containerd_version(),
        containerd_is_exact=(
            kubernetes is not None and newest is not None and kubernetes <= newest
        ),
        evidence=release["evidence"].texts(),
    )


def _read_between(root: JsonValue) -> tuple[NodeImageBuild, ...]:
    return tuple(
        _read_image_between(item)
        for item in root["node_images_between_releases"].items()
    )


def _read_image_between(value: JsonValue) -> NodeImageBuild:
    containerd = value.get("containerd")
    return NodeImageBuild(
        tag=_read_tag(value["tag"], value["tag"].text()),
        digest=value["digest"].digest(),
        kind=None,
        date=value["pushed_about"].date(),
        containerd=None if containerd is None else containerd.containerd_version(),
        containerd_is_exact=True,
        evidence=value["evidence"].texts(),
    )


def _read_tag(value: JsonValue, tag: str) -> str:
    if not is_tag(tag) or parse_kubernetes_tag(tag) is None:
        raise value.error(f"{tag!r} is no tag that names a Kubernetes version")
    return tag


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
