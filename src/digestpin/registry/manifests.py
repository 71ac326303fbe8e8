"""Judges what a registry answers about a manifest.

An answer is used only when it is of a type that was asked for and agrees with itself:
the digest claimed, the digest hashed and the digest asked for are one.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from digestpin.errors import InvalidDigest
from digestpin.oci import Descriptor, Digest, Platform
from digestpin.oci.descriptor import (
    DOCKER_MANIFEST,
    DOCKER_MANIFEST_LIST,
    INDEX_MEDIA_TYPES,
    MANIFEST_MEDIA_TYPES,
    OCI_INDEX,
    OCI_MANIFEST,
)
from digestpin.registry.failures import bad_answer
from digestpin.registry.redaction import escape, quote

if TYPE_CHECKING:
    from digestpin.registry.exchange import Response

ACCEPT = f"{OCI_INDEX}, {DOCKER_MANIFEST_LIST}, {OCI_MANIFEST}, {DOCKER_MANIFEST}"
_MEDIA_TYPES = INDEX_MEDIA_TYPES | MANIFEST_MEDIA_TYPES
_VAGUE_TYPES = frozenset({"", "application/json", "application/octet-stream"})
_DEEPEST_JSON = 32
_MOST_ENTRIES = 1000
# NOTE: possessive, and content to end with the text: anything else is quadratic on a
# string that does not end.
_JSON_MARK = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def parse_json(body: bytes, registry: str) -> dict[str, Any]:
    """Return a JSON object, neither deep nor ambiguous.

    Raises:
        UntrustedResponse: the body is something else.
    """
    depth = deepest = 0
    for mark in _JSON_MARK.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark[0], 0)
        deepest = max(deepest, depth)
        if deepest > _DEEPEST_JSON:
            raise bad_answer(registry, "JSON that is nested too deep")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_answer(registry, "no JSON") from None
    if not isinstance(value, dict):
        raise bad_answer(registry, "JSON, but no object")
    return value


def media_type_of(response: Response) -> str:
    """Return the media type of an answer, without parameters, in lower case."""
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def claimed_digest(response: Response, registry: str) -> Digest | None:
    """Return the digest that the header gives, None where there is no header.

    Raises:
        UntrustedResponse: it is no digest.
    """
    text = response.headers.get("docker-content-digest", "").strip()
    if not text:
        return None
    try:
        return Digest.parse(text)
    except InvalidDigest:
        raise bad_answer(registry, f"'{quote(text)}' is no digest") from None


def describe_head(
    response: Response, registry: str, expected: Digest | None
) -> Descriptor | None:
    """Return what an answer to HEAD says, None where only the body can tell.

    Raises:
        UntrustedResponse: another type or another digest than was asked for.
    """
    digest = claimed_digest(response, registry)
    media_type = media_type_of(response)
    if digest is None or media_type in _VAGUE_TYPES:
        return None
    _check_type(media_type, registry)
    if expected is not None and digest != expected:
        if digest.algorithm != expected.algorithm:
            return None
        raise bad_answer(registry, f"asked for {expected}, it answers {digest}")
    length = response.headers.get("content-length", "")
    size = int(length) if length.isdecimal() and len(length) < 10 else None
    return Descriptor(media_type=media_type, digest=digest, size=size or None)


def describe_body(
    response: Response, registry: str, expected: Digest | None
) -> Descriptor:
    """Return the descriptor of a manifest that was read, hashed here.

    Raises:
        UntrustedResponse: type or digest differ from what was asked for or claimed.
    """
    document = parse_json(response.body, registry)
    stated = document.get("mediaType")
    media_type = media_type_of(response)
    if media_type in _VAGUE_TYPES and isinstance(stated, str):
        media_type = stated
    _check_type(media_type, registry)
    if isinstance(stated, str) and stated != media_type:
        raise bad_answer(
            registry, f"sent as {quote(media_type)}, but it is {quote(stated)}"
        )
    _check_shape(document, media_type, registry)
    claimed = claimed_digest(response, registry)
    wanted = {digest for digest in (claimed, expected) if digest is not None}
    for digest in wanted:
        hashed = hash_body(response.body, digest.algorithm)
        if hashed != digest:
            raise bad_answer(
                registry, f"the content hashes to {hashed}, not to {digest}"
            )
    return Descriptor(
        media_type=media_type,
        digest=expected or claimed or hash_body(response.body, "sha256"),
        size=len(response.body),
    )


def hash_body(body: bytes, algorithm: str) -> Digest:
    """Return the digest of some bytes."""
    return Digest(algorithm, hashlib.new(algorithm, body).hexdigest())


def _check_type(media_type: str, registry: str) -> None:
    if media_type not in _MEDIA_TYPES:
        raise bad_answer(
            registry,
            f"it answers with {quote(media_type) or 'no media type'}, "
            "which was not asked for",
        )


def _check_shape(document: dict[str, Any], media_type: str, registry: str) -> None:
    """Refuse what could be read as an index by one and as a manifest by another.

    CVE-2021-41190: the type is in a header, which the digest does not cover.
    """
    has_index = "manifests" in document
    has_manifest = not document.keys().isdisjoint({"config", "layers"})
    is_index = media_type in INDEX_MEDIA_TYPES
    if (has_index and has_manifest) or (has_manifest if is_index else has_index):
        raise bad_answer(
            registry, f"sent as {media_type}, but it can be read as another type"
        )


def list_platforms(body: bytes, registry: str) -> tuple[Descriptor, ...]:
    """Return the entries of an index.

    Raises:
        UntrustedResponse: the body is no index.
    """
    entries = parse_json(body, registry).get("manifests")
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        raise bad_answer(registry, "an index without a list of manifests")
    return tuple(_parse_entry(entry, registry) for entry in entries)


def _parse_entry(entry: object, registry: str) -> Descriptor:
    try:
        return parse_descriptor(entry)
    except (TypeError, KeyError, InvalidDigest):
        raise bad_answer(registry, "an index with an entry of no use") from None


def parse_descriptor(value: object) -> Descriptor:
    """Return the descriptor that a JSON object writes.

    Raises:
        TypeError, KeyError, InvalidDigest: it writes none.
    """
    if not isinstance(value, dict):
        raise TypeError("no object")
    digest, media_type = value["digest"], value["mediaType"]
    size, platform = value.get("size"), value.get("platform")
    if not (isinstance(digest, str) and isinstance(media_type, str)):
        raise TypeError("no text")
    return Descriptor(
        media_type=escape(media_type),
        digest=Digest.parse(digest),
        size=size if isinstance(size, int) and size > 0 else None,
        platform=_parse_platform(platform),
    )


def _parse_platform(value: object) -> Platform | None:
    if not isinstance(value, dict):
        return None
    system, architecture = value.get("os"), value.get("architecture")
    variant = value.get("variant")
    if not (isinstance(system, str) and isinstance(architecture, str)):
        return None
    return Platform(
        os=escape(system),
        architecture=escape(architecture),
        variant=escape(variant) if isinstance(variant, str) else None,
    )
