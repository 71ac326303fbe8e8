"""A repository with the case that this project is about, and no way out of here."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from support.repositories import make_repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORKFLOW = """\
jobs:
  e2e:
    steps:
      - uses: helm/kind-action@v1.12.0
        with:
          node_image: kindest/node:v1.31.4
"""
CLUSTER = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    image: kindest/node:v1.30.8
"""


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a home of its own, without credentials and proxies."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DOCKER_CONFIG", str(home))
    for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR"):
        monkeypatch.setenv(f"XDG_{name}", str(home))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "REGISTRY_AUTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(
        tmp_path / "repository",
        {
            ".github/workflows/e2e.yaml": WORKFLOW,
            "hack/kind.yaml": CLUSTER,
            "src/main.go": "package main\n",
        },
    )


@pytest.fixture(scope="session")
def schemas() -> Callable[[str], dict[str, object]]:
    """Return a function that loads a schema that is shipped."""

    def load(name: str) -> dict[str, object]:
        text = (files("digestpin") / "data" / name).read_text("utf-8")
        schema: dict[str, object] = json.loads(text)
        return schema

    return load
