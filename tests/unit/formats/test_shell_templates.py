"""Which values a template gets that a script fills in by `envsubst`."""

from __future__ import annotations

import pytest
from support.judging import gather

TEMPLATE = "kind: Cluster\nnodes:\n- image: kindest/node:${K8S}\n"


def tags(*lines: str, path: str = "run.sh") -> list[str | None]:
    """Return the tags that the template's image can have; None for an unknown one."""
    script = "\n".join(lines) + "\n"
    inventory = gather({path: script, "kind.yaml.tmpl": TEMPLATE})
    return [reference.tag for reference in inventory.references]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["export K8S=v1", "envsubst < kind.yaml.tmpl | kind create cluster"],
            ["v1"],
            id="exported",
        ),
        pytest.param(
            ["K8S=v1 envsubst < kind.yaml.tmpl > kind.yaml"], ["v1"], id="for it alone"
        ),
        pytest.param(
            ["export K8S=v1", "envsubst '$A ${K8S}' <kind.yaml.tmpl >kind.yaml"],
            ["v1"],
            id="named",
        ),
        pytest.param(
            ["export K8S=v1", "envsubst '$A' < kind.yaml.tmpl > kind.yaml"],
            [None],
            id="another is named",
        ),
        pytest.param(
            ["export K8S=v1", 'envsubst "$NAMES" < kind.yaml.tmpl > kind.yaml'],
            [None],
            id="unknown ones are named",
        ),
        pytest.param(
            ["K8S=v1", "envsubst < kind.yaml.tmpl > kind.yaml"],
            [None],
            id="not exported",
        ),
        pytest.param(
            ["export K8S=v1", "envsubst < kind.yaml.tmpl > kind.yaml", "K8S=v2"],
            [None],
            id="set again later",
        ),
        pytest.param(
            ["K8S=v1 envsubst < kind.yaml.tmpl > kind.yaml", "export K8S=v2"],
            ["v1"],
            id="for it alone, and set later",
        ),
        pytest.param(
            ["f() {", "envsubst < kind.yaml.tmpl > a", "}", "export K8S=v1", "f"],
            ["v1"],
            id="in a function",
        ),
        pytest.param(
            [
                "for v in v1 v2; do",
                "export K8S=$v",
                "envsubst < kind.yaml.tmpl | kind create cluster --config -",
                "done",
            ],
            ["v1", "v2"],
            id="in a loop",
        ),
        pytest.param(
            ["export K8S=v1", "sed s/a/b/ < kind.yaml.tmpl > kind.yaml"],
            [None],
            id="another program",
        ),
        pytest.param(
            ["export K8S=v1", "envsubst < other.tmpl > kind.yaml.tmpl"],
            [None],
            id="another file",
        ),
    ],
)
def test_values_in_a_template(lines: list[str], expected: list[str | None]) -> None:
    assert tags(*lines) == expected


def test_the_environment_of_a_workflow_reaches_a_template() -> None:
    lines = [
        "on: push",
        "env: {K8S: v1}",
        "jobs:",
        "  a:",
        "    runs-on: ubuntu-latest",
        "    steps:",
        "    - run: envsubst < kind.yaml.tmpl > kind.yaml",
    ]
    assert tags(*lines, path=".github/workflows/a.yaml") == ["v1"]
