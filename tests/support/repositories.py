"""Real git repositories to look into."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The suite's own repositories depend on nobody's configuration.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def run_git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` and return what it prints."""
    result = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    return result.stdout


def make_repository(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Make a repository at `folder` with `files` committed, and return `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, files)
    run_git(folder, "init", "--quiet")
    run_git(folder, "add", "--all", "--force")
    run_git(folder, "commit", "--quiet", "--allow-empty", "--message", "files")
    return folder


def write_files(folder: Path, files: dict[str, bytes | str]) -> None:
    """Write files below `folder`, with the folders they are in."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
