"""What `read` returns for files that can and cannot be read."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from digestpin.reading import Unreadable, read
from digestpin.source import SourceFile

NAME = PurePosixPath("a/b.yaml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.parent.mkdir()
    return path


def reason(
    root: Path, path: PurePosixPath = NAME, limit: int = 1000
) -> tuple[str, str]:
    result = read(root, path, max_size_bytes=limit)
    assert isinstance(result, Unreadable)
    assert result.path == path
    return (result.type.value, result.reason)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a: 1\r\nb",
        b"\xef\xbb\xbfa: 1\n",
        b"# caf\xe9\n",
        "\u2603".encode(),
        b"x" * 1000,
    ],
)
def test_text_comes_back_byte_for_byte(file: Path, tmp_path: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert read(tmp_path, NAME, max_size_bytes=1000) == SourceFile(NAME, data)


def test_a_file_over_the_limit_is_not_read(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"x" * 1001)
    expected = ("size", "has 1,001 bytes, more than the limit of 1,000")
    assert reason(tmp_path) == expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("\ufeffa".encode("utf-16-le"), "is UTF-16"),
        ("\ufeffa".encode("utf-16-be"), "is UTF-16"),
        ("\ufeffa".encode("utf-32-le"), "is UTF-32"),
        ("\ufeffa".encode("utf-32-be"), "is UTF-32"),
        (b"a" * 900 + b"\0", "holds zero bytes"),
    ],
)
def test_other_encodings_are_not_read(
    file: Path, tmp_path: Path, data: bytes, what: str
) -> None:
    file.write_bytes(data)
    text = "only UTF-8 and encodings that contain ASCII can be read"
    assert reason(tmp_path) == ("encoding", f"{what}; {text}")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    expected = ("access", "cannot be read: No such file or directory")
    assert reason(tmp_path) == expected


def test_a_folder_is_no_file(file: Path, tmp_path: Path) -> None:
    assert file.parent.is_dir()
    assert reason(tmp_path, PurePosixPath("a")) == ("access", "is no regular file")


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_a_named_pipe_is_not_waited_for(file: Path, tmp_path: Path) -> None:
    os.mkfifo(file)
    assert reason(tmp_path) == ("access", "is no regular file")


def test_a_link_inside_is_followed_and_one_outside_is_not(
    file: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_bytes(b"x")
    file.write_bytes(b"a")
    (file.parent / "in").symlink_to("b.yaml")
    (file.parent / "out").symlink_to("../outside")
    inside = read(file.parent, PurePosixPath("in"))
    assert inside == SourceFile(PurePosixPath("in"), b"a")
    expected = ("access", "is outside the repository")
    assert reason(file.parent, PurePosixPath("out")) == expected
    assert reason(file.parent, PurePosixPath("../outside")) == expected
