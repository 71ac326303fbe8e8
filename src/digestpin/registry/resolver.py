"""Resolves references to descriptors: the public face of this package.

A failure belongs to its reference alone, and is a value. Nothing is asked twice in a
run: references that name the same thing share one request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self, TypeVar

from digestpin.errors import RegistryError, RegistryUnreachable
from digestpin.registry.deadline import Deadline
from digestpin.registry.names import check_mirrors, places_for
from digestpin.registry.resolution import (
    Inspection,
    Resolved,
    Unresolved,
)
from digestpin.registry.settings import RegistrySettings
from digestpin.registry.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from digestpin.oci import Digest, ImageReference
    from digestpin.registry.cache import AnswerCache
    from digestpin.registry.clients import Clients
    from digestpin.registry.lookups import Lookups
    from digestpin.registry.mirroring import Mirrors
    from digestpin.registry.resolution import (
        RateLimit,
        RegistryWarning,
        Resolution,
    )

Answer = TypeVar("Answer")


def _tag_key(reference: ImageReference) -> ImageReference:
    """Return what to ask for: the tag, the digest only where there is no tag."""
    canonical = reference.canonical
    return canonical if canonical.tag is None else replace(canonical, digest=None)


def _digest_key(reference: ImageReference) -> ImageReference:
    if reference.digest is None:
        raise ValueError(f"{reference} has no digest")
    return replace(reference.canonical, tag=None)


class Resolver:
    """Asks registries; keeps connections, tokens and answers until it is closed.

    Meant for one thread, which gets its answers by many.
    """

    def __init__(self, settings: RegistrySettings | None = None) -> None:
        self._settings = settings or RegistrySettings()
        check_mirrors(self._settings.mirrors)
        self._answers: dict[ImageReference, Resolution] = {}
        self._inspections: dict[ImageReference, Inspection | Unresolved] = {}
        self._cache: AnswerCache | None = None
        self._clients: Clients | None = None
        self._lookups: Lookups | None = None
        self._mirrors: Mirrors | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; answers stay."""
        if self._clients is not None:
            self._clients.close()
        if self._cache is not None:
            self._cache.close()

    @property
    def warnings(self) -> tuple[RegistryWarning, ...]:
        """What the user should know of the registries asked so far, once each."""
        return () if self._clients is None else self._clients.warnings

    @property
    def rate_limits(self) -> tuple[RateLimit, ...]:
        """The pull limits that registries told, the last of each."""
        return () if self._clients is None else self._clients.rate_limits

    def resolve(self, reference: ImageReference) -> Resolution:
        """Return what the registry's tag is now; the digest's where there is no tag."""
        return self.resolve_all((reference,))[reference]

    def resolve_all(
        self, references: Iterable[ImageReference]
    ) -> dict[ImageReference, Resolution]:
        """Return the answer for each reference, in their order."""
        keys = {reference: _tag_key(reference) for reference in references}
        return self._answer_all(keys)

    def confirm(self, reference: ImageReference) -> Resolution:
        """Say whether the registry serves the reference's digest, whatever its tag.

        `Unresolved` with `ManifestNotFound` means that it does not.
        """
        return self.confirm_all((reference,))[reference]

    def confirm_all(
        self, references: Iterable[ImageReference]
    ) -> dict[ImageReference, Resolution]:
        """Do as `confirm` for references that all have a digest."""
        keys = {reference: _digest_key(reference) for reference in references}
        return self._answer_all(keys)

    def _answer_all(
        self, keys: Mapping[ImageReference, ImageReference]
    ) -> dict[ImageReference, Resolution]:
        self._run(dict.fromkeys(keys.values()), self._answers, self._look_up)
        return {
            reference: replace(self._answers[key], reference=reference)
            for reference, key in keys.items()
        }

    def inspect(
        self, reference: ImageReference, candidates: Iterable[Digest] = ()
    ) -> Inspection | Unresolved:
        """Say what the reference's digest is: an index, or a manifest of which index.

        The index is looked for under the reference's tag and among `candidates`.
        """
        return self.inspect_all({reference: tuple(candidates)})[reference]

    def inspect_all(
        self, references: Mapping[ImageReference, tuple[Digest, ...]]
    ) -> dict[ImageReference, Inspection | Unresolved]:
        """Do as `inspect` for each reference, with its candidates."""
        keys = {reference: reference.canonical for reference in references}
        candidates = {keys[reference]: references[reference] for reference in keys}

        def work(
            lookups: Lookups, key: ImageReference, deadline: Deadline
        ) -> Inspection:
            return self._inspect(lookups, key, candidates[key], deadline)

        for reference in keys:
            _digest_key(reference)
        self._run(candidates, self._inspections, work)
        return {
            reference: replace(self._inspections[key], reference=reference)
            for reference, key in keys.items()
        }

    def _run(
        self,
        keys: Iterable[ImageReference],
        answers: dict[ImageReference, Answer | Unresolved],
        work: Callable[[Lookups, ImageReference, Deadline], Answer],
    ) -> None:
        """Put the answer for each key that has none yet into `answers`."""
        missing = [key for key in keys if key not in answers]
        if not missing:
            return
        clients, lookups, _ = self._open()
        deadline = Deadline(self._settings.deadline_seconds)

        def attempt(key: ImageReference) -> Answer | Unresolved:
            try:
                return work(lookups, key, deadline)
            except RegistryError as error:
                failure = error
            except Exception as flaw:  # noqa: BLE001 - costs its own reference only
                from digestpin.registry.flaws import flaw_error  # noqa: PLC0415

                failure = flaw_error(flaw, key.registry or "")
            failure.reference = str(key)
            return Unresolved(
                reference=key, error=failure, warnings=self._warnings_for(key)
            )

        workers = Workers(
            attempt,
            group_of=lambda key: key.registry or "",
            concurrency=self._settings.concurrency,
            deadline=deadline,
            abort=clients.abort,
        )
        done = workers.run(missing)
        for key in missing:
            answers[key] = done[key] if key in done else _too_late(key, deadline)

    def _look_up(
        self, lookups: Lookups, key: ImageReference, deadline: Deadline
    ) -> Resolved:
        place, descriptor = self._open()[2].ask(key, lookups.describe, deadline)
        return Resolved(
            reference=key,
            descriptor=descriptor,
            answered_by=place.name,
            warnings=self._warnings_for(key),
        )

    def _inspect(
        self,
        lookups: Lookups,
        key: ImageReference,
        candidates: tuple[Digest, ...],
        deadline: Deadline,
    ) -> Inspection:
        def ask(place: ImageReference, until: Deadline) -> Inspection:
            descriptor = lookups.describe(replace(place, tag=None), until)
            index = None
            if not descriptor.is_index:
                index = lookups.find_index(place, candidates, until)
            return Inspection(reference=key, descriptor=descriptor, index=index)

        return self._open()[2].ask(key, ask, deadline)[1]

    def _warnings_for(self, key: ImageReference) -> tuple[RegistryWarning, ...]:
        places = places_for(key, self._settings.mirrors)
        registries = {place.registry for place in places}
        return tuple(
            warning for warning in self.warnings if warning.registry in registries
        )

    def _open(self) -> tuple[Clients, Lookups, Mirrors]:
        """Load what speaks to registries, the first time that it is needed."""
        if self._clients is None or self._lookups is None or self._mirrors is None:
            # Together these cost more than all the rest of a clean run.
            from digestpin.registry.cache import AnswerCache  # noqa: PLC0415
            from digestpin.registry.clients import Clients  # noqa: PLC0415
            from digestpin.registry.lookups import Lookups  # noqa: PLC0415
            from digestpin.registry.mirroring import Mirrors  # noqa: PLC0415

            settings = self._settings
            self._cache = AnswerCache(
                settings.cache_directory, tag_seconds=settings.tag_cache_seconds
            )
            self._clients = Clients(settings)
            self._lookups = Lookups(
                self._clients.client_for, self._cache, verify=settings.verify
            )
            self._mirrors = Mirrors(settings.mirrors, self._clients)
        return self._clients, self._lookups, self._mirrors


def _too_late(key: ImageReference, deadline: Deadline) -> Unresolved:
    return Unresolved(
        reference=key,
        error=RegistryUnreachable(
            f"no answer from {key.registry} within {deadline.seconds:g} s",
            registry=key.registry or "",
            reference=str(key),
            hint="check the network, or use --offline",
        ),
    )
