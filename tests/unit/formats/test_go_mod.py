"""The version of kind that a Go module file gives."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read

from digestpin.formats.go_mod import FORMAT

BOUND = "go.mod:sigs.k8s.io/kind = v0.30.0"
PIN = "pin go.mod v0.30.0"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("hack/tools/go.mod", True, id="go.mod"),
        pytest.param(".bingo/kind.mod", True, id="bingo"),
        pytest.param("go.sum", False, id="checksums"),
        pytest.param("go.work", False, id="workspace"),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), b"") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("require sigs.k8s.io/kind v0.30.0", [BOUND, PIN], id="require"),
        pytest.param(
            "require (\r\n\ta.b/c v1\r\n\tsigs.k8s.io/kind v0.30.0\r\n)\r\n",
            [BOUND, PIN],
            id="block",
        ),
        pytest.param(
            "require sigs.k8s.io/kind v0.30.0 // indirect\n", [BOUND], id="indirect"
        ),
        pytest.param(
            "require sigs.k8s.io/kind v0.30.0 // indirect\ntool sigs.k8s.io/kind\n",
            [BOUND, PIN],
            id="tool",
        ),
        pytest.param(
            "tool sigs.k8s.io/kind/cmd/kind\n"
            "require sigs.k8s.io/kind v0.30.0 // indirect\n",
            [BOUND, PIN],
            id="tool by the path of its command",
        ),
        pytest.param(
            "tool (\n\tsigs.k8s.io/kind\n)\n"
            "require (\n\tsigs.k8s.io/kind v0.30.0 // indirect\n)\n",
            [BOUND, PIN],
            id="tool in a block",
        ),
        pytest.param(
            "require sigs.k8s.io/kind v0.29.0\n"
            "replace sigs.k8s.io/kind => sigs.k8s.io/kind v0.30.0\n",
            [BOUND, PIN],
            id="replaced version",
        ),
        pytest.param(
            "require sigs.k8s.io/kind v0.30.0\n"
            "replace (\n\tsigs.k8s.io/kind v0.30.0 => ../kind\n)\n",
            [],
            id="replaced by a folder",
        ),
        pytest.param(
            "require sigs.k8s.io/kind v0.30.0\n"
            "replace sigs.k8s.io/kind => github.com/a/kind v0.1.0\n",
            [],
            id="replaced by a fork",
        ),
        pytest.param("// require sigs.k8s.io/kind v0.30.0\n", [], id="comment"),
        pytest.param("exclude sigs.k8s.io/kind v0.30.0\n", [], id="exclude"),
        pytest.param(
            "exclude (\nsigs.k8s.io/kind v0.30.0\n)\n", [], id="exclude block"
        ),
        pytest.param("require sigs.k8s.io/kind/x v0.30.0\n", [], id="a path below"),
        pytest.param("require sigs.k8s.io/kindly v0.30.0\n", [], id="another name"),
        pytest.param("require x/sigs.k8s.io/kind v0.30.0\n", [], id="a path above"),
        pytest.param("tool sigs.k8s.io/kind\n", [], id="tool alone"),
        pytest.param("", [], id="empty"),
    ],
)
def test_versions(text: str, expected: list[str]) -> None:
    assert lines(read(FORMAT, text, "go.mod")) == expected
