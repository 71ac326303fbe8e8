"""Comments that tell updaters what a value is."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from digestpin.annotations import find_annotations, names_kind
from digestpin.source import SourceFile

KIND = "depName=kubernetes-sigs/kind"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"# renovate: {KIND}\nX=1\n", {2: "kubernetes-sigs/kind"}, id="above"
        ),
        pytest.param(
            f"  # renovate: a=b {KIND} c\nX\n",
            {2: "kubernetes-sigs/kind"},
            id="among others",
        ),
        pytest.param(
            f"X=1 # renovate: {KIND}\n", {1: "kubernetes-sigs/kind"}, id="behind"
        ),
        pytest.param(
            f"# renovate: {KIND}\n\nX=1\n",
            {3: "kubernetes-sigs/kind"},
            id="over an empty line",
        ),
        pytest.param(
            f"// renovate: {KIND}\nx\n", {2: "kubernetes-sigs/kind"}, id="slashes"
        ),
        pytest.param(
            "# updatecli: dep=kubernetes-sigs/kind\nx\n",
            {2: "kubernetes-sigs/kind"},
            id="updatecli",
        ),
        pytest.param('# renovate: packageName="a/b"\nx\n', {2: "a/b"}, id="quoted"),
        pytest.param(f"# {KIND}\nx\n", {}, id="no updater"),
        pytest.param("renovate: depName=x\ny\n", {}, id="no comment"),
        pytest.param(f"# renovate: {KIND}\n", {}, id="nothing below"),
        pytest.param(
            f"# renovate: {KIND}\n# why\nX=1\n",
            {3: "kubernetes-sigs/kind"},
            id="over another comment",
        ),
    ],
)
def test_annotations(text: str, expected: dict[int, str]) -> None:
    source = SourceFile(PurePosixPath("a"), text.encode())
    assert find_annotations(source) == expected


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ("kubernetes-sigs/kind", True),
        ("sigs.k8s.io/kind", True),
        ("kind", True),
        ("kubernetes-sigs/kind@only-patch", True),
        ("kubernetes-sigs/cloud-provider-kind", False),
        ("kindest/node", False),
        ("helm/kind-action", False),
    ],
)
def test_kind_by_name(dependency: str, expected: bool) -> None:
    assert names_kind(dependency) is expected
