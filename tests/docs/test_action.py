"""The script of the GitHub action runs as GitHub would run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from .test_docs import ROOT, SNIPPETS, copy_example

BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not (BIN / "digestpin").exists(),
    reason="needs bash and the installed command",
)


def run_action(
    workspace: Path, temporary: Path, **inputs: str
) -> tuple[subprocess.CompletedProcess[str], str, str]:
    """Run the action's main step; give the process, its outputs and the summary."""
    action = YAML(typ="safe", pure=True).load(ROOT / "action.yml")
    [step] = [step for step in action["runs"]["steps"] if step.get("id") == "run"]
    temporary.mkdir(exist_ok=True)
    files = {
        name: temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    }
    values = {"ARGS": "check", "FOLDER": ".", "SARIF_FILE": "", "UPLOAD": "false"}
    process = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=workspace,
        env={
            **os.environ,
            **values,
            **inputs,
            **{name: str(path) for name, path in files.items()},
            "RUNNER_TEMP": str(temporary),
            "VENV": str(BIN.parent),
            "GITHUB_ACTIONS": "true",
        },
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    texts = []
    for path in files.values():  # GitHub gives each step files of its own
        texts.append(path.read_text(encoding="utf-8") if path.exists() else "")
        path.unlink(missing_ok=True)
    return process, texts[0], texts[1]


def test_findings_fail_and_are_annotated_and_summed_up(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process, output, summary = run_action(
        workspace, tmp_path / "runner", SARIF_FILE="out.sarif"
    )
    assert process.returncode == 1, process.stderr
    assert "error[DP101]: kind v0.26.0 cannot drive" in process.stdout
    assert "\n::error " in process.stdout
    assert output == "sarif-file=./out.sarif\nexit-code=1\n"
    assert "DP101" in summary
    assert (workspace / "out.sarif").exists()


def test_fixing_writes_and_exits_as_it_is_told(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process, output, summary = run_action(
        workspace, tmp_path / "runner", ARGS="fix --offline --exit-zero"
    )
    assert process.returncode == 0, process.stderr
    assert "Fixed 3 findings" in process.stdout
    assert "\n::error " in process.stdout
    assert "DP101" in summary
    assert output == "exit-code=0\n"


@pytest.mark.parametrize("arguments", ["list", "check --no-such-option", "explain"])
def test_what_an_earlier_step_left_is_not_shown_again(
    tmp_path: Path, arguments: str
) -> None:
    workspace, runner = copy_example(tmp_path), tmp_path / "runner"
    run_action(workspace, runner, SARIF_FILE="out.sarif")
    process, _, summary = run_action(workspace, runner, ARGS=arguments)
    assert "::error" not in process.stdout
    assert summary == ""


def test_arguments_are_split_as_a_shell_would(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    (workspace / "my folder").mkdir()
    (workspace / "my folder/a.sh").write_text("x kindest/node:v1.31.4\n")
    process, _, _ = run_action(
        workspace,
        tmp_path / "runner",
        ARGS="check\n  'my folder'\n  --select DP001 \"$(touch x)\" *\n",
    )
    assert process.returncode == 2
    assert "$(touch x)" in process.stderr
    assert not (workspace / "x").exists()
    process, output, _ = run_action(
        workspace, tmp_path / "runner", ARGS='check "my folder"\n--select DP001\n'
    )
    assert "--> my folder/a.sh:1:3" in process.stdout
    assert process.stdout.count("error[DP001]") == 1
    assert output == "exit-code=1\n"


def test_no_arguments_check(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process, output, _ = run_action(workspace, tmp_path / "runner", ARGS=" \n")
    assert "error[DP101]" in process.stdout
    assert output == "exit-code=1\n"


def test_a_quote_that_is_not_closed_is_said(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process, output, _ = run_action(workspace, tmp_path / "runner", ARGS="check 'a")
    assert (process.returncode, output) == (2, "exit-code=2\n")
    assert "::error::The input args cannot be split" in process.stdout


def test_a_difference_is_all_that_is_printed(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process, output, summary = run_action(
        workspace, tmp_path / "runner", ARGS="fix --offline --diff"
    )
    assert process.stdout.startswith("--- a/")
    assert (output, summary) == ("exit-code=1\n", "")


def test_the_log_is_named_where_it_is(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    file = tmp_path / "a b.sarif"
    _, output, _ = run_action(workspace, tmp_path / "runner", SARIF_FILE=str(file))
    assert output == f"sarif-file={file}\nexit-code=1\n"
    assert file.exists()
    _, output, _ = run_action(workspace / "hack", tmp_path / "runner", FOLDER="hack")
    assert output == "exit-code=1\n"
    inputs = {"FOLDER": "hack", "UPLOAD": "true"}
    _, output, _ = run_action(workspace / "hack", tmp_path / "runner", **inputs)
    assert output == "sarif-file=hack/digestpin.sarif\nexit-code=1\n"


@pytest.mark.parametrize("name", ["out.sarif", "no/such/out.sarif", "hack"])
def test_a_log_that_was_not_written_is_not_named(tmp_path: Path, name: str) -> None:
    workspace = copy_example(tmp_path)
    (workspace / "out.sarif").write_text("{}")
    process, output, _ = run_action(
        workspace, tmp_path / "runner", ARGS="check --no-such-option", SARIF_FILE=name
    )
    assert (process.returncode, output) == (2, "exit-code=2\n")


def test_no_module_of_the_repository_is_run(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    for name in ("shlex", "venv", "pip", "digestpin"):
        (workspace / f"{name}.py").write_text("raise SystemExit(9)\n")
    process, _, _ = run_action(workspace, tmp_path / "runner")
    assert process.returncode == 1
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    calls = re.findall(r'(?:python|PYTHON\})" (\S+)', text)
    assert calls == ["-I"] * 3


def test_the_snippet_for_a_plain_shell_runs(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path)
    process = subprocess.run(
        ["bash", str(SNIPPETS / "check.sh")],
        cwd=workspace,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert process.returncode == 1
    assert "or run digestpin fix" in process.stderr
    assert (workspace / "digestpin.sarif").exists()
