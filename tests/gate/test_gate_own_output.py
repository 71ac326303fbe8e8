"""What digestpin has written into the repository is neither judged nor rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository
from support.trees import read_tree

if TYPE_CHECKING:
    from pathlib import Path

TOOL = ".tool-versions"
IMAGE = "kindest/node:v1.31.4"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", "--output-format", "json"), id="report"),
        pytest.param(("check", "--output-format", "sarif"), id="log"),
        pytest.param(("check", "--output-format", "gitlab"), id="code quality"),
        pytest.param(("list", "--output-format", "json"), id="inventory"),
        pytest.param(
            ("resolve", "--offline", "--output-format", "json", IMAGE), id="answers"
        ),
        pytest.param(("releases", "--output-format", "json"), id="releases"),
        pytest.param(
            ("releases", "show", "0.26.0", "--output-format", "json"), id="a release"
        ),
        pytest.param(
            ("releases", "node", "v1.31.4", "--output-format", "json"), id="builds"
        ),
        pytest.param(
            ("upgrade", "--kind", "0.27.0", "--offline", "--output-format", "json"),
            id="upgrade",
        ),
    ],
)
def test_own_output_is_no_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    files: dict[str, bytes | str] = {TOOL: "kind 0.26.0\n", "a.sh": f"x {IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    text = run_digestpin(repository, *arguments).stdout
    assert "kindest/node" in text or "v1.31.4" in text
    (repository / "out.json").write_text(text)
    ran = run_digestpin(repository, "fix", "--offline")
    assert (ran.code, read_tree(repository)["out.json"]) == (0, text.encode())
