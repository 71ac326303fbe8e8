"""Keeps the files of the cases from being taken for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.repositories import run_git

if TYPE_CHECKING:
    from pathlib import Path

collect_ignore_glob = ["*/*"]


@pytest.fixture(scope="session")
def bare_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty git repository, to be copied: faster than making one each time."""
    folder = tmp_path_factory.mktemp("bare")
    run_git(folder, "init", "--quiet", "--template=")
    return folder
