"""Fixtures that the whole suite may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.registry import PROGRAM, Registry, is_installed, start_registry

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A plain registry on loopback, shared: use repositories of your own in it."""
    if not is_installed():
        pytest.skip(f"the program {PROGRAM} is not installed")
    with start_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running
