"""Programs are taken from `PATH` alone, and what git prints is always a path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository

from digestpin import git
from digestpin.programs import find_program, known_suffixes
from digestpin.reading import Content, Examiner, Unreadable

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="makes programs of shell scripts"
)


def make_program(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\nexit 9\n")
    path.chmod(0o755)
    return path


def test_the_first_folder_of_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    make_program(second / "x.exe")
    make_program(second / "x.cmd")
    (first / "x.exe").mkdir(parents=True)
    (first / "x.cmd").write_text("not to be run")
    monkeypatch.setenv("PATH", f"{first}{os.pathsep}{second}")
    assert find_program("x", (".cmd", ".exe")) == str(second / "x.cmd")
    assert find_program("x") is None


def test_what_is_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, bytes | str] = {"a.sh": "x kindest/node:v1.31.4\n"}
    repository = make_repository(tmp_path / "r", files)
    for name in ("git", "git.exe", "bin/git"):
        make_program(repository / name)
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", "bin", path)))
    monkeypatch.chdir(repository)
    found = find_program("git")
    assert found is not None
    assert not found.startswith(str(repository))
    assert "error[DP001]" in run_digestpin(repository, "check").stdout


def test_a_name_may_end_as_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_suffixes() == ("",)
    monkeypatch.setenv("PATHEXT", ".COM:.EXE:")
    monkeypatch.setattr("digestpin.programs.os.name", "nt")
    assert known_suffixes() == (".COM", ".EXE")


def test_git_that_is_not_there_is_no_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        git.run(["--version"], tmp_path)


def test_a_name_that_a_system_cannot_decode_is_a_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows decodes names as UTF-8 alone, and git can store any bytes."""
    raw = b"caf\xe9.sh"
    monkeypatch.setattr(os, "fsdecode", lambda name: name.decode("utf-8"))
    assert git.decode_path(raw) == "caf\udce9.sh"
    assert git.decode_path("caf\u00e9.sh".encode()) == "caf\u00e9.sh"


def test_a_folder_that_cannot_be_opened_is_none_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows opens no folder."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    examiner = Examiner(tmp_path, [b"x"])
    folder, file = PurePosixPath("folder"), PurePosixPath("file")
    assert examiner.examine(folder, known=True) is Content.ABSENT
    assert isinstance(examiner.examine(file, known=True), Unreadable)


def test_the_program_runs_what_it_found(tmp_path: Path) -> None:
    found = find_program("git")
    assert found is not None
    subprocess.run([found, "init", "--quiet"], cwd=tmp_path, check=True)
    assert git.find_top_level(tmp_path) == os.fsencode(os.path.realpath(tmp_path))
