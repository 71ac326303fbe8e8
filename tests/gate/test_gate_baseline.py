"""`check --baseline`: an old repository begins to use the gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository
from support.trees import read_tree

if TYPE_CHECKING:
    from pathlib import Path

OLD = "x kindest/node:v1.31.4\nx kindest/node:v1.30.8\n"
WRITE = ("check", "--baseline", "base.json", "--write-baseline")
CHECK = ("check", "--baseline", "base.json", "--output-format", "concise")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files: dict[str, bytes | str] = {".tool-versions": "kind 0.26.0\n", "a.sh": OLD}
    return make_repository(tmp_path / "r", files)


def rules(repository: Path) -> list[str]:
    value = json.loads((repository / "base.json").read_text())
    return [f"{it['rule']} {it['path']} {it['message']}" for it in value["findings"]]


def test_what_was_there_does_not_count(repository: Path) -> None:
    ran = run_digestpin(repository, *WRITE)
    assert (ran.code, ran.stderr) == (0, "")
    assert "2 findings written to the baseline base.json" in ran.stdout
    assert rules(repository) == [
        "DP001 a.sh kindest/node:v1.30.8 is not pinned to a digest",
        "DP001 a.sh kindest/node:v1.31.4 is not pinned to a digest",
    ]
    ran = run_digestpin(repository, "check", "--baseline", "base.json")
    assert ran.code == 0
    assert "2 findings of the baseline not shown" in ran.stdout
    assert "DP001" not in ran.stdout


def test_what_is_new_counts_and_old_lines_may_move(repository: Path) -> None:
    run_digestpin(repository, *WRITE)
    (repository / "a.sh").write_text(f"\n\n{OLD}x kindest/node:v1.29.12\n")
    ran = run_digestpin(repository, *CHECK)
    assert ran.code == 1
    assert [line.split()[0] for line in ran.stdout.splitlines()[:1]] == ["a.sh:5:3:"]
    assert "v1.29.12" in ran.stdout
    assert "v1.31.4" not in ran.stdout


def test_a_second_finding_like_an_old_one_is_new(repository: Path) -> None:
    run_digestpin(repository, *WRITE)
    (repository / "a.sh").write_text(OLD + OLD)
    assert run_digestpin(repository, *CHECK).stdout.count("DP001") == 2


def test_a_shrunk_baseline_is_rewritten_on_request(repository: Path) -> None:
    run_digestpin(repository, *WRITE)
    before = (repository / "base.json").read_bytes()
    (repository / "a.sh").write_text("x kindest/node:v1.30.8\nx kindest/node:v1.2.3\n")
    ran = run_digestpin(repository, *CHECK[:-2])
    assert "1 finding of the baseline found no more" in ran.stdout
    assert (repository / "base.json").read_bytes() == before
    ran = run_digestpin(repository, *CHECK, "--update-baseline")
    assert ran.code == 1
    assert rules(repository) == [
        "DP001 a.sh kindest/node:v1.30.8 is not pinned to a digest"
    ]


def test_what_was_not_looked_for_stays_in_the_baseline(repository: Path) -> None:
    run_digestpin(repository, *WRITE)
    before = (repository / "base.json").read_bytes()
    (repository / "b.sh").write_text("")
    for limit in (("b.sh",), ("--select", "DP105")):
        run_digestpin(repository, *CHECK, "--update-baseline", *limit)
        assert (repository / "base.json").read_bytes() == before


def test_a_baseline_is_written_the_same_again_and_not_looked_into(
    repository: Path,
) -> None:
    run_digestpin(repository, *WRITE)
    before = read_tree(repository)
    run_digestpin(repository, *WRITE)
    assert read_tree(repository) == before
    assert "base.json" not in run_digestpin(repository, "check").stdout
    run_digestpin(repository, "fix", "--offline")
    assert (repository / "base.json").read_bytes() == before["base.json"]


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        pytest.param(None, (), "--write-baseline", id="no file"),
        pytest.param("{", (), "is no JSON", id="no JSON"),
        pytest.param("[]", (), "is no baseline", id="other JSON"),
        pytest.param(
            '{"digestpin_baseline": 1, "findings": [{}]}',
            (),
            "is no baseline",
            id="a finding without a fingerprint",
        ),
        pytest.param(
            '{"digestpin_baseline": 2}', (), "version 1", id="a later version"
        ),
        pytest.param(
            "{}",
            ("--write-baseline", "--update-baseline"),
            "exclude each other",
            id="both ways of writing",
        ),
    ],
)
def test_wrong_use(
    repository: Path, content: str | None, arguments: tuple[str, ...], message: str
) -> None:
    if content is not None:
        (repository / "base.json").write_text(content)
    ran = run_digestpin(repository, *CHECK, *arguments)
    assert (ran.code, ran.stdout) == (2, "")
    assert message in ran.stderr


@pytest.mark.parametrize("option", ["--write-baseline", "--update-baseline"])
def test_writing_needs_a_file(repository: Path, option: str) -> None:
    ran = run_digestpin(repository, "check", option)
    assert ran.code == 2
    assert f"{option} needs --baseline FILE" in ran.stderr


def test_a_folder_is_no_baseline(repository: Path) -> None:
    ran = run_digestpin(repository, "check", "--baseline", ".")
    assert ran.code == 2
    assert "cannot be read" in ran.stderr


def test_a_rule_that_is_no_more_is_taken_out(repository: Path) -> None:
    run_digestpin(repository, *WRITE)
    path = repository / "base.json"
    value = json.loads(path.read_text())
    value["findings"][0] |= {"rule": "DP099", "fingerprint": "0"}
    path.write_text(json.dumps(value))
    run_digestpin(repository, *CHECK, "--update-baseline")
    assert "DP099" not in path.read_text()
