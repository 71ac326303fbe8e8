"""Which values are kind pins, and which only look like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inventories import gather, pins

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "kind.sh",
            "E2E=kindest/node:v1.36.1\nKIND_VERSION=${E2E#kindest/node:}\n"
            "go install sigs.k8s.io/kind@$KIND_VERSION\n",
            [],
            id="a node tag in a variable of this name",
        ),
        pytest.param(
            "kind.sh",
            "BASE=https://github.com/kubernetes-sigs/kind/releases/download\n"
            'V=v0.26.0\ncurl -Lo kind "$BASE/$V/kind-linux-amd64"\n',
            ["kind.sh:2 v0.26.0"],
            id="behind the front of a release URL",
        ),
        pytest.param(
            "kind.sh",
            "BASE=https://kind.sigs.k8s.io/dl/\n"
            'curl -Lo kind "$BASE/v0.26.0/kind-linux-amd64"\n',
            ["kind.sh:2 v0.26.0"],
            id="written out behind the front of an address",
        ),
        pytest.param(
            "kind.sh",
            "BASE=https://dl.example.org\nV=v0.26.0\n"
            'curl -Lo kind "$BASE/$V/kind-linux-amd64"\n',
            [],
            id="behind the front of another address",
        ),
        pytest.param(
            "Makefile",
            "kind:\n\tgo install sigs.k8s.io/kind@v1.0.0\n",
            ["Makefile:2 v1.0.0"],
            id="written out",
        ),
        pytest.param(
            "versions.yaml",
            "helm: v3.14.0\nkind: v0.30.0\n",
            ["versions.yaml:2 v0.30.0"],
            id="one of several versions",
        ),
        pytest.param(
            "scenario.yaml",
            'release: latest\nkind: "v0.30.0"\n',
            [],
            id="a word among others",
        ),
        pytest.param(
            "go.mod",
            "module a.b/c\n\nrequire sigs.k8s.io/kind v0.8.1 // indirect\n",
            [],
            id="what a module that is used needs, and nobody runs",
        ),
        pytest.param(
            ".github/workflows/e2e.yml",
            "jobs:\n  e2e:\n    steps:\n      - id: v\n        run: |\n"
            '          echo "kind_version=v0.30.0" >> $GITHUB_OUTPUT\n',
            [".github/workflows/e2e.yml:6 v0.30.0"],
            id="an output of a step",
        ),
        pytest.param(
            "action.yml",
            "runs:\n  steps:\n    - uses: a/setup-kind@v2\n"
            "      with:\n        kindVersion: 0.31.0\n",
            ["action.yml:5 0.31.0"],
            id="an input of an action",
        ),
    ],
)
def test_pins(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    assert pins(gather(tmp_path, {path: text})) == expected
