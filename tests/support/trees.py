"""Folders of files as values, and what a fix may change in one."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from pathlib import Path

STORED = ".case"
"""Added to the names of files that tools of this repository must not look at."""

# All that a fix may write: a tag, a digest, or nothing where an ignore comment was.
_WRITTEN = re.compile(
    rb"^[ \t]*#[ \t]*digestpin: ignore[^\r\n]*\r?\n"
    rb"|[ \t]*(?:#|//)[ \t]*digestpin: ignore[^\r\n]*"
    rb"|(?:[ \t]|\\\r?\n)*:?@?[ \t]*(?:(?:sha|SHA)256:[ \t]*)*[0-9a-fA-F]{64}"
    rb"|[:@]{0,2}v[0-9]+\.[0-9]+\.[0-9]+|:?\blatest\b|:main",
    re.MULTILINE,
)


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, links as `-> target`; git's own left out."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if name == ".git" or name.startswith(".git/"):
            continue
        if path.is_symlink():
            found[name] = f"-> {path.readlink().as_posix()}".encode()
        elif path.is_file():
            found[name.removesuffix(STORED)] = path.read_bytes()
    return found


def write_tree(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder that holds these files and nothing else; none: no folder."""
    if folder.is_dir():
        shutil.rmtree(folder)
    for name, data in files.items():
        stored = f"{name}{STORED}" if name.endswith(".py") else name
        path = folder / stored
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with its links; files get the names that they are meant to have."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    for path in target.rglob(f"*{STORED}"):
        path.rename(path.with_name(path.name.removesuffix(STORED)))


def bare(data: bytes) -> bytes:
    """Return a text without anything that a fix may write."""
    return _WRITTEN.sub(b"", data)


def load_yaml(data: bytes) -> Any:
    """Return the documents of a YAML text, references bare; None when it is no YAML."""
    try:
        loaded = list(YAML(typ="safe", pure=True).load_all(data.decode("utf-8")))
    except (YAMLError, UnicodeDecodeError):
        return None
    return _bare(loaded)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {_bare(key): _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return bare(value.encode()).decode() if isinstance(value, str) else value


def is_shell(data: bytes) -> bool:
    """Say whether bash accepts a script."""
    return subprocess.run(["bash", "-n"], input=data, check=False).returncode == 0
