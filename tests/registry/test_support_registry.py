"""The suite's own registry does what the other tests rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import images

if TYPE_CHECKING:
    from support.registry import Registry

pytestmark = pytest.mark.registry


@pytest.mark.parametrize("docker", [False, True], ids=["oci", "docker"])
def test_a_pushed_index_is_served_byte_for_byte(
    registry: Registry, docker: bool
) -> None:
    name = f"support/index-{docker}".lower()
    image = registry.push_index(name, "v1", docker=docker)
    status, headers, body = registry.fetch(name, "v1", image.media_type)
    assert (status, body) == (200, image.body)
    assert headers["docker-content-digest"] == image.digest
    assert sorted(image.platforms) == ["linux/amd64", "linux/arm64"]


def test_another_salt_is_another_build_of_the_same_tag(registry: Registry) -> None:
    first = registry.push_index("support/rebuilt", "v1")
    second = registry.push_index("support/rebuilt", "v1", salt="again")
    assert first.reference == second.reference
    assert first.digest != second.digest
    _, headers, _ = registry.fetch("support/rebuilt", "v1", images.OCI_INDEX)
    assert headers["docker-content-digest"] == second.digest


def test_a_deleted_image_is_gone(registry: Registry) -> None:
    image = registry.push_manifest("support/deleted", "v1")
    registry.delete("support/deleted", image.digest)
    status, _, _ = registry.fetch("support/deleted", "v1", images.OCI_MANIFEST)
    assert status == 404
