"""GitHub Actions, verbose runs, progress, completion, exit codes of fixing runs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.http_server import Exchange, serve
from support.repositories import make_repository

from digestpin.narrating import Narrator

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, bytes | str] = {
    ".tool-versions": "kind 0.26.0\n",
    "a.sh": "x kindest/node:v1.31.4\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "r", FILES)


# GitHub Actions


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this GitHub Actions, and return the job's summary."""
    path = tmp_path / "summary.md"
    path.write_text("of another step\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


def test_annotations_stand_beside_the_text(repository: Path, summary: Path) -> None:
    ran = run_digestpin(repository, "check")
    assert ran.code == 1
    assert ran.stdout.startswith("error[DP001]: ")
    assert "\n::error file=a.sh,line=1,col=3," in ran.stdout
    text = summary.read_text()
    assert text.startswith("of another step\n### digestpin\n")
    assert "**DP001**" in text


def test_the_plain_command_says_the_same(repository: Path, summary: Path) -> None:
    plain = run_digestpin(repository, "check").stdout
    first = summary.read_text()
    assert run_digestpin(repository, "check", "--color", "auto").stdout == plain
    assert summary.read_text().count("**DP001**") == 2 * first.count("**DP001**")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--output-format", "text"), id="a format"),
        pytest.param(("--output-format", "json"), id="another format"),
        pytest.param(("--output-file", "out.txt"), id="a file"),
    ],
)
def test_what_is_chosen_is_all_there_is(
    repository: Path, summary: Path, arguments: tuple[str, ...]
) -> None:
    ran = run_digestpin(repository, "check", *arguments)
    assert "::error" not in ran.stdout
    assert summary.read_text() == "of another step\n"


def test_fix_annotates_what_is_left(repository: Path, summary: Path) -> None:
    ran = run_digestpin(repository, "fix", "--offline")
    assert (ran.code, "::error" in ran.stdout) == (0, False)
    assert "Fixed 1 finding" in summary.read_text()


def test_a_summary_that_cannot_be_written_is_no_failure(
    repository: Path, summary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.parent))
    ran = run_digestpin(repository, "check")
    assert ran.code == 1
    assert "the job summary cannot be written" in ran.stderr
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert run_digestpin(repository, "check").stderr == ""


def test_elsewhere_there_are_no_annotations(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    assert "::error" not in run_digestpin(repository, "check").stdout


# Verbose runs and progress


def test_verbose_says_on_stderr_what_is_read(repository: Path) -> None:
    ran = run_digestpin(repository, "check", "-v")
    assert ran.stdout == run_digestpin(repository, "check").stdout
    lines = ran.stderr.splitlines()
    assert all(line.startswith("digestpin: ") for line in lines)
    for text in (
        f"repository {repository}",
        "configuration none",
        "read .tool-versions",
        "read a.sh",
    ):
        assert f"digestpin: {text}" in lines
    assert any(line.startswith("digestpin: reading files: ") for line in lines)
    assert lines[-1].startswith("digestpin: done in ")


def test_verbose_says_what_is_asked(tmp_path: Path) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(404)

    with serve(answer) as server:
        files: dict[str, bytes | str] = {
            "a.yaml": f"image: {server.host}/app:1\n",
            "digestpin.toml": f'images = ["{server.host}/app"]\n',
        }
        repository = make_repository(tmp_path / "r", files)
        ran = run_digestpin(repository, "fix", "-v")
        quiet = run_digestpin(repository, "fix")
    assert f"digestpin: HEAD http://{server.host}/v2/app/manifests/1: 404" in ran.stderr
    assert f"digestpin: configuration {repository / 'digestpin.toml'}\n" in ran.stderr
    assert "manifests" not in quiet.stderr


def test_upgrade_can_be_verbose(repository: Path) -> None:
    ran = run_digestpin(
        repository, "upgrade", "--kind", "v0.31.0", "--offline", "--verbose"
    )
    assert "digestpin: planning: " in ran.stderr


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_slow_work_shows_what_it_is_at_and_wipes_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digestpin.narrating._PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr("digestpin.narrating._TICK_SECONDS", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Narrator(stream=stream) as narrator:
        narrator.tell("reading files")
        limit = time.monotonic() + 10
        while stream.getvalue().count("reading files") < 2 and time.monotonic() < limit:
            time.sleep(0.01)
    assert "\r\x1b[Kreading files, 0 s" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Narrator(stream=stream) as narrator:
        narrator.tell("reading files")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_pipes_and_dumb_terminals_show_nothing(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    monkeypatch.setattr("digestpin.narrating._PATIENCE_SECONDS", 0)
    monkeypatch.setenv("TERM", "dumb")
    with Narrator(stream=stream):
        time.sleep(0.02)
    assert stream.getvalue() == ""


def test_on_a_real_terminal_results_come_out_whole(repository: Path) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    ran = subprocess.run(
        [sys.executable, "-m", "digestpin", "check", "--color", "never"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    expected = run_digestpin(repository, "check", "--color", "never")
    assert ran.stdout == expected.raw


# Exit codes and statistics


def test_a_fix_can_be_told_by_the_exit_code(repository: Path) -> None:
    arguments = ("fix", "--offline", "--exit-non-zero-on-fix")
    assert run_digestpin(repository, *arguments).code == 1
    assert run_digestpin(repository, *arguments).code == 0
    (repository / "a.sh").write_text("x kindest/node:v1.31.4\n")
    assert run_digestpin(repository, *arguments, "--exit-zero").code == 0


def test_fix_counts_what_is_left(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "x kindest/node:v1.32.1\n",
    }
    repository = make_repository(tmp_path / "r", files)
    ran = run_digestpin(repository, "fix", "--offline", "--statistics")
    assert "DP101" in ran.stdout.splitlines()[-1]


# Completion


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The command as a shell calls it: by its name."""
    path = tmp_path / "digestpin"
    path.write_text(f"#!{sys.executable}\nfrom digestpin.entry import main\n\nmain()\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown(installed: Path, shell: str) -> None:
    ran = subprocess.run(
        [installed, "--show-completion", shell],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_DIGESTPIN_COMPLETE" in ran.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("digestpin up", ["upgrade"], id="a command"),
        pytest.param("digestpin explain DP20", None, id="rules"),
        pytest.param("digestpin check --select DP001,DP90", None, id="a second rule"),
        pytest.param("digestpin check --output-format s", ["sarif"], id="a format"),
        pytest.param("digestpin list --output-format j", ["json"], id="text or json"),
        pytest.param("digestpin upgrade --kind v0.26", ["v0.26.0"], id="a kind"),
        pytest.param("digestpin releases node v1.31.1", None, id="a tag"),
    ],
)
def test_values_are_completed(
    installed: Path, words: str, expected: list[str] | None
) -> None:
    asked = {
        "_DIGESTPIN_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    ran = subprocess.run(
        [installed],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=True,
    )
    found = ran.stdout.split()
    if expected is not None:
        assert found == expected
    else:
        assert len(found) >= 2
        assert all(it.startswith(words.rsplit(maxsplit=1)[-1]) for it in found)


def test_json_keeps_to_itself(repository: Path, summary: Path) -> None:
    ran = run_digestpin(repository, "check", "--output-format", "json")
    assert len(json.loads(ran.stdout)["findings"]) == 1
    assert summary.exists()
