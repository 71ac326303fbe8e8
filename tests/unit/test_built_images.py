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
            "T=v1.36.1\nI=ghcr.io/me/kindest/node:$T\ndocker build -t $I .\n"
            "kind create cluster --image $I\n",
            [],
            id="a variable with a published tag in a registry of our own",
        ),
        pytest.param(
            "I=$REGISTRY/kindest/node:v1.36.1\n"
            "docker tag kindest/node:v1.36.1 $I\ndocker push $I\n",
            ["x.sh:2 kindest/node:v1.36.1"],
            id="a copy in a registry of our own",
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


CREATE = "kind create cluster --image kindest/node:v1.31.4\n"
STEP = """\
jobs:
  test:
    steps:
      - uses: %s
        with:
          tags: %s
      - run: kind create cluster --image kindest/node:v1.31.4
"""
WORKFLOW = ".github/workflows/w.yml"


GO = 'package a\n\nconst image = "kindest/node:%s"\n\n'
CREATED = (
    'func Up() {\n\targs := []string{"create", "cluster"}\n'
    '\targs = append(args, "--image", image)\n\trun("kind", args)\n}\n'
)
PIECES = (
    'func Build() {\n\targs := []string{\n\t\t"build", "node-image",\n\t}\n'
    '\tif told() {\n\t\targs = append(args, "--image", image)\n\t}\n'
    '\trun("kind", args)\n}\n\n'
)
AT_ONCE = (
    'func Build() {\n\trun("kind", "build", "node-image", "--image", image)\n}\n\n'
)
BASE = PIECES.replace('"--image"', '"--base-image"')
SAME = PIECES.replace(
    "}\n\n", '\targs = []string{"create", "cluster", "--image", image}\n}\n'
)


@pytest.mark.parametrize(
    ("tag", "code", "expected"),
    [
        pytest.param("latest", PIECES + CREATED, [], id="arguments in pieces"),
        pytest.param("latest", AT_ONCE + CREATED, [], id="arguments at once"),
        pytest.param("latest", CREATED + PIECES, [], id="built further down"),
        pytest.param("latest", SAME, [], id="built and created in one function"),
        pytest.param(
            "latest", CREATED, ["a.go:3 kindest/node:latest"], id="nothing is built"
        ),
        pytest.param(
            "latest",
            BASE + CREATED,
            ["a.go:3 kindest/node:latest"],
            id="what the image is built from",
        ),
        pytest.param(
            "v1.31.4",
            PIECES + CREATED,
            ["a.go:3 kindest/node:v1.31.4"],
            id="a published tag",
        ),
    ],
)
def test_built_by_code(
    tmp_path: Path, tag: str, code: str, expected: list[str]
) -> None:
    assert values(gather(tmp_path, {"a.go": GO % tag + code})) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("b.go", f"package a\n\n{PIECES}", id="code of the package"),
        pytest.param("b.sh", "kind build node-image ~/src\n", id="a script"),
    ],
)
def test_built_in_a_file_that_names_no_image(
    tmp_path: Path, path: str, text: str
) -> None:
    files: dict[str, str | bytes] = {"a.go": GO % "latest" + CREATED, path: text}
    assert values(gather(tmp_path, files)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            WORKFLOW,
            STEP % ("docker/build-push-action@v6", "kindest/node:v1.31.4"),
            id="the tags of an action that builds",
        ),
        pytest.param(
            WORKFLOW,
            STEP % ("docker/build-push-action@v6", "mine:1, kindest/node:v1.31.4"),
            id="tags with commas",
        ),
        pytest.param(
            WORKFLOW,
            STEP
            % (
                "redhat-actions/buildah-build@v2",
                "|\n            mine:1\n            kindest/node:v1.31.4",
            ),
            id="one tag a line",
        ),
        pytest.param(
            "compose.yaml",
            "services:\n  x:\n    build: .\n    image: kindest/node:v1.31.4\n",
            id="a compose service",
        ),
        pytest.param(
            "compose.yaml",
            "services:\n  x:\n    image: ${NODE:-kindest/node:v1.31.4}\n"
            "    build:\n      context: .\n",
            id="a compose service with a default",
        ),
        pytest.param(
            "compose.yaml",
            "services:\n  x:\n    build:\n      context: .\n"
            "      tags:\n        - kindest/node:v1.31.4\n",
            id="more tags of a compose service",
        ),
        pytest.param(
            "docker-bake.hcl",
            'target "node" {\n  tags = [\n    "mine:1",\n'
            '    "kindest/node:v1.31.4",\n  ]\n}\n',
            id="a target of bake",
        ),
        pytest.param(
            "docker-bake.json",
            '{"target": {"node": {"tags": ["kindest/node:v1.31.4"]}}}\n',
            id="a target of bake in JSON",
        ),
    ],
)
def test_built_by_what_a_file_declares(tmp_path: Path, path: str, text: str) -> None:
    assert values(gather(tmp_path, {path: text, "x.sh": CREATE})) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            WORKFLOW,
            STEP % ("some/load-action@v1", "kindest/node:v1.31.4"),
            id="an action that builds nothing",
        ),
        pytest.param(
            "compose.yaml",
            "services:\n  x:\n    build:\n    image: kindest/node:v1.31.4\n",
            id="nothing to build",
        ),
        pytest.param(
            "jobs.yaml",
            "image: kindest/node:v1.31.4\nbuild:\n  script: make\n",
            id="a job called build",
        ),
        pytest.param(
            "data.json",
            '{"target": {"node": {"tags": ["kindest/node:v1.31.4"]}}}\n',
            id="tags of something else",
        ),
        pytest.param(
            "main.tf",
            'resource "x" "y" {\n  tags = ["kindest/node:v1.31.4"]\n}\n',
            id="tags of a resource",
        ),
    ],
)
def test_not_built(tmp_path: Path, path: str, text: str) -> None:
    assert values(gather(tmp_path, {path: text}))
