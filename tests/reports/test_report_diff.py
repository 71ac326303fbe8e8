"""Diffs are accepted by git and by patch, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digestpin.reports.diff import render_diff, show_diff
from digestpin.terminal import Style

BEFORE = b"one\nimage: kindest/node:v1\nthree\n"
AFTER = BEFORE.replace(b"node:v1", b"node:v1@sha256:0")
NAMES = [
    "x.yaml",
    "a b/c d.yaml",
    'quo"te.yaml',
    "back\\slash.yaml",
    "tab\there.yaml",
    "line\nfeed.yaml",
    "bell\x01\x7f.yaml",
    "\u8282\u70b9.yaml",
    b"caf\xe9.yaml".decode("utf-8", "surrogateescape"),
]
CHANGES = [
    pytest.param(BEFORE, AFTER, id="plain"),
    pytest.param(BEFORE[:-1], AFTER[:-1], id="no newline at the end of either"),
    pytest.param(b"image: a", b"image: b", id="the last line without newline"),
    pytest.param(BEFORE[:-1], AFTER, id="newline added"),
    pytest.param(BEFORE, AFTER[:-1], id="newline removed"),
    pytest.param(
        BEFORE.replace(b"\n", b"\r\n"), AFTER.replace(b"\n", b"\r\n"), id="CRLF"
    ),
    pytest.param(BEFORE + b"\r\nx\ry\n", AFTER + b"\r\nx\ry\n", id="mixed endings"),
    pytest.param(b"\xe9\n" + BEFORE, b"\xe9\n" + AFTER, id="not UTF-8"),
    pytest.param(b"\xef\xbb\xbf" + BEFORE, b"\xef\xbb\xbf" + AFTER, id="BOM"),
    pytest.param(b"", BEFORE, id="from empty"),
    pytest.param(BEFORE, b"", id="to empty"),
    pytest.param(b"- a\n--- x\n", b"+ a\n+++ y\n", id="lines like headers"),
    pytest.param(
        b"".join(b"%d\n" % n for n in range(200)),
        b"".join(b"%d\n" % (n + (n in {3, 90, 199})) for n in range(200)),
        id="several hunks",
    ),
    pytest.param(
        b"".join(b"%d\n" % n for n in range(60)),
        b"".join(b"%d\n" % n for n in range(60) if n not in {5, 30, 59}),
        id="lines removed",
    ),
    pytest.param(
        "a\u2028b\x0cc\x85\n".encode() * 9 + b"x\n",
        "a\u2028b\x0cc\x85\n".encode() * 9 + b"y\n",
        id="other line breaks",
    ),
]


def apply(folder: Path, name: str, before: bytes, after: bytes, *tool: str) -> bytes:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(before)
    diff = render_diff(PurePosixPath(name), before, after)
    done = subprocess.run(
        tool, cwd=folder, input=diff, capture_output=True, check=False
    )
    assert done.returncode == 0, (diff, done.stderr)
    return path.read_bytes()


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_git_applies_a_diff(before: bytes, after: bytes, tmp_path: Path) -> None:
    assert apply(tmp_path, "x.yaml", before, after, "git", "apply") == after


@pytest.mark.parametrize("name", NAMES)
def test_git_finds_a_file_of_any_name(name: str, tmp_path: Path) -> None:
    assert apply(tmp_path, name, BEFORE, AFTER, "git", "apply") == AFTER


@pytest.mark.parametrize("name", [*NAMES[:2], *NAMES[-2:]])
def test_patch_applies_a_diff(name: str, tmp_path: Path) -> None:
    try:
        found = apply(tmp_path, name, BEFORE, AFTER, "patch", "-p1", "--binary")
    except FileNotFoundError:
        pytest.skip("the program patch is not installed")
    assert found == AFTER


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lines=st.lists(st.sampled_from([b"a", b"b\r", b"", b"\xff", b"c"]), max_size=12),
    at=st.integers(0, 12),
    text=st.binary(min_size=1, max_size=6).filter(lambda text: b"\0" not in text),
)
def test_any_edit_can_be_applied(
    lines: list[bytes], at: int, text: bytes, tmp_path: Path
) -> None:
    before = b"x" + b"\n".join(lines)
    after = before[:at] + text + before[at:]
    assert apply(tmp_path, "x", before, after, "git", "apply") == after


def test_two_diffs_make_one_patch(tmp_path: Path) -> None:
    patch = b""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_bytes(BEFORE[:-1])
        patch += render_diff(PurePosixPath(name), BEFORE[:-1], AFTER[:-1])
    subprocess.run(["git", "apply"], cwd=tmp_path, input=patch, check=True)
    found = [(tmp_path / name).read_bytes() for name in ("a.yaml", "b.yaml")]
    assert found == [AFTER[:-1]] * 2


def test_a_long_file_of_equal_lines_gives_a_short_diff() -> None:
    before = b"- image: a\n- image: b\n" * 5000
    lines = before.split(b"\n")
    lines[700] = lines[703] = lines[9000] = b"- image: c"
    diff = render_diff(PurePosixPath("x"), before, b"\n".join(lines))
    signs = [line[:1] for line in diff.split(b"\n")]
    assert (signs.count(b"@"), signs.count(b"+"), signs.count(b"-")) == (2, 4, 4)


def test_changes_close_together_share_a_hunk() -> None:
    before = b"".join(b"%d\n" % n for n in range(20))
    near = before.replace(b"\n2\n", b"\nx\n").replace(b"\n9\n", b"\nx\n")
    far = before.replace(b"\n2\n", b"\nx\n").replace(b"\n10\n", b"\nx\n")
    path = PurePosixPath("x")
    assert render_diff(path, before, near).count(b"@@ -") == 1
    assert render_diff(path, before, far).count(b"@@ -") == 2


def test_no_change_is_no_diff() -> None:
    assert render_diff(PurePosixPath("x"), BEFORE, BEFORE) == b""
    assert show_diff(b"", Style(color=True)) == ""


def test_a_diff_shown_without_colour_is_the_diff() -> None:
    diff = render_diff(PurePosixPath("x.yaml"), BEFORE[:-1], AFTER)
    assert show_diff(diff, Style()) == diff.decode()


def test_what_is_new_stands_out() -> None:
    diff = render_diff(PurePosixPath("x.yaml"), BEFORE, AFTER)
    shown = show_diff(diff, Style(color=True)).splitlines()
    assert shown == [
        "\x1b[1m--- a/x.yaml\x1b[0m",
        "\x1b[1m+++ b/x.yaml\x1b[0m",
        "\x1b[36m@@ -1,3 +1,3 @@\x1b[0m",
        " one",
        "\x1b[31m-image: kindest/node:v1\x1b[0m",
        "\x1b[32m+image: kindest/node:v1\x1b[0m\x1b[1;32m@sha256:0\x1b[0m",
        " three",
    ]


def test_lines_with_nothing_in_common_are_painted_whole() -> None:
    diff = render_diff(PurePosixPath("x"), b"ab\ncd\n", b"xy\n")
    assert show_diff(diff, Style(color=True)).splitlines()[3:] == [
        "\x1b[31m-ab\x1b[0m",
        "\x1b[31m-cd\x1b[0m",
        "\x1b[32m+xy\x1b[0m",
    ]
    diff = render_diff(PurePosixPath("x"), b"ab\n", b"xy\n")
    assert show_diff(diff, Style(color=True)).splitlines()[3:] == [
        "\x1b[31m-ab\x1b[0m",
        "\x1b[32m+xy\x1b[0m",
    ]


def test_control_characters_are_escaped_when_shown() -> None:
    diff = render_diff(PurePosixPath("x"), b"a\tb\r\n\x1b[2J\xe9\n", b"a\tc\r\n")
    assert show_diff(diff, Style()) == (
        "--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\tb^M\n-\\x1b[2J\u00e9\n+a\tc^M\n"
    )
