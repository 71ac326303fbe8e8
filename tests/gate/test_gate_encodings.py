"""What a program or GitHub reads is right in whatever encoding the terminal has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.repositories import make_repository

if TYPE_CHECKING:
    from pathlib import Path

NAME = "caf\u00e9 \u8282"


def run(folder: Path, encoding: str, *arguments: str, **variables: str) -> bytes:
    process = subprocess.run(
        [sys.executable, "-m", "digestpin", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": encoding, **variables},
        capture_output=True,
        check=False,
    )
    assert process.stderr == b""
    return process.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files: dict[str, bytes | str] = {
        "digestpin.toml": f'exclude = ["{NAME}.md"]\n',
        ".tool-versions": "kind 0.26.0\n",
        f"{NAME}/a.sh": "x kindest/node:v1.31.4\n",
    }
    return make_repository(tmp_path / NAME, files)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("fix", "--offline"),
        ("list",),
        ("upgrade", "--kind", "0.27.0", "--offline"),
        ("config", "show"),
    ],
)
def test_json_is_json(
    repository: Path, encoding: str, arguments: tuple[str, ...]
) -> None:
    text = run(repository, encoding, *arguments, "--output-format", "json")
    assert NAME in str(json.loads(text))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_annotations_are_read_as_utf8(repository: Path, encoding: str) -> None:
    asked = run(repository, encoding, "check", "--output-format", "github")
    assert f"::error file={NAME}/a.sh,".encode() in asked
    by_itself = run(repository, encoding, "check", GITHUB_ACTIONS="true")
    assert by_itself.endswith(asked)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", rb"--> caf\xe9 \u8282/a.sh:1:3"),
        ("cp1252", b"--> caf\xe9 \\u8282/a.sh:1:3"),
        ("cp437", b"--> caf\x82 \\u8282/a.sh:1:3"),
    ],
)
def test_text_has_signs_that_are_there(
    repository: Path, encoding: str, shown: bytes
) -> None:
    text = run(repository, encoding, "check")
    assert shown in text
    dots = b"\x85" if encoding == "cp1252" else b"..."
    assert b"sha256:2cb39f72" + dots + b"," in text
