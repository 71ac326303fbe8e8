"""`--tracked`: only what git tracks is read, as only that can be committed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository, run_git, write_files

if TYPE_CHECKING:
    from pathlib import Path

UNPINNED = "x kindest/node:v1.31.4\n"
DIGEST = "sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
PINNED = f"x kindest/node:v1.31.4@{DIGEST}\n"


def findings(repository: Path, *arguments: str | Path) -> list[str]:
    ran = run_digestpin(
        repository, "check", "--tracked", "--output-format", "json", *arguments
    )
    report = json.loads(ran.stdout)
    return [f"{it['rule']} {it['path']}:{it['line']}" for it in report["findings"]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "pinned.sh": PINNED,
    }
    return make_repository(tmp_path / "r", files)


def test_untracked_files_are_not_read_even_if_they_are_named(repository: Path) -> None:
    write_files(repository, {"new.sh": UNPINNED, ".gitignore": "ignored.sh\n"})
    write_files(repository, {"ignored.sh": UNPINNED})
    assert findings(repository) == []
    assert findings(repository, "new.sh", "ignored.sh") == []
    run_git(repository, "add", "new.sh")
    assert findings(repository) == ["DP001 new.sh:1"]


def test_untracked_files_are_not_fixed(repository: Path) -> None:
    write_files(repository, {"new.sh": UNPINNED, "added.sh": UNPINNED})
    run_git(repository, "add", "added.sh")
    ran = run_digestpin(repository, "fix", "--offline", "--tracked")
    assert ran.code == 0
    assert (repository / "new.sh").read_text() == UNPINNED
    assert (repository / "added.sh").read_text() == PINNED


def test_a_pin_that_is_not_tracked_governs_nothing(repository: Path) -> None:
    run_git(repository, "rm", "--quiet", "--cached", ".tool-versions")
    assert findings(repository) == ["DP104 pinned.sh:1"]


def test_what_include_brings_back_is_tracked_too(repository: Path) -> None:
    write_files(
        repository,
        {
            ".digestpin.toml": 'include = ["third_party/kind/"]\n',
            "third_party/kind/in.sh": UNPINNED,
            "third_party/kind/out.sh": UNPINNED,
        },
    )
    run_git(repository, "add", ".digestpin.toml", "third_party/kind/in.sh")
    assert findings(repository) == ["DP001 third_party/kind/in.sh:1"]


def test_no_link_and_no_include_leads_to_what_is_not_tracked(repository: Path) -> None:
    makefile = "include versions.mk\nIMAGE := kindest/node:$(K8S_VERSION)\n"
    write_files(
        repository,
        {
            "Makefile": makefile,
            "versions.mk": "K8S_VERSION := v1.31.4\n",
            "t": UNPINNED,
        },
    )
    (repository / "link.sh").symlink_to("t")
    run_git(repository, "add", "Makefile", "link.sh")
    assert findings(repository) == ["DP005 Makefile:2"]
    run_git(repository, "add", "versions.mk")
    assert findings(repository) == ["DP001 versions.mk:1"]


def test_a_configuration_that_is_not_tracked_does_not_hold(repository: Path) -> None:
    write_files(repository, {"added.sh": UNPINNED})
    write_files(repository, {".digestpin.toml": 'ignore = ["DP001"]\n'})
    run_git(repository, "add", "added.sh")
    assert findings(repository) == ["DP001 added.sh:1"]
    assert findings(repository, "--config", ".digestpin.toml") == []
    run_git(repository, "add", ".digestpin.toml")
    assert findings(repository) == []


def test_without_git_is_wrong_use(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    write_files(folder, {"a.sh": UNPINNED})
    ran = run_digestpin(folder, "check", "--tracked")
    assert (ran.code, ran.stdout) == (2, "")
    assert "--tracked needs a git repository" in ran.stderr
