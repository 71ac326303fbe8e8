"""What has changed since a commit, byte by byte and line by line."""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.repositories import make_repository, run_git, write_files

from digestpin import git
from digestpin.errors import DigestpinError, UsageError
from digestpin.git_history import Changes, find_changes
from digestpin.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from digestpin.source import Location


def changes(root: Path, ref: str = "HEAD") -> Changes:
    return find_changes(root, ref, lambda _: True)


def at(path: str, line: int) -> Location:
    source = SourceFile(PurePosixPath(path), b"x\n" * 99)
    return source.locate(Span(2 * line - 2, 2 * line - 1))


def test_lines_and_former_bytes(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a": "1\n2\n3\n4\n5\n", "b": "x", "c": "same\n"}
    root = make_repository(tmp_path / "r", files)
    write_files(root, {"a": "1\nnew\n2\n4\nfive", "d": "new\n"})
    (root / "b").unlink()
    found = changes(root)
    assert found.lines == {"a": ((2, 2), (5, 5))}
    assert found.before == {"a": b"1\n2\n3\n4\n5\n", "b": b"x", "d": None}
    touched = [line for line in range(1, 6) if found.touch(at("a", line))]
    assert touched == [2, 5]
    assert found.touch(at("d", 1))
    assert not found.touch(at("c", 1))


def test_a_moved_file_is_where_it_was_and_keeps_its_lines(tmp_path: Path) -> None:
    text = "".join(f"{number}\n" for number in range(20))
    files: dict[str, bytes | str] = {"a": text, "b": "x" * 99}
    root = make_repository(tmp_path / "r", files)
    run_git(root, "mv", "a", "c d")
    run_git(root, "mv", "b", "e")
    write_files(root, {"c d": f"{text}new\n"})
    found = changes(root)
    assert found.moved == {"c d": "a", "e": "b"}
    assert found.before == {
        "a": text.encode(),
        "b": b"x" * 99,
        "c d": None,
        "e": None,
    }
    assert found.lines == {"c d": ((21, 21),)}
    assert [found.touch(at("c d", line)) for line in (20, 21)] == [False, True]
    assert not found.touch(at("e", 1))


def test_a_file_that_is_no_longer_tracked_was_there(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a": "1\n"})
    run_git(root, "rm", "--quiet", "--cached", "a")
    assert changes(root).before == {"a": b"1\n"}


def test_many_files_and_empty_ones(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        f"f{number}": f"{number}\n" for number in range(950)
    }
    files |= {"empty": "", "z": "\n\n"}
    root = make_repository(tmp_path / "r", files)
    write_files(root, dict.fromkeys(files, "changed"))
    found = changes(root)
    assert found.before == {
        name: data.encode() if isinstance(data, str) else data
        for name, data in files.items()
    }


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a": "1\n", "b": "2\n"})
    write_files(root, {"a": "x\n", "b": "x\n"})
    found = find_changes(root, "HEAD", lambda path: path.name == "a")
    assert found.before == {"a": b"1\n", "b": b""}


@pytest.mark.parametrize(
    "name", ["a b.sh", "\u00fc.sh", 'q"q.sh', "t\tt.sh", "b\\b.sh", "b\x01b.sh"]
)
def test_names_of_all_sorts(tmp_path: Path, name: str) -> None:
    root = make_repository(tmp_path / "r", {name: "1\n"})
    write_files(root, {name: "1\n2\n"})
    assert changes(root).lines == {name: ((2, 2),)}


def test_a_link_was_no_file(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a": "1\n"})
    (root / "l").symlink_to("a")
    run_git(root, "add", ".")
    run_git(root, "commit", "--quiet", "--message", "link")
    (root / "l").unlink()
    write_files(root, {"l": "x\n"})
    assert changes(root).before == {"l": None}


def test_no_commit_is_wrong_use(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {})
    with pytest.raises(UsageError, match="git knows no commit 'x'"):
        changes(root, "x")


@pytest.mark.parametrize("failing", ["diff", "cat-file", "ls-files"])
def test_a_git_that_fails_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    root = make_repository(tmp_path / "r", {"a": "1\n"})
    write_files(root, {"a": "2\n"})
    real = git.run

    def run(
        arguments: Sequence[str], folder: Path | None, text: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        if failing in arguments:
            return subprocess.CompletedProcess(arguments, 128, b"", b"fatal: broken")
        return real(arguments, folder, text)

    monkeypatch.setattr(git, "run", run)
    with pytest.raises(DigestpinError, match="fatal: broken"):
        changes(root)
