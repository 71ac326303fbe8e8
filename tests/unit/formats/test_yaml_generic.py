"""Any YAML: what its keys say, what is inside its scalars, what it sets."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import lines, read, unfaithful

from digestpin.facts import Binding, Link, Text
from digestpin.formats.yaml_generic import FORMAT
from digestpin.source import Region, Span


def found(text: str | bytes, path: str = "a.yaml") -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    facts = read(FORMAT, data, path)
    assert unfaithful(facts, data) == []
    return lines(facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("image: a/b:c", ["image text a/b:c"], id="an image"),
        pytest.param("nodeImage: 'a/b:c'", ["image text a/b:c"], id="a node image"),
        pytest.param("node-image: a/b:c", ["image text a/b:c"], id="with a hyphen"),
        pytest.param("images: [a/b:c]", ["image text a/b:c"], id="a list of images"),
        pytest.param(
            "images: [{name: a/b:c}]", ["image text a/b:c"], id="an image's name"
        ),
        pytest.param("x: a/b:c", ["text a/b:c"], id="another value"),
        pytest.param("x: {y: [a/b]}", ["text a/b"], id="flow style"),
        pytest.param("x: y", [], id="a word that tells nothing"),
        pytest.param("x: 1.30", [], id="a number"),
        pytest.param("# a/b\nx: y # c/d", [], id="comments"),
        pytest.param("name: on a/b", ["display text on a/b"], id="a name"),
        pytest.param("description: a/b", ["display text a/b"], id="a description"),
        pytest.param("pattern: a/b.*", ["pattern text a/b.*"], id="a pattern"),
        pytest.param("kindVersion: v0.2.0", ["kindVersion = v0.2.0"], id="named so"),
        pytest.param(
            "kind: {version: v0.2.0}", ["kind.version = v0.2.0"], id="below kind"
        ),
        pytest.param("kind: Pod", [], id="a Kubernetes type"),
        pytest.param("x: &a a/b\ny: *a", ["text a/b", "text a/b"], id="an alias"),
        pytest.param("x: [&a a/b, *a, *a]", ["text a/b"], id="aliases in one place"),
        pytest.param("x: a/b\n---\nx: c/d", ["text a/b", "text c/d"], id="documents"),
        pytest.param("x: a/b\r\ny: c/d\r\n", ["text a/b", "text c/d"], id="CRLF"),
        pytest.param("\ufeffx: a/b", ["text a/b"], id="a byte order mark"),
        pytest.param(b"\xe4: a/b # \xff", ["text a/b"], id="bytes of Latin-1"),
        pytest.param("", [], id="an empty file"),
        pytest.param("x: [", [], id="no YAML and nothing in it"),
        pytest.param("x: [\nimage: a/b", ["image text a/b"], id="no YAML, as text"),
        pytest.param(
            "x: a/b\n---\nimage: {{ .x }}/y",
            ["text a/b", "image text {x}/y"],
            id="a template beside a document",
        ),
    ],
)
def test_a_scalar_is_read(text: str | bytes, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{repository: a/b, tag: v1}", "a/b:v1", id="repository and tag"),
        pytest.param(
            "{registry: r.io, repository: b, tag: v1}", "r.io/b:v1", id="a registry"
        ),
        pytest.param("{image: a/b, tag: v1}", "a/b:v1", id="image and tag"),
        pytest.param("{name: a/b, newTag: v1}", "a/b:v1", id="kustomize's new tag"),
        pytest.param(
            "{name: x, newName: a/b, newTag: v1}", "a/b:v1", id="kustomize's new name"
        ),
        pytest.param(
            "{name: a/b, digest: 'sha256:1'}", "a/b@sha256:1", id="a digest alone"
        ),
        pytest.param(
            "{repository: a/b, tag: v1, sha: abc}", "a/b:v1@sha256:abc", id="a bare sha"
        ),
        pytest.param("{name: a/b, version: v1}", "a/b:v1", id="name and version"),
    ],
)
def test_a_split_reference_is_joined(text: str, expected: str) -> None:
    assert found(f"x: {text}") == [f"image text {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{repository: a/b}", ["text a/b"], id="no tag"),
        pytest.param("{repository: a/b, tag: ''}", ["text a/b"], id="an empty tag"),
        pytest.param(
            "{repository: 'oci://a/b', tag: v1}", ["text oci://a/b"], id="URL"
        ),
        pytest.param("{image: a/b:v2, tag: v1}", ["image text a/b:v2"], id="two tags"),
        pytest.param("{name: a, version: v1}", [], id="a name that is no image's"),
        pytest.param(
            "{repository: a/b, tag: x y}", ["text a/b"], id="a tag that is none"
        ),
    ],
)
def test_what_is_no_split_reference_is_not_joined(
    text: str, expected: list[str]
) -> None:
    assert found(f"x: {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "env: [{name: A, value: v1}]\nargs: ['--x=$(A)/b']",
            ["A = v1", "text --x={A}/b"],
            id="Kubernetes",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {x: a/b}}]", ["text a/b"], id="from elsewhere"
        ),
        pytest.param(
            "environment: [A=v1]\nimage: a/b:$A",
            ["A = v1", "image text a/b:{A}"],
            id="compose, a list",
        ),
        pytest.param(
            "environment: {A: v1}\nimage: a/b:${A:-v2}",
            ["A = v1", "image text a/b:{A|v2}"],
            id="compose, a mapping",
        ),
        pytest.param(
            "vars: {A: v1}\nx: 'a/b:{{ A }}'", ["A = v1", "text a/b:{A}"], id="Ansible"
        ),
        pytest.param(
            "params: [{name: a, default: v1}]\nimage: a/b:$(params.a)",
            ["params.a = v1 [fallback]", "image text a/b:{params.a}"],
            id="Tekton",
        ),
        pytest.param(
            "inputs: {parameters: [{name: a, value: v1}]}\n",
            ["inputs.parameters.a = v1"],
            id="Argo",
        ),
        pytest.param("env: production", [], id="a word"),
        pytest.param("x: <<: {env: {A: a/b}}", ["text <<: {env: {A: a/b}}"], id="none"),
    ],
)
def test_variables_are_bound(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_what_is_no_variable_is_known_in_a_scope_of_its_own() -> None:
    (fact,) = read(FORMAT, "kind_version: v0.2.0", "a.yaml")
    assert isinstance(fact, Binding)
    assert fact.scope == ("a.yaml", "field", "14")


def test_variables_are_known_where_they_stand_and_below() -> None:
    data = "x:\n- env: {A: v1}\n  image: a/b:$A\n- env: {A: v2}\n  image: a/b:$A\n"
    scopes = [fact.scope for fact in read(FORMAT, data, "a.yaml")]
    assert scopes == [
        ("a.yaml", "at", "5"),
        ("a.yaml", "at", "5"),
        ("a.yaml", "at", "36"),
        ("a.yaml", "at", "36"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "script: |\n  X=v1\n  kind create cluster --image a/b:$X\n",
            ["X = v1 [sequential]", "image text a/b:{X}"],
            id="a script",
        ),
        pytest.param(
            "script:\n- X=v1\n- kind create cluster --image a/b:$X\n",
            ["X = v1 [sequential]", "image text a/b:{X}"],
            id="a script of lines",
        ),
        pytest.param(
            "x: |\n  #!/bin/bash\n  kind create cluster --image a/b:c # d/e\n",
            ["image text a/b:c"],
            id="a script known by its first line",
        ),
        pytest.param(
            "command: [sh, -c]\nargs: ['kind create cluster --image a/b:$X']",
            ["image text a/b:{X}"],
            id="a script for a shell",
        ),
        pytest.param(
            "args: [-c, 'kind create cluster --image a/b:c']",
            ["image text a/b:c"],
            id="arguments alone",
        ),
        pytest.param(
            "command: [python, -c, 'a/b']", ["text a/b"], id="not a shell's script"
        ),
        pytest.param(
            "command: [run, --image, a/b, --node-image=c/d]",
            ["image text a/b", "image text c/d"],
            id="options that take an image",
        ),
        pytest.param("run: x", [], id="one word"),
    ],
)
def test_shell_is_read(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "x: |\n  image: a/b # c/d\n", ["image text a/b"], id="YAML in a block"
        ),
        pytest.param("x: |\n  just a/b\n  # c/d\n", ["text just a/b"], id="text"),
        pytest.param(
            "x: |\n  y: |\n    image: a/b\n", ["image text a/b"], id="YAML in YAML"
        ),
        pytest.param(
            "x: |\n  image: ${A}\n  y: [\n", ["image text {A}"], id="no YAML in a block"
        ),
        pytest.param("message: |\n  x: a/b\n", ["display text x: a/b\n"], id="prose"),
    ],
)
def test_what_is_inside_a_scalar_is_read(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_the_values_of_a_chart_are_variables_of_its_templates() -> None:
    values = "image: {repository: a/b, tag: v1}\nl: [c/d]\nkindVersion: v0.2.0\n"
    assert found(values, "c/values.yaml") == [
        "Values.image.repository = a/b",
        "Values.image.tag = v1",
        "Values.kindVersion = v0.2.0",
        "image text a/b:v1",
        "text c/d",
    ]
    template = 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n'
    facts = read(FORMAT, template, "c/templates/x.yaml")
    assert facts[0] == Link(
        type=Link.Type.INCLUDE,
        scope=("c/templates/x.yaml",),
        target="values.yaml",
        base="c",
        region=Region(PurePosixPath("c/templates/x.yaml"), Span(0, 0)),
    )
    assert lines(facts)[-1] == "image text {Values.image.repository}:{Values.image.tag}"


def test_a_compose_file_reads_the_env_file_beside_it() -> None:
    assert found("image: a/b:$A", "x/docker-compose.yml") == [
        "include .env from 'x'",
        "image text a/b:{A}",
    ]


def test_a_role_reads_its_defaults() -> None:
    assert found("a: {b: c/d}", "r/defaults/main.yml") == ["a.b = c/d"]
    assert "include defaults/main.yml from 'r'" in found("", "r/tasks/main.yml")


def test_a_joined_reference_is_tied_to_both_places() -> None:
    (fact,) = read(FORMAT, "{tag: v1, repository: a/b}", "a.yaml")
    assert isinstance(fact, Text)
    spans = [part.region.span for part in fact.template.parts if part.region]
    assert spans == [Span(22, 25), Span(6, 8)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 5000, id="open brackets"),
        pytest.param("".join(" " * n + "a:\n" for n in range(400)), id="deep blocks"),
        pytest.param(
            "a0: &a0 {x: 1}\n"
            + "".join(
                f"a{n}: &a{n} {{env: {{<<: *a{n - 1}}}, y: [*a{n - 1}, *a{n - 1}]}}\n"
                for n in range(1, 50)
            ),
            id="aliases of aliases",
        ),
        pytest.param("x: a/" + "${" * 5000, id="open braces"),
    ],
)
def test_hostile_yaml_is_survived_and_what_follows_is_read(text: str) -> None:
    alone = found(text)
    assert len(alone) < 10
    assert found(f"{text}\ni: a/b:c\n") == [*alone, "text a/b:c"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a.yaml", True, id="YAML"),
        pytest.param("a.YML", True, id="YAML in capitals"),
        pytest.param("a.yaml.gotmpl", True, id="a template"),
        pytest.param("_helpers.tpl", True, id="Helm's helpers"),
        pytest.param("a.json", False, id="JSON"),
        pytest.param("yaml", False, id="a name alone"),
    ],
)
def test_files_are_known_by_name(path: str, *, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(path), b"") is expected


PIECES = """image:_ env:_ tag:_v1 repository:_ kind:_ script:_ -_ a/b:c ' " #_ |_ > $X
${X:-a} {{_.X_}} [ ] { } , &a_ *a <<:_ name:_X value:_ args:_ -c é"""


@given(st.lists(st.sampled_from([*PIECES.split(), "\n", "\n  ", "\r\n", "\n---\n"])))
def test_any_text_is_read_and_its_exact_parts_are_its_bytes(pieces: list[str]) -> None:
    data = "".join(pieces).replace("_", " ").encode()
    assert unfaithful(read(FORMAT, data, "a.yaml"), data) == []
