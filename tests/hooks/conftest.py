"""A clone of this repository as pre-commit's hooks, and scratch repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
NO_NETWORK = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` and return what it prints."""
    result = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return result.stdout


@dataclass(frozen=True)
class Hooks:
    """The hooks at a commit of a clone, and pre-commit's own environment for them."""

    url: str
    revision: str
    home: Path

    def config(self, *hooks: str) -> str:
        """Return a configuration of pre-commit with these hooks, in this order."""
        lines = ["repos:", f"  - repo: {self.url}", f"    rev: {self.revision}"]
        lines += ["    hooks:", *(f"      - id: {hook}" for hook in hooks)]
        return "".join(f"{line}\n" for line in lines)

    def pre_commit(
        self, folder: Path, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run pre-commit in `folder`."""
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=folder,
            env={**ENVIRONMENT, "PRE_COMMIT_HOME": str(self.home), **variables},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )


@dataclass(frozen=True)
class Scratch:
    """A repository of a user, with hooks configured."""

    folder: Path
    hooks: Hooks

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def stage(self) -> None:
        git(self.folder, "add", "--all")

    def commit(self) -> None:
        self.stage()
        git(self.folder, "commit", "--quiet", "--no-verify", "--message", "A state")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the hooks as `git commit` would, with no network to be had."""
        return self.hooks.pre_commit(self.folder, "run", *arguments, **NO_NETWORK)


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    """A clone of the work tree as it is, with its environment installed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("hooks")
    clone, home = folder / "digestpin", folder / "home"
    git(folder, "clone", "--quiet", str(ROOT), str(clone))
    _copy_changes(clone)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "The work tree")
    revision = git(clone, "rev-parse", "HEAD").strip()
    found = Hooks(str(clone), revision, home)
    _install(found, folder / "first")
    return found


def _copy_changes(clone: Path) -> None:
    """Bring what is not committed yet into the clone."""
    changed = git(
        ROOT, "ls-files", "-z", "--modified", "--others", "--exclude-standard"
    )
    for name in filter(None, changed.split("\0")):
        source, target = ROOT / name, clone / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        else:
            target.unlink(missing_ok=True)


def _install(hooks: Hooks, folder: Path) -> None:
    folder.mkdir()
    git(folder, "init", "--quiet")
    config = hooks.config("digestpin-check", "digestpin-fix")
    (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    result = hooks.pre_commit(folder, "install-hooks")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def scratch(tmp_path: Path, hooks: Hooks) -> Scratch:
    """An empty repository with the hook that checks."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    made = Scratch(folder, hooks)
    made.write(".pre-commit-config.yaml", hooks.config("digestpin-check"))
    return made
