"""The snippets are run, as far as a machine without their systems can."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML
from support.repositories import make_repository

from .test_docs import ROOT, SNIPPETS, copy_example

if TYPE_CHECKING:
    from collections.abc import Callable

BIN = Path(sys.executable).parent
OWNER = "https://github.com/OWNER/digestpin"
INSTALL = f"pip install git+{OWNER}@v0.1.0"
UNPINNED = "kind create cluster --image kindest/node:v1.31.4\n"

needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="needs bash"
)


def read_yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load(SNIPPETS / name)


# What each system runs


def jenkins() -> list[str]:
    text = (SNIPPETS / "Jenkinsfile").read_text(encoding="utf-8")
    return re.findall(r"\bsh '''\n(.*?)'''", text, re.DOTALL)


def tekton() -> list[str]:
    return [step["script"] for step in read_yaml("tekton.yaml")["spec"]["steps"]]


def gitlab() -> list[str]:
    job = read_yaml("gitlab-ci.yml")["digestpin"]
    return ["\n".join([*job["before_script"], *job["script"]])]


def circleci() -> list[str]:
    steps = read_yaml("circleci.yml")["jobs"]["digestpin"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def azure() -> list[str]:
    steps = read_yaml("azure-pipelines.yml")["steps"]
    return [step["script"] for step in steps if "script" in step]


SYSTEMS = [jenkins, tekton, gitlab, circleci, azure]


@needs_bash
@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs shellcheck")
@pytest.mark.parametrize("system", SYSTEMS)
def test_shellcheck_has_nothing_to_say(system: Callable[[], list[str]]) -> None:
    for script in system():
        checked = subprocess.run(
            ["shellcheck", "--shell=bash", "-"],
            input=script,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert (checked.returncode, checked.stdout) == (0, "")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a job needs to install this repository in place of the published one."""
    folder = tmp_path_factory.mktemp("snippets")
    origin = folder / "origin"
    shutil.copytree(ROOT / "src", origin / "src")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, origin)
    make_repository(origin, {})
    subprocess.run(["git", "tag", "v0.1.0"], cwd=origin, check=True)
    build = folder / "build"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(build)]
    subprocess.run([*pip, "hatchling"], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    return {
        **os.environ,
        "PATH": f"{folder / 'venv/bin'}{os.pathsep}{os.environ['PATH']}",
        # What it depends on is here already.
        "PYTHONPATH": f"{build}{os.pathsep}{sysconfig.get_paths()['purelib']}",
        "PIP_NO_BUILD_ISOLATION": "0",  # as pip reads it: off
        "GIT_CONFIG_GLOBAL": str(_redirect(folder, origin, OWNER)),
    }


def _redirect(folder: Path, origin: Path, address: str) -> Path:
    """Return a git configuration in which an address leads to a local folder."""
    file = folder / "gitconfig"
    file.write_text(f'[url "{origin.as_uri()}"]\n  insteadOf = {address}\n')
    return file


@pytest.mark.hooks
@needs_bash
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_commands_of_a_system_install_it_and_find_what_is_wrong(
    tmp_path: Path, environment: dict[str, str], system: Callable[[], list[str]]
) -> None:
    workspace = copy_example(tmp_path)
    scripts = system()
    assert any(INSTALL in script for script in scripts)
    process = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(scripts)],
        cwd=workspace,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert process.returncode == 1
    assert "Successfully installed digestpin" in process.stdout
    assert "error[DP101]: kind v0.26.0 cannot drive" in process.stdout
    if system is gitlab:
        assert (workspace / "gl-code-quality-report.json").exists()


def test_the_task_for_tekton_names_what_it_declares() -> None:
    task = read_yaml("tekton.yaml")
    assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")
    assert set(task) == {"apiVersion", "kind", "metadata", "spec"}
    declared = {workspace["name"] for workspace in task["spec"]["workspaces"]}
    for step in task["spec"]["steps"]:
        assert set(step) == {"name", "image", "workingDir", "script"}
        assert step["script"].startswith("#!/usr/bin/env bash\n")
    text = (SNIPPETS / "tekton.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\(workspaces\.([^.)]+)\.", text)) == declared


def test_the_hooks_are_those_of_the_manifest() -> None:
    for command, file in (
        ("validate-config", SNIPPETS / "pre-commit.yaml"),
        ("validate-manifest", ROOT / ".pre-commit-hooks.yaml"),
    ):
        subprocess.run(
            [sys.executable, "-m", "pre_commit", command, str(file)], check=True
        )
    [repository] = read_yaml("pre-commit.yaml")["repos"]
    manifest = read_yaml("../../.pre-commit-hooks.yaml")
    used = {hook["id"] for hook in repository["hooks"]}
    assert used == {hook["id"] for hook in manifest}


@needs_bash
def test_every_repository_of_an_organisation_is_looked_at(tmp_path: Path) -> None:
    """All is real but the list of repositories, which only GitHub has."""
    origins = tmp_path / "origins" / "acme"
    make_repository(origins / "old", {"a.sh": UNPINNED, "b.sh": UNPINNED})
    make_repository(origins / "new", {"c.sh": UNPINNED})
    make_repository(origins / "none", {"d.sh": "true\n"})
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(
        '#!/bin/sh\n[ "$1 $2 $3" = "repo list acme" ] || exit 1\n'
        "for name in old gone none new; do echo acme/$name; done\n"
    )
    (programs / "gh").chmod(0o755)
    config = _redirect(tmp_path, origins.parent, "https://github.com")
    path = (str(programs), str(BIN), os.environ["PATH"])
    process = subprocess.run(
        ["bash", str(SNIPPETS / "organisation.sh"), "acme"],
        env={
            **os.environ,
            "PATH": os.pathsep.join(path),
            "GIT_CONFIG_GLOBAL": str(config),
        },
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert process.returncode == 0
    found = [line for line in process.stdout.splitlines() if "[DP001]" in line]
    assert [line.split(" error")[0] for line in found] == [
        "acme/old: a.sh:1:29:",
        "acme/old: b.sh:1:29:",
        "acme/new: c.sh:1:29:",
    ]
    assert "acme/gone: cannot be cloned" in process.stderr
