"""What shell variables are given, and where that is known."""

from __future__ import annotations

import pytest
from support.facts import line, read

from digestpin.facts import Binding, Fact
from digestpin.formats.shell import FORMAT


def bindings(text: str) -> list[Fact]:
    facts = read(FORMAT, text, "x.sh")
    return [fact for fact in facts if isinstance(fact, Binding)]


def scoped(fact: Fact) -> str:
    scope = "/".join(fact.scope[1:])
    return f"{scope}: {line(fact)}" if scope else line(fact)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("X=v1", ["X = v1 [sequential]"], id="assignment"),
        pytest.param("X=1 Y=2", ["X = 1 [sequential]", "Y = 2 [sequential]"], id="two"),
        pytest.param(
            "X=1 Y=2\nkind version",
            ["X = 1 [sequential]", "Y = 2 [sequential]"],
            id="two before a line with a command",
        ),
        pytest.param("export X=v1", ["X = v1 [sequential]"], id="export"),
        pytest.param("readonly X=v1", ["X = v1 [sequential]"], id="readonly"),
        pytest.param("declare -r X=v1", ["X = v1 [sequential]"], id="declare"),
        pytest.param("typeset -x X=v1", ["X = v1 [sequential]"], id="typeset"),
        pytest.param('export "X=$Y"', ["X = {Y} [sequential]"], id="quoted export"),
        pytest.param("export X", [], id="export of a name"),
        pytest.param("# X=v1", [], id="comment"),
        pytest.param("echo X=v1", [], id="argument"),
        pytest.param("X==v1", ["X = =v1 [sequential]"], id="value that starts with ="),
        pytest.param(
            ': "${X:=v1}"', ["X = v1 [fallback] [sequential]"], id="assigned default"
        ),
        pytest.param(
            ": ${X=v1}", ["X = v1 [fallback] [sequential]"], id="default when unset"
        ),
        pytest.param(
            ': ${I:="kindest/node:${T}"}',
            ["I = kindest/node:{T} [fallback] [sequential]"],
            id="assigned default with a variable",
        ),
        pytest.param("X+=v1", ["X = {X+=v1!} [sequential]"], id="appended"),
        pytest.param(
            "if a; then X=v1; else X=v2; fi",
            ["X = v1 [branch] [sequential]", "X = v2 [branch] [sequential]"],
            id="branches",
        ),
        pytest.param(
            "if X=v1; then :; fi", ["X = v1 [sequential]"], id="in the condition"
        ),
        pytest.param("a && X=v1", ["X = v1 [branch] [sequential]"], id="and"),
        pytest.param("X=v1 && a", ["X = v1 [sequential]"], id="before and"),
        pytest.param("a || X=v1", ["X = v1 [branch] [sequential]"], id="or"),
        pytest.param("(X=v1)", ["X = v1 [branch] [sequential]"], id="subshell"),
        pytest.param("{ X=v1; }", ["X = v1 [sequential]"], id="group"),
        pytest.param(
            "while a; do X=v1; done", ["X = v1 [branch] [sequential]"], id="loop"
        ),
        pytest.param(
            "case $a in b) X=v1 ;; esac",
            ["X = v1 [branch] [sequential]"],
            id="case",
        ),
        pytest.param(
            "A=(a $V)", ["A = a [conditional]", "A = {V} [conditional]"], id="array"
        ),
        pytest.param(
            "A=(a)\necho ${A[0]}",
            ["A = a [conditional]", "A[0] = a [sequential]"],
            id="array of which an element is read",
        ),
        pytest.param(
            "declare -A M=([x]=a [y]=b)\necho ${M[y]}",
            [
                "M = a [conditional]",
                "M[x] = a [sequential]",
                "M = b [conditional]",
                "M[y] = b [sequential]",
            ],
            id="array by keys",
        ),
        pytest.param(
            "A=(a # b\n c)",
            ["A = a [conditional]", "A = c [conditional]"],
            id="array with a comment",
        ),
        pytest.param(
            'X=1 Y=2\nexport "Z=$X" W',
            ["X = 1 [sequential]", "Y = 2 [sequential]", "Z = {X} [sequential]"],
            id="export on the next line",
        ),
        pytest.param("X= kind version", ["cmd/3: X =  [sequential]"], id="emptied"),
        pytest.param(
            "f() { local -r X; X=v1; readonly Y=v2; declare -g Z=v3; }",
            [
                "function/f: X = v1 [branch] [sequential]",
                "Y = v2 [branch] [sequential]",
                "Z = v3 [branch] [sequential]",
            ],
            id="declared in a function",
        ),
        pytest.param(
            "f() { local a=$1; echo x; }\nf",
            ["function/f: a = {1} [branch] [sequential]"],
            id="call without arguments",
        ),
        pytest.param(
            "A[0]=x", ["A = x [conditional]", "A[0] = x [sequential]"], id="one element"
        ),
        pytest.param(
            "read -r X Y",
            ["X = {read!} [sequential]", "Y = {read!} [sequential]"],
            id="read",
        ),
        pytest.param(
            "printf -v X 'kindest/node:%s' v1",
            ["X = kindest/node:v1 [sequential]"],
            id="printf -v",
        ),
        pytest.param(
            'printf -v X -- "$R/%s:%s" node "$V"',
            ["X = {R}/node:{V} [sequential]"],
            id="printf -v of several values",
        ),
        pytest.param(
            'printf -v X "kindest/%s:%s" node "$V"',
            ["X = kindest/node:{V} [sequential]"],
            id="printf -v of a variable",
        ),
        pytest.param(
            "printf -v X '%s\\n' v1",
            ["X = {printf!} [sequential]"],
            id="printf -v with an escape",
        ),
        pytest.param(
            "printf -v X 'v%d.%d' 1 2",
            ["X = {printf!} [sequential]"],
            id="printf -v of numbers",
        ),
        pytest.param("printf -v 'A[x]' %s v1", [], id="printf -v of an element"),
        pytest.param("eval X=v1", ["X = v1 [sequential]"], id="eval"),
        pytest.param(
            "for v in a $V; do :; done",
            ["for/0: v = a [conditional]", "for/0: v = {V} [conditional]"],
            id="for",
        ),
        pytest.param("for v; do :; done", [], id="for over arguments"),
        pytest.param(
            'L="a b"\nfor v in $L; do :; done',
            [
                "L = a b [sequential]",
                "for/8: v = a [conditional]",
                "for/8: v = b [conditional]",
            ],
            id="for over a list in a variable",
        ),
        pytest.param(
            'L="a b"\nfor v in "$L"; do :; done',
            ["L = a b [sequential]", "for/8: v = {L} [conditional]"],
            id="for over a quoted variable",
        ),
        pytest.param(
            "for v in 1.{30,31}; do :; done",
            ["for/0: v = {1.{30,31}!} [conditional]"],
            id="for over braces",
        ),
        pytest.param(
            "X=v1 Y=v2 kind version",
            ["cmd/10: X = v1 [sequential]", "cmd/10: Y = v2 [sequential]"],
            id="before a command",
        ),
        pytest.param(
            "a && X=v1 kind version",
            ["|0:0:0/cmd/10: X = v1 [sequential]"],
            id="before a command that may not run",
        ),
        pytest.param(
            "sudo -E env X=v1 kind", ["cmd/0: X = v1 [sequential]"], id="by env"
        ),
        pytest.param("make up X=v1", ["cmd/0: X = v1"], id="argument of make"),
        pytest.param(
            "f() { local X=v1; X=v2; Y=v3; }",
            [
                "function/f: X = v1 [branch] [sequential]",
                "function/f: X = v2 [branch] [sequential]",
                "Y = v3 [branch] [sequential]",
            ],
            id="local to a function",
        ),
        pytest.param(
            "f() { kind $1; }\nf v1.31.4 b",
            [
                "function/f: 1 = v1.31.4 [conditional]",
                "function/f: 2 = b [conditional]",
            ],
            id="arguments of a function",
        ),
        pytest.param("f() { shift; kind $1; }\nf a b", [], id="arguments that shift"),
        pytest.param('f() { kind "$@"; }\nf a b', [], id="arguments handed on"),
        pytest.param("f() { kind $1; }\nf $@", [], id="call with all arguments"),
        pytest.param(
            "f() { :; }\nf() { kind $1; }\nf a", [], id="function defined twice"
        ),
        pytest.param(
            'f() { echo "v$1"; }\nX=$(f 1)',
            [
                "f() = v{1} [branch] [conditional]",
                "X = {f()} [sequential]",
                "function/f: 1 = 1 [branch] [conditional]",
            ],
            id="output of a function",
        ),
        pytest.param(
            "f() { kubectl a; echo b; }\nX=$(f)",
            ["X = {$(f)!} [sequential]"],
            id="output of a function that does more",
        ),
    ],
)
def test_bindings(text: str, expected: list[str]) -> None:
    assert [scoped(fact) for fact in bindings(text)] == expected


def test_what_follows_an_image_option_in_an_array_is_an_image() -> None:
    facts = bindings('A=(--name x --image "kindest/node:$V" -q)')
    roles = [fact.role.value for fact in facts if isinstance(fact, Binding)]
    assert roles == ["value", "value", "value", "image", "value"]


def test_variables_are_read_where_they_stand() -> None:
    script = "f() { for v in a; do kind $v; done; }\n"
    scopes = [f.scope[1:] for f in read(FORMAT, script, "x.sh")]
    loop = ("function", "f", "|0:0:0", "for", "6")
    assert scopes == [loop, (*loop, "|6:0:0")]
