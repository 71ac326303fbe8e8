"""Ignore comments that stand in strings and documents of programs, and unused ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository
from support.trees import read_tree

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "kindest/node:v1.31.4"
PINNED = (
    f"{IMAGE}@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
)
COMMENT = "# digestpin: ignore"


def repository_of(folder: Path, name: str, text: str) -> Path:
    tools = ".tool-versions"
    return make_repository(folder / "r", {tools: "kind 0.26.0\n", name: text})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.py", f"y = '{PINNED}'\nx = '''\n{COMMENT}\n'''\n", id="Python"),
        pytest.param("b.py", f"y = '{PINNED}'\nx = 'a {COMMENT}'\n", id="one line"),
        pytest.param("a.go", f'y := "{PINNED}"\nx := `\n{COMMENT}\n`\n', id="Go"),
        pytest.param("a.sh", f"x {PINNED}\necho 'a\n{COMMENT}\n'\n", id="shell"),
        pytest.param("a.json", f'{{"a": "b {COMMENT}", "c": "{PINNED}"}}\n', id="JSON"),
        pytest.param("a.toml", f'a = "{PINNED}"\nb = """\n{COMMENT}\n"""\n', id="TOML"),
        pytest.param("a.yaml", f'a: {PINNED}\nb: "c\n  {COMMENT}\n  d"\n', id="YAML"),
    ],
)
def test_a_string_is_no_comment(tmp_path: Path, name: str, text: str) -> None:
    repository = repository_of(tmp_path, name, text)
    ran = run_digestpin(repository, "fix", "--offline", "--unsafe")
    assert ran.code == 0, ran.stdout
    assert read_tree(repository)[name] == text.encode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.sh", f"cat <<'E'\nimage: {PINNED}\n{COMMENT}\nE\n", id="shell"),
        pytest.param(
            "a.yaml",
            f"run: |\n  cat <<E\n  i: {PINNED}\n  {COMMENT}\n  E\n",
            id="a script in YAML",
        ),
        pytest.param(
            "b.yaml", f"a: |\n  i: {PINNED}\n  {COMMENT}\n", id="YAML in YAML"
        ),
        pytest.param("c.yaml", f"i: {PINNED}\na: |\n  b\n  {COMMENT}\n", id="any text"),
        pytest.param("Dockerfile", f"FROM {PINNED}\nCOPY <<E /x\n{COMMENT}\nE\n"),
        pytest.param(
            "a.tf", f'a = "{PINNED}"\nb = <<E\n{COMMENT}\nE\n', id="Terraform"
        ),
    ],
)
def test_what_is_part_of_a_document_goes_only_when_told(
    tmp_path: Path, name: str, text: str
) -> None:
    repository = repository_of(tmp_path, name, text)
    ran = run_digestpin(repository, "fix", "--offline")
    assert (ran.code, "warning[DP900]" in ran.stdout) == (1, True)
    assert read_tree(repository)[name] == text.encode()
    assert run_digestpin(repository, "fix", "--offline", "--unsafe").code == 0
    left = [line for line in text.splitlines(keepends=True) if COMMENT not in line]
    assert read_tree(repository)[name].decode() == "".join(left)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.sh", f"cat <<E\nimage: {IMAGE} {COMMENT}\nE\n", id="document"),
        pytest.param("a.go", f"x := `\n{COMMENT}\nimage: {IMAGE}\n`\n", id="string"),
        pytest.param("b.go", f'/*\n digestpin: ignore\n*/\nconst e = "{IMAGE}"\n'),
        pytest.param("a.js", f'/* digestpin: ignore\n x */\nlet e = "{IMAGE}"\n'),
        pytest.param(
            "b.sh", f'x "$(y\n{COMMENT}\nkind --image {IMAGE}\n)"\n', id="substitution"
        ),
    ],
)
def test_whoever_reads_the_text_sees_the_comment(
    tmp_path: Path, name: str, text: str
) -> None:
    repository = repository_of(tmp_path, name, text)
    ran = run_digestpin(repository, "check")
    assert (ran.code, "1 ignored" in ran.stdout) == (0, True), ran.stdout


def test_a_comment_inside_a_string_is_one(tmp_path: Path) -> None:
    text = f'x "$(y {PINNED}\n{COMMENT}\nz)"\n'
    repository = repository_of(tmp_path, "a.sh", text)
    assert run_digestpin(repository, "fix", "--offline").code == 0
    assert read_tree(repository)["a.sh"].decode() == text.replace(f"{COMMENT}\n", "")


def test_a_script_that_does_not_parse_loses_nothing(tmp_path: Path) -> None:
    text = f"x {PINNED}\nif [ '\n{COMMENT}\n' then\n"
    repository = repository_of(tmp_path, "a.sh", text)
    run_digestpin(repository, "fix", "--offline")
    assert read_tree(repository)["a.sh"] == text.encode()


def test_what_is_left_of_an_image_is_found(tmp_path: Path) -> None:
    repository = repository_of(tmp_path, "a.sh", f"x\n{COMMENT}[DP001] why\n")
    assert "warning[DP900]" in run_digestpin(repository, "check").stdout
    assert run_digestpin(repository, "fix", "--offline").code == 0
    assert read_tree(repository)["a.sh"] == b"x\n"
