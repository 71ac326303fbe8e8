"""Values of two branches of one statement are never combined in one reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inventories import gather, governed, values

if TYPE_CHECKING:
    from pathlib import Path


def shell(folder: Path, *script: str) -> list[str]:
    text = "\n".join(script) + "\n"
    found = values(gather(folder, {"e2e.sh": text}))
    return [line.removeprefix("e2e.sh:") for line in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            (
                "case $K in",
                "  a) T=v1.31.4 D=sha256:" + "a" * 64 + " ;;",
                "  b) T=v1.32.1 D=sha256:" + "b" * 64 + " ;;",
                "esac",
                'kind create cluster --image "kindest/node:$T@$D"',
            ),
            [
                "5 kindest/node:v1.31.4@sha256:" + "a" * 64,
                "5 kindest/node:v1.32.1@sha256:" + "b" * 64,
            ],
            id="two variables set in the same branch of a case",
        ),
        pytest.param(
            (
                "if x; then T=v1.31; S=4; elif y; then T=v1.32; S=1; fi",
                'kind create cluster --image "kindest/node:$T.$S"',
            ),
            ["2 kindest/node:v1.31.4", "2 kindest/node:v1.32.1"],
            id="two variables set in the same branch of an if",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "case $K in",
                "  a) T=v1.31.4",
                "    I=kindest/node:$T ;;",
                "  b) I=kindest/node:$T ;;",
                "esac",
            ),
            ["4 kindest/node:v1.31.4", "5 kindest/node:v1.30.0"],
            id="a read within a branch",
        ),
        pytest.param(
            (
                ": ${T:=latest}",
                'if [[ "$T" == latest || -z $T ]]; then',
                "  T=$(curl -s https://dl.k8s.io/release/stable.txt)",
                "fi",
                "kind create cluster --image kindest/node:$T",
            ),
            ["5 ?"],
            id="a default that a branch for it replaces",
        ),
        pytest.param(
            (
                "T=newest",
                "[ $A = 1 ] && T=v1.30.0",
                "if [ newest = ${T} ]; then T=v1.31.4; fi",
                "kind create cluster --image kindest/node:$T",
            ),
            ["4 kindest/node:v1.30.0", "4 kindest/node:v1.31.4"],
            id="one of two values that a branch for it replaces",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                'if [ "$T" = v1.30.0 ] && x; then T=v1.31.4; fi',
                'if y; then :; elif [ "$T" = v1.30.0 ]; then T=v1.32.1; fi',
                'if [ "$T" = v1.30.0 ]; then x && T=v1.33.1; fi',
                'if [ "$T" != v1.30.0 ]; then T=v1.34.0; fi',
                "kind create cluster --image kindest/node:$T",
            ),
            [
                "6 kindest/node:v1.30.0",
                "6 kindest/node:v1.31.4",
                "6 kindest/node:v1.32.1",
                "6 kindest/node:v1.33.1",
                "6 kindest/node:v1.34.0",
            ],
            id="branches that may not be taken for a value",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "if x; then T=v1.31.4; else T=v1.32.1; fi",
                "kind create cluster --image kindest/node:$T",
            ),
            ["3 kindest/node:v1.31.4", "3 kindest/node:v1.32.1"],
            id="what stands before is void when every branch sets it",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "if x; then T=v1.31.4; else :; fi",
                "kind create cluster --image kindest/node:$T",
            ),
            ["3 kindest/node:v1.30.0", "3 kindest/node:v1.31.4"],
            id="what stands before counts when one branch does not set it",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "case $K in a) T=v1.31.4 ;; esac",
                "kind create cluster --image kindest/node:$T",
            ),
            ["3 kindest/node:v1.30.0", "3 kindest/node:v1.31.4"],
            id="a case that need not match",
        ),
        pytest.param(
            (
                "if x; then T=v1.30.0; T=v1.31.4; fi",
                "kind create cluster --image kindest/node:$T",
            ),
            ["2 kindest/node:v1.31.4"],
            id="the last assignment of a branch holds after it",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "if x; then",
                "  if y; then T=v1.31.4; else T=v1.32.1; fi",
                "else T=v1.33.0; fi",
                "kind create cluster --image kindest/node:$T",
            ),
            [
                "5 kindest/node:v1.31.4",
                "5 kindest/node:v1.32.1",
                "5 kindest/node:v1.33.0",
            ],
            id="a statement within a branch",
        ),
        pytest.param(
            (
                "T=v1.30.0",
                "for i in 1 2; do T=v1.31.4; kind create cluster "
                "--image kindest/node:$T; done",
            ),
            ["2 kindest/node:v1.31.4"],
            id="an assignment in the same round of a loop",
        ),
        pytest.param(
            (
                "start() {",
                '  kind create cluster --image "kindest/node:$1.$2"',
                "}",
                "start v1.31 4",
                "start v1.32 1",
            ),
            ["2 kindest/node:v1.31.4", "2 kindest/node:v1.32.1"],
            id="the arguments of one call",
        ),
    ],
)
def test_branches(tmp_path: Path, script: tuple[str, ...], expected: list[str]) -> None:
    assert shell(tmp_path, *script) == expected


def test_a_pin_and_an_image_of_one_branch_are_paired(tmp_path: Path) -> None:
    script = (
        "case $K in\n"
        "  old) KIND_VERSION=v0.26.0; IMAGE=kindest/node:v1.31.4 ;;\n"
        "  new) KIND_VERSION=v0.27.0; IMAGE=kindest/node:v1.32.2 ;;\n"
        "esac\n"
        "curl -LO https://kind.sigs.k8s.io/dl/$KIND_VERSION/kind-linux-amd64\n"
        "kind create cluster --image $IMAGE\n"
    )
    assert governed(gather(tmp_path, {"e2e.sh": script})) == [
        "kindest/node:v1.31.4 v0.26.0",
        "kindest/node:v1.32.2 v0.27.0",
    ]


def test_a_statement_of_another_file_does_not_split(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "versions.sh": "if x; then export T=v1.31.4; else export T=v1.32.1; fi\n",
        "e2e.sh": ". ./versions.sh\nkind create cluster --image kindest/node:$T\n",
    }
    assert values(gather(tmp_path, files)) == [
        "e2e.sh:2 kindest/node:v1.31.4",
        "e2e.sh:2 kindest/node:v1.32.1",
    ]


def test_what_doubles_with_each_step_is_not_followed_for_ever(tmp_path: Path) -> None:
    steps = [f"X{number}=$X{number - 1}$X{number - 1}" for number in range(1, 60)]
    command = "kind create cluster --image kindest/node:$X59"
    assert shell(tmp_path, "X0=v1", *steps, command) == ["61 ?"]
