"""Why all four media types are asked for: without, a registry gives a wrong digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import images

from digestpin.oci import ImageReference
from digestpin.registry import Resolved, Resolver

if TYPE_CHECKING:
    from support.registry import Registry

pytestmark = pytest.mark.registry


def test_without_index_types_the_platform_manifests_digest_comes_back(
    registry: Registry,
) -> None:
    image = registry.push_index("accept/docker", "v1", docker=True)
    _, headers, _ = registry.fetch("accept/docker", "v1", images.DOCKER_MANIFEST)
    assert headers["docker-content-digest"] == image.platforms["linux/amd64"]
    with Resolver() as resolver:
        answer = resolver.resolve(ImageReference.parse(image.reference))
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == image.digest


def test_without_index_types_an_oci_index_is_not_found(registry: Registry) -> None:
    image = registry.push_index("accept/oci", "v1")
    status, _, body = registry.fetch("accept/oci", "v1", images.OCI_MANIFEST)
    assert (status, b"accept header does not support OCI indexes" in body) == (
        404,
        True,
    )
    with Resolver() as resolver:
        answer = resolver.resolve(ImageReference.parse(image.reference))
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == image.digest


def test_without_types_a_schema_1_manifest_is_made_up(registry: Registry) -> None:
    registry.push_index("accept/none", "v1", docker=True)
    _, headers, body = registry.fetch("accept/none", "v1")
    assert "manifest.v1+prettyjws" in headers["content-type"]
    assert headers["docker-content-digest"] != images.digest_of(body)
