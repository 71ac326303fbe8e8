"""Asks registries, before anything is judged, what only they can say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.findings import Problem
from digestpin.registry.resolution import Unresolved
from digestpin.registry.settings import RegistrySettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digestpin.digests import Digests
    from digestpin.inventory import Inventory, Reference
    from digestpin.oci import ImageReference
    from digestpin.registry.resolution import Resolution
    from digestpin.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What registries said; `problems` are what they could not be asked."""

    resolutions: Mapping[ImageReference, Resolution] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def registry_settings(settings: Settings) -> RegistrySettings:
    """Return how registries are asked, from the configuration."""
    return RegistrySettings(
        mirrors=settings.registry_mirrors,
        insecure_registries=settings.insecure_registries,
        ca_file=settings.ca_file,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=settings.deadline_seconds,
        concurrency=settings.concurrency,
        tag_cache_seconds=settings.cache_seconds,
    )


def ask_for_tags(inventory: Inventory, digests: Digests, settings: Settings) -> Answers:
    """Resolve every tag whose digest only a registry knows, each once."""
    wanted: dict[ImageReference, Reference] = {}
    for reference in inventory.references:
        if reference.parsed is not None and digests.wants_registry(reference):
            wanted.setdefault(reference.parsed.canonical, reference)
    if not wanted:
        return Answers()
    from digestpin.registry import Resolver  # noqa: PLC0415

    with Resolver(registry_settings(settings)) as resolver:
        resolutions = resolver.resolve_all(wanted)
        warnings = [str(warning) for warning in resolver.warnings]
    problems = [
        _problem(resolution, wanted[reference], inventory)
        for reference, resolution in resolutions.items()
        if isinstance(resolution, Unresolved)
        and digests.decide(wanted[reference]).digest is None
    ]
    return Answers(
        resolutions=resolutions, problems=tuple(problems), notes=tuple(warnings)
    )


def resolve_tags(
    references: Iterable[ImageReference], settings: Settings
) -> Mapping[ImageReference, Resolution]:
    """Ask registries what these references are now, each once."""
    from digestpin.registry import Resolver  # noqa: PLC0415

    with Resolver(registry_settings(settings)) as resolver:
        return resolver.resolve_all(references)


def confirm_digests(
    references: Iterable[ImageReference], settings: Settings
) -> Mapping[ImageReference, Resolution]:
    """Ask whether registries serve these digests, each once."""
    wanted = list(dict.fromkeys(references))
    if not wanted:
        return {}
    from digestpin.registry import Resolver  # noqa: PLC0415

    with Resolver(registry_settings(settings)) as resolver:
        return resolver.confirm_all(wanted)


def _problem(
    resolution: Unresolved, reference: Reference, inventory: Inventory
) -> Problem:
    location = inventory.locate(reference.value_at or reference.region)
    return Problem(
        message=str(resolution.error),
        path=location.path,
        line=location.start.line,
        hint=resolution.error.hint,
    )
