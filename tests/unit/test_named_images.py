"""References whose name stands in one variable and whose tag in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inventories import gather, values

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "kind.sh",
            "IMAGE=${IMAGE:-kindest/node}\nTAG=${TAG:-v1.31.1}\n"
            'kind create cluster --image "${IMAGE}":"${TAG}"\n',
            ["kind.sh:3 kindest/node:v1.31.1"],
            id="a name that is a default",
        ),
        pytest.param(
            "Makefile",
            "TAG ?= v1.31.1\nifdef MIRROR\nIMAGE = m.example.com/kindest/node\n"
            "else\nIMAGE = docker.io/kindest/node\nendif\n"
            "up:\n\tkind create cluster --image $(IMAGE):$(TAG)\n",
            [
                "Makefile:8 docker.io/kindest/node:v1.31.1",
                "Makefile:8 m.example.com/kindest/node:v1.31.1",
            ],
            id="one of two names",
        ),
        pytest.param(
            "kind.sh",
            "if x; then I=kindest/node; T=v1.31.1\n"
            "else I=a/b/kindest/node; T=v1.32.1; fi\n"
            "kind create cluster --image $I:$T\n",
            [
                "kind.sh:3 a/b/kindest/node:v1.32.1",
                "kind.sh:3 kindest/node:v1.31.1",
            ],
            id="a name and a tag of the same branch",
        ),
        pytest.param(
            "kind.sh",
            "if x; then I=kindest/node; else I=rancher/k3s; fi\nT=v1.31.1\n"
            "kind create cluster --image $I:$T\n",
            ["kind.sh:3 kindest/node:v1.31.1"],
            id="a name beside one of another image",
        ),
        pytest.param(
            "kind.sh",
            "I=kindest/node\nx && I=$1\nT=v1.31.1\nkind create cluster --image $I:$T\n",
            [],
            id="a name that is not always known",
        ),
    ],
)
def test_names(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    assert values(gather(tmp_path, {path: text})) == expected
