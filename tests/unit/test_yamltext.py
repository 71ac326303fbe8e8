"""YAML scalars: what they say, checked against ruamel.yaml, and where they stand."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from digestpin.source import Region, SourceFile, Span
from digestpin.templates import Literal, Variable, join, literal, variable
from digestpin.yamltext import (
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    read_documents,
    read_embedded,
)

PATH = PurePosixPath("a.yaml")

TRICKY = [
    pytest.param("a: |2-\n    x\n   y\n\n\nb: >+\n  t\n\n  u\n\n\nc: 1\n", id="signs"),
    pytest.param("a: |+\n  x\n\n", id="kept line breaks at the end of the file"),
    pytest.param("a: |\n  x", id="a block without a final newline"),
    pytest.param("a: |-\n  x\n\n", id="stripped line breaks at the end of the file"),
    pytest.param("a: |\r\n  x\r\n  y\r\nb: >\r\n  x\r\n  y\r\n", id="CRLF in blocks"),
    pytest.param(
        "a: >\n  x\n   more\n  y\n\n\n  z\n\n    q\n\n    r\n  s\n", id="folds"
    ),
    pytest.param("a: |\n\n\n  x\nb: >\n\n  x\n", id="blank lines first"),
    pytest.param("a: |\n  x\n     \n  y\n", id="spaces alone on a line of a block"),
    pytest.param("a: |\n  x  \n  y   \nb: 1\n", id="blanks at the ends of lines"),
    pytest.param("- |1\n  x\n- - |1\n    y\n- a: |1\n     z\n", id="indicators nested"),
    pytest.param("a:\n- |2\n   x\n- b\n", id="an indicator in a sequence not indented"),
    pytest.param("--- |1\n x\n  y\n", id="a block as the whole document"),
    pytest.param("a: |\nb: |+\n\nc: 1\n", id="empty blocks"),
    pytest.param("a: >2\n    x\n   y\n\nb: >-\n\n  x\n\n", id="folded with indicators"),
    pytest.param(
        'a: "x\\\n   y\\n\\x41\\u00e9\\U0001F600\\N\\_\\/ \\t\n  z"\n', id="esc"
    ),
    pytest.param('a: "x \\\n\n   \\  y"\nb: "  a\n  b  "\n', id="escaped line breaks"),
    pytest.param("a: 'it''s\n  ok\n\n  x'\nb: ''\nc: ''''\n", id="single quotes"),
    pytest.param("a: x\n  y\n\n  z\nb: c#d # e\nc: 'x' # y\n", id="plain, many lines"),
    pytest.param("a: [x, 'y', {b: c}, e: f]\nb: {a, b: , \"c\": d}\n", id="flow style"),
    pytest.param("a: &x\n  b: 1\nc: &y v\nd: *y\ne: *x\nf: !!str &q t\n", id="anchors"),
    pytest.param("a: 1\n---\nb: 2\n...\n---\nc: |\n  x\n", id="documents"),
    pytest.param("\ufeffa: x\nb: |2\n    y\n", id="a byte order mark"),
    pytest.param("a:\nb: ~\nc: !!null\nd: &e\n", id="empty values"),
    pytest.param("a: !foo bar\nb: !<tag:x> y\n", id="tags"),
    pytest.param(
        "a: |\n  # in\n  x\n # out\nb: >-\n  x # no\n# c\nc: 1", id="comments"
    ),
    pytest.param("%YAML 1.1\n---\na: 1\n", id="a directive"),
    pytest.param("a: x\u2028y\nb: 1\n", id="a line separator that is none"),
    pytest.param("a: x\r\n  y\r\nb: 'q\r\n  r'\r\n", id="CRLF in flow scalars"),
    pytest.param('a: 日本 # é\nbé: "ü"\n', id="beyond ASCII"),
    pytest.param("- - a\n  - b\n- - - c\n", id="sequences in sequences"),
    pytest.param("a : b\n'c' : d\n\"e\": f\n", id="blanks before the colon"),
    pytest.param(
        "a: http://x:8/y\nb: -x\nc: ?x\nd: :x\ne: a,b\n", id="indicators inside"
    ),
    pytest.param("a: # c\n  b\nc: # d\n  - e\n", id="comments before values"),
    pytest.param("a: 1\na: 2\n", id="the same key twice"),
    pytest.param("-\n  # c\n  - x\n- # d\n  y: z\n", id="comments in sequences"),
]


def read(data: bytes) -> tuple[Document, ...]:
    return read_documents(SourceFile(PATH, data))


def ours(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text.encode("latin-1").decode()
        case Sequence():
            return [ours(item) for item in node.items]
        case Mapping():
            return [(ours(key), ours(value)) for key, value in node.entries]
    return ""


def theirs(node: object) -> object:
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [theirs(item) for item in node.value]
        case MappingNode():
            return [(theirs(key), theirs(value)) for key, value in node.value]
    return ""


@pytest.mark.parametrize("text", TRICKY)
def test_a_document_says_what_ruamel_reads(text: str) -> None:
    nodes = YAML(typ="safe", pure=True).compose_all(text.removeprefix("\ufeff"))
    documents = read(text.encode())
    assert all(document.is_sound for document in documents)
    assert [ours(doc.root) for doc in documents] == [theirs(node) for node in nodes]


@pytest.mark.parametrize("text", TRICKY)
def test_every_exact_part_is_its_bytes(text: str) -> None:
    data = text.encode()
    for document in read(data):
        for scalar in scalars(document.root):
            assert wrong_parts(scalar, data) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: {{ .Values.x }}\n", id="a template in place of a value"),
        pytest.param("{{- if .x }}\na: b\n{{- end }}\n", id="a template's condition"),
        pytest.param("a: {{ x }}-{{ y }}\n", id="two templates in a value"),
        pytest.param("a: [b\n", id="an open bracket"),
        pytest.param("a: 'b\n", id="an open quote"),
        pytest.param(
            "".join(" " * n + "a:\n" for n in range(300)), id="300 blocks deep"
        ),
        pytest.param("- " * 400 + "a\n", id="400 sequences on one line"),
        pytest.param("[" * 90 + "]" * 90, id="90 flow sequences deep"),
    ],
)
def test_what_is_no_yaml_is_not_sound(text: str) -> None:
    assert read(text.encode()) == (Document(Span(0, len(text)), None, is_sound=False),)


def test_a_document_that_is_no_yaml_spoils_no_other() -> None:
    data = b"a: 1\n---\nb: {{ x }}: [\n---\nc: 3\n"
    found = read(data)
    assert [ours(document.root) for document in found] == [
        [("a", "1")],
        "",
        [("c", "3")],
    ]
    assert [document.is_sound for document in found] == [True, False, True]
    assert [document.span for document in found] == [
        Span(0, 5),
        Span(5, 23),
        Span(23, 32),
    ]


def test_an_empty_file_has_no_documents() -> None:
    assert [document.root for document in read(b"")] == []


def test_bytes_that_are_no_utf8_keep_their_offsets() -> None:
    data = b"\xe9: \xe4\xf6 # \xff\nimage: 'x:\xfc'\n"
    (document,) = read(data)
    assert isinstance(document.root, Mapping)
    value = document.root.get("image")
    assert isinstance(value, Scalar)
    assert value.region == Region(PATH, Span(17, 22))
    assert value.content == literal("x:\xfc", Region(PATH, Span(18, 21)))


def test_merged_entries_come_after_own_ones() -> None:
    (document,) = read(
        b"a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 0\n"
    )
    assert isinstance(document.root, Mapping)
    merged = document.root.get("c")
    assert isinstance(merged, Mapping)
    expected = [("x", "0"), ("y", "1"), ("z", "2")]
    assert [(key.text, ours(value)) for key, value in merged.items()] == expected
    assert ours(merged.get("y")) == "1"
    assert merged.get("q") is None


def test_an_alias_is_the_node_itself() -> None:
    (document,) = read(b"a: &x v\nb: *x\nc: *unknown\n")
    assert isinstance(document.root, Mapping)
    assert document.root.get("a") is document.root.get("b")
    assert document.root.get("c") is None


def test_merges_of_merges_do_not_multiply() -> None:
    text = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 60)
    )
    (document,) = read(text.encode())
    assert isinstance(document.root, Mapping)
    last = document.root.get("a59")
    assert isinstance(last, Mapping)
    assert ours(last.get("x")) == "1"


# YAML inside a scalar


def test_embedded_scalars_have_places_in_the_outer_file() -> None:
    data = (
        b"config: |\n    nodes:\n    - image: 'kindest/node:v1'\n    - &x y\n    - *x\n"
    )
    (outer,) = read(data)
    assert isinstance(outer.root, Mapping)
    config = outer.root.get("config")
    assert isinstance(config, Scalar)
    (inner,) = read_embedded(config.content, PATH)
    found = [scalar.text for scalar in scalars(inner.root)]
    assert found == ["nodes", "image", "kindest/node:v1", "y", "y"]
    for scalar in scalars(inner.root):
        assert wrong_parts(scalar, data) == []
        span = scalar.region.span
        written = data[span.start : span.end].decode().strip("'")
        assert written == scalar.text
    assert isinstance(inner.root, Mapping)
    assert inner.root.region.span == Span(14, 72)


def test_holes_in_embedded_yaml_stay_variables() -> None:
    region = Region(PATH, Span(10, 14))
    hole = Variable(name="X", scope=("a.yaml",), region=region)
    before = literal("image: a/b:", Region(PATH, Span(0, 11)))
    content = join(
        (before, variable(hole), literal(" # c", Region(PATH, Span(15, 19))))
    )
    (document,) = read_embedded(content, PATH)
    assert isinstance(document.root, Mapping)
    value = document.root.get("image")
    assert isinstance(value, Scalar)
    assert value.content.parts == (Literal("a/b:", Region(PATH, Span(7, 11))), hole)


def test_escaped_text_in_embedded_yaml_is_not_exact() -> None:
    (outer,) = read(b'a: "b: |\\n  c\\n  d"\n')
    assert isinstance(outer.root, Mapping)
    value = outer.root.get("a")
    assert isinstance(value, Scalar)
    (inner,) = read_embedded(value.content, PATH)
    assert ours(inner.root) == [("b", "c\nd")]


# Any text


PIECES = """a:_ -_ | > - + 2 ' " \\ n x # { } [ ] , é &a_ *a <<:_ --- _ __"""
ENDS = ["\n", "\r\n", "\t"]


@given(st.lists(st.sampled_from(PIECES.replace("_", "\0").split() + ENDS)))
def test_any_text_is_read_and_its_exact_parts_are_its_bytes(pieces: list[str]) -> None:
    data = "".join(pieces).replace("\0", " ").encode()
    for document in read(data):
        for scalar in scalars(document.root):
            assert wrong_parts(scalar, data) == []


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    documents = read(data)
    assert all(document.span.end <= len(data) for document in documents)


def scalars(node: Node | None) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence():
            return [found for item in node.items for found in scalars(item)]
        case Mapping():
            return [
                found for key, value in node.entries for found in (key, *scalars(value))
            ]
    return []


def wrong_parts(scalar: Scalar, data: bytes) -> list[Literal]:
    return [
        part
        for part in scalar.content.parts
        if isinstance(part, Literal)
        and part.exact
        and part.region is not None
        and data[part.region.span.start : part.region.span.end]
        != part.text.encode("latin-1")
    ]
