"""Where references stand in a text, and what only looks like one."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from digestpin.facts import Role
from digestpin.references import Form, find_references, is_looked_at, selects
from digestpin.source import Region, Span
from digestpin.templates import Template, Variable, join, literal, made_up, variable

HEX = "a" * 64
NAME = ("kindest/node",)


def template(text: str) -> Template:
    """Return a template in which `$` is a variable."""
    region = Region(PurePosixPath("a"), Span(0, 1))
    hole = variable(Variable(name="v", scope=("a",), region=region))
    return join(hole if part == "$" else made_up(part) for part in split(text))


def split(text: str) -> list[str]:
    parts = text.replace("$", "\1$\1").split("\1")
    return [part for part in parts if part]


def found(text: str, images: tuple[str, ...] = NAME) -> list[str]:
    read = template(text)
    return [
        read.text[match.start : match.end].replace("\0", "$")
        for match in find_references(read, images)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("kindest/node:v1", ["kindest/node:v1"], id="a tag"),
        pytest.param("kindest/node", ["kindest/node"], id="the name alone"),
        pytest.param(
            f"kindest/node@sha256:{HEX}", [f"kindest/node@sha256:{HEX}"], id="a digest"
        ),
        pytest.param(
            "x.io:5000/m/kindest/node:v1",
            ["x.io:5000/m/kindest/node:v1"],
            id="a registry",
        ),
        pytest.param("$/kindest/node:$", ["$/kindest/node:$"], id="variables"),
        pytest.param("kindest/node:v$.4@$", ["kindest/node:v$.4@$"], id="in the tag"),
        pytest.param("--image=kindest/node:v1", ["kindest/node:v1"], id="an option"),
        pytest.param("docker://kindest/node:v1", ["kindest/node:v1"], id="a scheme"),
        pytest.param(
            "kindest/node:v1,kindest/node:v2",
            ["kindest/node:v1", "kindest/node:v2"],
            id="a list",
        ),
        pytest.param(
            "Use kindest/node:v1.31.4.", ["kindest/node:v1.31.4"], id="a full stop"
        ),
        pytest.param(
            "kindest/node:v1 @sha256:" + HEX,
            ["kindest/node:v1 @sha256:" + HEX],
            id="a space before the digest",
        ),
        pytest.param(
            f"kindest/node:v1 @ sha256: {HEX}",
            [f"kindest/node:v1 @ sha256: {HEX}"],
            id="spaces all over the digest",
        ),
        pytest.param(
            f"kindest/node:v1@sha256:{HEX}@sha256:{HEX} x",
            [f"kindest/node:v1@sha256:{HEX}@sha256:{HEX}"],
            id="two digests",
        ),
        pytest.param("kindest/node:v1 @home", ["kindest/node:v1"], id="at a place"),
        pytest.param("kindest/node:v1:foo", ["kindest/node:v1:foo"], id="two tags"),
        pytest.param(
            f"kindest/node:v1sha256:{HEX}",
            [f"kindest/node:v1sha256:{HEX}"],
            id="no sign before the digest",
        ),
        pytest.param(
            "pull kindest/node:v1: done", ["kindest/node:v1"], id="a colon of the text"
        ),
        pytest.param("kindest/node:v1:x.io/node:v1", [], id="a pair of images"),
        pytest.param("kindest/node:v1:$", [], id="a pair with a variable"),
        pytest.param("kindest/node:v1:v0.26.0", [], id="a pair with a version"),
        pytest.param("kindest/node:v1:", [], id="the front of a pair"),
        pytest.param(
            f"kindest/node:v1=sha256:{HEX}",
            [f"kindest/node:v1=sha256:{HEX}"],
            id="another sign before the digest",
        ),
        pytest.param("kindest/node:v1=x", ["kindest/node:v1"], id="a pair by a sign"),
        pytest.param("kindest/node:::v1", ["kindest/node:::v1"], id="three colons"),
        pytest.param(
            f"it is kindest/node:v1@sha256:{HEX}.",
            [f"kindest/node:v1@sha256:{HEX}"],
            id="a full stop behind a digest",
        ),
        pytest.param("kindest/node:v1.", ["kindest/node:v1."], id="a tag with a dot"),
        pytest.param("kindest/node:%s", ["kindest/node:%s"], id="a placeholder"),
        pytest.param("https://x/kindest/node:v1", [], id="a URL"),
        pytest.param("mykindest/node:v1", [], id="a longer owner"),
        pytest.param("kindest/nodes:v1", [], id="a longer name"),
        pytest.param("kindest/node-x:v1", [], id="a name that goes on"),
        pytest.param("kindest/node:(?<v>.*)", [], id="a regular expression"),
        pytest.param("kindest/node:v[0-9]+", [], id="a class of characters"),
        pytest.param("kindest/node:v%=%", [], id="a substitution of make"),
        pytest.param("kindest/node:v1.*", [], id="a pattern"),
        pytest.param("kindest/node::v1", ["kindest/node::v1"], id="two colons"),
        pytest.param("kindest/node::method", [], id="two colons and no version"),
        pytest.param("kindest/node: v1", [], id="an empty tag"),
        pytest.param("kindest/node/tags", [], id="a path"),
        pytest.param("e.g. kindest/node:v1", [], id="an example"),
        pytest.param("for example: 'kindest/node:v1'", [], id="a quoted example"),
        pytest.param("such as kindest/node:v1", [], id="an example in words"),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("kindest/node", Form.BARE),
        ("kindest/node:v1", Form.FULL),
        (f"kindest/node@sha256:{HEX}", Form.FULL),
        ("kindest/node:%s", Form.PLACEHOLDER),
        ("kindest/node:{}", Form.PLACEHOLDER),
        ("kindest/node:v{version}", Form.PLACEHOLDER),
        ("kindest/node:K8S_VERSION", Form.PLACEHOLDER),
        ("kindest/node:__NODE_TAG__", Form.PLACEHOLDER),
        ("kindest/node:VERSION", Form.PLACEHOLDER),
        ("kindest/node:__K8S__", Form.PLACEHOLDER),
        ("kindest/node:@K8S_VERSION@", Form.PLACEHOLDER),
        ("kindest/node:v@@k8s.version@@", Form.PLACEHOLDER),
        ("kindest/node:STABLE", Form.FULL),
        ("kindest/node:RELEASE.2024-01-02", Form.FULL),
        ("kindest/node:$", Form.FULL),
    ],
)
def test_forms(text: str, form: Form) -> None:
    (match,) = find_references(template(text))
    assert match.form is form


def test_other_images_by_name_and_star() -> None:
    text = "x/a:1 x/b:2 y/a:3"
    assert found(text, ("x/*",)) == ["x/a:1", "x/b:2"]
    assert found(text, ("x/a", "y/a")) == ["x/a:1", "y/a:3"]


@pytest.mark.parametrize(
    ("images", "name", "expected"),
    [
        (("kindest/node",), "docker.io/kindest/node", True),
        (("kindest/node",), "m.io/x/kindest/node", True),
        (("kindest/node",), "docker.io/mykindest/node", False),
        (("docker.io/library/*",), "docker.io/library/redis", True),
        ((), "docker.io/kindest/node", False),
    ],
)
def test_selected(images: tuple[str, ...], name: str, expected: bool) -> None:
    assert selects(images, name) is expected


def test_references_count_where_a_value_or_an_image_is() -> None:
    assert [role for role in Role if is_looked_at(role)] == [Role.VALUE, Role.IMAGE]


def test_places_are_those_of_the_text() -> None:
    read = literal("a kindest/node:v1", Region(PurePosixPath("a"), Span(5, 22)))
    (match,) = find_references(read)
    assert read.cut(match.start, match.end).exact_region == Region(
        PurePosixPath("a"), Span(7, 22)
    )
    assert (match.name_start, match.name_end) == (2, 14)
