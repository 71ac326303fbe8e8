"""`digestpin config`: what holds, and where that comes from."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_digestpin
from support.repositories import make_repository

from digestpin.settings import config_schema, list_options

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
ignore = ["DP103"]
ca-file = "certs/ca.pem"
[per-file-ignores]
"a/" = ["DP001"]
"""


def show(folder: Path) -> dict[str, Any]:
    ran = run_digestpin(folder, "config", "show", "--output-format", "json")
    value: dict[str, Any] = json.loads(ran.stdout)
    return value


def test_each_option_is_shown_with_its_origin(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"digestpin.toml": CONFIG})
    value = show(repository)
    file = repository / "digestpin.toml"
    options = {option["key"]: option for option in value["options"]}
    assert (value["schema_version"], value["file"]) == (1, str(file))
    assert list(options) == [option.key for option in list_options()]
    assert options["ignore"] == {
        "key": "ignore",
        "value": ["DP103"],
        "default": [],
        "origin": f"{file}:1",
    }
    assert options["ca-file"]["value"] == str(repository / "certs/ca.pem")
    assert options["per-file-ignores"]["value"] == {"a/": ["DP001"]}
    assert options["select"]["origin"] == "default"


def test_text_is_what_would_be_written(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"digestpin.toml": CONFIG})
    lines = run_digestpin(repository, "config", "show").stdout.splitlines()
    file = repository / "digestpin.toml"
    assert lines[0] == f"# {file}"
    assert f'ignore = ["DP103"]  # {file}:1' in lines
    assert f'per-file-ignores = {{ "a/" = ["DP001"] }}  # {file}:3' in lines
    assert "# kind-version is not set  # default" in lines
    assert "offline = false  # default" in lines


def test_no_file_is_said(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {})
    assert show(repository)["file"] is None
    ran = run_digestpin(repository, "config", "show")
    assert ran.stdout.startswith("# no configuration file\n")


def test_another_file_can_be_named(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"x.toml": "offline = true\n"})
    ran = run_digestpin(repository, "config", "show", "--config", "x.toml")
    assert "offline = true  # x.toml:1\n" in ran.stdout


def test_mistakes_are_those_of_check(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"digestpin.toml": 'select = ["x"]'})
    ran = run_digestpin(repository, "config", "show")
    assert (ran.code, ran.stdout) == (2, "")


def test_the_schema_is_the_shipped_one(tmp_path: Path) -> None:
    ran = run_digestpin(tmp_path, "config", "schema")
    assert json.loads(ran.stdout) == config_schema()
    shipped = (files("digestpin") / "data/config.schema.json").read_text("utf-8")
    assert json.loads(shipped) == json.loads(ran.stdout)
    run_digestpin(tmp_path, "config", "schema", "--output-file", "s.json")
    assert (tmp_path / "s.json").read_text() == ran.stdout


@pytest.mark.parametrize(
    "text",
    ['ignore = ["DP001"]\n', '[severity]\nDP001 = "off"\n', 'select = ["DP1"]\n'],
)
def test_a_selection_on_the_command_line_goes_over_the_file(
    tmp_path: Path, text: str
) -> None:
    files: dict[str, bytes | str] = {
        "digestpin.toml": text,
        "a.sh": "x kindest/node:v1.31.4\n",
    }
    repository = make_repository(tmp_path / "r", files)
    assert "DP001" not in run_digestpin(repository, "check").stdout
    ran = run_digestpin(repository, "check", "--select", "DP001")
    assert ran.code == 1
    assert "error[DP001]" in ran.stdout


@pytest.mark.parametrize("flags", [(), ("--kind", "v0.26.0")])
def test_the_version_that_is_set_is_judged(
    tmp_path: Path, flags: tuple[str, ...]
) -> None:
    files: dict[str, bytes | str] = {
        "digestpin.toml": "" if flags else 'kind-version = "v0.26.0"\n',
        "a.sh": "x kindest/node:v1.32.1\n",
    }
    repository = make_repository(tmp_path / "r", files)
    assert "error[DP101]" in run_digestpin(repository, "check", *flags).stdout
