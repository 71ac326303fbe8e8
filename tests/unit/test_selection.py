"""What the paths of a command line select."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from digestpin.errors import UsageError
from digestpin.selection import limit_to, load_exclusions


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a few files; the current folder is in it."""
    top = tmp_path / "root"
    (top / "a" / "b").mkdir(parents=True)
    for name in ("a/b/c.yaml", "a/d.yaml", "e.yaml"):
        (top / name).write_text("")
    (tmp_path / "outside.yaml").write_text("")
    monkeypatch.chdir(top / "a")
    return top


def allowed(limit: object, *names: str) -> list[bool]:
    assert callable(limit)
    return [limit(PurePosixPath(name)) for name in names]


def test_no_path_limits_nothing(root: Path) -> None:
    assert allowed(limit_to([], root), "a/b/c.yaml", "new") == [True, True]


def test_a_file_selects_itself(root: Path) -> None:
    limit = limit_to([Path("d.yaml"), root / "e.yaml"], root)
    names = ("a/d.yaml", "e.yaml", "a/b/c.yaml", "d.yaml", "a/d.yaml/x")
    assert allowed(limit, *names) == [True, True, False, False, False]
    assert limit.files == {PurePosixPath("a/d.yaml"), PurePosixPath("e.yaml")}


def test_a_folder_selects_all_below_it(root: Path) -> None:
    limit = limit_to([Path("b")], root)
    names = ("a/b/c.yaml", "a/b/new/x", "a/d.yaml", "a/bc", "b/x")
    assert allowed(limit, *names) == [True, True, False, False, False]


@pytest.mark.parametrize("path", ["..", "../../root", "../.", "b/../.."])
def test_the_root_selects_everything(root: Path, path: str) -> None:
    assert allowed(limit_to([Path(path)], root), "e.yaml", "a/d.yaml") == [True, True]


def test_a_path_that_does_not_exist_is_a_mistake(root: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.yaml: no such file or folder") as caught:
        limit_to([Path("d.yaml"), Path("x.yaml")], root)
    expected = f"paths are relative to the current folder, {root / 'a'}"
    assert caught.value.hint == expected


def test_a_path_outside_is_a_mistake(root: Path) -> None:
    with pytest.raises(UsageError, match="is not in the repository at"):
        limit_to([Path("../../outside.yaml")], root)


def test_a_link_selects_its_target_unless_that_is_outside(root: Path) -> None:
    (root / "in").symlink_to("a/d.yaml")
    (root / "out").symlink_to("../outside.yaml")
    limit = limit_to([root / "in", root / "out"], root)
    assert limit.files == {PurePosixPath("a/d.yaml"), PurePosixPath("out")}


def test_a_root_reached_by_a_link_is_the_same(root: Path) -> None:
    (root.parent / "link").symlink_to("root")
    limit = limit_to([root.parent / "link" / "e.yaml"], root)
    assert allowed(limit, "e.yaml") == [True]
    assert allowed(limit_to([Path("d.yaml")], root.parent / "link"), "a/d.yaml") == [
        True
    ]


def test_the_table_of_exclusions_is_as_the_code_expects() -> None:
    table = load_exclusions()
    assert ".git" in table.folders
    assert all(suffix == suffix.lower() for suffix in table.suffixes)
    assert all(suffix.startswith(".") for suffix in table.suffixes)
    assert not any(
        "/" in name or os.sep in name for name in table.folders | table.names
    )
