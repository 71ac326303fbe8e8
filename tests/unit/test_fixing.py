"""Fixes in passes: in memory, verified, all or nothing a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.repositories import write_files

from digestpin.config import load_configuration
from digestpin.discovery import Root
from digestpin.errors import UnfaithfulRewrite
from digestpin.fixing import Fixed, Fixing
from digestpin.pipeline import Run

if TYPE_CHECKING:
    from pathlib import Path

    from digestpin.findings import Report
    from digestpin.source import SourceFile

PIN = {".tool-versions": "kind 0.26.0\n"}
PINNED = (
    "kindest/node:v1.31.4"
    "@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
)


def open_run(folder: Path, files: dict[str, str], report: str = "") -> Run:
    write_files(folder, dict(files))
    return Run(
        root=Root(folder, is_git=False),
        configuration=load_configuration(folder, folder),
        is_reported=lambda path: not report or path.as_posix() == report,
    )


def fix(
    folder: Path, files: dict[str, str], *, unsafe: bool = False, report: str = ""
) -> Fixed:
    run = open_run(folder, files, report)
    return Fixing(run, run.open_project(), unsafe=unsafe).fix()


def settled(report: Report) -> list[str]:
    return [f"{item.rule} {item.location}" for item in report.fixed]


def test_one_fix_can_follow_another(tmp_path: Path) -> None:
    fixed = fix(tmp_path, PIN | {"a.sh": "x kindest/node@v1.31.4\n"})
    ((path, before, after),) = fixed.changes
    assert (path.name, before) == ("a.sh", b"x kindest/node@v1.31.4\n")
    assert after == f"x {PINNED}\n".encode()
    assert sorted(line[:5] for line in settled(fixed.report)) == ["DP001", "DP006"]
    assert fixed.report.findings == ()


def test_nothing_is_written(tmp_path: Path) -> None:
    fixed = fix(tmp_path, PIN | {"a.sh": "x kindest/node:v1.31.4\n"})
    assert [path.name for path in fixed.report.changed_files] == ["a.sh"]
    assert (tmp_path / "a.sh").read_text() == "x kindest/node:v1.31.4\n"


@pytest.mark.parametrize(
    ("unsafe", "expected"),
    [
        pytest.param(False, [], id="only when asked for"),
        pytest.param(True, ["DP101 a.sh:1:3"], id="when asked for"),
    ],
)
def test_unsafe_fixes(tmp_path: Path, unsafe: bool, expected: list[str]) -> None:
    files = PIN | {"a.sh": "x kindest/node:v1.32.1\n"}
    assert settled(fix(tmp_path, files, unsafe=unsafe).report) == expected


def test_only_what_is_reported_is_fixed(tmp_path: Path) -> None:
    files = PIN | {f"{name}.sh": "x kindest/node:v1.31.4\n" for name in "ab"}
    fixed = fix(tmp_path, files, report="b.sh")
    assert [path.name for path in fixed.report.changed_files] == ["b.sh"]


def test_a_file_that_would_come_out_wrong_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: SourceFile, *_: object) -> None:
        if source.path.name == "a.sh":
            raise UnfaithfulRewrite("wrong", path=source.path)

    monkeypatch.setattr("digestpin.rewriting.verify_yaml", refuse)
    files = PIN | {f"{name}.sh": "x kindest/node:v1.31.4\n" for name in "ab"}
    fixed = fix(tmp_path, files)
    assert [path.name for path in fixed.report.changed_files] == ["b.sh"]
    assert [(str(item.path), item.message) for item in fixed.report.problems] == [
        ("a.sh", "wrong")
    ]
    assert settled(fixed.report) == ["DP001 b.sh:1:3"]
    assert [str(item.location) for item in fixed.report.findings] == ["a.sh:1:3"]


def test_one_value_with_two_digests_is_not_fixed(tmp_path: Path) -> None:
    workflow = (
        "env: {N: v1.33.1}\njobs:\n"
        "  a: {steps: [{run: go install sigs.k8s.io/kind@v0.28.0},"
        " {run: 'kind create cluster --image kindest/node:$N'}]}\n"
        "  b: {steps: [{run: go install sigs.k8s.io/kind@v0.29.0},"
        " {run: 'kind create cluster --image kindest/node:$N'}]}\n"
    )
    fixed = fix(tmp_path, {".github/workflows/a.yaml": workflow})
    assert fixed.changes == ()
    helps = [line for item in fixed.report.findings for line in item.help]
    assert [line for line in helps if "need different digests" in line]


def test_a_report_counts_files_references_and_pins(tmp_path: Path) -> None:
    files = PIN | {
        "a.sh": "x kindest/node:v1.31.4 # digestpin: ignore\nx kindest/node:v1.30.8\n"
    }
    report = open_run(tmp_path, files).check()
    assert (report.files, report.references, report.kind_pins) == (2, 2, 1)
    assert (report.suppressed, len(report.findings)) == (1, 1)


@pytest.mark.parametrize("header", [">", ">-", "&text >+"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\n  # digestpin: ignore\n  b", id="a line of its own"),
        pytest.param("a # digestpin: ignore\n  b", id="behind words"),
    ],
)
def test_a_comment_that_is_folded_into_a_text_stays(
    tmp_path: Path, header: str, text: str
) -> None:
    folded = f"text: {header}\n  {text}\n"
    files = {"a.yaml": f"{folded}image: kindest/node:v1.31.4\n"}
    fixed = fix(tmp_path, PIN | files, unsafe=True)
    ((_, _, after),) = fixed.changes
    assert after.decode() == f"{folded}image: {PINNED}\n"
    assert fixed.report.problems == ()
    assert [(it.rule, it.fix) for it in fixed.report.findings] == [("DP900", None)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "text: >- # digestpin: ignore\n  b\n",
            "text: >-\n  b\n",
            id="behind the sign",
        ),
        pytest.param(
            "text: >-\n  b\n# digestpin: ignore\n", "text: >-\n  b\n", id="below"
        ),
        pytest.param(
            "run: >-\n  x kindest/node:v1.31.4 # digestpin: ignore[DP001, DP103]\n",
            "run: >-\n  x kindest/node:v1.31.4 # digestpin: ignore[DP001]\n",
            id="one code of several",
        ),
    ],
)
def test_a_comment_beside_a_folded_text_goes(
    tmp_path: Path, before: str, after: str
) -> None:
    fixed = fix(tmp_path, PIN | {"a.yaml": f"{before}image: {PINNED}\n"})
    ((_, _, text),) = fixed.changes
    assert text.decode() == f"{after}image: {PINNED}\n"
    assert fixed.report.problems == ()
