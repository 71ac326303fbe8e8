"""A pinned digest is confirmed, and a platform manifest is led back to its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.forwarding import forward

from digestpin.errors import ManifestNotFound
from digestpin.oci import Digest, ImageReference
from digestpin.registry import Inspection, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from support.registry import PushedImage, Registry

pytestmark = pytest.mark.registry


def pin(image: PushedImage, digest: str) -> ImageReference:
    return ImageReference.parse(f"{image.reference}@{digest}")


def test_a_digest_that_is_served_is_confirmed_though_its_tag_has_moved(
    registry: Registry,
) -> None:
    first = registry.push_index("confirm/node", "v1")
    second = registry.push_index("confirm/node", "v1", salt="rebuilt")
    pinned = pin(first, first.digest)
    with Resolver() as resolver:
        confirmed, tagged = resolver.confirm(pinned), resolver.resolve(pinned)
    assert isinstance(confirmed, Resolved)
    assert isinstance(tagged, Resolved)
    assert (confirmed.reference, tagged.reference) == (pinned, pinned)
    assert str(confirmed.descriptor.digest) == first.digest
    assert str(tagged.descriptor.digest) == second.digest


def test_a_digest_that_is_gone_is_not_confirmed(registry: Registry) -> None:
    image = registry.push_index("gone/node", "v1")
    registry.delete("gone/node", image.digest)
    with Resolver() as resolver:
        answer = resolver.confirm(pin(image, image.digest))
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is ManifestNotFound
    assert str(answer.error) == f"{registry.host} has no gone/node@{image.digest}"


def test_only_a_digest_can_be_confirmed(registry: Registry) -> None:
    with Resolver() as resolver, pytest.raises(ValueError, match="has no digest"):
        resolver.confirm(ImageReference.parse(f"{registry.host}/node:v1"))


@pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
def test_a_platform_manifest_is_led_back_to_the_tags_index(
    registry: Registry, docker: bool
) -> None:
    image = registry.push_index(f"inspect/{docker}".lower(), "v1", docker=docker)
    pinned = pin(image, image.platforms["linux/arm64"])
    with Resolver() as resolver:
        found = resolver.inspect(pinned)
    assert isinstance(found, Inspection)
    assert found.is_platform_manifest
    assert found.index is not None
    assert (found.reference, str(found.index.digest)) == (pinned, image.digest)


def test_an_index_is_what_it_is(registry: Registry) -> None:
    image = registry.push_index("inspect/index", "v1")
    with Resolver() as resolver:
        found = resolver.inspect(pin(image, image.digest))
    assert isinstance(found, Inspection)
    assert (found.is_platform_manifest, found.index) == (False, None)


def test_candidates_are_tried_where_the_tag_has_moved(registry: Registry) -> None:
    first = registry.push_index("inspect/moved", "v1")
    registry.push_index("inspect/moved", "v1", salt="rebuilt")
    pinned = pin(first, first.platforms["linux/amd64"])
    missing = Digest("sha256", "0" * 64)
    with Resolver() as resolver:
        without = resolver.inspect(pinned)
    with Resolver() as resolver:
        found = resolver.inspect(pinned, [missing, Digest.parse(first.digest)])
    assert isinstance(without, Inspection)
    assert without.index is None
    assert isinstance(found, Inspection)
    assert found.index is not None
    assert str(found.index.digest) == first.digest


def test_nothing_is_asked_twice(registry: Registry) -> None:
    image = registry.push_index("once/node", "v1")
    with forward(registry.host) as counted, Resolver() as resolver:
        text = f"{counted.host}/once/node:v1"
        references = [
            ImageReference.parse(text),
            ImageReference.parse(f"{text}@{image.digest}"),
        ]
        resolver.resolve_all(references)
        answers = resolver.resolve_all(references)
    assert {
        str(answer.descriptor.digest)
        for answer in answers.values()
        if isinstance(answer, Resolved)
    } == {image.digest}
    assert counted.asked == ["GET /v2/", "HEAD /v2/once/node/manifests/v1"]


def test_without_a_tag_only_the_candidates_are_tried(registry: Registry) -> None:
    image = registry.push_index("inspect/untagged", "v1")
    digest = image.platforms["linux/amd64"]
    pinned = ImageReference.parse(f"{registry.host}/inspect/untagged@{digest}")
    with Resolver() as resolver:
        found = resolver.inspect(pinned, [Digest.parse(image.digest)])
    assert isinstance(found, Inspection)
    assert found.index is not None
    assert str(found.index.digest) == image.digest
