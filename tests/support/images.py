"""Builds tiny container images by hand: the same content gives the same digests."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

_OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
_OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
_DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

TWO_PLATFORMS = ("amd64", "arm64")


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one manifest or index, and their media type."""

    body: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return digest_of(self.body)


@dataclass(frozen=True, slots=True)
class Image:
    """An image ready to push: what a tag names, its manifests and its blobs.

    `platforms` maps `linux/amd64` to that platform's manifest; it is empty where `top`
    itself is a single manifest.
    """

    top: Document
    platforms: dict[str, Document]
    blobs: dict[str, bytes]


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _to_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _layer(text: str) -> tuple[bytes, str]:
    """Return a compressed layer with one file, and the digest of its tar."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        entry = tarfile.TarInfo("kind/version")
        data = text.encode()
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    compressed = gzip.compress(raw.getvalue(), mtime=0)
    return compressed, digest_of(raw.getvalue())


def _manifest(
    content: str, architecture: str, *, docker: bool
) -> tuple[Document, dict[str, bytes]]:
    layer, diff_id = _layer(f"{content} {architecture}\n")
    config = _to_json(
        {
            "architecture": architecture,
            "os": "linux",
            "config": {"Cmd": ["/bin/true"]},
            "created": "2025-01-01T00:00:00Z",
            "rootfs": {"type": "layers", "diff_ids": [diff_id]},
            "history": [{"created": "2025-01-01T00:00:00Z"}],
        }
    )
    media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
    body = _to_json(
        {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": {
                "mediaType": _DOCKER_CONFIG if docker else _OCI_CONFIG,
                "digest": digest_of(config),
                "size": len(config),
            },
            "layers": [
                {
                    "mediaType": _DOCKER_LAYER if docker else _OCI_LAYER,
                    "digest": digest_of(layer),
                    "size": len(layer),
                }
            ],
        }
    )
    return Document(body, media_type), {
        digest_of(config): config,
        digest_of(layer): layer,
    }


def build_index(
    content: str,
    *,
    docker: bool = False,
    architectures: tuple[str, ...] = TWO_PLATFORMS,
) -> Image:
    """Return an OCI index (or a Docker manifest list) with one manifest each."""
    platforms: dict[str, Document] = {}
    blobs: dict[str, bytes] = {}
    entries = []
    for architecture in architectures:
        manifest, parts = _manifest(content, architecture, docker=docker)
        platforms[f"linux/{architecture}"] = manifest
        blobs.update(parts)
        entries.append(
            {
                "mediaType": manifest.media_type,
                "digest": manifest.digest,
                "size": len(manifest.body),
                "platform": {"architecture": architecture, "os": "linux"},
            }
        )
    media_type = DOCKER_MANIFEST_LIST if docker else OCI_INDEX
    body = _to_json({"schemaVersion": 2, "mediaType": media_type, "manifests": entries})
    return Image(Document(body, media_type), platforms, blobs)


def build_manifest(
    content: str, *, docker: bool = False, architecture: str = "amd64"
) -> Image:
    """Return a single-platform image, with no index above it."""
    manifest, blobs = _manifest(content, architecture, docker=docker)
    return Image(manifest, {}, blobs)
