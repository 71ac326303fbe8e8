"""Reads Docker credentials for a registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digestpin.registry.redaction import Secret
    from digestpin.registry.resolution import RegistryWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What `docker login` stored for a registry."""

    username: str
    password: Secret
    identity_token: Secret | None = None
    registry_token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCredentials:
    """The credentials to use, if any, and what stood in the way of others."""

    credentials: Credentials | None = None
    warnings: tuple[RegistryWarning, ...] = ()


class CredentialStore:
    """Looks credentials up when a registry asks for them."""

    def __init__(self, helper_timeout_seconds: float) -> None:
        self._helper_timeout_seconds = helper_timeout_seconds

    def find(self, registry: str, repository: str) -> FoundCredentials:
        """Return the credentials for a repository of a canonical registry name."""
        del registry, repository
        return FoundCredentials()
