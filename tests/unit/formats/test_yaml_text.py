"""Text without known structure, line by line, and the variables in it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import lines, show, unfaithful

from digestpin.formats.yaml_text import extract_plain_text
from digestpin.formats.yaml_variables import Syntax, Syntaxes, expand
from digestpin.source import SourceFile
from digestpin.templates import literal

if TYPE_CHECKING:
    from digestpin.facts import Fact

PATH = PurePosixPath("a.txt")


def extract(data: bytes) -> list[Fact]:
    source = SourceFile(PATH, data)
    start = source.bom_length
    text = literal(source.text[start:], source.region(start, len(data)))
    return list(extract_plain_text(text, ("a.txt",)))


def read(data: str | bytes) -> list[str]:
    raw = data.encode() if isinstance(data, str) else data
    facts = extract(raw)
    assert unfaithful(facts, raw) == []
    return lines(facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("image: a/b:c", ["image text a/b:c"], id="an image's key"),
        pytest.param("- image: a/b:c", ["image text a/b:c"], id="a key in an item"),
        pytest.param("- 'a/b:c'", ["text a/b:c"], id="a quoted item"),
        pytest.param('x: "a/b:c"  # d/e', ["text a/b:c"], id="a comment behind"),
        pytest.param("x: a/b#c", ["text a/b#c"], id="a hash inside a word"),
        pytest.param("x: don't # a/b", [], id="an apostrophe opens no string"),
        pytest.param("x: 'a # b/c'", ["text a # b/c"], id="a hash in a string"),
        pytest.param("# a/b:c", [], id="a comment alone"),
        pytest.param("name: a/b", ["display text a/b"], id="a key of text for people"),
        pytest.param("x: y", [], id="a word that tells nothing"),
        pytest.param("kindVersion: v0.2.0", ["kindVersion = v0.2.0"], id="named so"),
        pytest.param("URL=https://a/b", ["text https://a/b"], id="an assignment"),
        pytest.param("x: a/b\r\ny: c/d\r\n", ["text a/b", "text c/d"], id="CRLF"),
        pytest.param("\ufeffx: a/b", ["text a/b"], id="a byte order mark"),
        pytest.param(b"x: a/\xe4 # \xff\n", ["text a/\xe4"], id="bytes of Latin-1"),
        pytest.param("\tx:\ta/b", ["text a/b"], id="tabs"),
        pytest.param("{{/* a/b\n c/d */}}\nx: e/f", ["text e/f"], id="Helm's comment"),
        pytest.param("{# a/b\n c/d #}x: e/f", ["text e/f"], id="Jinja's comment"),
        pytest.param("{{/* a/b", ["text {{/* a/b"], id="a comment that never ends"),
        pytest.param("", [], id="an empty file"),
    ],
)
def test_a_line_is_read(text: str | bytes, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{ .Values.a.b }}", "{Values.a.b}", id="Helm's path"),
        pytest.param("{{- $.Values.a -}}", "{Values.a}", id="trim marks, the root"),
        pytest.param('{{ .X | default "v1" }}', "{X|v1}", id="a default behind"),
        pytest.param('{{ default "v1" .X }}', "{X|v1}", id="a default before"),
        pytest.param("{{ x | default('v1') }}", "{x|v1}", id="Jinja's default"),
        pytest.param("{{ .X | default .Y }}", "{X|{Y}}", id="a variable as default"),
        pytest.param("{{ .X | quote }}", "{X}", id="a filter that changes nothing"),
        pytest.param('{{ .X | trimPrefix "v" }}', "{X#v}", id="a prefix taken off"),
        pytest.param('{{ .X | trimSuffix "v" }}', "{X%v}", id="a suffix taken off"),
        pytest.param('{{ "v1" }}', "v1", id="a literal"),
        pytest.param('{{ "" }}', "", id="an empty literal"),
        pytest.param(
            '{{ printf "%s" .Values.a }}',
            '{printf "%s" .Values.a|{Values.a}!}',
            id="a function is opaque, what it reads is read",
        ),
        pytest.param("{{ .X | upper }}", "{.X | upper|{X}!}", id="a filter is opaque"),
        pytest.param("{% if a.b %}", "{if a.b|{a.b}!}", id="a statement is opaque"),
        pytest.param("{{ }}", "{!}", id="nothing"),
        pytest.param("{{ .X", "{{ .X", id="braces that never close"),
        pytest.param("${{ inputs.a }}", "{inputs.a}", id="GitHub's expression"),
        pytest.param("${{ inputs.a || 'b' }}", "{inputs.a|b}", id="its default"),
        pytest.param("$A-${B}", "{A}-{B}", id="a shell's variables"),
        pytest.param("${A:-b}${C-d}${E:=f}", "{A|b}{C|d}{E|f}", id="their defaults"),
        pytest.param("${A:-b${C}}", "{A|b{C}}", id="a variable in a default"),
        pytest.param("${A:?no}", "{A}", id="an error message"),
        pytest.param("${A%b}", "{A!}", id="a change"),
        pytest.param("${a.b}${1}", "{a.b}${1}", id="dotted names, and none"),
        pytest.param("$(A)$(a b)", "{A}$(a b)", id="Kubernetes, and a command"),
        pytest.param("$$A $1 $", "$$A $1 $", id="escaped or no names"),
        pytest.param("${A", "${A", id="a brace that never closes"),
        pytest.param("<< x >>", "<< x >>", id="not one of the syntaxes"),
    ],
)
def test_variables_are_found(text: str, expected: str) -> None:
    content = literal(text, SourceFile(PATH, text.encode()).region(0, len(text)))
    assert show(expand(content, ("a.txt",))) == expected


@pytest.mark.parametrize(
    ("text", "syntax", "expected"),
    [
        pytest.param(
            "<< parameters.x >>", Syntax.ANGLED, "{parameters.x}", id="angled"
        ),
        pytest.param("cat <<EOF >>x", Syntax.ANGLED, "cat <<EOF >>x", id="heredoc"),
        pytest.param("$[[ inputs.x ]]", Syntax.INPUT, "{inputs.x}", id="an input"),
        pytest.param("$[variables.x]", Syntax.RUNTIME, "{variables.x}", id="run time"),
        pytest.param(
            "$[a b]", Syntax.RUNTIME, "$[a b]", id="an expression is not read"
        ),
        pytest.param(
            "$(params.x) $(pwd)", Syntax.DOTTED, "{params.x} $(pwd)", id="dot"
        ),
    ],
)
def test_a_format_names_its_syntaxes(text: str, syntax: Syntax, expected: str) -> None:
    syntaxes: Syntaxes = frozenset((syntax,))
    content = literal(text, SourceFile(PATH, text.encode()).region(0, len(text)))
    assert show(expand(content, ("a.txt",), syntaxes)) == expected


def test_text_that_stands_nowhere_is_left_alone() -> None:
    assert show(expand(literal("$A/b"), ("a.txt",))) == "$A/b"
    facts = extract_plain_text(literal("kind: a/b"), ("a.txt",))
    assert lines(facts) == ["text a/b"]


PIECES = """image:_ kind:_ a/b:c ' " # _# {{ }} {{_.X_}} ${X:-a/b} ${ } $( ) {# #}
{{/* */}} - \\ é | default quote"""


@given(st.lists(st.sampled_from([*PIECES.split(), "\n", "\r\n"])))
def test_any_text_is_read_and_its_exact_parts_are_its_bytes(pieces: list[str]) -> None:
    data = "".join(pieces).replace("_", " ").encode()
    assert unfaithful(extract(data), data) == []
