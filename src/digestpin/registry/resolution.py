"""Holds what a registry can be learnt from: answers, failures, warnings, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.errors import RegistryError
    from digestpin.oci import Descriptor, ImageReference


@frozen(kw_only=True)
class RegistryWarning:
    """Something the user should know about a registry; the answer stands."""

    registry: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.registry}: {self.message}"

    @property
    def advice(self) -> str:
        """What it says and what can be done about it."""
        return f"{self} ({self.hint})" if self.hint else str(self)


@frozen(kw_only=True)
class RateLimit:
    """The pull limit that a registry told last; None where it told none."""

    registry: str
    limit: int
    remaining: int | None = None
    window_seconds: int | None = None

    def __str__(self) -> str:
        left = "?" if self.remaining is None else self.remaining
        window = ""
        if self.window_seconds:
            hours = self.window_seconds / 3600
            window = f" in {hours:g} hour{'' if hours == 1 else 's'}"
        return f"{left} of {self.limit} pulls{window} left at {self.registry}"


@frozen(kw_only=True)
class Resolved:
    """The descriptor that a registry gives for a reference.

    `answered_by` is the registry and repository that was asked in the end: the
    reference's own, or a mirror of it.
    """

    reference: ImageReference
    descriptor: Descriptor
    answered_by: str
    warnings: tuple[RegistryWarning, ...] = ()


@frozen(kw_only=True)
class Unresolved:
    """Why there is no answer for a reference."""

    reference: ImageReference
    error: RegistryError
    warnings: tuple[RegistryWarning, ...] = ()


Resolution = Resolved | Unresolved


@frozen(kw_only=True)
class Inspection:
    """What a pinned digest is.

    `descriptor` is that of the reference's digest. `index` is the index that lists it,
    None where it is an index itself or where no index at hand lists it.
    """

    reference: ImageReference
    descriptor: Descriptor
    index: Descriptor | None = None

    @property
    def is_platform_manifest(self) -> bool:
        """Whether one platform's manifest is pinned, not an index."""
        return not self.descriptor.is_index
