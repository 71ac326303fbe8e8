"""Holds what a caller may choose about registries."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@frozen(kw_only=True)
class RegistrySettings:
    """How registries are asked. Every default is safe to use as it is."""

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefix of a name (`docker.io`, `docker.io/kindest`) to the names asked before."""
    insecure_registries: tuple[str, ...] = ()
    """Hosts, with port, that are spoken to by plain http; loopback needs no entry."""
    ca_file: Path | None = None
    """Certificates, in PEM, trusted beside the usual ones."""
    timeout_seconds: float = 10
    """Of one connection attempt, and of one wait for bytes."""
    deadline_seconds: float = 60
    """Of one call of a resolver, whatever the number of references."""
    concurrency: int = 8
    retries: int = 3
    """After the first attempt, for answers 429 and 5xx and broken connections."""
    backoff_seconds: float = 0.5
    """Longest wait before the first retry; doubles with each."""
    helper_timeout_seconds: float = 10
    """Of one run of a credential helper."""
    verify: bool = False
    """Whether manifests are fetched and hashed, not only asked for."""
    cache_directory: Path | None = None
    """Where answers that cannot change are kept; None keeps none."""
    tag_cache_seconds: float = 0
    """How long the answer for a tag may be kept on disk."""
    user_agent: str = "digestpin"
