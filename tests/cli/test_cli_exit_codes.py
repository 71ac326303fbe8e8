"""What the exit code says, command by command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository
from support.trees import read_tree

from digestpin import __version__, commands, querying, writing
from digestpin.entry import main
from digestpin.errors import EditError

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

PINNED = (
    "kindest/node:v1.31.4"
    "@sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        pytest.param({}, 0, id="an empty repository"),
        pytest.param({"a.txt": "x\n"}, 0, id="nothing to look at"),
        pytest.param(
            {"a.sh": f"x {PINNED}\n", ".tool-versions": "kind 0.26.0\n"},
            0,
            id="all pinned",
        ),
        pytest.param({"a.sh": "x kindest/node:v1.31.4\n"}, 1, id="an unpinned tag"),
        pytest.param(
            {
                ".tool-versions": "kind 0.31.0\n",
                "a.sh": "x kindest/node:v1.35.1@sha256:"
                "05d7bcdefbda08b4e038f644c4df690cdac3fba8b06f8289f30e10026720a1ab\n",
            },
            0,
            id="information alone",
        ),
        pytest.param({"digestpin.toml": "selct = []\n"}, 2, id="an unknown key"),
        pytest.param({"digestpin.toml": "select = [\n"}, 2, id="no TOML"),
    ],
)
def test_check(tmp_path: Path, files: dict[str, str], code: int) -> None:
    ran = run_digestpin(make_repository(tmp_path / "r", dict(files)), "check")
    assert ran.code == code, ran


def test_exit_zero_hides_findings_and_nothing_else(repository: Path) -> None:
    assert run_digestpin(repository, "check", "--exit-zero").code == 0
    assert run_digestpin(repository, "check", "--exit-zero", "nowhere").code == 2


def test_the_output_format_never_changes_the_code(repository: Path) -> None:
    forms = ("text", "concise", "json", "sarif", "github", "gitlab", "markdown")
    for form in forms:
        assert run_digestpin(repository, "check", "--output-format", form).code == 1


def test_fix_leaves_nothing_and_says_so(repository: Path) -> None:
    ran = run_digestpin(repository, "fix", "--offline")
    assert (ran.code, ran.stderr) == (0, "")
    assert run_digestpin(repository, "check").code == 0


def test_fix_offline_fixes_the_rest_of_what_only_a_registry_knows(
    tmp_path: Path,
) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "x kindest/node:v1.31.4\nx kindest/node:v1.31.3\n",
    }
    repository = make_repository(tmp_path / "r", files)
    assert run_digestpin(repository, "fix", "--offline").code == 1
    found = (repository / "a.sh").read_text()
    assert found == f"x {PINNED}\nx kindest/node:v1.31.3\n"


def test_diff_that_would_change_something_is_one(repository: Path) -> None:
    assert run_digestpin(repository, "fix", "--offline", "--diff").code == 1
    run_digestpin(repository, "fix", "--offline")
    ran = run_digestpin(repository, "fix", "--offline", "--diff")
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")


def test_diff_says_what_it_does_not_settle(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "x kindest/node:v1.32.1\n",
    }
    repository = make_repository(tmp_path / "r", files)
    ran = run_digestpin(repository, "fix", "--offline", "--diff")
    assert (ran.code, ran.stdout) == (1, "")
    assert ran.stderr.endswith(
        "Not settled by this: 2 findings (2 errors); 1 can be fixed with digestpin fix "
        "--unsafe.\n"
    )
    ran = run_digestpin(repository, "fix", "--offline", "--diff", "--quiet")
    assert ran.code == 1
    assert "Not settled" not in ran.stderr


def test_what_is_counted_is_what_is_listed(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": f"x {PINNED}\ngo install sigs.k8s.io/kind@latest\n",
    }
    repository = make_repository(tmp_path / "r", files)
    listed = "1 node image reference, 1 kind pin."
    assert listed in run_digestpin(repository, "list").stdout
    checked = run_digestpin(repository, "check", "--ignore", "DP104").stdout
    assert checked == f"All clear: {listed[:-1]}, nothing to do.\n"


@pytest.mark.parametrize(
    ("arguments", "stderr"),
    [
        pytest.param(
            ("check", "nowhere.yaml"),
            "digestpin: error: nowhere.yaml: no such file or folder",
            id="a path that is not there",
        ),
        pytest.param(
            ("check", "--select", "DP999"), "DP999", id="a rule that is not there"
        ),
        pytest.param(
            ("check", "--select", "unpined-tag"),
            "did you mean 'unpinned-tag'?",
            id="a rule written wrongly",
        ),
        pytest.param(
            ("check", "--output-format", "jsn"),
            "did you mean 'json'?",
            id="a format written wrongly",
        ),
        pytest.param(
            ("check", "--output-format", "json", "--output-format", "sarif"),
            "two output formats would be written to the same place",
            id="two formats in one place",
        ),
        pytest.param(("check", "--config", "x.toml"), "x.toml", id="no configuration"),
        pytest.param(("check", "--kind", "x"), "--kind must be", id="no kind version"),
        pytest.param(
            ("check", "--select", "foo"), "no rule is called 'foo'", id="no rule's name"
        ),
        pytest.param(
            ("check", "--select", ""), "--select names no rule", id="an empty selection"
        ),
        pytest.param(("resolve", "kindest/node:"), "kindest/node:", id="no reference"),
        pytest.param(
            ("resolve", "kindest/node:v1", "--kind", "x"),
            "'x'",
            id="resolve for no kind",
        ),
        pytest.param(
            ("explain", "DP9"), "there is no rule 'DP9'", id="explain nothing"
        ),
        pytest.param(("list", "--output-format", "sarif"), "text or json", id="list"),
        pytest.param(("chek",), "chek", id="no command"),
        pytest.param(("check", "--nope"), "--nope", id="an option that is not there"),
        pytest.param(("fix", "--color", "blue"), "blue", id="a value that is none"),
    ],
)
def test_wrong_use_is_two_and_told_on_stderr(
    repository: Path, arguments: tuple[str, ...], stderr: str
) -> None:
    before = read_tree(repository)
    ran = run_digestpin(repository, *arguments)
    assert (ran.code, ran.stdout) == (2, ""), ran
    assert stderr in ran.stderr
    assert read_tree(repository) == before


def test_a_path_outside_the_repository_is_wrong_use(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "other.yaml").write_text("a: 1\n")
    ran = run_digestpin(repository, "check", "src", "../other.yaml")
    assert ran.code == 2
    assert "is not in the repository" in ran.stderr


def test_interrupted_is_130(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "check", stop)
    assert run_digestpin(repository, "check").code == 130


# Runs the command line and stops before a file takes its place.
STOPPING = """
import signal
import sys

def stop(name, arguments):
    if name == "os.rename":
        print("stopped", file=sys.stderr, flush=True)
        sys.stdin.read()

sys.addaudithook(stop)
# Whoever runs the tests in the background may have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from digestpin.entry import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are others there")
@pytest.mark.parametrize(
    "arguments",
    [("fix", "--offline"), ("fix", "--offline", "--unsafe")],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_stopped_in_mid_write_it_leaves_nothing_behind(
    repository: Path, number: signal.Signals, code: int, arguments: tuple[str, ...]
) -> None:
    before = read_tree(repository)
    with subprocess.Popen(
        [sys.executable, "-c", STOPPING, *arguments],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"stopped\n"
        process.send_signal(number)
        rest = process.stderr.read()
    assert (process.returncode, rest.strip()) == (code, b"")
    assert read_tree(repository) == before


def test_a_reader_that_goes_away_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(querying, "explain", stop)
    monkeypatch.setattr(sys, "argv", ["digestpin", "explain"])
    with (
        mock.patch.object(sys, "stdout", sys.stdout),
        pytest.raises(SystemExit) as left,
    ):
        main()
    assert left.value.code == 0
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is another error there")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("check",), 1, id="findings"),
        pytest.param(("check", "--output-format", "json"), 1, id="with options"),
        pytest.param(("fix", "--offline", "--diff"), 1, id="a difference"),
        pytest.param(("fix", "--offline"), 0, id="nothing left"),
        pytest.param(("explain",), 0, id="no findings to speak of"),
    ],
)
def test_the_code_does_not_depend_on_how_long_somebody_reads(
    repository: Path, arguments: tuple[str, ...], code: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "digestpin", *arguments],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, stderr = process.communicate()
    assert process.returncode == code
    assert [line for line in stderr.splitlines() if not line.startswith(b"note")] == []


def test_a_file_that_cannot_be_written_is_three_and_the_rest_is_fixed(
    repository: Path,
) -> None:
    folder = repository / "hack"
    refused = PermissionError(13, "Permission denied")
    real = os.replace

    def replace(source: str, target: str, **options: int) -> None:
        if str(target).endswith("kind.yaml"):
            raise refused
        real(source, target, **options)

    before = (folder / "kind.yaml").read_bytes()
    with mock.patch.object(os, "replace", replace):
        ran = run_digestpin(repository, "fix", "--offline")
    assert ran.code == 3
    assert "hack/kind.yaml" in ran.stderr + ran.stdout
    assert (folder / "kind.yaml").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["kind.yaml"]
    assert PINNED in (repository / ".github/workflows/e2e.yaml").read_text()


def test_a_read_only_file_is_left_alone_and_the_rest_is_fixed(
    repository: Path,
) -> None:
    path = repository / "hack/kind.yaml"
    path.chmod(0o444)
    before = path.read_bytes()
    ran = run_digestpin(repository, "fix", "--offline")
    assert ran.code == 3
    assert "hack/kind.yaml" in ran.stdout + ran.stderr
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o444, before)
    assert PINNED in (repository / ".github/workflows/e2e.yaml").read_text()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--output-format", "json"), "text only", id="as JSON"),
        pytest.param(
            ("--output-format", "text:a"), "standard output only", id="in a file"
        ),
        pytest.param(
            ("--output-file", "fix.diff"),
            "--diff > fix.diff",
            id="in a file of its own",
        ),
    ],
)
@pytest.mark.parametrize("command", [("fix",), ("upgrade", "--kind", "latest")])
def test_a_difference_has_one_form(
    repository: Path, command: tuple[str, ...], options: tuple[str, ...], told: str
) -> None:
    ran = run_digestpin(repository, *command, "--offline", "--diff", *options)
    assert (ran.code, ran.stdout) == (2, "")
    assert told in ran.stderr


@pytest.mark.parametrize(
    "how", [pytest.param((), id="written"), pytest.param(("--diff",), id="shown")]
)
def test_the_findings_of_a_read_only_file_are_left(
    repository: Path, how: tuple[str, ...]
) -> None:
    (repository / "hack/kind.yaml").chmod(0o444)
    ran = run_digestpin(repository, "fix", "--offline", *how)
    assert ran.code == 3
    told = ran.stdout + ran.stderr
    assert "hack/kind.yaml: is read-only" in told
    assert "+++ b/hack/kind.yaml" not in told
    is_listed = "--> hack/kind.yaml:5:12" in told
    assert is_listed == (not how)


def test_the_findings_of_a_file_that_was_not_written_are_left(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repository / "hack/kind.yaml"
    path.write_text("x: kindest/node@v1.31.4\n")

    def refuse(_: Path, path: PurePosixPath, *__: bytes) -> None:
        raise EditError(f"cannot write {path}: No space left", path=path)

    monkeypatch.setattr(writing, "replace_file", refuse)
    ran = run_digestpin(repository, "fix", "--offline", "--output-format", "json")
    assert ran.code == 3
    report = json.loads(ran.stdout)
    assert report["summary"]["fixed"] == 0
    assert {item["path"] for item in report["problems"]} == {
        ".github/workflows/e2e.yaml",
        "hack/kind.yaml",
    }
    found = {(item["rule"], item["path"]) for item in report["findings"]}
    assert ("DP006", "hack/kind.yaml") in found
    assert ("DP001", ".github/workflows/e2e.yaml") in found


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o775])
def test_the_mode_of_a_file_stays(repository: Path, mode: int) -> None:
    path = repository / "hack/kind.yaml"
    path.chmod(mode)
    assert run_digestpin(repository, "fix", "--offline").code == 0
    assert path.stat().st_mode & 0o777 == mode
    assert "@sha256:" in path.read_text()


def test_a_link_that_leaves_the_repository_is_refused(
    repository: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("image: kindest/node:v1.31.4\n")
    (repository / "linked.yaml").symlink_to(outside)
    for paths in ((), ("linked.yaml",), (".", "linked.yaml")):
        ran = run_digestpin(repository, "fix", "--offline", *paths)
        assert ran.code == 1
        assert "DP901" in ran.stdout
        assert "linked.yaml" in ran.stdout
        assert outside.read_text() == "image: kindest/node:v1.31.4\n"


def test_python_m_runs_the_same_command(repository: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "digestpin", "check", "-q"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    same = run_digestpin(repository, "check", "-q")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, same.stdout, "")


def test_version(tmp_path: Path) -> None:
    ran = run_digestpin(tmp_path, "--version")
    assert (ran.code, ran.stdout) == (0, f"digestpin {__version__}\n")


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("no/folder/x", "name a file in a folder that exists"),
        (".", "name a file, not a folder"),
        pytest.param(
            "/dev/full",
            "make room there, or name another file",
            marks=pytest.mark.skipif(
                not os.path.exists("/dev/full"),  # noqa: PTH110 - at import
                reason="needs /dev/full",
            ),
        ),
    ],
)
def test_an_output_file_that_cannot_be_written_is_three(
    repository: Path, file: str, hint: str
) -> None:
    ran = run_digestpin(repository, "check", "--output-file", file)
    assert (ran.code, ran.stdout) == (3, ""), ran
    assert f"digestpin: error: {file} cannot be written: " in ran.stderr
    assert f"help: {hint}\n" in ran.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a shell and /dev/full")
@pytest.mark.parametrize(
    "arguments", ["check", "check -q", "list", "fix --offline --diff", "--version"]
)
@pytest.mark.parametrize(
    ("to", "message"),
    [
        (">&-", "standard output is closed"),
        (">/dev/full", "standard output cannot be written: No space left on device"),
    ],
)
def test_output_that_nobody_gets_is_three_in_one_line(
    repository: Path, arguments: str, to: str, message: str
) -> None:
    ran = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m digestpin {arguments} {to}'],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = ran.stderr.splitlines()
    assert (ran.returncode, len(lines)) == (3, 2), ran
    assert lines[0] == f"digestpin: error: {message}"
