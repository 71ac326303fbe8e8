"""What a file that several others include hands on is only what each of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.inventories import gather, values

if TYPE_CHECKING:
    from pathlib import Path

CREATE = "#!/bin/bash\n. ./common.sh\nkind create cluster --image kindest/node:$NODE\n"


def job(script: str, version: str) -> str:
    return (
        f"jobs:\n  e2e:\n    env:\n      NODE: {version}\n"
        f"    steps:\n    - run: ./{script}\n"
    )


@pytest.mark.parametrize(
    ("common", "expected"),
    [
        pytest.param(
            "NODE=${NODE:?}\n",
            ["a.sh:3 kindest/node:v1.31.0", "b.sh:3 kindest/node:v1.29.2"],
            id="what is required",
        ),
        pytest.param(
            "NODE=${NODE:-v1.30.0}\n",
            [
                "a.sh:3 kindest/node:v1.30.0",
                "a.sh:3 kindest/node:v1.31.0",
                "b.sh:3 kindest/node:v1.29.2",
                "b.sh:3 kindest/node:v1.30.0",
            ],
            id="what has a default",
        ),
    ],
)
def test_of_two_workflows(tmp_path: Path, common: str, expected: list[str]) -> None:
    files: dict[str, bytes | str] = {
        ".github/workflows/a.yml": job("a.sh", "v1.31.0"),
        ".github/workflows/b.yml": job("b.sh", "v1.29.2"),
        "a.sh": CREATE,
        "b.sh": CREATE,
        "common.sh": common,
    }
    assert values(gather(tmp_path, files)) == expected


def test_of_two_jobs_of_a_workflow(tmp_path: Path) -> None:
    second = job("b.sh", "v1.29.2").removeprefix("jobs:\n").replace("e2e", "old")
    files: dict[str, bytes | str] = {
        ".github/workflows/a.yml": job("a.sh", "v1.31.0") + second,
        "a.sh": CREATE,
        "b.sh": CREATE,
        "common.sh": "export NODE=${NODE}\n",
    }
    assert values(gather(tmp_path, files)) == [
        "a.sh:3 kindest/node:v1.31.0",
        "b.sh:3 kindest/node:v1.29.2",
    ]


def test_of_two_scripts_that_run_another(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        ".github/workflows/a.yml": job("a.sh", "v1.31.0"),
        ".github/workflows/b.yml": job("b.sh", "v1.29.2"),
        "a.sh": "#!/bin/bash\nexport NODE\n. ./common.sh\n./create.sh\n",
        "b.sh": CREATE,
        "common.sh": "NODE=${NODE:?}\n",
        "create.sh": "#!/bin/bash\nkind create cluster --image kindest/node:$NODE\n",
    }
    assert values(gather(tmp_path, files)) == [
        "b.sh:3 kindest/node:v1.29.2",
        "create.sh:2 kindest/node:v1.31.0",
    ]
