"""Kind pins in the files of tool managers."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.facts import lines, read

from digestpin.formats import aqua, brewfile, devbox, hermit, mise, tool_versions

if TYPE_CHECKING:
    from digestpin.formats.interface import FileFormat


@pytest.mark.parametrize(
    ("file_format", "name", "expected"),
    [
        pytest.param(tool_versions.FORMAT, "a/.tool-versions", True, id="asdf"),
        pytest.param(tool_versions.FORMAT, "tool-versions", False, id="not asdf"),
        pytest.param(mise.FORMAT, "mise.toml", True, id="mise"),
        pytest.param(mise.FORMAT, "a/.mise.toml", True, id="mise, hidden"),
        pytest.param(mise.FORMAT, "mise.ci.toml", True, id="mise for a profile"),
        pytest.param(mise.FORMAT, ".config/mise/config.toml", True, id="mise, config"),
        pytest.param(mise.FORMAT, "promise.toml", False, id="not mise"),
        pytest.param(mise.FORMAT, "config.toml", False, id="another config"),
        pytest.param(aqua.FORMAT, "aqua.yaml", True, id="aqua"),
        pytest.param(aqua.FORMAT, "aqua/imports/kind.yaml", True, id="aqua, imported"),
        pytest.param(aqua.FORMAT, "kind.yaml", False, id="not aqua"),
        pytest.param(devbox.FORMAT, "devbox.json", True, id="devbox"),
        pytest.param(devbox.FORMAT, "package.json", False, id="not devbox"),
        pytest.param(brewfile.FORMAT, "Brewfile", True, id="Homebrew"),
        pytest.param(brewfile.FORMAT, "Brewfile.lock.json", False, id="not Homebrew"),
        pytest.param(hermit.FORMAT, "bin/.kind-0.31.0.pkg", True, id="hermit"),
        pytest.param(hermit.FORMAT, "a/bin/.kind-v1.pkg", True, id="hermit, deeper"),
        pytest.param(hermit.FORMAT, "bin/.kindle-1.pkg", False, id="another tool"),
        pytest.param(hermit.FORMAT, ".kind-0.31.0.pkg", False, id="not in bin"),
    ],
)
def test_names(file_format: FileFormat, name: str, expected: bool) -> None:
    head = b"packages:\n"
    assert file_format.matches(PurePosixPath(name), head) is expected


def test_other_yaml_in_a_folder_called_aqua_is_left_to_yaml() -> None:
    assert not aqua.FORMAT.matches(PurePosixPath("aqua/values.yaml"), b"image: x\n")


def test_the_version_that_hermit_keeps_in_a_name_is_not_open_to_edits() -> None:
    (pin,) = read(hermit.FORMAT, "hermit", "bin/.kind-0.31.0.pkg")
    assert lines([pin]) == ["pin hermit 0.31.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("kind 0.31.0\n", ["pin .tool-versions 0.31.0"], id="version"),
        pytest.param("\ufeffkind 0.31.0", ["pin .tool-versions 0.31.0"], id="mark"),
        pytest.param(
            "a 1\r\nkind\t0.31.0\r\n", ["pin .tool-versions 0.31.0"], id="CRLF"
        ),
        pytest.param("kind 0.31.0 0.30.0\n", ["pin .tool-versions 0.31.0"], id="two"),
        pytest.param("kind latest\n", ["pin .tool-versions"], id="latest"),
        pytest.param("kind path:~/kind\n", ["pin .tool-versions"], id="a path"),
        pytest.param("kindle 1.0\nkind\n# kind 0.31.0\n", [], id="none"),
    ],
)
def test_tool_versions(text: str, expected: list[str]) -> None:
    assert lines(read(tool_versions.FORMAT, text, ".tool-versions")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('[tools]\nkind = "0.31.0"\n', ["pin mise 0.31.0"], id="version"),
        pytest.param("[tools]\r\nkind='0.31.0'", ["pin mise 0.31.0"], id="raw"),
        pytest.param(
            '[tools]\n"aqua:kubernetes-sigs/kind" = "0.31.0"\n',
            ["pin mise 0.31.0"],
            id="from aqua",
        ),
        pytest.param(
            '[tools]\n"go:sigs.k8s.io/kind" = {a = "b", version = "0.31.0"}\n',
            ["pin mise 0.31.0"],
            id="from Go, in a table",
        ),
        pytest.param('[tools]\nkind = ["0.31.0"]\n', ["pin mise 0.31.0"], id="list"),
        pytest.param(
            '[tools.kind]\nversion = "0.31.0"', ["pin mise 0.31.0"], id="table"
        ),
        pytest.param('tools.kind = "0.31.0"\n', ["pin mise 0.31.0"], id="dotted"),
        pytest.param('tools = {kind = "0.31.0"}\n', ["pin mise 0.31.0"], id="inline"),
        pytest.param('[tools]\nkind = "latest"\n', ["pin mise"], id="latest"),
        pytest.param('[env]\nA = "x/y:1"\n', ["A = x/y:1"], id="environment"),
        pytest.param(
            '[tasks.a]\nrun = "go x/y:1"\ndescription = "y/z:1"\n',
            ["text x/y:1", "display text y/z:1"],
            id="task",
        ),
        pytest.param(
            '[tasks.a]\nrun = """\ngo x/y:1\n"""\n[tools]\nkind = "1"',
            ["text x/y:1", "pin mise 1"],
            id="task of several lines",
        ),
        pytest.param(
            '[tasks.a]\nrun = [\n  "go x/y:1",\n  "go y/z:1",\n]\n',
            ["text x/y:1", "text y/z:1"],
            id="task of several commands",
        ),
        pytest.param('[tools]\nkindle = "1"\n# kind = "1"\n', [], id="other tools"),
        pytest.param('[settings]\nkind = "1"\n', [], id="another table"),
        pytest.param("[tools]\nkind = 1\n", [], id="no string"),
    ],
)
def test_mise(text: str, expected: list[str]) -> None:
    assert lines(read(mise.FORMAT, text, "mise.toml")) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param("name: kubernetes-sigs/kind@v1", ["pin aqua v1"], id="one line"),
        pytest.param(
            'name: "kubernetes-sigs/kind@v1" # a', ["pin aqua v1"], id="quoted"
        ),
        pytest.param(
            "name: kubernetes-sigs/kind\n  version: v1", ["pin aqua v1"], id="two"
        ),
        pytest.param(
            "version: v1\n  name: kubernetes-sigs/kind", ["pin aqua v1"], id="-"
        ),
        pytest.param("name: kubernetes-sigs/kind", ["pin aqua"], id="no version"),
        pytest.param("name: kubernetes-sigs/kind-x@v1", [], id="another name"),
        pytest.param("name: kubernetes-sigs/kustomize@v1", [], id="another tool"),
    ],
)
def test_aqua(item: str, expected: list[str]) -> None:
    for ending in ("\n", "\r\n"):
        text = f"packages:\n- {item}\n- name: a/b@v2\n".replace("\n", ending)
        assert lines(read(aqua.FORMAT, text, "aqua.yaml")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"packages": ["a@1", "kind@1"]}', ["pin devbox 1"], id="list"),
        pytest.param('{"packages": ["kind@latest"]}', ["pin devbox"], id="latest"),
        pytest.param('{"packages": ["kind"]}', ["pin devbox"], id="no version"),
        pytest.param('{"packages": {"kind": "1"}}', ["pin devbox 1"], id="object"),
        pytest.param(
            '{"packages": {"a": "2", "kind": {"version": "1", "b": ["c"]}}}',
            ["pin devbox 1"],
            id="nested object",
        ),
        pytest.param('{"env": {"A": "x/y:1"}}', ["A = x/y:1"], id="environment"),
        pytest.param(
            '{"shell": {"scripts": {"a": "go x/y:1"}}}', ["text x/y:1"], id="script"
        ),
        pytest.param('{"packages": ["kindle@1"], "kind": "1"}', [], id="other tools"),
        pytest.param('{"packages": [ // "kind@1"\n]}', [], id="comment"),
        pytest.param('{"packages": ["kind@1', [], id="broken"),
    ],
)
def test_devbox(text: str, expected: list[str]) -> None:
    assert lines(read(devbox.FORMAT, text, "devbox.json")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('tap "a"\nbrew "kind"\n', ["pin homebrew"], id="kind"),
        pytest.param("brew 'kind', link: true", ["pin homebrew"], id="with options"),
        pytest.param('brew "kindle"\n# brew "kind"\ncask "kind"\n', [], id="others"),
    ],
)
def test_brewfile(text: str, expected: list[str]) -> None:
    assert lines(read(brewfile.FORMAT, text, "Brewfile")) == expected
