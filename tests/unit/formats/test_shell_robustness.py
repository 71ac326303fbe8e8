"""Nothing raises, nothing is lost, and every character keeps its byte."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.facts import line, lines, read, show, templates_of, unfaithful

from digestpin.facts import Binding, Text
from digestpin.formats.shell import FORMAT, extract_shell
from digestpin.source import Region, SourceFile, Span
from digestpin.templates import (
    Literal,
    Template,
    Variable,
    join,
    literal,
    made_up,
    variable,
)

IMAGE = "kindest/node:v1.31.4"
PIECES = st.sampled_from(
    [
        *"\"'`$(){}[]|&;<>\\ \n\t#=!*~é\x00-",
        "${X:-",
        "${X",
        "$(",
        "$((",
        "<<EOF\n",
        "\nEOF\n",
        "<<-'E'\n",
        "\nE\n",
        "if ",
        "then ",
        "fi\n",
        "for x in ",
        "do ",
        "done\n",
        "case x in ",
        "esac\n",
        "echo ",
        "printf '%s' ",
        "kind create --image ",
        "export A=",
        "A=(",
        "f() {",
        "\n}\n",
        "[[ ",
        " ]]",
        "=~",
        ">> $GITHUB_OUTPUT",
        "${{ x }}",
        "{{ y }}",
        "{% if %}",
        "bash -c ",
        "$'\\n",
        "\r\n",
        "local ",
        "X+=1 ",
        "a=b",
        "sed s/^v//",
    ]
)
SCRIPTS = st.lists(PIECES, max_size=30).map("".join)


@given(SCRIPTS)
@settings(max_examples=200, deadline=None)
def test_exact_literals_slice_to_their_bytes(script: str) -> None:
    data = script.encode()
    assert unfaithful(read(FORMAT, data, "x.sh"), data) == []


@given(st.binary(max_size=60))
def test_any_bytes_are_read(data: bytes) -> None:
    assert unfaithful(read(FORMAT, data, "x.sh"), data) == []


@given(SCRIPTS.filter(lambda s: "#" not in s), SCRIPTS.filter(lambda s: "#" not in s))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_literal_reference_is_never_lost(before: str, after: str) -> None:
    assert is_found(f"{before} {IMAGE} {after}")


def is_found(script: str) -> bool:
    """Say whether the image is in a literal of a fact."""
    return any(
        IMAGE in part.text
        for fact in read(FORMAT, script, "x.sh")
        for template in templates_of(fact)
        for part in _literals(template)
    )


def _literals(template: Template) -> list[Literal]:
    found = [part for part in template.parts if isinstance(part, Literal)]
    for part in template.variables:
        if part.default is not None:
            found += [p for p in part.default.parts if isinstance(p, Literal)]
    return found


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("(" * 10_000, id="parens"),
        pytest.param("(" * 5_000 + "a" + ")" * 5_000, id="closed parens"),
        pytest.param("$(" * 5_000, id="substitutions"),
        pytest.param("echo $(" * 2_000 + ")" * 2_000, id="closed substitutions"),
        pytest.param('"$(' * 3_000, id="quotes"),
        pytest.param("${a:-" * 3_000 + "}" * 3_000, id="defaults"),
        pytest.param("if " * 3_000, id="ifs"),
        pytest.param("a && " * 3_000 + "b", id="ands"),
        pytest.param("{ " * 3_000, id="braces"),
        pytest.param("bash -c '" + 'bash -c "' * 50, id="scripts in scripts"),
        pytest.param("[[ " + "! " * 3_000 + " -z a ]]", id="negations"),
        pytest.param("", id="nothing"),
        pytest.param("\x00\x00", id="zero bytes"),
    ],
)
def test_depth_costs_no_recursion_and_loses_nothing(script: str) -> None:
    data = script.encode()
    assert unfaithful(read(FORMAT, data, "x.sh"), data) == []
    assert is_found(f"{IMAGE} {script}")
    assert is_found(f"{script} {IMAGE}")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            f"{{% if a %}}\nkind create cluster --image {IMAGE}\n{{% endif %}}\n",
            f"image text {IMAGE}",
            id="Jinja",
        ),
        pytest.param(
            f"{{{{- if .Values.a }}}}\nkind --image {IMAGE}\n{{{{- end }}}}\n",
            f"image text {IMAGE}",
            id="Helm",
        ),
        pytest.param(
            f'if (Test-Path x) {{ $i = "{IMAGE}" }}', f"text {IMAGE}", id="PowerShell"
        ),
        pytest.param(f"case x in\n--i) I={IMAGE}", f"{IMAGE}", id="cut off"),
        pytest.param(f"echo 'it\nI={IMAGE}\n", IMAGE, id="quote not closed"),
        pytest.param(f"fi\nkind --image {IMAGE}\n", IMAGE, id="fi too many"),
        pytest.param(
            "if a; then\nkind --image n/n:$V\n", "n/n:{V}", id="if not closed"
        ),
    ],
)
def test_a_script_that_does_not_parse_keeps_its_references(
    script: str, expected: str
) -> None:
    assert any(expected in found for found in lines(read(FORMAT, script, "x.sh")))


def test_comments_of_a_script_that_does_not_parse_are_left_out() -> None:
    found = lines(read(FORMAT, f"fi )\n# {IMAGE}\nx # {IMAGE}\n", "x.sh"))
    assert not any(IMAGE in text for text in found)


def outer(name: str, start: int, end: int) -> Template:
    region = Region(PurePosixPath("w.yaml"), Span(start, end))
    return variable(Variable(name=name, scope=("w.yaml",), region=region))


def block(text: str, *names: str) -> Template:
    """Return a script in which each `@` is a variable of the outer file."""
    source = SourceFile(PurePosixPath("w.yaml"), text.encode())
    pieces, at, left = [], 0, list(names)
    for index, character in enumerate(source.text):
        if character == "@":
            pieces.append(literal(source.text[at:index], source.region(at, index)))
            pieces.append(outer(left.pop(0), index, index + 1))
            at = index + 1
    pieces.append(literal(source.text[at:], source.region(at, len(source.text))))
    return join(pieces)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        pytest.param(
            "kind create cluster --image kindest/node:@",
            ["matrix.k8s"],
            ["image text kindest/node:{matrix.k8s}"],
            id="in a word",
        ),
        pytest.param(
            "kind --image '@'", ["matrix.i"], ["image text {matrix.i}"], id="in quotes"
        ),
        pytest.param(
            'X="@-$Y"', ["a.b"], ["X = {a.b}-{Y} [sequential]"], id="beside a variable"
        ),
        pytest.param("@ x/y", ["run"], ["text {run}", "text x/y"], id="as a command"),
        pytest.param("X_@=1", ["a"], [], id="in a name"),
        pytest.param(
            "echo a=@ >> $GITHUB_OUTPUT",
            ["m"],
            ["GITHUB_OUTPUT:a = {m} [sequential]"],
            id="in an output",
        ),
        pytest.param(
            "cat <<E > f\nimage: @\nE", ["i"], ["image text {i}"], id="in a document"
        ),
        pytest.param("${X:-@}", ["i"], ["text {X|{i}}"], id="in a default"),
        pytest.param("fi ) a/@", ["i"], ["text a/{i}"], id="in what does not parse"),
    ],
)
def test_variables_of_the_outer_file(
    text: str, names: list[str], expected: list[str]
) -> None:
    script = block(text, *names)
    assert lines(extract_shell(script, ("w.yaml", "jobs"))) == expected


def test_a_script_that_stands_nowhere_is_one_text() -> None:
    (fact,) = extract_shell(made_up("kind --image a/b:c"), ("x",))
    assert isinstance(fact, Text)
    assert show(fact.template) == "kind --image a/b:c"
    assert list(extract_shell(made_up("kind"), ("x",))) == []


def test_inexact_pieces_stay_inexact() -> None:
    region = Region(PurePosixPath("Makefile"), Span(0, 2))
    script = join(
        [
            literal("X=", Region(PurePosixPath("Makefile"), Span(10, 12))),
            literal("$", region, exact=False),
            literal("(echo v1)", Region(PurePosixPath("Makefile"), Span(14, 23))),
        ]
    )
    (fact,) = extract_shell(script, ("Makefile",))
    assert isinstance(fact, Binding)
    assert line(fact) == "X = v1 [sequential]"
    assert fact.value.exact_region == Region(PurePosixPath("Makefile"), Span(20, 22))


def test_a_byte_order_mark_is_no_part_of_the_first_word() -> None:
    data = b"\xef\xbb\xbfX=v1\n"
    found = read(FORMAT, data, "x.sh")
    assert lines(found) == ["X = v1 [sequential]"]
    assert unfaithful(found, data) == []
