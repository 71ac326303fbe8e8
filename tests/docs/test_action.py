"""The script of the GitHub action runs as GitHub would run it."""

from __future__ import annotations

import os
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
    temporary.mkdir()
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
    output, summary = (
        path.read_text(encoding="utf-8") if path.exists() else ""
        for path in files.values()
    )
    return process, output, summary


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
    process, output, _ = run_action(
        workspace, tmp_path / "runner", ARGS="fix --offline --exit-zero"
    )
    assert process.returncode == 0, process.stderr
    assert "Fixed 3 findings" in process.stdout
    assert output == "exit-code=0\n"


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
