"""Asks one registry about one manifest: by HEAD where that will do, else by GET.

Neither is asked twice in a run. What is missing is asked for by both: only an answer
to GET has a body, which says whether it is the tag or the whole repository, and some
registries know no HEAD.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.errors import RegistryError
from digestpin.registry.cache import IDENTITY, INDEX
from digestpin.registry.manifests import describe_body, describe_head, list_platforms
from digestpin.registry.once import Once
from digestpin.registry.statuses import error_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.oci import Descriptor, Digest, ImageReference
    from digestpin.registry.cache import AnswerCache
    from digestpin.registry.client import RegistryClient
    from digestpin.registry.deadline import Deadline

_FINAL_FOR_HEAD = frozenset({401, 403, 429, 500, 502, 503, 504})


class Lookups:
    """Look-ups of canonical references that have a tag or a digest, not both."""

    def __init__(
        self,
        client_for: Callable[[str], RegistryClient],
        cache: AnswerCache,
        *,
        verify: bool,
    ) -> None:
        self._client_for = client_for
        self._cache = cache
        self._verify = verify
        self._described: Once[ImageReference, Descriptor] = Once()
        self._fetched: Once[ImageReference, Descriptor] = Once()
        self._entries: dict[tuple[str, Digest], tuple[Descriptor, ...]] = {}

    def describe(self, place: ImageReference, deadline: Deadline) -> Descriptor:
        """Return the descriptor of what a tag or digest names.

        HEAD does not count against Docker Hub's pull limit. A registry without HEAD,
        or without a digest in its answer, is asked for the body, which is hashed.

        Raises:
            RegistryError: there is no answer that can be used.
        """
        if self._verify:
            return self._fetch(place, deadline)
        return self._described.get(
            place, lambda: self._describe(place, deadline), deadline
        )

    def _describe(self, place: ImageReference, deadline: Deadline) -> Descriptor:
        kept = self._cache.find(place)
        if kept is not None:
            return kept
        descriptor = self._ask_head(place, deadline) or self._fetch(place, deadline)
        self._keep(place, descriptor)
        return descriptor

    def _ask_head(self, place: ImageReference, deadline: Deadline) -> Descriptor | None:
        """Return what HEAD tells, None where the body has to be asked for."""
        registry = _registry(place)
        client = self._client_for(registry)
        response, sent = client.ask("HEAD", place.repository, _name(place), deadline)
        if response.status in _FINAL_FOR_HEAD:
            raise error_for(
                response, registry, _what(place), authenticated=sent.had_credentials
            )
        if response.status != 200:
            return None
        return describe_head(response, registry, place.digest)

    def _keep(
        self, place: ImageReference, descriptor: Descriptor, role: str = IDENTITY
    ) -> None:
        """Put an answer into the cache, unless it could have been forged."""
        if not self._client_for(_registry(place)).endpoint.is_insecure:
            self._cache.keep(place, descriptor, role)

    def find_index(
        self,
        place: ImageReference,
        candidates: tuple[Digest, ...],
        deadline: Deadline,
    ) -> Descriptor | None:
        """Return the index that lists the digest of `place`, None if none does.

        The index of the tag of `place` is asked first, then the candidates.
        """
        own = replace(place, tag=None)
        kept = self._cache.find(own, INDEX)
        if kept is not None:
            return kept
        names = [by_digest(place, candidate) for candidate in candidates]
        if place.tag is not None:
            names.insert(0, replace(place, digest=None))
        for name in names:
            try:
                descriptor = self._fetch(name, deadline)
            except RegistryError:
                continue
            entries = self._entries[place.name, descriptor.digest]
            if any(entry.digest == place.digest for entry in entries):
                self._keep(own, descriptor, INDEX)
                return descriptor
        return None

    def _fetch(self, place: ImageReference, deadline: Deadline) -> Descriptor:
        """Read a manifest, once in a run."""
        return self._fetched.get(place, lambda: self._read(place, deadline), deadline)

    def _read(self, place: ImageReference, deadline: Deadline) -> Descriptor:
        """Read a manifest, and keep what it lists."""
        registry = _registry(place)
        client = self._client_for(registry)
        response, sent = client.ask("GET", place.repository, _name(place), deadline)
        if response.status != 200:
            raise error_for(
                response,
                registry,
                _what(place),
                authenticated=sent.had_credentials,
            )
        descriptor = describe_body(response, registry, place.digest)
        entries: tuple[Descriptor, ...] = ()
        if descriptor.is_index:
            entries = list_platforms(response.body, registry)
        self._entries[place.name, descriptor.digest] = entries
        self._fetched.put(by_digest(place, descriptor.digest), descriptor)
        return descriptor


def by_digest(reference: ImageReference, digest: Digest) -> ImageReference:
    """Return a reference to a digest in the same repository, without a tag."""
    return replace(reference, tag=None, digest=digest)


def _registry(place: ImageReference) -> str:
    return place.registry or ""


def _name(place: ImageReference) -> str:
    return place.tag or str(place.digest)


def _what(place: ImageReference) -> str:
    return str(place).removeprefix(f"{place.registry}/")
