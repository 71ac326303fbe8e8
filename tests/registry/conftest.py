"""Fixtures for registries in every setup, and an environment without credentials."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.certificates import Certificates, make_certificates
from support.token_server import TokenServer, serve_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_UNWANTED = (
    "REGISTRY_AUTH_FILE",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    *("NO_COLOR", "FORCE_COLOR", "COLUMNS"),
    "XDG_DATA_HOME",
    *(f"{name}_proxy" for name in ("http", "https", "all", "no")),
    *(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")),
)


@pytest.fixture(autouse=True)
def docker_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home without credentials; return its Docker folder."""
    for name in _UNWANTED:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home" / ".docker"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder


@pytest.fixture
def docker_config(docker_folder: Path) -> Callable[[dict[str, Any]], None]:
    """Return a function that writes Docker's configuration file."""

    def write(value: dict[str, Any]) -> None:
        text = json.dumps(value)
        (docker_folder / "config.json").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def install_helper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], None]:
    """Return a function that puts `docker-credential-NAME` with a script on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def install(name: str, script: str) -> None:
        path = folder / f"docker-credential-{name}"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    return install


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[TokenServer]:
    with serve_tokens(tmp_path) as running:
        yield running
