"""What a shell word stands for once its quotes and expansions are read."""

from __future__ import annotations

import pytest
from support.facts import lines, read

from digestpin.facts import Binding
from digestpin.formats.shell import FORMAT


def value_of(word: str) -> list[str]:
    """Return what `X=word` gives to X."""
    facts = read(FORMAT, f"X={word}\n", "hack/kind.sh")
    found = [f for f in facts if isinstance(f, Binding) and f.name == "X"]
    return [
        line.partition(" = ")[2].removesuffix(" [sequential]") for line in lines(found)
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("kindest/node:v1.31.4", "kindest/node:v1.31.4", id="bare"),
        pytest.param('"kindest/node:v1.31.4"', "kindest/node:v1.31.4", id="quoted"),
        pytest.param("'kindest/node:v1.31.4'", "kindest/node:v1.31.4", id="single"),
        pytest.param("$'kindest/node:v1'", "kindest/node:v1", id="ANSI quotes"),
        pytest.param(r"$'a\'b\tc'", "a'b\tc", id="ANSI escapes"),
        pytest.param(r"kindest\/node:v1", "kindest/node:v1", id="escaped character"),
        pytest.param("kindest/node:\"v1\"'.31'", "kindest/node:v1.31", id="pieces"),
        pytest.param('"a\\"b\\\\c\\d"', 'a"b\\c\\d', id="escapes in quotes"),
        pytest.param('"a\\\nb"', "ab", id="continued in quotes"),
        pytest.param("'$V'", "$V", id="no variable in single quotes"),
        pytest.param("\\$V", "$V", id="no variable behind a backslash"),
        pytest.param("", "", id="nothing"),
        pytest.param("$V", "{V}", id="variable"),
        pytest.param("node:${V}-x", "node:{V}-x", id="braces"),
        pytest.param('"v$V"', "v{V}", id="variable in quotes"),
        pytest.param('"  $V  $W "', "  {V}  {W} ", id="blanks around variables"),
        pytest.param("$1", "{1}", id="positional"),
        pytest.param("$@", "{@}", id="all arguments"),
        pytest.param("${V:-v1}", "{V|v1}", id="default"),
        pytest.param("${V-v1}", "{V|v1}", id="default when unset"),
        pytest.param('"${V:-"v1"}"', "{V|v1}", id="quoted default"),
        pytest.param("${V:-'v 1'}", "{V|v 1}", id="single quotes in a default"),
        pytest.param("${V:-${W:-v1}}", "{V|{W|v1}}", id="default of a default"),
        pytest.param("${V:-n:${W}-x}", "{V|n:{W}-x}", id="variable in a default"),
        pytest.param("${V:-}", "{V|}", id="empty default"),
        pytest.param("${V:?must be set}", "{V}", id="error when unset"),
        pytest.param("${V?}", "{V}", id="error when unset, no text"),
        pytest.param("${V#v}", "{V#v}", id="prefix taken off"),
        pytest.param("${V##v}", "{V#v}", id="longest prefix taken off"),
        pytest.param("${V#kindest/node:v}", "{V#kindest/node:v}", id="long prefix"),
        pytest.param("${V#*v}", "{V!}", id="prefix by a pattern"),
        pytest.param("${V#$W}", "{V!}", id="prefix in a variable"),
        pytest.param("${V%.0}", "{V%.0}", id="suffix taken off"),
        pytest.param("${V%%-*}", "{V!}", id="suffix by a pattern"),
        pytest.param("${V/#v/}", "{V#v}", id="prefix replaced by nothing"),
        pytest.param("${V/%x/}", "{V%x}", id="suffix replaced by nothing"),
        pytest.param("${V/v/w}", "{V!}", id="replacement"),
        pytest.param("${V//v/}", "{V!}", id="every one replaced"),
        pytest.param("${V,,}", "{V!}", id="lower case"),
        pytest.param("${V^^}", "{V!}", id="upper case"),
        pytest.param("${V:1}", "{V!}", id="part"),
        pytest.param("${V:0:3}", "{V!}", id="part with a length"),
        pytest.param("${#V}", "{V!}", id="length"),
        pytest.param("${!V}", "{V!}", id="name in a variable"),
        pytest.param("${V@Q}", "{V!}", id="quoted by the shell"),
        pytest.param("${V:+v1}", "{V!}", id="other value when set"),
        pytest.param("${A[@]}", "{A}", id="every element"),
        pytest.param("${A[0]}", "{A[0]}", id="one element"),
        pytest.param("${A['1.31']}", "{A[1.31]}", id="one element, quoted"),
        pytest.param("${A[$i]}", "{A}", id="some element"),
        pytest.param('${A["$i"]}', "{A}", id="some element, quoted"),
        pytest.param("$(date)", "{$(date)!}", id="command"),
        pytest.param("`date`", "{`date`!}", id="backticks"),
        pytest.param("$((1 + 2))", "{$((1 + 2))!}", id="arithmetic"),
        pytest.param('v$(cat "x y")', 'v{$(cat "x y")!}', id="command in a word"),
        pytest.param('$(echo "v$V")', "v{V}", id="echo"),
        pytest.param("$(echo -n v1 $V)", "v1 {V}", id="echo with an option"),
        pytest.param("`echo $V`", "{V}", id="echo in backticks"),
        pytest.param("$(printf '%s' \"$V\")", "{V}", id="printf"),
        pytest.param("$(printf 'v%s-%s\\n' \"$V\" x)", "v{V}-x", id="printf with text"),
        pytest.param("$(printf '%d' 1)", "{$(printf '%d' 1)!}", id="printf of numbers"),
        pytest.param("$(echo \"$V\" | sed 's/^v//')", "{V#v}", id="sed takes v off"),
        pytest.param("$(echo $V | tr -d v)", "{V#v}", id="tr takes v off"),
        pytest.param(
            "$(echo $V | tr a b)", "{$(echo $V | tr a b)!}", id="another filter"
        ),
        pytest.param(
            "$(echo a$V | tr -d v)", "{$(echo a$V | tr -d v)!}", id="filter of a text"
        ),
        pytest.param("${V", "{V}", id="brace not closed"),
        pytest.param("é$V", "é{V}".encode().decode("latin-1"), id="not ASCII"),
    ],
)
def test_value_of_a_word(word: str, expected: str) -> None:
    assert value_of(word)[:1] == [expected]


def test_a_long_command_names_its_variable_shortly() -> None:
    (value,) = value_of(f"$(cut {'x' * 100})")
    assert value.endswith("…!}")
    assert len(value) < 70


def test_a_very_deep_word_is_kept_as_written() -> None:
    word = "${A:-" * 60 + "kindest/node:v1.31.4" + "}" * 60
    (value,) = value_of(word)
    assert "kindest/node:v1.31.4" in value
