"""Finds the credentials for a registry: what `docker login` or `podman login` stored.

A helper that is missing or fails, and a file that cannot be read, become warnings: a
public image can be looked up without.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from digestpin.oci.reference import DOCKER_HUB
from digestpin.registry.credential_helpers import HelperFailed, run_helper
from digestpin.registry.docker_config import (
    UnreadableConfig,
    describe_entry,
    find_config_files,
    read_config,
)
from digestpin.registry.resolution import RegistryWarning
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.registry.credential_helpers import Credentials
    from digestpin.registry.docker_config import DockerConfig

_DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
_DOCKER_HUB_HOSTS = ("docker.io", "index.docker.io", "registry-1.docker.io")


@frozen(kw_only=True)
class FoundCredentials:
    """The credentials to use, if any, and what stood in the way of others."""

    credentials: Credentials | None = None
    warnings: tuple[RegistryWarning, ...] = ()


def _keys(registry: str, repository: str) -> Iterator[str]:
    """Yield the names under which credentials may be stored, the closest first."""
    hosts = _DOCKER_HUB_HOSTS if registry == DOCKER_HUB else (registry.lower(),)
    parts = repository.split("/")
    for length in range(len(parts), 0, -1):
        for host in hosts:
            yield "/".join((host, *parts[:length]))
    yield from hosts


class CredentialStore:
    """Looks credentials up when a registry asks for them; for many threads."""

    def __init__(self, helper_timeout_seconds: float) -> None:
        self._helper_timeout_seconds = helper_timeout_seconds
        self._configs: tuple[DockerConfig, ...] | None = None
        self._problems: tuple[str, ...] = ()
        self._answers: dict[tuple[str, str], Credentials | HelperFailed | None] = {}
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def find(self, registry: str, repository: str) -> FoundCredentials:
        """Return the credentials for a repository of a canonical registry name."""
        problems: list[str] = []
        credentials = None
        for config in self._read_configs():
            credentials = self._find_in(config, registry, repository, problems)
            if credentials is not None:
                break
        return FoundCredentials(
            credentials=credentials,
            warnings=tuple(
                RegistryWarning(
                    registry=registry,
                    message=f"{problem}; no credentials from there",
                    hint="public images need none; for others, repair it",
                )
                for problem in (*self._problems, *problems)
            ),
        )

    def _read_configs(self) -> tuple[DockerConfig, ...]:
        with self._lock:
            if self._configs is None:
                configs, problems = [], []
                for path in find_config_files():
                    try:
                        config = read_config(path)
                    except UnreadableConfig as error:
                        problems.append(str(error))
                        continue
                    if config is not None:
                        configs.append(config)
                self._configs, self._problems = tuple(configs), tuple(problems)
            return self._configs

    def _find_in(
        self,
        config: DockerConfig,
        registry: str,
        repository: str,
        problems: list[str],
    ) -> Credentials | None:
        """Return what one file has: by its helper for the host, then by itself."""
        keys = list(_keys(registry, repository))
        named = [config.helpers[key] for key in keys if key in config.helpers]
        helper = named[0] if named else config.store
        if helper is not None:
            server = _DOCKER_HUB_SERVER if registry == DOCKER_HUB else registry
            answer = self._ask_helper(helper, server)
            if isinstance(answer, HelperFailed):
                problems.append(str(answer))
            elif answer is not None:
                return answer
        for key in keys:
            if key not in config.auths:
                continue
            credentials = config.auths[key]
            if credentials is not None:
                return credentials
            problems.append(f"{describe_entry(config, key)} cannot be read")
        return None

    def _ask_helper(
        self, helper: str, server: str
    ) -> Credentials | HelperFailed | None:
        """Return a helper's answer, which is asked for once a run."""
        key = helper, server
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = run_helper(
                        helper, server, self._helper_timeout_seconds
                    )
                except HelperFailed as error:
                    self._answers[key] = error
            return self._answers[key]
