"""What a workflow gives to references: every way that GitHub hands a value on."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read
from support.judging import WORKFLOW, check, governed, values

from digestpin.facts import Role, Text
from digestpin.findings import Safety
from digestpin.formats.github import FORMAT

STEP = "      - run: kind create cluster --image kindest/node:"


def job(head: str, *steps: str, before: str = "") -> dict[str, str]:
    """Return a workflow with one job: lines of its head, then its steps."""
    inner = "".join(f"    {line}\n" for line in head.splitlines())
    return {
        WORKFLOW: f"{before}jobs:\n  a:\n{inner}    steps:\n" + "\n".join(steps) + "\n"
    }


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        pytest.param(".github/workflows/a.yml", b"", True, id="workflow"),
        pytest.param(".gitea/workflows/a.yaml", b"", True, id="Gitea's workflow"),
        pytest.param(".forgejo/workflows/a.yaml", b"", True, id="Forgejo's"),
        pytest.param(".github/workflows/x/a.yml", b"", False, id="a folder too deep"),
        pytest.param(".github/actions/x/action.yml", b"", True, id="local action"),
        pytest.param("action.yml", b"name: a\nruns:\n", True, id="published action"),
        pytest.param("action.yml", b"name: a\n", False, id="a file of that name"),
        pytest.param("a/reaction.yml", b"runs:\n", False, id="a longer name"),
        pytest.param(".github/dependabot.yml", b"", False, id="another file there"),
    ],
)
def test_names(path: str, head: bytes, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(path), head) is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            job("", f"{STEP}$K", before="env: {K: v1.31.4}\n"),
            ["v1.31.4 1"],
            id="of the workflow",
        ),
        pytest.param(
            job("env: {K: v1.31.4}", f"{STEP}$K", before="env: {K: v1.30.8}\n"),
            ["v1.31.4 4"],
            id="of the job before that of the workflow",
        ),
        pytest.param(
            job(
                "env: {K: v1.30.8}",
                f"{STEP}$K\n        env: {{K: v1.31.4}}",
                f"{STEP}${{{{ env.K }}}}",
            ),
            ["v1.31.4 6", "v1.30.8 3"],
            id="of the step before that of the job, and for that step alone",
        ),
        pytest.param(
            job("env: {K: v1.31.4}", f"{STEP}${{{{ env['K'] }}}}"),
            ["v1.31.4 3"],
            id="read by index",
        ),
        pytest.param(
            job("", "      - run: true\n        env: {K: v1.31.4}", f"{STEP}$K"),
            ["? 6"],
            id="of another step, which does not reach",
        ),
        pytest.param(
            job("", f"{STEP}${{{{ secrets.K }}}}", f"{STEP}${{{{ vars.K }}}}"),
            ["? 4", "? 5"],
            id="a secret and a setting of the repository",
        ),
        pytest.param(
            job("", '      - run: echo "K=v1.31.4" >> $GITHUB_ENV', f"{STEP}$K"),
            ["v1.31.4 4"],
            id="written to GITHUB_ENV",
        ),
        pytest.param(
            job(
                "",
                '      - run: echo "K=v1.31.4" | tee -a "$GITHUB_ENV"',
                f"{STEP}${{{{ env.K }}}}",
            ),
            ["v1.31.4 4"],
            id="written to GITHUB_ENV through tee",
        ),
    ],
)
def test_environment(files: dict[str, str], expected: list[str]) -> None:
    assert values(files) == expected


NODE = f"{STEP}${{{{ matrix.k8s }}}}"


def matrix(text: str, *steps: str) -> dict[str, str]:
    inner = "".join(f"    {line}\n" for line in text.splitlines())
    return job(f"strategy:\n  matrix:\n{inner}", *(steps or (NODE,)))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            matrix("k8s: [v1.31.4, 'v1.30.8']"), ["v1.31.4 5", "v1.30.8 5"], id="list"
        ),
        pytest.param(
            matrix("k8s:\n  - v1.31.4\n  - v1.30.8"),
            ["v1.31.4 6", "v1.30.8 7"],
            id="block list",
        ),
        pytest.param(
            matrix("K8s: [v1.31.4]", f"{STEP}${{{{ Matrix.k8S }}}}"),
            ["v1.31.4 5"],
            id="names in any case",
        ),
        pytest.param(
            matrix("k8s: [{v: v1.31.4}, {v: v1.30.8}]", f"{STEP}${{{{matrix.k8s.v}}}}"),
            ["v1.31.4 5", "v1.30.8 5"],
            id="objects",
        ),
        pytest.param(
            matrix(
                "k8s: [{node: {tag: v1.31.4}}]", f"{STEP}${{{{ matrix.k8s.node.tag }}}}"
            ),
            ["v1.31.4 5"],
            id="objects in objects",
        ),
        pytest.param(
            matrix("""k8s: ${{ fromJSON('["v1.31.4", "v1.30.8"]') }}"""),
            ["v1.31.4 5", "v1.30.8 5"],
            id="JSON of a list",
        ),
        pytest.param(
            matrix(
                """k8s: ${{ fromJSON('[{"v":"v1.31.4"}]') }}""",
                f"{STEP}${{{{ matrix.k8s.v }}}}",
            ),
            ["v1.31.4 5"],
            id="JSON of objects",
        ),
        pytest.param(
            job(
                """strategy:\n  matrix: ${{ fromJSON('{"k8s":["v1.31.4"]}') }}""", NODE
            ),
            ["v1.31.4 4"],
            id="JSON of the whole matrix",
        ),
        pytest.param(
            matrix("include: [{k8s: v1.31.4}, {k8s: v1.30.8}]"),
            ["v1.31.4 5", "v1.30.8 5"],
            id="include alone",
        ),
        pytest.param(
            matrix("os: [a]\ninclude: [{k8s: v1.31.4}]"),
            ["v1.31.4 6"],
            id="include that adds to every row",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]\ninclude: [{k8s: v1.30.8}]"),
            ["v1.31.4 5", "v1.30.8 6"],
            id="include that adds a row",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]\ninclude: [{k8s: v1.31.4, x: 1}]"),
            ["v1.31.4 5"],
            id="include that only extends a row",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4, v1.30.8]\nexclude: [{k8s: v1.30.8}]"),
            ["v1.31.4 5"],
            id="exclude",
        ),
        pytest.param(
            matrix(
                "k8s: [v1.31.4, v1.30.8]\nos: [a, b]\n"
                "exclude: [{k8s: v1.30.8, os: a}, {k8s: v1.30.8, os: b}]"
            ),
            ["v1.31.4 5"],
            id="exclude of every row of a value",
        ),
        pytest.param(
            matrix(
                "k8s: [v1.31.4, v1.30.8]\nos: [a, b]\nexclude: [{k8s: v1.30.8, os: a}]"
            ),
            ["v1.31.4 5", "v1.30.8 5"],
            id="exclude of one row of a value",
        ),
        pytest.param(
            matrix(
                "k8s: [v1.31.4, v1.30.8]\nexclude: [{k8s: v1.30.8}]\n"
                "include: [{k8s: v1.30.8}]"
            ),
            ["v1.31.4 5", "v1.30.8 7"],
            id="include after exclude",
        ),
        pytest.param(
            matrix("k8s: [1.31.4]", f"{STEP}v${{{{ matrix.k8s }}}}"),
            ["v1.31.4 5"],
            id="behind a prefix",
        ),
        pytest.param(
            matrix("k8s: ['', v1.31.4]"), ["v1.31.4 5"], id="an empty value is none"
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]", f"{STEP}${{{{ matrix.other }}}}"),
            ["? 7"],
            id="a name that the matrix has not",
        ),
    ],
)
def test_matrix(files: dict[str, str], expected: list[str]) -> None:
    assert values(files) == expected


INSTALL = "      - run: go install sigs.k8s.io/kind@${{ matrix.kind }}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "include:\n  - {kind: v0.28.0, k8s: v1.33.1}\n"
            "  - {kind: v0.29.0, k8s: v1.33.0}",
            ["v1.33.1: v0.28.0", "v1.33.0: v0.29.0"],
            id="include pairs",
        ),
        pytest.param(
            "kind: [v0.28.0, v0.29.0]\nk8s: [v1.33.1, v1.33.0]",
            ["v1.33.1: v0.29.0 v0.28.0", "v1.33.0: v0.29.0 v0.28.0"],
            id="a product pairs each with each",
        ),
        pytest.param(
            "kind: [v0.28.0, v0.29.0]\nk8s: [v1.33.1, v1.33.0]\n"
            "exclude: [{kind: v0.28.0, k8s: v1.33.0}]",
            ["v1.33.1: v0.29.0 v0.28.0", "v1.33.0: v0.29.0"],
            id="but what exclude takes out",
        ),
        pytest.param(
            "kind: [v0.28.0, v0.29.0]\ninclude:\n"
            "  - {kind: v0.28.0, k8s: v1.33.1}\n  - {kind: v0.29.0, k8s: v1.33.0}",
            ["v1.33.1: v0.28.0", "v1.33.0: v0.29.0"],
            id="include that extends the rows it matches",
        ),
        pytest.param(
            "k8s: [v1.33.1, v1.33.0]\ninclude:\n"
            "  - {kind: v0.28.0}\n  - {k8s: v1.33.0, kind: v0.29.0}",
            ["v1.33.1: v0.28.0", "v1.33.0: v0.29.0"],
            id="a later include overwrites what an earlier one added",
        ),
    ],
)
def test_a_row_pairs_kind_and_node(text: str, expected: list[str]) -> None:
    found = governed(matrix(text, INSTALL, NODE))
    assert found == [f"{line} (the same job)" for line in expected]


def test_rows_of_objects_pair_too() -> None:
    files = matrix(
        "p: [{kind: v0.28.0, k8s: v1.33.1}, {kind: v0.29.0, k8s: v1.33.0}]",
        "      - uses: helm/kind-action@v1.12.0\n        with:\n"
        "          version: ${{ matrix.p.kind }}\n"
        "          node_image: kindest/node:${{ matrix.p.k8s }}",
    )
    assert governed(files) == [
        "v1.33.1: v0.28.0 (the same step)",
        "v1.33.0: v0.29.0 (the same step)",
    ]


def uses(path: str, *inputs: str) -> str:
    lines_ = "".join(f"\n          {line}" for line in inputs)
    return f"      - uses: {path}\n        with:{lines_}"


ACTION = ".github/actions/k/action.yml"
ACTION_TEXT = """\
inputs:
  K8s:
    default: v1.30.8
runs:
  using: composite
  steps:
    - run: kind create cluster --image kindest/node:${{ inputs.k8s }}
      shell: bash
"""
CALLED = ".github/workflows/run.yaml"
CALLED_TEXT = """\
on:
  workflow_call:
    inputs:
      k8s: {type: string, default: v1.30.8}
    outputs:
      node:
        value: ${{ jobs.a.outputs.node }}
jobs:
  a:
    outputs: {node: "${{ steps.s.outputs.node }}"}
    steps:
      - run: kind create cluster --image kindest/node:${{ inputs.k8s }}
      - id: s
        run: echo "node=v1.29.12" >> $GITHUB_OUTPUT
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            job(
                "",
                f"{STEP}${{{{ inputs.k8s }}}}",
                before="on:\n  workflow_dispatch:\n    inputs: {k8s: {default: v1.31.4}}\n",  # noqa: E501
            ),
            ["v1.31.4 3"],
            id="default of a manual run",
        ),
        pytest.param(
            job(
                "",
                f"{STEP}${{{{ github.event.inputs.k8s }}}}",
                before="on:\n  workflow_dispatch:\n    inputs: {k8s: {default: v1.31.4}}\n",  # noqa: E501
            ),
            ["v1.31.4 3"],
            id="by its longer name",
        ),
        pytest.param({ACTION: ACTION_TEXT}, [f"v1.30.8 {ACTION}:3"], id="action alone"),
        pytest.param(
            {ACTION: ACTION_TEXT}
            | job("", uses("./.github/actions/k", "k8s: v1.31.4")),
            ["v1.31.4 6", f"v1.30.8 {ACTION}:3"],
            id="action with a caller, and its default",
        ),
        pytest.param(
            {ACTION: ACTION_TEXT}
            | job("", uses("./.github/actions/k/", "K8S: v1.31.4")),
            ["v1.31.4 6", f"v1.30.8 {ACTION}:3"],
            id="inputs in any case, a path with a slash behind",
        ),
        pytest.param(
            {
                ACTION: ACTION_TEXT.replace(
                    "    default: v1.30.8\n", "    required: true\n"
                )
            }
            | matrix(
                "k8s: [v1.31.4]", uses("./.github/actions/k", "k8s: ${{ matrix.k8s }}")
            ),
            ["v1.31.4 5"],
            id="action with what a caller's matrix gives",
        ),
        pytest.param(
            {CALLED: CALLED_TEXT}
            | {
                WORKFLOW: f"jobs:\n  a:\n    uses: ./{CALLED}\n"
                "    with:\n      k8s: v1.31.4\n"
            },
            ["v1.31.4 5", f"v1.30.8 {CALLED}:4"],
            id="reusable workflow",
        ),
        pytest.param(
            {CALLED: CALLED_TEXT}
            | {
                WORKFLOW: f"jobs:\n  v:\n    uses: ./{CALLED}\n  a:\n    needs: v\n"
                f"    steps:\n{STEP}${{{{ needs.v.outputs.node }}}}\n"
            },
            [f"v1.29.12 {CALLED}:14", f"v1.30.8 {CALLED}:4"],
            id="output of a reusable workflow",
        ),
        pytest.param(
            job(
                "",
                '      - id: S\n        run: echo "k8s=v1.31.4" >> "$GITHUB_OUTPUT"',
                f"{STEP}${{{{ steps.s.outputs.k8s }}}}",
            ),
            ["v1.31.4 5"],
            id="output of a step",
        ),
        pytest.param(
            job(
                "",
                "      - id: s\n        run: |\n          {\n"
                '            echo "k8s=v1.31.4"\n          } >> "$GITHUB_OUTPUT"',
                f"{STEP}${{{{ steps.s.outputs.k8s }}}}",
            ),
            ["v1.31.4 7"],
            id="output of a step, of a group of commands",
        ),
        pytest.param(
            job(
                "",
                '      - id: s\n        run: echo "k8s=v1.31.4" >> "$GITHUB_OUTPUT"',
                f"{STEP}${{{{ steps.other.outputs.k8s }}}}",
            ),
            ["? 6"],
            id="output of another step",
        ),
    ],
)
def test_what_is_handed_over(files: dict[str, str], expected: list[str]) -> None:
    assert sorted(values(files)) == sorted(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("inputs.k8s || 'v1.31.4'", ["v1.31.4 4"], id="a default"),
        pytest.param(
            "inputs.k8s || env.K || 'v1.31.4'",
            ["v1.30.8 1", "v1.31.4 4"],
            id="a default behind another",
        ),
        pytest.param(
            "github.ref == 'x' && 'v1.31.4' || 'v1.30.8'",
            ["v1.31.4 4", "v1.30.8 4"],
            id="a choice",
        ),
        pytest.param(
            "github.ref == 'x' && (env.X || 'v1.31.4') || env.K",
            ["v1.31.4 4", "v1.30.8 1"],
            id="a choice with parentheses",
        ),
        pytest.param("format('v1.{0}.{1}', 31, '4')", ["v1.31.4 4"], id="format"),
        pytest.param("format('{0}', env.K)", ["v1.30.8 1"], id="format of a variable"),
        pytest.param("'v1.31.4'", ["v1.31.4 4"], id="a string"),
        pytest.param("hashFiles('x')", ["? 4"], id="another function"),
        pytest.param("env.K == 'v1.30.8'", ["? 4"], id="a comparison"),
        pytest.param("!env.K", ["? 4"], id="a negation"),
        pytest.param("matrix.*.k", ["? 4"], id="a filter"),
        pytest.param("env.K ||", ["? 4"], id="no expression"),
    ],
)
def test_expressions(expression: str, expected: list[str]) -> None:
    text = f"env: {{K: v1.30.8}}\njobs:\n  a: {{steps: [\n    {{run: 'kind create cluster --image kindest/node:${{{{ {expression.replace(chr(39), chr(39) * 2)} }}}}'}}]}}\n"  # noqa: E501
    assert sorted(values({WORKFLOW: text})) == sorted(expected)


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        pytest.param(matrix("k8s: [v1.31.4]"), [], id="references alone"),
        pytest.param(
            {
                WORKFLOW: "jobs:\n  a:\n    name: e2e ${{ matrix.k8s }}\n    strategy: {matrix: {k8s: [v1.31.4]}}\n"  # noqa: E501
                f"    steps:\n{NODE}\n"
            },
            ["the job's name"],
            id="the job's name",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]", NODE + "\n        name: ${{ matrix.k8s }}"),
            ["the step's name"],
            id="the step's name",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]", NODE + "\n        if: matrix.k8s != 'v1.30.8'"),
            ["the step's condition"],
            id="a condition without braces",
        ),
        pytest.param(
            matrix(
                "k8s: [v1.31.4]",
                NODE + "\n        if: ${{ startsWith(matrix.k8s, 'v1') }}",
            ),
            ["the step's condition"],
            id="a condition with a function",
        ),
        pytest.param(
            matrix(
                "k8s: [v1.31.4]",
                NODE,
                uses("x/kubectl@v1", "version: ${{ matrix.k8s }}"),
            ),
            ["`version` of x/kubectl"],
            id="an input of another action",
        ),
        pytest.param(
            matrix("k8s: [v1.31.4]", NODE, "      - run: echo ${{ matrix.k8s }}"),
            ["the output of echo"],
            id="a message",
        ),
    ],
)
def test_other_reads_make_a_fix_unsafe(
    files: dict[str, str], labels: list[str]
) -> None:
    (finding,) = check("unpinned_tag", files)
    assert finding.fix is not None
    assert finding.fix.safety is (Safety.UNSAFE if labels else Safety.SAFE)
    also = [
        place.message.removeprefix("also read here, by ")
        for place in finding.related
        if "also read" in place.message
    ]
    assert also == labels


def test_a_workflow_that_does_not_parse_is_read_as_text() -> None:
    text = f"jobs:\n  a:\n    steps:\n{STEP}v1.31.4\n   - broken: [\n"
    assert values({WORKFLOW: text}) == ["v1.31.4 4"]


def test_action_references_are_no_images_but_docker_ones_are() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n"
        "      - uses: docker://kindest/node:v1.31.4\n"
        "      - uses: kindest/node@v1\n"
    )
    assert values({WORKFLOW: text}) == ["v1.31.4 4"]


def test_comments_behind_an_action_are_kept_for_it() -> None:
    text = "jobs: {a: {steps: [\n  {uses: x/y@v1}]}}\n"
    assert lines(read(FORMAT, text, WORKFLOW))[0] == "uses x/y@v1"


def test_names_are_not_looked_into() -> None:
    text = "name: kindest/node:v1.31.4\njobs:\n  a:\n    name: kindest/node:v1.30.8\n"
    facts = read(FORMAT, text, WORKFLOW)
    roles = {fact.role for fact in facts if isinstance(fact, Text)}
    assert roles == {Role.IGNORED}
    assert values({WORKFLOW: text}) == []


def test_the_description_that_an_action_gets_is_prose() -> None:
    given = (
        "with: {description: uses kindest/node:v1.31.4 here, x: kindest/node:v1.30.8}"
    )
    text = f"jobs:\n  a:\n    steps:\n    - uses: a/b@v1\n      {given}\n"
    assert values({WORKFLOW: text}) == ["v1.30.8 5"]


def test_what_is_no_expression_is_kept_unknown() -> None:
    text = "jobs:\n  a:\n    steps:\n    - run: x kindest/node:${{ {{ env.A }} }}\n"
    assert values({WORKFLOW: text}) == ["? 4"]
