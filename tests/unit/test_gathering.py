"""Which files are read: those with a needle, and what a value leads to."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.repositories import write_files

from digestpin.discovery import Root
from digestpin.extracting import extract
from digestpin.gathering import Project
from digestpin.kind.releases import KindReleases
from digestpin.references import NODE_IMAGE
from digestpin.selection import Selection
from digestpin.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

RELEASES = KindReleases.load()
USE = 'kind create cluster --image "kindest/node:${NODE_VERSION}"\n'


def open_project(folder: Path, files: dict[str, str]) -> Project:
    write_files(folder, dict(files))
    project = Project(
        root=Root(folder, is_git=False),
        selection=Selection(),
        releases=RELEASES,
        repositories=(NODE_IMAGE,),
    )
    project.load_candidates()
    return project


@pytest.mark.parametrize(
    ("files", "first", "all_read"),
    [
        pytest.param(
            {"a.sh": "echo\n", "b.sh": "x kindest/node:v1\n"},
            ["b.sh"],
            ["b.sh"],
            id="only what names an image",
        ),
        pytest.param(
            {"crd.yaml": "d: of the target kind\n", "b.sh": "arkade get kind\n"},
            ["b.sh"],
            ["b.sh"],
            id="only what gets kind",
        ),
        pytest.param(
            {"a.sh": f". ./v.sh\n{USE}", "v.sh": "NODE_VERSION=v1.31.4\n"},
            ["a.sh"],
            ["a.sh", "v.sh"],
            id="what it sources",
        ),
        pytest.param(
            {
                ".github/workflows/a.yaml": "env: {V: v1.31.4}\njobs:\n  e:\n"
                "    steps:\n    - run: x kindest/node:$V\n"
                "    - {uses: ./x, with: {v: '${{ env.V }}'}}\n",
                "x/action.yml": "runs: {steps: [{run: 'x ${{ inputs.v }}'}]}\n",
            },
            [".github/workflows/a.yaml"],
            [".github/workflows/a.yaml", "x/action.yml"],
            id="the action that it hands a variable to",
        ),
        pytest.param(
            {
                ".github/workflows/a.yaml": "jobs:\n  e:\n"
                "    strategy: {matrix: {k: [v1.31.4]}}\n"
                "    steps: [{run: 'x kindest/node:${{ matrix.k }}'}]\n",
                ".mergify.yml": "x: check-success=e (v1.31.4)\n",
                "a.yml": "x: e (v1.31.4)\n",
            },
            [".github/workflows/a.yaml"],
            [".github/workflows/a.yaml", ".mergify.yml"],
            id="what names the check of its job",
        ),
        pytest.param(
            {
                "Makefile": "all:\n\t./b.sh\nkind:\n\tNODE_VERSION=v1 ./a.sh\n",
                "a.sh": USE,
                "b.sh": "make kind\n",
            },
            ["a.sh"],
            ["Makefile", "a.sh", "b.sh"],
            id="what calls the makefile that runs it",
        ),
        pytest.param(
            {"a.sh": USE, "b.sh": "NODE_VERSION=v1.31.4 ./a.sh\n"},
            ["a.sh"],
            ["a.sh", "b.sh"],
            id="what runs it and sets the name",
        ),
        pytest.param(
            {
                "a.mk": "a:\n\tkind create cluster --image kindest/node:"
                "$(NODE_VERSION)\n",
                "Makefile": "NODE_VERSION = v1.31.4\ninclude a.mk\n",
            },
            ["a.mk"],
            ["Makefile", "a.mk"],
            id="what includes it and sets the name",
        ),
        pytest.param(
            {
                "a.sh": f"NODE_VERSION=v1.31.4\n{USE}",
                "a_test.go": 'package a\n\nvar v = os.Getenv("NODE_VERSION")\n',
                "b_test.go": "package a\n\n// NODE_VERSION\n",
            },
            ["a.sh"],
            ["a.sh", "a_test.go"],
            id="the code that reads the name from its environment",
        ),
        pytest.param(
            {
                "kind.yaml.tmpl": "image: kindest/node:${K8S}\n",
                "run.sh": "K8S=v1.31.4 envsubst < kind.yaml.tmpl > kind.yaml\n",
            },
            ["kind.yaml.tmpl"],
            ["kind.yaml.tmpl", "run.sh"],
            id="the script that fills in a template",
        ),
        pytest.param(
            {".tool-versions": "kind 0.26.0\n", "a.sh": "x kindest/node:v1\n"},
            [".tool-versions", "a.sh"],
            [".tool-versions", "a.sh"],
            id="tool files always",
        ),
    ],
)
def test_files(
    tmp_path: Path, files: dict[str, str], first: list[str], all_read: list[str]
) -> None:
    project = open_project(tmp_path, files)
    assert sorted(project.sources) == first
    project.gather()
    assert sorted(project.sources) == all_read


def test_a_file_in_memory_goes_before_the_one_on_disk(tmp_path: Path) -> None:
    project = open_project(tmp_path, {"a.sh": "x kindest/node:v1.30.8\n"})
    project.add(SourceFile(PurePosixPath("a.sh"), b"x kindest/node:v1.31.4\n"))
    assert [item.tag for item in project.gather().references] == ["v1.31.4"]


def test_a_link_that_a_script_reads_is_the_file_it_leads_to(tmp_path: Path) -> None:
    write_files(tmp_path, {"one/v.sh": USE, "two/a": ""})
    (tmp_path / "two/v.sh").symlink_to("../one/v.sh")
    project = open_project(tmp_path, {"two/use.sh": f". ./v.sh\n{USE}"})
    inventory = project.gather()
    assert sorted(project.sources) == ["one/v.sh", "two/use.sh"]
    assert [r.region.path.as_posix() for r in inventory.references] == [
        "one/v.sh",
        "two/use.sh",
    ]


def test_a_file_is_read_once(tmp_path: Path) -> None:
    project = open_project(tmp_path, {"a.sh": "x kindest/node:v1\n"})
    assert not project.load(PurePosixPath("a.sh"))


def test_any_file_has_a_format() -> None:
    source = SourceFile(PurePosixPath("a.unknown"), b"image: kindest/node:v1.31.4\n")
    assert list(extract(source))
