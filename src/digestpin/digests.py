"""Decides which digest a reference should have, and where that is known from."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.errors import ManifestNotFound
from digestpin.kind.choice import Choice, Reason, choose_build
from digestpin.kind.versions import format_kind_version
from digestpin.registry.resolution import Resolved, Unresolved
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.inventory import Reference
    from digestpin.kind.releases import KindReleases
    from digestpin.oci import Digest, ImageReference
    from digestpin.registry.resolution import Resolution

FLOATING_TAGS = frozenset({"latest", "main", "master", "edge", "nightly", "stable"})
"""Tags that name no version, so that a digest beside them would only mislead."""


class Origin(StrEnum):
    """Where a digest is known from."""

    PUBLISHED = "published"
    """The kind release that governs the place lists it."""
    COMPATIBLE = "compatible"
    """Another release's build, the newest known one that the pinned kind can drive."""
    KNOWN = "known"
    """A known build; no kind version says which one is right."""
    REGISTRY = "registry"
    """The registry's tag, as it is now."""


@frozen(kw_only=True)
class Decision:
    """The digest to pin, None where none can be given; `why` says it in words."""

    digest: Digest | None
    origin: Origin | None
    why: str
    choice: Choice | None = None


@frozen(slots=False)
class Digests:
    """Decides for each reference, from the data and what registries answered.

    `resolutions` are by canonical reference; `confirmations`, by reference with a
    digest and no tag, say whether the registry serves a digest that the data gives.
    `from_registry`: the configuration asks for the registry's answer always
    (`digest-source = "registry"`).
    """

    releases: KindReleases
    resolutions: Mapping[ImageReference, Resolution]
    confirmations: Mapping[ImageReference, Resolution] = field(default_factory=dict)
    from_registry: bool = False

    def wants_registry(self, reference: Reference) -> bool:
        """Say whether only a registry can tell the digest of a reference."""
        if reference.parsed is None or reference.parsed.tag in (None, *FLOATING_TAGS):
            return False
        if reference.parsed.digest is not None:
            return False
        choice = self._choice(reference)
        return choice is None or choice.asks_registry

    def decide(self, reference: Reference) -> Decision:
        """Return the digest that a reference with a tag should have."""
        choice = self._choice(reference)
        if choice is None or choice.asks_registry:
            found = self._registry(reference)
            if found is not None:
                return found
        if choice is None:
            return Decision(digest=None, origin=None, why="only the registry knows it")
        decision = _from_data(choice)
        wanted = self._with_digest(reference, decision)
        confirmation = None if wanted is None else self.confirmations.get(wanted)
        if isinstance(confirmation, Unresolved) and isinstance(
            confirmation.error, ManifestNotFound
        ):
            return Decision(
                digest=None,
                origin=None,
                why=f"the registry no longer serves {decision.digest}, {decision.why}",
                choice=choice,
            )
        return decision

    def chosen_reference(self, reference: Reference) -> ImageReference | None:
        """Return what a registry can confirm: the digest that the data would add."""
        parsed = reference.parsed
        if parsed is None or parsed.tag in (None, *FLOATING_TAGS):
            return None
        choice = self._choice(reference)
        if choice is None or choice.asks_registry or choice.build is None:
            return None
        if choice.build.digest == parsed.digest:
            return None
        return self._with_digest(reference, _from_data(choice))

    def _with_digest(
        self, reference: Reference, decision: Decision
    ) -> ImageReference | None:
        if reference.parsed is None or decision.digest is None:
            return None
        return replace(reference.parsed.canonical, tag=None, digest=decision.digest)

    def _choice(self, reference: Reference) -> Choice | None:
        tag = reference.tag
        if self.from_registry or not reference.is_node_image or tag is None:
            return None
        return choose_build(tag, reference.versions, self.releases)

    def _registry(self, reference: Reference) -> Decision | None:
        if reference.parsed is None:
            return None
        wanted = reference.parsed.canonical
        resolution = self.resolutions.get(wanted)
        if not isinstance(resolution, Resolved):
            return None
        return Decision(
            digest=resolution.descriptor.digest,
            origin=Origin.REGISTRY,
            why=f"what {wanted.registry} answers for the tag now",
        )


def _from_data(choice: Choice) -> Decision:
    build = choice.build
    if build is None:
        why = {
            Reason.UNSUPPORTED: f"no known build of {choice.tag} works with this kind",
            Reason.CONFLICT: f"no build of {choice.tag} works with all kind versions",
        }.get(choice.reason, "only the registry knows it")
        return Decision(digest=None, origin=None, why=why, choice=choice)
    if choice.reason is Reason.LISTED:
        kinds = " and ".join(format_kind_version(kind) for kind in choice.listed_by)
        return Decision(
            digest=build.digest,
            origin=Origin.PUBLISHED,
            why=f"published for kind {kinds}",
            choice=choice,
        )
    made = "pushed between kind releases"
    if build.kind is not None:
        made = f"published for kind {format_kind_version(build.kind)}"
    if choice.reason in (Reason.COMPATIBLE, Reason.LIMITED):
        kinds = " and ".join(format_kind_version(v.kind) for v in choice.verdicts)
        return Decision(
            digest=build.digest,
            origin=Origin.COMPATIBLE,
            why=f"the newest known build that kind {kinds} can drive, {made}",
            choice=choice,
        )
    return Decision(
        digest=build.digest,
        origin=Origin.KNOWN,
        why=f"the {'only' if choice.reason is Reason.ONLY_BUILD else 'newest'} "
        f"known build, {made}",
        choice=choice,
    )
