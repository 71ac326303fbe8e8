"""Reads the files in which Docker and podman keep credentials.

docs.docker.com, `docker login`; man 5 containers-auth.json.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.registry.credential_helpers import Credentials, can_be_sent
from digestpin.registry.redaction import Secret, escape
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIZE_LIMIT = 1024 * 1024


class UnreadableConfig(Exception):
    """A file of credentials that cannot be used; says which and why."""


@frozen(kw_only=True)
class DockerConfig:
    """What one file says.

    `auths` has canonical keys: `quay.io`, `quay.io/team`; a value is None where the
    entry cannot be read. `helpers` maps hosts to helpers, `store` is for all others.
    """

    path: Path
    auths: Mapping[str, Credentials | None] = field(default_factory=dict)
    helpers: Mapping[str, str] = field(default_factory=dict)
    store: str | None = None


def find_config_files() -> tuple[Path, ...]:
    """Return the files to look into, the most explicit first; some may not exist."""
    environment = os.environ
    home = Path.home()
    files: list[Path] = []
    if environment.get("REGISTRY_AUTH_FILE"):
        files.append(Path(environment["REGISTRY_AUTH_FILE"]))
    docker = environment.get("DOCKER_CONFIG")
    files.append((Path(docker) if docker else home / ".docker") / "config.json")
    if environment.get("XDG_RUNTIME_DIR"):
        files.append(Path(environment["XDG_RUNTIME_DIR"]) / "containers/auth.json")
    config = environment.get("XDG_CONFIG_HOME")
    files.append(
        (Path(config) if config else home / ".config") / "containers/auth.json"
    )
    return tuple(files)


def canonical_key(key: str) -> str:
    """Return the host, with the path of a namespace, that an entry is for.

    >>> canonical_key("https://index.docker.io/v1/"), canonical_key("quay.io/team")
    ('index.docker.io', 'quay.io/team')
    """
    name = key.partition("://")[2] if "://" in key else key
    host, _, path = name.rstrip("/").partition("/")
    if path in {"v1", "v2", ""}:
        return host.lower()
    return f"{host.lower()}/{path}"


def read_config(path: Path) -> DockerConfig | None:
    """Return what a file says, None where there is no file.

    Raises:
        UnreadableConfig: it cannot be read, or is not what Docker writes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise UnreadableConfig(f"cannot read {path}: {reason}") from None
    try:
        value = json.loads(data) if len(data) <= _SIZE_LIMIT else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UnreadableConfig(f"{path} is no Docker configuration")
    store = value.get("credsStore")
    return DockerConfig(
        path=path,
        auths={
            canonical_key(key): _read_entry(entry)
            for key, entry in _items(value.get("auths"))
            if entry
        },
        helpers={
            canonical_key(key): helper
            for key, helper in _items(value.get("credHelpers"))
            if isinstance(helper, str)
        },
        store=store if isinstance(store, str) and store else None,
    )


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []


def _read_entry(entry: object) -> Credentials | None:
    """Return the credentials of an entry of `auths`, None where they are broken.

    Broken are also those that no request could carry.
    """
    if not isinstance(entry, dict):
        return None
    texts = {name: text for name, text in entry.items() if isinstance(text, str)}
    username, password = texts.get("username", ""), texts.get("password", "")
    if texts.get("auth"):
        try:
            pair = base64.b64decode(texts["auth"], validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        username, colon, password = pair.partition(":")
        if not colon:
            return None
    identity, token = texts.get("identitytoken"), texts.get("registrytoken")
    if not (username or identity or token):
        return None
    credentials = Credentials(
        username=username,
        password=Secret(password.rstrip("\0")),
        identity_token=Secret(identity) if identity else None,
        registry_token=Secret(token) if token else None,
    )
    return credentials if can_be_sent(credentials) else None


def describe_entry(config: DockerConfig, key: str) -> str:
    """Return how to name an entry in a message."""
    return f"the entry {escape(key)} in {config.path}"
