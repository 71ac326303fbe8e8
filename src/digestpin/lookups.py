"""Asks registries, before anything is judged, what only they can say."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from digestpin import __version__
from digestpin.errors import ManifestNotFound
from digestpin.findings import Problem
from digestpin.registry.resolution import Unresolved
from digestpin.registry.settings import RegistrySettings
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digestpin.digests import Digests
    from digestpin.errors import RegistryError
    from digestpin.inventory import Inventory, Reference
    from digestpin.oci import Digest, ImageReference
    from digestpin.registry import Resolver
    from digestpin.registry.resolution import Inspection, RateLimit, Resolution
    from digestpin.settings import Settings


@frozen(kw_only=True, slots=False)
class Answers:
    """What registries said; `problems` are what they could not be asked.

    `confirmations` say of digests from the data whether the registry serves them.
    """

    resolutions: Mapping[ImageReference, Resolution] = field(default_factory=dict)
    confirmations: Mapping[ImageReference, Resolution] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True, slots=False)
class Online:
    """What registries say of pinned references, for the rules that ask them.

    `tags` are by canonical reference without its digest, `pinned` by canonical
    reference with it.
    """

    tags: Mapping[ImageReference, Resolution] = field(default_factory=dict)
    pinned: Mapping[ImageReference, Inspection | Unresolved] = field(
        default_factory=dict
    )
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True, slots=False)
class Asking:
    """How registries are asked, where the command line says more than settings do.

    `verify`: manifests are fetched and hashed. `use_cache`: answers that cannot change
    are kept on disk.
    """

    settings: Settings
    verify: bool = False
    use_cache: bool = True

    def registry_settings(self) -> RegistrySettings:
        """Return the settings of a resolver."""
        settings = self.settings
        folder = None
        if self.use_cache:
            from digestpin.registry.cache import (  # noqa: PLC0415
                default_cache_directory,
            )

            folder = default_cache_directory()
        return RegistrySettings(
            mirrors=settings.registry_mirrors,
            insecure_registries=settings.insecure_registries,
            ca_file=settings.ca_file,
            timeout_seconds=settings.timeout_seconds,
            deadline_seconds=settings.deadline_seconds,
            concurrency=settings.concurrency,
            verify=self.verify,
            cache_directory=folder,
            tag_cache_seconds=settings.cache_seconds,
            user_agent=f"digestpin/{__version__}",
        )

    def open(self) -> Resolver:
        """Return a resolver, to be closed."""
        from digestpin.registry import Resolver  # noqa: PLC0415

        return Resolver(self.registry_settings())


def ask_for_digests(inventory: Inventory, digests: Digests, asking: Asking) -> Answers:
    """Resolve every tag whose digest only a registry knows, and confirm the others.

    Both by one resolver: no registry is greeted twice, nor a token asked for.
    """
    if not inventory.references:
        return Answers()
    with asking.open() as resolver:
        answers = _resolve_unknown(inventory, digests, resolver)
        known = replace(digests, resolutions=answers.resolutions)
        confirmations = _confirm_choices(inventory, known, resolver)
        notes = notes_of(resolver)
    return replace(answers, confirmations=confirmations, notes=notes)


def _resolve_unknown(
    inventory: Inventory, digests: Digests, resolver: Resolver
) -> Answers:
    wanted: dict[ImageReference, Reference] = {}
    for reference in inventory.references:
        if reference.parsed is not None and digests.wants_registry(reference):
            wanted.setdefault(reference.parsed.canonical, reference)
    resolutions = resolver.resolve_all(wanted)
    problems = [
        problem_of(resolution.error, wanted[reference], inventory)
        for reference, resolution in resolutions.items()
        if isinstance(resolution, Unresolved)
        and digests.decide(wanted[reference]).digest is None
    ]
    return Answers(resolutions=resolutions, problems=tuple(problems))


def _confirm_choices(
    inventory: Inventory, digests: Digests, resolver: Resolver
) -> Mapping[ImageReference, Resolution]:
    """Ask whether registries still serve the digests that the data gives."""
    choices = map(digests.chosen_reference, inventory.references)
    wanted = dict.fromkeys(choice for choice in choices if choice is not None)
    return resolver.confirm_all(wanted)


def ask_online(inventory: Inventory, asking: Asking) -> Online:
    """Ask what every pinned reference is, and what its tag is now, each once."""
    tags: dict[ImageReference, Reference] = {}
    pinned: dict[ImageReference, Reference] = {}
    for reference in inventory.references:
        if reference.parsed is None:
            continue
        canonical = reference.parsed.canonical
        if canonical.digest is not None:
            pinned.setdefault(canonical, reference)
        if canonical.tag is not None:
            tags.setdefault(replace(canonical, digest=None), reference)
    with asking.open() as resolver:
        resolved = resolver.resolve_all(tags)
        inspected = resolver.inspect_all(
            {key: _known_indexes(item, inventory) for key, item in pinned.items()}
        )
        notes = notes_of(resolver)
    problems = [
        problem_of(answer.error, found[key], inventory)
        for answers, found in ((resolved, tags), (inspected, pinned))
        for key, answer in answers.items()
        if isinstance(answer, Unresolved)
        and not isinstance(answer.error, ManifestNotFound)
    ]
    return Online(
        tags=resolved,
        pinned=inspected,
        problems=tuple(dict.fromkeys(problems)),
        notes=notes,
    )


def _known_indexes(reference: Reference, inventory: Inventory) -> tuple[Digest, ...]:
    """Return the published digests among which a platform manifest's index may be."""
    builds = inventory.releases.builds_of_tag(reference.tag or "")
    return tuple(dict.fromkeys(build.digest for build in builds))


def notes_of(resolver: Resolver) -> tuple[str, ...]:
    """Return what to know beside the answers: warnings, and limits nearly reached."""
    warnings = [warning.advice for warning in resolver.warnings]
    limits = [str(limit) for limit in resolver.rate_limits if _is_low(limit)]
    return (*warnings, *limits)


def _is_low(limit: RateLimit) -> bool:
    """Say whether so little is left of a pull limit that a user should know."""
    return limit.remaining is not None and limit.remaining * 10 <= limit.limit


def resolve_tags(references: Iterable[ImageReference], asking: Asking) -> Answers:
    """Ask registries what these references are now, each once."""
    with asking.open() as resolver:
        resolutions = resolver.resolve_all(references)
        return Answers(resolutions=resolutions, notes=notes_of(resolver))


def problem_of(
    error: RegistryError, reference: Reference, inventory: Inventory
) -> Problem:
    """Return a look-up that failed as a problem at the reference's place."""
    location = inventory.locate(reference.value_at or reference.region)
    return Problem(
        message=str(error),
        path=location.path,
        line=location.start.line,
        hint=error.hint,
    )
