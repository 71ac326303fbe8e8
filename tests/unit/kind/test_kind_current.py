"""Which table of kind releases holds, and where a user's is looked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from digestpin.kind.current import find_current, user_table
from digestpin.kind.releases import DATA_FILE, KindReleases


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        pytest.param("linux", {}, ".local/share/digestpin", id="Linux"),
        pytest.param("linux", {"XDG_DATA_HOME": "/x"}, "/x/digestpin", id="XDG"),
        pytest.param(
            "linux", {"XDG_DATA_HOME": "x"}, ".local/share/digestpin", id="no XDG"
        ),
        pytest.param("darwin", {}, "Library/Application Support/digestpin", id="macOS"),
        pytest.param("win32", {}, "AppData/Local/digestpin/Data", id="Windows"),
        pytest.param(
            "win32", {"LOCALAPPDATA": "/l"}, "/l/digestpin/Data", id="Windows, named"
        ),
    ],
)
def test_the_folder_is_the_platforms(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    environment: dict[str, str],
    expected: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert user_table() == home / expected / "kind-releases.json"


def test_without_a_home_the_shipped_table_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", fail)
    assert user_table() is None
    assert find_current().releases is KindReleases.load()


@pytest.mark.parametrize(
    ("as_of", "is_used"),
    [
        pytest.param("2999-01-01", True, id="newer"),
        pytest.param(None, False, id="of the same day"),
        pytest.param("2020-01-01", False, id="older"),
    ],
)
def test_the_newer_table_holds(home: Path, as_of: str | None, is_used: bool) -> None:
    table = json.loads(DATA_FILE.read_bytes())
    table["as_of"] = as_of or table["as_of"]
    path = home / ".local/share/digestpin/kind-releases.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(table))
    current = find_current()
    assert current.file == (path if is_used else None)
    assert bool(current.unused) != is_used
    assert (current.releases is KindReleases.load()) != is_used


def test_a_table_that_is_taken_away_is_used_no_more(home: Path) -> None:
    table = json.loads(DATA_FILE.read_bytes()) | {"as_of": "2999-01-01"}
    path = home / ".local/share/digestpin/kind-releases.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(table))
    assert find_current().file == path
    path.unlink()
    assert find_current().file is None
