"""Real pre-commit runs the hooks from a clone of this repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import ENVIRONMENT, ROOT, git

if TYPE_CHECKING:
    from .conftest import Scratch

pytestmark = pytest.mark.hooks

PREK = shutil.which("prek", path=Path(sys.executable).parent)
DIGEST = "sha256:2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30"
"""v1.31.4 as published for kind v0.26.0."""
UNPINNED = "KIND_VERSION ?= v0.26.0\nNODE ?= kindest/node:v1.31.4\n"
USE = "cluster:\n\tgo install sigs.k8s.io/kind@$(KIND_VERSION)\n"
CREATE = "\tkind create cluster --image $(NODE)\n"
MAKEFILE = UNPINNED + USE + CREATE
PINNED = MAKEFILE.replace("v1.31.4", f"v1.31.4@{DIGEST}")


def test_the_first_run_fixes_and_fails_and_the_second_passes(scratch: Scratch) -> None:
    config = scratch.hooks.config("digestpin-fix", "digestpin-check")
    scratch.write(".pre-commit-config.yaml", config)
    scratch.write("Makefile", MAKEFILE)
    scratch.stage()

    first = scratch.run()

    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert scratch.read("Makefile") == PINNED

    scratch.stage()
    second = scratch.run()

    assert second.returncode == 0, second.stdout
    assert second.stdout.count("Passed") == 2
    assert scratch.read("Makefile") == PINNED


@pytest.mark.skipif(PREK is None, reason="needs prek")
def test_prek_runs_them_alike(scratch: Scratch, tmp_path: Path) -> None:
    config = scratch.hooks.config("digestpin-fix", "digestpin-check")
    scratch.write(".pre-commit-config.yaml", config)
    scratch.write("Makefile", MAKEFILE)
    scratch.stage()
    for code in (1, 0):
        result = subprocess.run(
            [str(PREK), "run", "--all-files"],
            cwd=scratch.folder,
            env={**ENVIRONMENT, "PREK_HOME": str(tmp_path / "prek")},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert result.returncode == code, result.stdout + result.stderr
        assert scratch.read("Makefile") == PINNED
        scratch.stage()


def test_checking_fails_and_changes_nothing(scratch: Scratch) -> None:
    scratch.write("Makefile", MAKEFILE)
    scratch.stage()

    result = scratch.run()

    assert result.returncode == 1
    assert "error[DP001]: kindest/node:v1.31.4 is not pinned" in result.stdout
    assert scratch.read("Makefile") == MAKEFILE


def test_a_change_of_the_kind_version_alone_is_caught(scratch: Scratch) -> None:
    node_image = (
        "kindest/node:v1.32.2@sha256:"
        "f226345927d7e348497136874b6d207e0b32cc52154ad8323129352923a3142f"
    )
    scratch.write(".tool-versions", "kind 0.27.0\n")
    scratch.write("e2e.sh", f"kind create cluster --image {node_image}\n")
    scratch.commit()
    assert scratch.run("--all-files").returncode == 0

    scratch.write(".tool-versions", "kind 0.26.0\n")
    scratch.stage()
    assert git(scratch.folder, "diff", "--cached", "--name-only") == ".tool-versions\n"
    result = scratch.run()

    assert result.returncode == 1
    assert "error[DP101]: kind v0.26.0 cannot drive" in result.stdout
    assert "--> e2e.sh:1:29" in result.stdout


def test_a_kind_version_that_is_deleted_is_caught(scratch: Scratch) -> None:
    node_image = f"kindest/node:v1.31.4@{DIGEST}"
    scratch.write(".tool-versions", "kind 0.26.0\n")
    scratch.write("e2e.sh", f"kind create cluster --image {node_image}\n")
    scratch.commit()

    git(scratch.folder, "rm", "--quiet", ".tool-versions")
    result = scratch.run()

    assert result.returncode == 1
    assert "warning[DP104]" in result.stdout


def test_what_is_not_staged_is_neither_judged_nor_lost(scratch: Scratch) -> None:
    config = scratch.hooks.config("digestpin-fix")
    scratch.write(".pre-commit-config.yaml", config)
    far = "\n# Between the two lies enough for git to keep them apart.\n" * 3
    scratch.write("Makefile", MAKEFILE + far)
    scratch.stage()
    late = "OTHER ?= kindest/node:v1.30.8\n"
    scratch.write("Makefile", MAKEFILE + far + late)

    result = scratch.run()

    assert result.returncode == 1
    assert scratch.read("Makefile") == PINNED + far + late


def test_what_is_not_tracked_is_neither_judged_nor_rewritten(scratch: Scratch) -> None:
    config = scratch.hooks.config("digestpin-fix", "digestpin-check")
    scratch.write(".pre-commit-config.yaml", config)
    scratch.write("Makefile", PINNED)
    scratch.stage()
    untracked = "kind create cluster --image kindest/node:v1.31.4\n"
    scratch.write("untracked.sh", untracked)

    result = scratch.run()

    assert result.returncode == 0, result.stdout
    assert scratch.read("untracked.sh") == untracked


def test_a_kind_version_that_is_no_longer_tracked_is_none(scratch: Scratch) -> None:
    scratch.write(".tool-versions", "kind 0.26.0\n")
    scratch.write(
        "e2e.sh", f"kind create cluster --image kindest/node:v1.31.4@{DIGEST}\n"
    )
    scratch.commit()
    assert scratch.run().returncode == 0

    git(scratch.folder, "rm", "--quiet", "--cached", ".tool-versions")
    result = scratch.run()

    assert (scratch.folder / ".tool-versions").exists()
    assert result.returncode == 1
    assert "warning[DP104]" in result.stdout


def test_a_repository_without_node_images_passes(scratch: Scratch) -> None:
    scratch.write("Makefile", "all:\n\ttrue\n")
    scratch.stage()

    result = scratch.run()

    assert result.returncode == 0, result.stdout


def test_the_manifest_names_the_hooks_of_the_readme() -> None:
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for hook in ("digestpin-check", "digestpin-fix"):
        assert f"- id: {hook}\n" in manifest
        assert hook in readme
