"""Images that the repository builds itself are no findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inventories import gather, values

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            "kind build node-image --image kindest/node:v1.31.4\n"
            "kind create cluster --image kindest/node:v1.31.4\n",
            [],
            id="named in the command",
        ),
        pytest.param(
            "V=v1.31.4\nkind build node-image --image kindest/node:$V\n"
            "kind create cluster --image kindest/node:$V\n",
            [],
            id="named with the tag in a variable",
        ),
        pytest.param(
            "I=kindest/node:mine\nkind build node-image --image $I\n"
            "kind create cluster --image $I\n",
            [],
            id="a variable with a tag of our own",
        ),
        pytest.param(
            "T=v1.36.1\nI=kindest/node:$T\nkind build node-image --image $I\n"
            "kind create cluster --image $I\n",
            ["x.sh:2 kindest/node:v1.36.1"],
            id="a variable with a published tag",
        ),
        pytest.param(
            "kind build node-image\nkind create cluster --image kindest/node:latest\n",
            [],
            id="what kind builds by itself",
        ),
        pytest.param(
            "kind build node-image --image mine:1\n"
            "kind create cluster --image kindest/node:latest\n",
            ["x.sh:2 kindest/node:latest"],
            id="another image is built",
        ),
    ],
)
def test_built(tmp_path: Path, script: str, expected: list[str]) -> None:
    assert values(gather(tmp_path, {"x.sh": script})) == expected
