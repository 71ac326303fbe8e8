"""What pins kind, by name, by text and by action; and what only looks like it."""

from __future__ import annotations

import pytest
from support.judging import WORKFLOW, found_pins

from digestpin.pins import is_kind_version_name

SHA = "a1b0e391336a6ee6713a0583f8c6240d70863de3"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KIND_VERSION", True),
        ("KIND_VER", True),
        ("kindVersion", True),
        ("kind-version", True),
        ("E2E_KIND_VERSION", True),
        ("KIND_RELEASE", True),
        ("KIND_TAG", True),
        ("KIND_CLI_VERSION", True),
        ("kind", True),
        ("KIND", True),
        ("CLOUD_PROVIDER_KIND_VERSION", False),
        ("KIND_NODE_VERSION", False),
        ("KIND_K8S_VERSION", False),
        ("KIND_IMAGE", False),
        ("KINDEST_VERSION", False),
        ("VERSION", False),
        ("MANKIND_VERSION", False),
        ("KIND_CLUSTER_NAME", False),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert is_kind_version_name(name) is expected


WIDGET = "apiVersion: x.io/v1\nkind: Widget\nspec: {kindVersion: v0.26.0}\n"


def step(text: str) -> dict[str, str]:
    return {WORKFLOW: f"jobs:\n  a:\n    steps:\n      - {text}\n"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"a.sh": "go install sigs.k8s.io/kind@v0.26.0\n"},
            ["v0.26.0 go install 1"],
            id="go install",
        ),
        pytest.param(
            {"a.sh": "go install sigs.k8s.io/kind/cmd/kind@v0.26.0\n"},
            ["v0.26.0 go install 1"],
            id="go install of the command",
        ),
        pytest.param(
            {"a.sh": "V=0.26.0\ngo install sigs.k8s.io/kind@v$V\n"},
            ["v0.26.0 go install 1"],
            id="traced, where it is written",
        ),
        pytest.param(
            {"a.sh": "go install sigs.k8s.io/kind@latest\n"},
            ["? go install 1"],
            id="latest",
        ),
        pytest.param(
            {"a.sh": "curl -LO https://kind.sigs.k8s.io/dl/v0.26.0/kind-linux-amd64\n"},
            ["v0.26.0 release URL 1"],
            id="kind's own URL",
        ),
        pytest.param(
            {
                "a.sh": "curl -LO https://github.com/kubernetes-sigs/kind/"
                "releases/download/v0.26.0/kind-linux-amd64\n"
            },
            ["v0.26.0 release URL 1"],
            id="GitHub's URL",
        ),
        pytest.param(
            {
                "a.sh": "curl -LO https://github.com/kubernetes-sigs/kind/"
                "releases/latest/download/kind-linux-amd64\n"
            },
            ["? release URL 1"],
            id="GitHub's URL of the latest",
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= v0.26.0\n"}, ["v0.26.0 variable 1"], id="make"
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= v1.31.4\n"}, [], id="a node tag by value"
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= v0.26.7\n"}, [], id="no release by value"
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= v0.2.0\n"}, [], id="older than the data"
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= v0.99.0\n"},
            ["v0.99.0 variable 1"],
            id="newer than the data",
        ),
        pytest.param(
            {
                "a.sh": "KIND_VERSION=v0.2.0\n"
                "curl https://kind.sigs.k8s.io/dl/$KIND_VERSION/kind-linux-amd64\n"
            },
            ["v0.2.0 release URL 1"],
            id="older than the data and read in a URL of kind",
        ),
        pytest.param({"a.yaml": WIDGET}, [], id="a field of a resource"),
        pytest.param(
            {
                "a.yaml": WIDGET,
                "crd.yaml": "properties:\n  kindVersion:\n    type: string\n",
                "types.go": 'type S struct {\n\tA string `json:"kindVersion"`\n}\n',
            },
            [],
            id="a field of a resource that is defined here",
        ),
        pytest.param(
            {"a.yaml": "kindVersion: v0.26.0\n", "a.sh": "yq .kindVersion a.yaml\n"},
            ["v0.26.0 variable 1"],
            id="a key that a script asks for",
        ),
        pytest.param(
            {"a.yaml": "KIND_VERSION: v0.26.0\n"},
            ["v0.26.0 variable 1"],
            id="a key named as in the environment",
        ),
        pytest.param(
            {"Makefile": "KIND_VERSION ?= latest\n"}, [], id="no version by value"
        ),
        pytest.param(
            step("uses: helm/kind-action@v1.12.0"),
            ["v0.26.0 helm/kind-action@v1.12.0 default 4"],
            id="an action's default",
        ),
        pytest.param(
            step(f"uses: helm/kind-action@{SHA} # v9"),
            ["v0.26.0 helm/kind-action@v1.12.0 default 4"],
            id="by sha, whatever the comment says",
        ),
        pytest.param(
            step("{uses: helm/kind-action@v1.12.0, with: {version: v0.31.0}}"),
            ["v0.31.0 helm/kind-action 4"],
            id="its input before its default",
        ),
        pytest.param(
            step("uses: helm/kind-action@main"),
            ["? helm/kind-action@main default 4"],
            id="a branch",
        ),
        pytest.param(
            step("{uses: engineerd/setup-kind@v0.6.2, with: {version: v0.26.0}}"),
            ["v0.26.0 engineerd/setup-kind 4"],
            id="the other action",
        ),
        pytest.param(
            step("{uses: x/setup-kind@v1, with: {version: v0.26.0}}"),
            ["v0.26.0 x/setup-kind 4"],
            id="an action of that name",
        ),
        pytest.param(
            step("{uses: x/setup-go@v1, with: {version: v0.26.0}}"),
            [],
            id="an action of another name",
        ),
        pytest.param(
            {".tool-versions": "kind 0.26.0\n"},
            ["v0.26.0 .tool-versions 1"],
            id="asdf",
        ),
        pytest.param(
            {"a.sh": "go install sigs.k8s.io/cloud-provider-kind@v0.6.0\n"},
            [],
            id="another product",
        ),
        pytest.param(
            {"a.sh": "# go install sigs.k8s.io/kind@v0.26.0\n"}, [], id="a comment"
        ),
        pytest.param(
            {"a.go": 'package a\n\nimport _ "sigs.k8s.io/kind/pkg/cluster"\n'},
            [],
            id="an import",
        ),
        pytest.param(
            {
                "a.sh": "KIND_VERSION=v0.26.0\n"
                "go install sigs.k8s.io/kind@$KIND_VERSION\n"
            },
            ["v0.26.0 go install 1"],
            id="one pin, though it is found twice",
        ),
    ],
)
def test_pins(files: dict[str, str], expected: list[str]) -> None:
    assert found_pins(files) == expected
