"""What a `.env` file sets."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read

from digestpin.formats.dotenv import FORMAT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(".env", True, id="the usual name"),
        pytest.param("ci/kind.env", True, id="the ending"),
        pytest.param(".env.ci", True, id="for one purpose"),
        pytest.param(".github/env", True, id="without a dot"),
        pytest.param(".envrc", False, id="direnv, a shell script"),
        pytest.param(".env.ts", False, id="a module"),
        pytest.param("environment", False, id="another word"),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), b"") is expected


def test_a_script_called_env_is_none() -> None:
    assert not FORMAT.matches(PurePosixPath("bin/env"), b"#!/bin/sh\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=v1\n", ["A = v1"], id="plain"),
        pytest.param("\ufeffA=v1", ["A = v1"], id="byte order mark, no newline"),
        pytest.param("A=v1\r\nB=v2\r\n", ["A = v1", "B = v2"], id="CRLF"),
        pytest.param("export A=v1\n", ["A = v1"], id="export"),
        pytest.param("  A = v1\n", ["A = v1"], id="blanks"),
        pytest.param("a-b=v1\n", ["a-b = v1"], id="a dash in the name"),
        pytest.param("A=v1 # why\n", ["A = v1"], id="comment behind"),
        pytest.param("A=x#y\n", ["A = x#y"], id="no comment within a word"),
        pytest.param("A='x # $y'\n", ["A = x # $y"], id="single quotes"),
        pytest.param('A="x/$B" # why\n', ["A = x/{B}"], id="double quotes"),
        pytest.param("A=${B:-v1}\n", ["A = {B|v1}"], id="default"),
        pytest.param("A=${B:-${C:-v1}}\n", ["A = {B|{C|v1}}"], id="nested default"),
        pytest.param("A=${B:+v1}\n", ["A = {B!}"], id="alternative"),
        pytest.param("A=${B#v}\n", ["A = {B#v}"], id="prefix taken off"),
        pytest.param("A=${B%%-*}\n", ["A = {B!}"], id="a pattern taken off"),
        pytest.param("A=\\$B\n", ["A = $B"], id="an escaped dollar"),
        pytest.param("A=\n", ["A = "], id="empty"),
        pytest.param("# A=v1\n", [], id="comment"),
        pytest.param("word\n", [], id="no value"),
        pytest.param("", [], id="empty file"),
    ],
)
def test_lines(text: str, expected: list[str]) -> None:
    assert lines(read(FORMAT, text, ".env")) == expected
