from __future__ import annotations

import subprocess
import sys

import pytest

import digestpin.registry

HEAVY = ("requests", "urllib3", "ssl", "http.client", "logging", "json", "socket")


def loaded_by(code: str) -> list[str]:
    script = f"import sys\n{code}\nprint(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import digestpin.registry") == []


def test_a_resolver_loads_nothing_heavy_before_it_is_asked() -> None:
    code = "from digestpin.registry import Resolver\nResolver().close()"
    assert loaded_by(code) == []


def test_only_what_is_there_can_be_had() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = digestpin.registry.Nothing  # type: ignore[attr-defined]
