"""Keeps one client a registry, and what they have to say beside their answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from digestpin.registry.client import RegistryClient
from digestpin.registry.credentials import CredentialStore
from digestpin.registry.names import find_endpoint
from digestpin.registry.transport import Transport

if TYPE_CHECKING:
    from digestpin.registry.resolution import RateLimit, RegistryWarning
    from digestpin.registry.settings import RegistrySettings


class Clients:
    """The clients of a run; may be used by many threads at once."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._store = CredentialStore(settings.helper_timeout_seconds)
        self._clients: dict[str, RegistryClient] = {}
        self._warnings: dict[RegistryWarning, None] = {}
        self._lock = threading.Lock()

    def client_for(self, registry: str) -> RegistryClient:
        """Return the client of a canonical registry name."""
        with self._lock:
            client = self._clients.get(registry)
            if client is None:
                endpoint = find_endpoint(registry, self._settings.insecure_registries)
                client = RegistryClient(
                    endpoint, self._transport, self._store, self.warn
                )
                self._clients[registry] = client
            return client

    def warn(self, warning: RegistryWarning) -> None:
        """Keep a warning, once."""
        self._warnings.setdefault(warning)

    @property
    def warnings(self) -> tuple[RegistryWarning, ...]:
        """All warnings so far."""
        return tuple(self._warnings)

    @property
    def rate_limits(self) -> tuple[RateLimit, ...]:
        """The pull limits that registries told, the last of each."""
        limits = [client.rate_limit for client in list(self._clients.values())]
        return tuple(limit for limit in limits if limit is not None)

    def abort(self, registry: str | None = None) -> None:
        """Break every connection, or those made for one registry."""
        self._transport.abort(registry)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()
