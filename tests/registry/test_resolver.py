"""The resolver agrees with the real registry, and with skopeo, on every tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.skopeo import find_digest

from digestpin.errors import ManifestNotFound
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from support.registry import PushedImage, Registry

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def shapes(registry: Registry) -> dict[str, PushedImage]:
    """One image of every shape that a tag can name."""
    return {
        "oci-index": registry.push_index("shapes/node", "oci-index"),
        "docker-list": registry.push_index("shapes/node", "docker-list", docker=True),
        "oci-manifest": registry.push_manifest("shapes/node", "oci-manifest"),
        "docker-manifest": registry.push_manifest(
            "shapes/node", "docker-manifest", docker=True
        ),
    }


def references(images: dict[str, PushedImage]) -> list[ImageReference]:
    return [ImageReference.parse(image.reference) for image in images.values()]


@pytest.mark.parametrize("verify", [False, True], ids=["head", "verify"])
def test_every_shape_resolves_to_what_was_pushed(
    shapes: dict[str, PushedImage], verify: bool
) -> None:
    with Resolver(RegistrySettings(verify=verify)) as resolver:
        answers = resolver.resolve_all(references(shapes))
    found = {}
    for reference, answer in answers.items():
        assert isinstance(answer, Resolved)
        descriptor = answer.descriptor
        found[str(reference)] = (
            str(descriptor.digest),
            descriptor.media_type,
            descriptor.size,
        )
    assert found == {
        image.reference: (image.digest, image.media_type, len(image.body))
        for image in shapes.values()
    }


def test_skopeo_is_of_the_same_opinion(shapes: dict[str, PushedImage]) -> None:
    with Resolver() as resolver:
        ours = {
            str(reference): str(answer.descriptor.digest)
            for reference, answer in resolver.resolve_all(references(shapes)).items()
            if isinstance(answer, Resolved)
        }
    theirs = {
        image.reference: find_digest(image.reference) for image in shapes.values()
    }
    assert ours == theirs


def test_a_missing_tag_is_its_own_failure(
    registry: Registry, shapes: dict[str, PushedImage]
) -> None:
    there = ImageReference.parse(shapes["oci-index"].reference)
    missing = there.with_tag("v0.0.0")
    with Resolver() as resolver:
        answers = resolver.resolve_all([missing, there])
    failed, answered = answers[missing], answers[there]
    assert isinstance(answered, Resolved)
    assert isinstance(failed, Unresolved)
    assert type(failed.error) is ManifestNotFound
    assert str(failed.error) == f"{registry.host} has no shapes/node:v0.0.0"
