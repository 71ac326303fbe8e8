"""CI systems and Taskfiles: variables, parameters, matrices, scripts, links."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import lines, read, unfaithful
from support.inventories import gather

from digestpin.facts import CALL, Binding
from digestpin.formats import (
    azure_pipelines,
    ci_yaml,
    circleci,
    gitlab_ci,
    taskfile,
)

if TYPE_CHECKING:
    from pathlib import Path

    from digestpin.formats.interface import FileFormat

GITLAB, CIRCLE = gitlab_ci.FORMAT, circleci.FORMAT
AZURE, TASK, OTHERS = azure_pipelines.FORMAT, taskfile.FORMAT, ci_yaml.FORMAT
PATHS = {
    GITLAB.id: ".gitlab-ci.yml",
    CIRCLE.id: ".circleci/config.yml",
    AZURE.id: "ci/azure-pipelines.yml",
    TASK.id: "t/Taskfile.yml",
    OTHERS.id: ".travis.yml",
}


def found(file_format: FileFormat, text: str) -> list[str]:
    """Return each fact with the inner part of its scope and its rows."""
    data = text.encode()
    facts = read(file_format, data, PATHS[file_format.id])
    assert unfaithful(facts, data) == []
    calls = dict.fromkeys(
        fact.rows for fact in facts if isinstance(fact, Binding) and fact.name == CALL
    )
    numbers = {rows: [at] for at, rows in enumerate(calls, start=1)}
    shown = []
    for fact, line in zip(facts, lines(facts), strict=True):
        inner = [part for part in fact.scope[1:] if not part.isdigit()]
        place = "/".join(part for part in inner if part != "script")
        rows = sorted(fact.rows or ()) if isinstance(fact, Binding) else []
        rows = numbers.get(frozenset(rows), rows)
        shown.append(f"{place}: {line}" + (f" {rows}" if rows else ""))
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "variables: {K: v0.2, X: {value: 'a/$K', description: c/d}}\n",
            [": K = v0.2", ": X = a/{K}"],
            id="variables of all jobs",
        ),
        pytest.param(
            "e2e:\n  variables: {K: v1}\n  image: a/b:$K\n  services: [{name: c/d}]\n",
            [
                "jobs/e2e: K = v1",
                "jobs/e2e: image text a/b:{K}",
                "jobs/e2e: image text c/d",
            ],
            id="a job",
        ),
        pytest.param(
            "e2e:\n  before_script: [X=v1]\n  script:\n  - echo\n  - [curl a/b:$X]\n",
            ["jobs/e2e: X = v1 [sequential]", "jobs/e2e: text a/b:{X}"],
            id="scripts are one shell",
        ),
        pytest.param(
            "e2e:\n  parallel:\n    matrix:\n    - {K: [a, b], N: c}\n"
            "    - {K: d, N: e}\n",
            [
                "jobs/e2e: K = a [0]",
                "jobs/e2e: N = c [0, 1]",
                "jobs/e2e: K = b [1]",
                "jobs/e2e: K = d [2]",
                "jobs/e2e: N = e [2]",
            ],
            id="a matrix",
        ),
        pytest.param(
            "a: {parallel: {matrix: [{K: [a, b]}]}}\n"
            ".b: {extends: a, script: 'curl a/$K'}\nx: {extends: .b}\n",
            [
                "jobs/.b: text a/{K}",
                "jobs/x: K = a [0]",
                "jobs/x: K = b [1]",
                "jobs/a: K = a [0, 2, 4]",
                "jobs/a: K = b [1, 3, 5]",
                "jobs/.b: K = a [0]",
                "jobs/.b: K = b [1]",
            ],
            id="a matrix of the nearest that it extends",
        ),
        pytest.param(
            ".b:\n  variables: {K: v0, L: v0}\n  script: curl a/$K\n"
            "x: {extends: .b, variables: {K: v1}}\n"
            "y: {extends: [.b], variables: {K: v2}}\n",
            [
                "jobs/.b: K = v0",
                "jobs/.b: L = v0 [0, 1]",
                "jobs/.b: text a/{K}",
                "jobs/x: K = v1",
                "jobs/x: L = v0",
                "jobs/y: K = v2",
                "jobs/y: L = v0",
                "jobs/.b: K = v1 [0]",
                "jobs/.b: K = v2 [1]",
            ],
            id="a job that others extend",
        ),
        pytest.param(
            "x:\n  variables: {K: v0}\n  script: curl a/$K\n"
            "y: {extends: x, variables: {K: v1}}\n",
            [
                "jobs/x: K = v0 [0]",
                "jobs/x: text a/{K}",
                "jobs/y: K = v1",
                "jobs/x: K = v1 [1]",
            ],
            id="a job that others extend and that runs itself",
        ),
        pytest.param(
            "include:\n- local: /ci/a.yml\n  inputs: {k: v1}\n- project: a/b\n"
            "- b.yml\n",
            [
                ": include ci/a.yml from ''",
                ": call: =  [1]",
                ": inputs.k = v1 [1]",
                ": include b.yml from ''",
                ": call: =  [2]",
            ],
            id="includes",
        ),
        pytest.param("include: https://a/b.yml\n", [], id="an include from elsewhere"),
        pytest.param(
            "spec: {inputs: {k: {default: v1}, l: {}}}\n---\n"
            "x: {image: 'a/$[[ inputs.k ]]'}",
            [": inputs.k = v1 [fallback]", "jobs/x: image text a/{inputs.k}"],
            id="inputs",
        ),
        pytest.param("default: {image: a/b}\n", [": image text a/b"], id="defaults"),
        pytest.param("stages: [a/b]\n", [": text a/b"], id="other keys"),
        pytest.param("x: [\nimage: a/b", [": image text a/b"], id="no YAML"),
        pytest.param("- a/b\n", [], id="a sequence"),
    ],
)
def test_gitlab(text: str, expected: list[str]) -> None:
    assert found(GITLAB, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "parameters: {k: {default: v1}}\njobs:\n  x:\n    docker:\n"
            "    - image: a/b:<< pipeline.parameters.k >>\n",
            [
                ": pipeline.parameters.k = v1 [fallback]",
                "jobs/x: image text a/b:{pipeline.parameters.k}",
            ],
            id="parameters of the pipeline",
        ),
        pytest.param(
            "jobs:\n  x:\n    environment: {K: v1}\n    steps:\n    - checkout\n"
            "    - run: curl a/$K\n"
            "    - run: {command: curl b/$L, environment: {L: v2}}\n",
            [
                "jobs/x: K = v1",
                "jobs/x/steps: text a/{K}",
                "jobs/x/steps: L = v2",
                "jobs/x/steps: text b/{L}",
            ],
            id="steps",
        ),
        pytest.param(
            "jobs:\n  x:\n    steps:\n"
            "    - when: {condition: y, steps: [{run: curl a/b}]}\n",
            ["jobs/x/steps: text a/b"],
            id="steps in steps",
        ),
        pytest.param(
            "commands:\n  up:\n    parameters: {i: {default: v0}}\n    steps:\n"
            "    - run: curl a/<< parameters.i >>\n"
            "jobs: {x: {steps: [{up: {i: v1}}, up]}}\n",
            [
                "commands/up/steps: text a/{parameters.i}",
                "commands/up: parameters.i = v0 [fallback] [1]",
                "commands/up: parameters.i = v1 [0]",
            ],
            id="a command",
        ),
        pytest.param(
            "jobs: {x: {parameters: {k: {default: v0}, n: {}}, steps: []}}\n"
            "workflows:\n  w:\n    jobs:\n    - x:\n        matrix:\n"
            "          parameters: {k: [v1, v2], n: [a, b]}\n"
            "          exclude: [{k: v1, n: b}]\n    - x: {n: c}\n    - x\n",
            [
                "jobs/x: ignored text {parameters.k}",
                "jobs/x: ignored text {parameters.n}",
                "jobs/x: parameters.k = v0 [fallback] [3, 4]",
                "jobs/x: parameters.k = v1 [0]",
                "jobs/x: parameters.n = a [0, 1]",
                "jobs/x: matrix.k = v1 [0]",
                "jobs/x: matrix.n = a [0, 1]",
                "jobs/x: parameters.k = v2 [1, 2]",
                "jobs/x: matrix.k = v2 [1, 2]",
                "jobs/x: parameters.n = b [2]",
                "jobs/x: matrix.n = b [2]",
                "jobs/x: parameters.n = c [3]",
            ],
            id="a matrix",
        ),
        pytest.param(
            "executors: {e: {docker: [{image: a/<< parameters.t >>}]}}\n"
            "jobs: {x: {executor: {name: e, t: v1}}}\n",
            [
                "executors/e: image text a/{parameters.t}",
                "executors/e: parameters.name = e [0]",
                "executors/e: parameters.t = v1 [0]",
            ],
            id="an executor",
        ),
        pytest.param("orbs: {x: a/b@1}\n", [": text a/b@1"], id="other keys"),
        pytest.param("jobs: [\nimage: a/b", [": image text a/b"], id="no YAML"),
        pytest.param("jobs: {x: y}\nworkflows: z\n", [], id="a wrong form"),
    ],
)
def test_circleci(text: str, expected: list[str]) -> None:
    assert found(CIRCLE, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "variables: {a.b: v1}\nsteps:\n- script: curl a/$(a.b)\n",
            [
                ": a.b = v1",
                ": variables.a.b = v1",
                ": A_B = v1",
                "steps: text a/{a.b}",
            ],
            id="variables and their names",
        ),
        pytest.param(
            "parameters: [{name: k, default: v1}]\nx: a/${{ parameters.k }}\n",
            [": parameters.k = v1 [fallback]", ": text a/{parameters.k}"],
            id="parameters",
        ),
        pytest.param(
            "parameters: {k: v1}\n",
            [": parameters.k = v1 [fallback]"],
            id="parameters of the older form",
        ),
        pytest.param(
            "jobs:\n- job: x\n  strategy: {matrix: {a: {K: v1}, b: {K: v2}}}\n"
            "  steps:\n  - bash: curl a/$(K)\n    displayName: b/c\n"
            "    env: {E: $(K)}\n",
            [
                "jobs/x: K = v1 [0]",
                "jobs/x: variables.K = v1 [0]",
                "jobs/x: K = v2 [1]",
                "jobs/x: variables.K = v2 [1]",
                "jobs/x/steps: E = {K}",
                "jobs/x/steps: text a/{K}",
                "jobs/x/steps: display text b/c",
            ],
            id="a matrix",
        ),
        pytest.param(
            "stages:\n- stage: s\n  variables: {K: v1}\n"
            "  jobs: [{job: x}, {deployment: y}]\n",
            [
                "jobs/x: K = v1",
                "jobs/x: variables.K = v1",
                "jobs/y: K = v1",
                "jobs/y: variables.K = v1",
            ],
            id="a stage's variables",
        ),
        pytest.param(
            "steps:\n- template: ../t.yml\n  parameters: {k: v1, l: [a/b]}\n"
            "- template: /u.yml@self\n- template: x.yml@other\n",
            [
                "steps: include ../t.yml from 'ci'",
                "steps: text a/b",
                ": call: =  [1]",
                ": parameters.k = v1 [1]",
                "steps: include u.yml from ''",
                ": call: =  [2]",
            ],
            id="templates",
        ),
        pytest.param(
            "steps:\n- ${{ if eq(1, 1) }}:\n  - pwsh: curl a/$(K) # c/d\n",
            ["steps: text curl a/{K}"],
            id="a condition",
        ),
        pytest.param(
            "steps:\n- task: Bash@3\n  inputs: {script: curl a/b, x: c/d}\n",
            ["steps: text Bash@3", "steps: text a/b", "steps: text c/d"],
            id="a task",
        ),
        pytest.param(
            "variables:\n- template: v.yml\n- ${{ if x }}:\n  - {name: K, value: v1}\n",
            [
                ": include v.yml from 'ci'",
                ": call: =  [1]",
                ": K = v1",
                ": variables.K = v1",
            ],
            id="variables from elsewhere",
        ),
        pytest.param("steps: [\nimage: a/b", [": image text a/b"], id="no YAML"),
        pytest.param("a/b\n", [": text a/b"], id="a scalar"),
    ],
)
def test_azure(text: str, expected: list[str]) -> None:
    assert found(AZURE, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "vars: {K: '{{.K | default \"v1\"}}'}\nenv: {E: 'v{{.K}}'}\n",
            [": K = {K|v1}", ": E = v{K}"],
            id="variables",
        ),
        pytest.param(
            "vars: {K: {sh: curl a/b}, L: {map: {x: c/d}}}\n",
            [": K = {curl a/b!}", ": text a/b", ": text c/d"],
            id="a command's output",
        ),
        pytest.param(
            "tasks:\n  d: curl a/{{.K}}\n  e:\n    desc: x/y\n    vars: {M: v1}\n"
            "    cmds: ['curl b/{{.M}}', {cmd: curl c/d}, {defer: curl e/f}]\n",
            [
                "jobs/d: text a/{K}",
                "jobs/e: M = v1",
                "jobs/e: text b/{M}",
                "jobs/e: text c/d",
                "jobs/e: text e/f",
                "jobs/e: display text x/y",
            ],
            id="tasks",
        ),
        pytest.param(
            "tasks: {d: {cmds: [{task: e, vars: {K: v1, L: {sh: curl a/b}}}]}}\n",
            [
                "jobs/e: K = v1 [conditional]",
                "jobs/e: L = {curl a/b!} [conditional]",
                "jobs/d: text a/b",
            ],
            id="a call",
        ),
        pytest.param(
            "includes: {a: ./sub, b: {taskfile: ../x.yml, vars: {K: v1}}, c: "
            "https://x}\n"
            "dotenv: [.env]\n",
            [
                ": include .env from 't'",
                ": include sub/Taskfile.yml from 't'",
                ": include sub/Taskfile.yaml from 't'",
                ": include ../x.yml from 't'",
                ": K = v1",
            ],
            id="other files",
        ),
        pytest.param("vars: [\nimage: a/b", [": image text a/b"], id="no YAML"),
        pytest.param("tasks: [a/b]\nvars: x\n", [], id="a wrong form"),
    ],
)
def test_taskfile(text: str, expected: list[str]) -> None:
    assert found(TASK, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "env:\n- K=v1 N='a/b'\n- K=v2\nscript: curl a/$K\n",
            [": K = v1 [0]", ": N = a/b [0]", ": K = v2 [1]", ": text a/{K}"],
            id="a row for each line",
        ),
        pytest.param(
            "env: {global: [G=v0], jobs: [K=v1]}\njobs: {include: [{env: K=v2}, {}]}\n",
            [": G = v0", ": K = v1 [0]", ": K = v2 [1]"],
            id="variables of all jobs",
        ),
        pytest.param("env: K=v1\n", [": K = v1"], id="one line"),
        pytest.param("- a/b\n", [": text a/b"], id="a wrong form"),
    ],
)
def test_travis(text: str, expected: list[str]) -> None:
    assert found(OTHERS, text) == expected


def test_the_items_of_a_command_are_commands() -> None:
    text = "steps:\n- command: [X=v1, curl a/$X]\n  env: {E: v2}\n"
    facts = read(OTHERS, text, ".buildkite/pipeline.yml")
    assert lines(facts) == ["E = v2", "X = v1 [sequential]", "text a/{X}"]


@pytest.mark.parametrize(
    ("file_format", "path"),
    [
        pytest.param(GITLAB, ".gitlab-ci.yml", id="GitLab"),
        pytest.param(GITLAB, "x/e2e.gitlab-ci.yml", id="GitLab, named so"),
        pytest.param(GITLAB, ".gitlab/ci/x.yaml", id="GitLab, in its folder"),
        pytest.param(CIRCLE, ".circleci/config.yml", id="CircleCI"),
        pytest.param(AZURE, "azure-pipelines-e2e.yml", id="Azure"),
        pytest.param(AZURE, "x.azure-pipelines.yml", id="Azure, named so"),
        pytest.param(AZURE, ".azure-ci/x/y.yml", id="Azure, in its folder"),
        pytest.param(AZURE, ".pipelines/x/pr.yaml", id="Azure, in the usual folder"),
        pytest.param(TASK, "x/Taskfile.dist.yaml", id="Taskfile"),
        pytest.param(OTHERS, ".drone.yml", id="Drone"),
        pytest.param(OTHERS, ".buildkite/x.yml", id="Buildkite"),
        pytest.param(OTHERS, "bitbucket-pipelines.yml", id="Bitbucket"),
    ],
)
def test_files_are_known_by_name(file_format: FileFormat, path: str) -> None:
    assert file_format.matches(PurePosixPath(path), b"")
    assert not file_format.matches(PurePosixPath("deploy/config.yaml"), b"")


PIECES = """variables:_ jobs:_ steps:_ script:_ parallel:_ matrix:_ parameters:_ x -_
extends:_ a/b:c $X $(X) <<_parameters.x_>> {{.X}} strategy:_ env:_ vars:_ tasks:_ sh:_
local:_ workflows:_ run:_ { } [ ] , : default:_ template:_ job:_ K=v include:_"""
LINES = ["\n", "\n  ", "\n    ", "\n- "]


@pytest.mark.parametrize("file_format", [GITLAB, CIRCLE, AZURE, TASK, OTHERS])
@given(pieces=st.lists(st.sampled_from([*PIECES.split(), *LINES])))
def test_any_text_is_read_and_its_exact_parts_are_its_bytes(
    file_format: FileFormat, pieces: list[str]
) -> None:
    data = "".join(pieces).replace("_", " ").encode()
    facts = read(file_format, data, PATHS[file_format.id])
    assert unfaithful(facts, data) == []


CREATE = "kind create cluster --image kindest/node:$K"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f".s: &s [{CREATE}]\n"
            "x: {script: *s, variables: {K: v1.31.4}}\n"
            "y: {script: [echo, *s], variables: {K: v1.32.2}}\n",
            ["v1.31.4", "v1.32.2"],
            id="the anchor of a list",
        ),
        pytest.param(f".s: &s [{CREATE}]\nx: {{script: [a]}}\n", [""], id="no alias"),
        pytest.param(
            f".s: {{script: &s [{CREATE}]}}\n"
            "x: {script: *s, variables: {K: v1.31.4}}\n",
            ["v1.31.4"],
            id="the anchor of a script",
        ),
        pytest.param(
            f".s: &s\n  script: [{CREATE}]\n"
            "x:\n  <<: *s\n  variables: {K: v1.31.4}\n",
            ["v1.31.4"],
            id="the anchor of a hidden job",
        ),
        pytest.param(
            f".s: &s\n  variables: {{K: v1.30.0}}\n  script: [{CREATE}]\n"
            "x:\n  <<: *s\n  variables: {K: v1.31.4}\n",
            ["v1.30.0", "v1.31.4"],
            id="the anchor of a hidden job with variables",
        ),
        pytest.param(
            f"s: &s\n  script: [{CREATE}]\nx:\n  <<: *s\n  variables: {{K: v1.31.4}}\n",
            ["", "v1.31.4"],
            id="the anchor of a job that runs",
        ),
    ],
)
def test_gitlab_reads_commands_where_aliases_run_them(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    found = gather(tmp_path, {".gitlab-ci.yml": text}).references
    assert sorted(one.tag or "" for one in found) == expected
