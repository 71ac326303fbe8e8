"""A repository as it was, in memory."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.repositories import write_files

from digestpin.config import load_configuration
from digestpin.discovery import Root
from digestpin.past import PastProject, open_past
from digestpin.pipeline import Run

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "kindest/node:v1.31.4"


def past(
    folder: Path,
    files: dict[str, bytes | str],
    before: dict[str, bytes | None],
) -> PastProject:
    write_files(folder, files)
    run = Run(
        root=Root(folder, is_git=False),
        configuration=load_configuration(folder, folder),
        is_reported=lambda _: True,
    )
    _, project = open_past(run, run.open_project(), before)
    return project


def test_changed_files_are_as_they_were(tmp_path: Path) -> None:
    project = past(
        tmp_path,
        {"a.sh": f"new {IMAGE}\n", "b.sh": f"same {IMAGE}\n", "new.sh": IMAGE},
        {"a.sh": f"old {IMAGE}\n".encode(), "new.sh": None, "gone.sh": IMAGE.encode()},
    )
    assert {path: source.data for path, source in project.sources.items()} == {
        "a.sh": f"old {IMAGE}\n".encode(),
        "b.sh": f"same {IMAGE}\n".encode(),
        "gone.sh": IMAGE.encode(),
    }
    assert not project.load(PurePosixPath("a.sh"))


def test_a_file_that_held_nothing_of_ours_is_not_read(tmp_path: Path) -> None:
    before: dict[str, bytes | None] = {
        "a.sh": b"nothing",
        "bin.sh": b"\0" + IMAGE.encode(),
        "big.sh": IMAGE.encode() + b" " * 3_000_000,
        "vendor/v.sh": IMAGE.encode(),
        ".tool-versions": b"kind 0.26.0\n",
    }
    project = past(tmp_path, {"a.sh": IMAGE}, before)
    assert set(project.sources) == {".tool-versions"}


def test_what_a_file_led_to_is_followed_as_it_was(tmp_path: Path) -> None:
    makefile = "include versions.mk\nIMAGE := kindest/node:$(K8S)\n"
    project = past(
        tmp_path,
        {"Makefile": makefile, "versions.mk": "K8S := v1.30.8\n"},
        {"versions.mk": b"K8S := v1.31.4\n"},
    )
    (reference,) = project.gather().references
    assert reference.tag == "v1.31.4"


def test_an_include_that_was_not_there_leads_nowhere(tmp_path: Path) -> None:
    makefile = "include versions.mk\nIMAGE := kindest/node:$(K8S)\n"
    project = past(
        tmp_path,
        {"Makefile": makefile, "versions.mk": "K8S := v1.30.8\n"},
        {"versions.mk": None},
    )
    (reference,) = project.gather().references
    assert reference.tag is None


def test_the_configured_kind_version_has_its_place(tmp_path: Path) -> None:
    project = past(
        tmp_path,
        {"digestpin.toml": 'kind-version = "v0.26.0"\n', "a.sh": IMAGE},
        {"a.sh": IMAGE.encode()},
    )
    inventory = project.gather()
    (pin,) = inventory.references[0].pins
    assert str(inventory.locate(pin.region)) == "digestpin.toml:1:17"


KIND = 'kind-version = "v{}"\n'


@pytest.mark.parametrize(
    ("before", "version"),
    [
        ({"digestpin.toml": KIND.format("0.27.0").encode()}, "0.27.0"),
        ({"digestpin.toml": None}, None),
        ({"digestpin.toml": b""}, None),
        ({"digestpin.toml": b"kind-version ="}, "0.26.0"),
        ({".digestpin.toml": KIND.format("0.27.0").encode()}, "0.27.0"),
        (
            {
                "digestpin.toml": None,
                "pyproject.toml": b"[tool.digestpin]\n"
                + KIND.format("0.27.0").encode(),
            },
            "0.27.0",
        ),
    ],
)
def test_the_kind_version_is_that_of_then(
    tmp_path: Path, before: dict[str, bytes | None], version: str | None
) -> None:
    files: dict[str, bytes | str] = {
        "digestpin.toml": KIND.format("0.26.0"),
        "a.sh": IMAGE,
    }
    inventory = past(tmp_path, files, before).gather()
    versions = [str(pin.version) for pin in inventory.references[0].pins]
    assert versions == ([] if version is None else [version])
