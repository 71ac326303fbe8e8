"""Describes registry content: media types, descriptor, platform.

Media types are those of the OCI image specification (media-types.md) and of Docker's
image manifest version 2, schema 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.oci.digest import Digest

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

INDEX_MEDIA_TYPES = frozenset({OCI_INDEX, DOCKER_MANIFEST_LIST})
MANIFEST_MEDIA_TYPES = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})


@frozen(kw_only=True)
class Platform:
    """What a platform manifest runs on; `str()` gives `linux/arm64/v8`."""

    os: str
    architecture: str
    variant: str | None = None

    def __str__(self) -> str:
        parts = [self.os, self.architecture]
        if self.variant is not None:
            parts.append(self.variant)
        return "/".join(parts)


@frozen(kw_only=True)
class Descriptor:
    """One manifest or index in a registry; `size` in bytes, None when not said."""

    media_type: str
    digest: Digest
    size: int | None = None
    platform: Platform | None = None

    @property
    def is_index(self) -> bool:
        """Whether this is the multi-platform manifest list, the one to pin."""
        return self.media_type in INDEX_MEDIA_TYPES
