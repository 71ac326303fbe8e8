"""What is read from a file of one line, and which files have such a line."""

from __future__ import annotations

import pytest
from support.facts import read

from digestpin.facts import CONTENT, Binding, Link
from digestpin.formats.makefile import FORMAT as MAKEFILE
from digestpin.formats.plain_text import FORMAT as TEXT
from digestpin.formats.shell import FORMAT as SHELL


def targets(text: str) -> list[tuple[str, str]]:
    return [
        (fact.target.replace("\0", "?"), fact.base)
        for file_format, name in ((SHELL, "hack/x.sh"), (MAKEFILE, "hack/Makefile"))
        if file_format.id == ("makefile" if ":=" in text else "shell")
        for fact in read(file_format, text, name)
        if isinstance(fact, Link) and fact.type is Link.Type.READ
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("X=$(cat .kind)", [(".kind", "")], id="cat"),
        pytest.param("X=`cat .kind`", [(".kind", "")], id="backquotes"),
        pytest.param("X=$(<.kind)", [(".kind", "")], id="redirection"),
        pytest.param('X="$(< ".kind")"', [(".kind", "")], id="quoted redirection"),
        pytest.param('X=$(cat "$R/a/.kind")', [("?/a/.kind", "")], id="folder"),
        pytest.param('X=$(cat "${R}"/.kind)', [("?/.kind", "")], id="braces"),
        pytest.param(
            'X=$(cat "$(dirname "$0")/.kind")', [("hack/.kind", "")], id="own folder"
        ),
        pytest.param("X=$(cat $F)", [], id="a variable's file"),
        pytest.param("X=$(cat a b)", [], id="two files"),
        pytest.param("X=$(cat ~/.kind)", [], id="home"),
        pytest.param("X=$(cat /etc/kind)", [], id="file of the machine"),
        pytest.param("X=$(cat a | head -1)", [], id="pipe"),
        pytest.param("X=$(cat a || echo v1)", [], id="alternative"),
        pytest.param("X := $(shell cat .kind)", [(".kind", "hack")], id="make"),
        pytest.param("X := $(shell cat $(R)/k)", [("?/k", "hack")], id="make folder"),
        pytest.param("X := $(shell cat a b)", [], id="make, two files"),
        pytest.param("X := $(shell head -1 a)", [], id="make, other command"),
    ],
)
def test_a_read_leads_to_its_file(text: str, expected: list[tuple[str, str]]) -> None:
    assert targets(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("v1.31.4\n", ["v1.31.4"], id="version"),
        pytest.param("\ufeffv1.31.4\r\n", ["v1.31.4"], id="BOM and CRLF"),
        pytest.param("v1", ["v1"], id="no line end"),
        pytest.param("v1.31.4@sha256:" + "0" * 64, ["v1.31.4@sha256:" + "0" * 64]),
        pytest.param("v1\nv2\n", [], id="two lines"),
        pytest.param("one two\n", [], id="two words"),
        pytest.param("\n", [], id="empty"),
        pytest.param("v" * 300, [], id="long"),
    ],
)
def test_a_file_of_one_value_is_bound(text: str, expected: list[str]) -> None:
    found = [
        fact
        for fact in read(TEXT, text, ".k8s-version")
        if isinstance(fact, Binding) and fact.what == CONTENT
    ]
    assert [fact.value.text for fact in found] == expected
    assert all(fact.value.exact_region is not None for fact in found)
