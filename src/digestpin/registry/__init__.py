"""Asks container registries what a reference names. Only `http.py` speaks HTTP.

Importing this package costs little: the HTTP library is loaded by the first request.
"""

from digestpin.registry.resolution import (
    Inspection,
    RateLimit,
    RegistryWarning,
    Resolution,
    Resolved,
    Unresolved,
)
from digestpin.registry.resolver import Resolver
from digestpin.registry.settings import RegistrySettings

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
