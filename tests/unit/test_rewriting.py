"""Edits in memory: verified, all or nothing a file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from support.repositories import write_files

from digestpin.config import load_configuration
from digestpin.discovery import Root
from digestpin.edits import Edit
from digestpin.findings import Fix, Safety
from digestpin.pipeline import Run
from digestpin.rewriting import Claims, Rewriting
from digestpin.source import Span

if TYPE_CHECKING:
    from pathlib import Path

    from digestpin.gathering import Project


def project_of(folder: Path, files: dict[str, bytes | str]) -> Project:
    write_files(folder, files)
    run = Run(
        root=Root(folder, is_git=False),
        configuration=load_configuration(folder, folder),
        is_reported=lambda _: True,
    )
    return run.open_project()


def fix(path: str, start: int, expected: str, replacement: str) -> Fix:
    edit = Edit(
        path=PurePosixPath(path),
        span=Span(start, start + len(expected)),
        expected=expected.encode(),
        replacement=replacement.encode(),
    )
    return Fix(title="", safety=Safety.SAFE, edits=(edit,))


def test_claims_let_in_what_touches_nothing_that_is_taken() -> None:
    claims = Claims()
    assert claims.take(fix("a", 0, "abc", "x"))
    assert claims.take(fix("a", 0, "abc", "x"))
    assert not claims.take(fix("a", 2, "cd", "x"))
    assert claims.take(fix("a", 3, "d", "x"))
    assert claims.take(fix("b", 2, "cd", "x"))


def rewrite(project: Project, *fixes: Fix) -> Rewriting:
    rewriting = Rewriting(project)
    rewriting.apply(fixes, project.gather())
    return rewriting


def test_an_edit_is_made_in_memory(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.sh": "x kindest/node:v1.31.4\n"})
    rewriting = rewrite(project, fix("a.sh", 16, "1.31.4", "1.30.8"))
    assert rewriting.changes == (
        (
            PurePosixPath("a.sh"),
            b"x kindest/node:v1.31.4\n",
            b"x kindest/node:v1.30.8\n",
        ),
    )
    assert (tmp_path / "a.sh").read_text() == "x kindest/node:v1.31.4\n"


def test_what_is_no_longer_there_is_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.sh": "x kindest/node:v1.31.4\n"})
    stale = fix("a.sh", 16, "1.30.8", "1.29.12")
    rewriting = rewrite(project, stale)
    assert rewriting.changes == ()
    assert rewriting.is_refused(stale)
    assert [str(it.path) for it in rewriting.problems] == ["a.sh"]


def test_a_reference_that_would_be_lost_is_put_back(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.sh": "x kindest/node:v1.31.4\n",
        "b.sh": "x kindest/node:v1.31.4\n",
    }
    project = project_of(tmp_path, files)
    wrong = fix("a.sh", 2, "kindest/node", "other/name")
    right = fix("b.sh", 16, "1.31.4", "1.30.8")
    rewriting = rewrite(project, wrong, right)
    assert [path.name for path, _, _ in rewriting.changes] == ["b.sh"]
    assert rewriting.is_refused(wrong)
    assert not rewriting.is_refused(right)
    assert project.sources["a.sh"].data == b"x kindest/node:v1.31.4\n"


def test_what_nothing_is_looked_for_in_stays_so(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "digestpin.toml": 'kind-version = "v0.26.0"\nexclude = ["kindest/node:v1"]\n'
    }
    project = project_of(tmp_path, files)
    rewriting = rewrite(project, fix("digestpin.toml", 17, "0.26.0", "0.31.0"))
    assert len(rewriting.changes) == 1
    assert project.gather().references == ()


def test_a_fix_that_is_wrong_by_itself_costs_no_other(tmp_path: Path) -> None:
    text = "a: |\n  # c\n    x\nimage: kindest/node:v1.31.4\n"
    project = project_of(tmp_path, {"a.yaml": text})
    wrong = fix("a.yaml", 5, "  # c\n", "")
    right = fix("a.yaml", text.index("1.31.4"), "1.31.4", "1.30.8")
    rewriting = rewrite(project, wrong, right)
    assert [after for _, _, after in rewriting.changes] == [
        text.replace("1.31.4", "1.30.8").encode()
    ]
    assert (rewriting.is_refused(wrong), rewriting.is_refused(right)) == (True, False)
    assert [str(it.path) for it in rewriting.problems] == ["a.yaml"]


def test_fixes_that_are_wrong_together_leave_the_file_alone(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.sh": "x kindest/node:v1.31.4\n"})
    first = fix("a.sh", 16, "1.31.4", "1.30.8")
    second = fix("a.sh", 18, "31.4", "30.7")
    rewriting = rewrite(project, first, second)
    assert (rewriting.changes, rewriting.is_refused(second)) == ((), True)
    assert len(rewriting.problems) == 1
