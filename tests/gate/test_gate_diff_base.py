"""`check --diff-base`: only what a change brings counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository, run_git, write_files

if TYPE_CHECKING:
    from pathlib import Path

PINNED_FOR_26 = (
    "kindest/node:v1.31.4"
    "@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
)
BETWEEN = (
    "kindest/node:v1.32.1"
    "@sha256:6afef2b7f69d627ea7bf27ee6696b6868d18e03bf98167c420df486da4662db6"
)
FILES: dict[str, bytes | str] = {
    ".tool-versions": "kind 0.27.0\n",
    "hack/a.sh": f"x kindest/node:v1.31.4\nx kindest/node:v1.30.8\ny\nx {BETWEEN}\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "r", FILES)


def findings(repository: Path, *arguments: str, base: str = "HEAD") -> list[str]:
    ran = run_digestpin(
        repository,
        *("check", "--diff-base", base, "--output-format", "json", *arguments),
    )
    report = json.loads(ran.stdout)
    found = [
        f"{it['rule']} {it['path']}:{it['line']}"
        for it in report["findings"]
        if it["severity"] != "info"
    ]
    assert ran.code == (1 if found else 0)
    return found


def test_old_findings_do_not_count(repository: Path) -> None:
    assert findings(repository) == []
    ran = run_digestpin(repository, "check", "--diff-base", "HEAD")
    assert "not of the change since HEAD not shown" in ran.stdout


def test_findings_on_changed_lines_count(repository: Path) -> None:
    text = str(FILES["hack/a.sh"]).replace("v1.30.8", "v1.29.12")
    write_files(repository, {"hack/a.sh": f"# new\n{text}"})
    assert findings(repository) == ["DP001 hack/a.sh:3"]
    run_git(repository, "commit", "--quiet", "--all", "--message", "change")
    assert findings(repository) == []
    assert findings(repository, base="HEAD~1") == ["DP001 hack/a.sh:3"]


def test_an_old_finding_on_a_line_that_was_touched_counts(repository: Path) -> None:
    text = str(FILES["hack/a.sh"]).replace(
        "x kindest/node:v1.30.8", "z  kindest/node:v1.30.8"
    )
    write_files(repository, {"hack/a.sh": text})
    assert findings(repository) == ["DP001 hack/a.sh:2"]


def test_untracked_and_added_files_are_new(repository: Path) -> None:
    write_files(
        repository,
        {"b.sh": "x kindest/node:v1.31.4\n", "c d.sh": "x kindest/node:v1.31.4\n"},
    )
    run_git(repository, "add", "c d.sh")
    assert findings(repository) == ["DP001 b.sh:1", "DP001 c d.sh:1"]


def test_a_pin_that_breaks_an_image_elsewhere_counts(repository: Path) -> None:
    write_files(repository, {".tool-versions": "kind 0.26.0\n"})
    assert findings(repository) == ["DP101 hack/a.sh:4"]


def test_a_kind_version_of_the_configuration_that_breaks_an_image_counts(
    tmp_path: Path,
) -> None:
    files: dict[str, bytes | str] = {
        ".digestpin.toml": 'exclude = ["*.toml"]\nkind-version = "v0.27.0"\n',
        "a.sh": f"x {BETWEEN}\n",
    }
    repository = make_repository(tmp_path / "r", files)
    config = str(files[".digestpin.toml"]).replace("27", "26")
    write_files(repository, {".digestpin.toml": config})
    assert findings(repository) == ["DP101 a.sh:1"]
    run_git(repository, "mv", ".digestpin.toml", "c.toml")
    assert findings(repository, "--config", "c.toml") == ["DP101 a.sh:1"]
    assert findings(repository, "--kind", "v0.26.0") == []


def test_a_rule_that_is_no_longer_ignored_counts_for_the_change_alone(
    repository: Path,
) -> None:
    write_files(repository, {"digestpin.toml": 'ignore = ["DP001"]\n'})
    run_git(repository, "add", ".")
    run_git(repository, "commit", "--quiet", "--message", "configured")
    write_files(repository, {"digestpin.toml": "", "b.sh": "x kindest/node:v1.31.4\n"})
    assert findings(repository) == ["DP001 b.sh:1"]


def test_a_second_kind_version_counts_wherever_the_finding_stands(
    repository: Path,
) -> None:
    write_files(repository, {"tools/.tool-versions": "kind 0.31.0\n"})
    assert findings(repository) == ["DP105 .tool-versions:1"]


def test_a_pin_that_is_taken_away_counts(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": f"x {PINNED_FOR_26}\n",
    }
    repository = make_repository(tmp_path / "r", files)
    (repository / ".tool-versions").unlink()
    assert findings(repository) == ["DP104 a.sh:1"]


def test_a_value_in_a_file_that_did_not_change_counts_when_its_use_is_new(
    tmp_path: Path,
) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "versions.mk": "K8S_VERSION := v1.31.4\n",
        "Makefile": "include versions.mk\n",
    }
    repository = make_repository(tmp_path / "r", files)
    makefile = "include versions.mk\nIMAGE := kindest/node:$(K8S_VERSION)\n"
    write_files(repository, {"Makefile": makefile})
    assert findings(repository) == ["DP001 versions.mk:1"]
    run_git(repository, "commit", "--quiet", "--all", "--message", "use")
    write_files(repository, {"Makefile": f"# moved\n{makefile}"})
    assert findings(repository) == []


def test_what_came_into_the_other_branch_since_is_not_ours(repository: Path) -> None:
    run_git(repository, "checkout", "--quiet", "-b", "topic")
    write_files(repository, {"b.sh": "x kindest/node:v1.31.4\n"})
    run_git(repository, "add", ".")
    run_git(repository, "commit", "--quiet", "--message", "ours")
    run_git(repository, "checkout", "--quiet", "main")
    write_files(repository, {"hack/a.sh": "x\n"})
    run_git(repository, "commit", "--quiet", "--all", "--message", "theirs")
    run_git(repository, "checkout", "--quiet", "topic")
    assert findings(repository, base="main") == ["DP001 b.sh:1"]


def test_a_moved_file_keeps_its_findings(repository: Path) -> None:
    run_git(repository, "mv", "hack/a.sh", "b.sh")
    assert findings(repository) == []
    text = "# a line\n" + str(FILES["hack/a.sh"]).replace("v1.30.8", "v1.29.12")
    write_files(repository, {"b.sh": text})
    assert findings(repository) == ["DP001 b.sh:3"]
    run_git(repository, "commit", "--quiet", "--all", "--message", "moved")
    assert findings(repository, base="HEAD~1") == ["DP001 b.sh:3"]


def test_a_file_that_git_does_not_know_at_its_new_place_is_a_new_one(
    repository: Path,
) -> None:
    (repository / "hack/a.sh").rename(repository / "b.sh")
    assert findings(repository) == ["DP001 b.sh:1", "DP001 b.sh:2"]


def test_a_move_that_breaks_something_counts(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.27.0\n",
        "old/.tool-versions": "kind 0.26.0\n",
        "new.sh": f"x {BETWEEN}\n",
    }
    repository = make_repository(tmp_path / "r", files)
    before = findings(repository, base="HEAD")
    run_git(repository, "mv", "new.sh", "old/new.sh")
    assert (before, findings(repository)) == ([], ["DP101 old/new.sh:1"])


def test_the_users_own_git_configuration_changes_nothing(repository: Path) -> None:
    for key, value in (
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.external", "false"),
        ("color.diff", "always"),
        ("diff.renames", "copies"),
        ("diff.interHunkContext", "9"),
    ):
        run_git(repository, "config", key, value)
    write_files(
        repository,
        {
            "hack/a.sh": str(FILES["hack/a.sh"]).replace("v1.30.8", "v1.29.12"),
            '\u00fc "q".sh': "x kindest/node:v1.31.4\n",
            ".gitattributes": "*.sh -diff\n",
        },
    )
    run_git(repository, "add", ".")
    assert findings(repository) == ["DP001 hack/a.sh:2", 'DP001 \u00fc "q".sh:1']


def test_lines_that_look_like_a_patch_are_lines(repository: Path) -> None:
    text = "++ b/other.sh\n-- a\n@@ -1 +1 @@\nx kindest/node:v1.31.4\n"
    write_files(repository, {"d.sh": "y\n"})
    run_git(repository, "add", ".")
    run_git(repository, "commit", "--quiet", "--message", "d")
    write_files(repository, {"d.sh": text})
    assert findings(repository) == ["DP001 d.sh:4"]


def test_binary_links_and_large_files_of_then_are_no_obstacle(
    repository: Path,
) -> None:
    (repository / "l.sh").symlink_to("hack/a.sh")
    write_files(
        repository,
        {
            "bin.sh": b"\0kindest/node:v1.31.4",
            "big.sh": "kindest/node:v1\n" + "x" * 3_000_000,
        },
    )
    run_git(repository, "add", ".")
    run_git(repository, "commit", "--quiet", "--message", "odd")
    (repository / "l.sh").unlink()
    write_files(repository, {"bin.sh": "y\n", "big.sh": "y\n", "l.sh": "y\n"})
    assert findings(repository) == []


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", ""])
def test_no_such_commit_is_wrong_use(repository: Path, ref: str) -> None:
    ran = run_digestpin(repository, "check", f"--diff-base={ref}")
    assert (ran.code, ran.stdout) == (2, "")
    assert "git knows no commit" in ran.stderr


def test_without_git_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("x kindest/node:v1.31.4\n")
    ran = run_digestpin(tmp_path, "check", "--diff-base", "HEAD")
    assert ran.code == 2
    assert "needs a git repository" in ran.stderr


def test_histories_with_nothing_in_common_are_compared_as_they_are(
    repository: Path,
) -> None:
    run_git(repository, "checkout", "--quiet", "--orphan", "other")
    run_git(repository, "commit", "--quiet", "--message", "other")
    write_files(repository, {"b.sh": "x kindest/node:v1.31.4\n"})
    assert findings(repository, base="main") == ["DP001 b.sh:1"]


def test_both_gates_hold(repository: Path) -> None:
    write_files(repository, {"b.sh": "x kindest/node:v1.31.4\n"})
    base = ("--baseline", "base.json")
    run_digestpin(repository, "check", *base, "--write-baseline")
    write_files(repository, {"c.sh": "x kindest/node:v1.31.4\n"})
    assert findings(repository, *base) == ["DP001 c.sh:1"]
