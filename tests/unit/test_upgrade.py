"""Plans of an upgrade that are seldom met: contested values, odd pins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository, write_files

from digestpin.config import load_configuration
from digestpin.discovery import Root
from digestpin.errors import UnfaithfulRewrite
from digestpin.pipeline import Run
from digestpin.upgrade_pins import plan_pins, verify_pins
from digestpin.upgrading import Upgrading

if TYPE_CHECKING:
    from pathlib import Path

    from digestpin.gathering import Project
    from digestpin.upgrading import Upgraded


def open_run(folder: Path, files: dict[str, bytes | str]) -> tuple[Run, Project]:
    write_files(folder, files)
    run = Run(
        root=Root(folder, is_git=False),
        configuration=load_configuration(folder, folder),
        is_reported=lambda _: True,
    )
    return run, run.open_project()


def upgrade(folder: Path, files: dict[str, bytes | str]) -> Upgraded:
    run, project = open_run(folder, files)
    return Upgrading(run, project, run.releases.newest).upgrade()


def test_an_action_that_is_not_known_is_advised_on(tmp_path: Path) -> None:
    step = "- uses: helm/kind-action@0123456789012345678901234567890123456789\n"
    files: dict[str, bytes | str] = {
        ".github/workflows/e.yaml": f"jobs:\n  e2e:\n    steps:\n      {step}"
    }
    (left,) = upgrade(tmp_path, files).left
    assert "give it `version: v" in left.why_left


def test_one_value_in_two_texts_moves_once(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "Makefile": "K8S := v1.31.4\nA := kindest/node:$(K8S)\n"
        "B := mirror.example.org/kindest/node:$(K8S)\n"
    }
    upgraded = upgrade(tmp_path, files)
    assert [str(plan.location) for plan in upgraded.moved] == ["Makefile:1:8"]
    assert upgraded.left == ()


def test_pins_that_come_out_otherwise_are_refused(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "x kindest/node:v1.31.4\n",
    }
    run, project = open_run(tmp_path, files)
    inventory = project.gather()
    release = run.releases.newest
    (plan,) = plan_pins(inventory.pins, inventory, release)
    assert plan.fix is not None
    (edit,) = plan.fix.edits
    check = verify_pins(release.version)
    source = project.sources[".tool-versions"]
    with pytest.raises(UnfaithfulRewrite, match="the same kind versions"):
        check(inventory, inventory, source, {source.path: [edit]})


def test_a_checksum_in_a_digest_is_none(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "a.sh": "go install sigs.k8s.io/kind@v0.26.0\n"
        f"x kindest/node:v1.31.4@sha256:{'a' * 64}\n"
    }
    notes = upgrade(tmp_path, files).notes
    assert not any("checksum" in note for note in notes)


def test_what_is_left_is_in_the_json(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.yaml": "image: kindest/node:latest\n"}
    repository = make_repository(tmp_path / "r", files)
    ran = run_digestpin(
        repository,
        *("upgrade", "--kind", "latest", "--offline", "--output-format", "json"),
    )
    (left,) = json.loads(ran.stdout)["left"]
    assert (left["type"], left["path"], left["line"], left["column"]) == (
        "node image",
        "a.yaml",
        1,
        8,
    )
