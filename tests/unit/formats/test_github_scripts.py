"""What PowerShell scripts in workflows read of their environment."""

from __future__ import annotations

import pytest
from support.judging import WORKFLOW, values

PWSH = "shell: pwsh"
LINUX = "runs-on: ubuntu-latest"
WINDOWS = "runs-on: windows-latest"


def script(*lines: str, job: str = LINUX, step: str = PWSH, before: str = "") -> str:
    """Return a workflow with a job whose second step runs a script, in line 12."""
    run = "\n".join(f"          {line}" for line in lines)
    return (
        f"on: push\ndefaults: {{run: {{{before}}}}}\njobs:\n  a:\n    {job}\n    env:\n"
        f"      K: v1.31.4\n    steps:\n      - run: true\n      - {step}\n"
        f"        run: |\n{run}\n"
    )


USE = 'kind create cluster --image "kindest/node:$env:K"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(script(USE), ["v1.31.4 7"], id="by the step's shell"),
        pytest.param(
            script(USE, step="name: x", before="shell: pwsh"),
            ["v1.31.4 7"],
            id="by the usual shell",
        ),
        pytest.param(
            script(USE, job=WINDOWS, step="name: x"), ["v1.31.4 7"], id="on Windows"
        ),
        pytest.param(
            script(USE, job="runs-on: ${{ matrix.os }}", step="name: x"),
            ["v1.31.4 7"],
            id="on a runner that is computed",
        ),
        pytest.param(script("x kindest/node:${Env:K}"), ["v1.31.4 7"], id="in braces"),
        pytest.param(
            script(USE, step="env: {K: v1.30.8}\n        shell: pwsh"),
            ["v1.30.8 10"],
            id="of the step",
        ),
        pytest.param(script(USE.replace("env:K", "env:L")), ["? 12"], id="not set"),
        pytest.param(script("$env:k = 'v1.30.8'", USE), ["? 13"], id="set by itself"),
        pytest.param(
            script("Set-Item -Path env:K -Value v1.30.8", USE),
            ["? 13"],
            id="set as an item",
        ),
        pytest.param(
            script("[Environment]::SetEnvironmentVariable('K', 'v1')", USE),
            ["? 13"],
            id="set by a method",
        ),
        pytest.param(
            script(USE).replace(
                "run: true", "run: Add-Content $env:GITHUB_ENV 'K=v1'\n        " + PWSH
            ),
            ["? 13"],
            id="set by an earlier step",
        ),
    ],
)
def test_values_in_powershell(text: str, expected: list[str]) -> None:
    assert values({WORKFLOW: text}) == expected


def test_bash_on_a_computed_runner_is_read_as_before() -> None:
    text = script(
        'echo "V=v1.30.8" >> $GITHUB_ENV',
        'kind create cluster --image "kindest/node:$K"',
        job="runs-on: ${{ matrix.os }}",
        step="name: x",
    )
    use = '      - run: kind create cluster --image "kindest/node:$V"\n'
    assert values({WORKFLOW: text + use}) == ["v1.31.4 7", "v1.30.8 12"]
