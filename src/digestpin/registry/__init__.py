"""Asks container registries what a reference names. Only `http.py` speaks HTTP.

Importing this package costs little: the resolver is loaded when it is named, the HTTP
library by the first request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.registry.resolution import (
    Inspection,
    RateLimit,
    RegistryWarning,
    Resolution,
    Resolved,
    Unresolved,
)
from digestpin.registry.settings import RegistrySettings

if TYPE_CHECKING:
    from digestpin.registry.resolver import Resolver

__all__ = [
    "Inspection",
    "RateLimit",
    "RegistrySettings",
    "RegistryWarning",
    "Resolution",
    "Resolved",
    "Resolver",
    "Unresolved",
]


# A type checker would take any name for one that exists.
if not TYPE_CHECKING:  # pragma: no branch

    def __getattr__(name: str) -> type[Resolver]:
        """Load the resolver when it is asked for (PEP 562)."""
        if name != "Resolver":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from digestpin.registry.resolver import Resolver  # noqa: PLC0415

        return Resolver
