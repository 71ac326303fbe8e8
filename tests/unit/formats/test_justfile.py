"""What a justfile says."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read

from digestpin.formats.justfile import FORMAT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("justfile", True, id="the usual name"),
        pytest.param("Justfile", True, id="a capital"),
        pytest.param(".justfile", True, id="hidden"),
        pytest.param("ci/kind.just", True, id="the ending"),
        pytest.param("adjust", False, id="a name that only ends like one"),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), b"") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('a := "v1"\n', ["a = v1"], id="string"),
        pytest.param("a := 'v1'", ["a = v1"], id="raw string, no newline"),
        pytest.param('a := "v1"\r\nb := "v2"\r\n', ["a = v1", "b = v2"], id="CRLF"),
        pytest.param("export a := 'v1' # why\n", ["a = v1"], id="exported"),
        pytest.param('a := """\n  v1\n"""\n', ["a = v1"], id="indented string"),
        pytest.param("a := 'x/y:' + b\n", ["a = x/y:{b}"], id="concatenation"),
        pytest.param("a := ('x' + b) / 'y'\n", ["a = x{b}/y"], id="path"),
        pytest.param("a := env('A', 'v1')\n", ["a = {A|v1}"], id="env"),
        pytest.param(
            'a := env_var_or_default("A", b)\n', ["a = {A|{b}}"], id="older name"
        ),
        pytest.param("a := env_var('A')\n", ["a = {A}"], id="without a default"),
        pytest.param("a := trim(b)\n", ["a = {b}"], id="trimmed"),
        pytest.param("a := replace(b, 'v', '')\n", ["text {b}", "a = {b!}"], id="else"),
        pytest.param("a := `cat b`\n", ["a = {`cat b`!}"], id="command"),
        pytest.param(
            "a := if b == '1' { 'v1' } else { 'v2' }\n",
            [
                "ignored text {b}",
                "if b == '1' { 'v1' } else { 'v2' } = v1 [conditional]",
                "if b == '1' { 'v1' } else { 'v2' } = v2 [conditional]",
                "a = {if b == '1' { 'v1' } else { 'v2' }}",
            ],
            id="condition",
        ),
        pytest.param("a := 'v1\n", ["a = "], id="a string left open"),
        pytest.param("# a := 'x/y:1'\n", [], id="comment"),
        pytest.param("set shell := ['bash']\n[private]\nalias b := c\n", [], id="rest"),
        pytest.param("import 'b.just'\n", ["include b.just from 'x'"], id="import"),
        pytest.param("set dotenv-load\n", ["include .env from 'x'"], id="dotenv"),
        pytest.param(
            "set dotenv-filename := 'a'\n", ["include a from 'x'"], id="named dotenv"
        ),
        pytest.param("set dotenv-load := false\n", [], id="no dotenv"),
    ],
)
def test_statements(text: str, expected: list[str]) -> None:
    assert lines(read(FORMAT, text, "x/justfile")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a:\n  @docker run {{b}} x/y:{{ c }}\n",
            ["text {b}", "text x/y:{c}"],
            id="variables",
        ),
        pytest.param("a:\n  # x/y:1 {{b}}\n", [], id="comment"),
        pytest.param(
            "a b='v1' *c=d:\n  e\n",
            ["b = v1 [fallback]", "c = {d} [fallback]"],
            id="parameters",
        ),
        pytest.param("a: (b 'x/y:1') c\n", ["text x/y:1"], id="dependency"),
        pytest.param("a: b c\n", [], id="no body"),
        pytest.param("a:\n  go {{{{x}} z/y:1\n", ["text z/y:1"], id="{{"),
        pytest.param(
            "a:\n  #!/usr/bin/env python3\n  x('y/z:1')\n",
            ["text #!/usr/bin/env python3\nx('y/z:1')\n"],
            id="another language",
        ),
        pytest.param(
            "a:\n  #!/usr/bin/env bash\n  go x/y:1\n\nb := 'v1'\n",
            ["text x/y:1", "b = v1"],
            id="a script and what follows",
        ),
    ],
)
def test_recipes(text: str, expected: list[str]) -> None:
    assert lines(read(FORMAT, text, "justfile")) == expected
