"""What a makefile says, line by line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import lines, read, unfaithful
from support.judging import values

from digestpin.facts import Binding, Fact, Link, Rule, Text
from digestpin.formats.makefile import FORMAT


def facts(text: str, path: str = "Makefile") -> list[str]:
    """Return the facts; that a makefile's own assignments are in order goes unsaid."""
    found = read(FORMAT, text, path)
    return lines(_unordered(fact) for fact in found if not isinstance(fact, Rule))


def _unordered(fact: Fact) -> Fact:
    if isinstance(fact, Binding) and len(fact.scope) == 1:
        return replace(fact, sequential=False)
    return fact


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Makefile", True, id="the usual name"),
        pytest.param("GNUmakefile", True, id="GNU make's own name"),
        pytest.param("makefile", True, id="the lower-case name"),
        pytest.param("hack/tools.mk", True, id="a part to include"),
        pytest.param("e2e.make", True, id="the other ending"),
        pytest.param("Makefile.local", True, id="a variant"),
        pytest.param("Makefile.md", False, id="prose about a makefile"),
        pytest.param("makefile.py", False, id="a Python module"),
        pytest.param("CMakeLists.txt", False, id="CMake"),
        pytest.param("remake", False, id="a name that only ends like one"),
    ],
)
def test_names_of_makefiles(name: str, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), b"") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A = v1\n", ["A = v1"], id="recursive"),
        pytest.param("A := v1\n", ["A = v1"], id="simple"),
        pytest.param("A ::= v1\n", ["A = v1"], id="POSIX simple"),
        pytest.param("A :::= v1\n", ["A = v1"], id="POSIX immediate"),
        pytest.param("A ?= v1\n", ["A = v1 [fallback]"], id="default"),
        pytest.param("A?=v1", ["A = v1 [fallback]"], id="no blanks and no newline"),
        pytest.param("A += v1\n", ["A = v1 [conditional]"], id="appended"),
        pytest.param("\ufeffA = v1\n", ["A = v1"], id="byte order mark"),
        pytest.param("A = v1\r\nB = v2\r\n", ["A = v1", "B = v2"], id="CRLF"),
        pytest.param("A = v1  # why\n", ["A = v1"], id="comment behind"),
        pytest.param('A = "v1"\n', ["A = v1"], id="quotes around the whole"),
        pytest.param('A = "v1" "v2"\n', ['A = "v1" "v2"'], id="quotes inside"),
        pytest.param("A =\n", ["A = "], id="empty value"),
        pytest.param("export A = v1\n", ["A = v1"], id="exported"),
        pytest.param("override A := v1\n", ["A = v1"], id="override"),
        pytest.param("override export A := v1\n", ["A = v1"], id="two modifiers"),
        pytest.param("A = x \\\n   y\n", ["A = x y"], id="continued"),
        pytest.param("A = x \\\r\n   y\r\n", ["A = x y"], id="continued with CRLF"),
        pytest.param("\tA = v1\n", ["A = v1"], id="tab outside of a rule"),
        pytest.param("a: A = v1\n", ["A = v1 [conditional]"], id="for one target"),
        pytest.param("a: A := b:1\n", ["A = b:1 [conditional]"], id="colon in it"),
        pytest.param(
            "a: export A ?= v1\n", ["A = v1 [conditional] [fallback]"], id="a: export"
        ),
        pytest.param("A = $(B)-$C-${D}\n", ["A = {B}-{C}-{D}"], id="variables"),
        pytest.param("A = $$x\n", ["A = $x"], id="an escaped dollar"),
        pytest.param("A = $(B\n", ["A = $(B"], id="a reference left open"),
        pytest.param("A = x$\n", ["A = x$"], id="a dollar at the end"),
        pytest.param("A = $(strip  $(B) )\n", ["A = {B}"], id="strip"),
        pytest.param("A = $(or $(B),v1)\n", ["A = {B|v1}"], id="or"),
        pytest.param("A = $(or $(B),$(C),v1)\n", ["A = {B|{C|v1}}"], id="or of three"),
        pytest.param("A = $(or ,v1)\n", ["A = v1"], id="or of nothing"),
        pytest.param("A = $(if $(B),$(B),v1)\n", ["A = {B|v1}"], id="if as or"),
        pytest.param("A = $(firstword $(B))\n", ["A = {B}"], id="firstword"),
        pytest.param("A = $(word 2,a b c)\n", ["A = b"], id="word"),
        pytest.param(
            "A = $(word $(N),$(B))\n",
            ["pattern text {N}", "A = {B!}"],
            id="word of a variable number",
        ),
        pytest.param("A = $(lastword a b c)\n", ["A = c"], id="lastword"),
        pytest.param("A = $(subst v,,$(B))\n", ["A = {B!}"], id="subst"),
        pytest.param("A = $(B:v%=%)\n", ["A = {B#v}"], id="prefix taken off"),
        pytest.param("A = $(B:%-x=%)\n", ["A = {B%-x}"], id="suffix taken off"),
        pytest.param("A = $(patsubst v%,%,$(B))\n", ["A = {B#v}"], id="patsubst"),
        pytest.param("A = $(B:.c=.o)\n", ["A = {B!}"], id="another substitution"),
        pytest.param("A = $(@F)\n", ["A = {@F!}"], id="automatic variable"),
        pytest.param(
            "A = $(I_$(B))\n",
            ["ignored text I_{B}", "A = {I_$(B)!}"],
            id="computed name",
        ),
        pytest.param(
            "A = $(E2E:kindest/node:v%=%)\n",
            ["pattern text kindest/node:v%", "A = {E2E!}"],
            id="image in a substitution",
        ),
        pytest.param(
            "A = $(if $(B),x/y:1,x/y:2)\n",
            [
                "ignored text {B}",
                "$(if $(B),x/y:1,x/y:2) = x/y:1 [conditional]",
                "$(if $(B),x/y:1,x/y:2) = x/y:2 [conditional]",
                "A = {$(if $(B),x/y:1,x/y:2)}",
            ],
            id="if with two values",
        ),
        pytest.param(
            "A = $(foreach v,v1 v2,x/y:$(v))\n",
            [
                "v = v1 [conditional]",
                "v = v2 [conditional]",
                "text x/y:{v}",
                "A = {$(foreach v,v1 v2,x/y:$(v))!}",
            ],
            id="foreach",
        ),
        pytest.param(
            "A = $(call f,x/y:1)\n",
            ["ignored text {f}", "text x/y:1", "A = {$(call f,x/y:1)!}"],
            id="call",
        ),
        pytest.param(
            "$(call get,$(BIN),sigs.k8s.io/kind,v0.20.0)\n",
            [
                "ignored text {get}",
                "text {BIN}",
                "text sigs.k8s.io/kind",
                "pin go install v0.20.0",
                "ignored text {$(call get,$(BIN),sigs.k8s.io/kind,v0.20.0)!}",
            ],
            id="call of an install function with kind's package",
        ),
        pytest.param("$(info use x/y:1)\n", ["display text use x/y:1"], id="a message"),
        pytest.param("$(eval A := v1)\n", ["A = v1 [conditional]"], id="eval"),
        pytest.param(
            "A = $(or v$(B)x,)\n",
            ["$(or v$(B)x,) = v{B}x [conditional]", "A = {$(or v$(B)x,)}"],
            id="or of more than a variable",
        ),
        pytest.param("A = $(or v1,v2)\n", ["A = v1"], id="or of a text"),
        pytest.param(
            "A = $(and $(B),v1)\n",
            [
                "ignored text {B}",
                "$(and $(B),v1) = v1 [conditional]",
                "A = {$(and $(B),v1)}",
            ],
            id="and",
        ),
        pytest.param("A = $(value B)\n", ["A = {B!}"], id="value"),
        pytest.param("A = $(origin B)\n", ["A = {$(origin B)!}"], id="origin"),
        pytest.param(
            "A = $(foreach v,x)\n",
            ["A = {$(foreach v,x)!}"],
            id="foreach without a body",
        ),
        pytest.param(
            "A = $(patsubst a,b)\n",
            ["A = {$(patsubst a,b)!}"],
            id="patsubst without a text",
        ),
        pytest.param(
            "A = $(patsubst a/%,%,b/$(C))\n",
            ["pattern text a/%", "text b/{C}", "A = {$(patsubst a/%,%,b/$(C))!}"],
            id="patsubst of more than a variable",
        ),
        pytest.param(
            "A = $(addprefix x/y:,$(B))\n",
            ["pattern text x/y:", "A = {B!}"],
            id="addprefix",
        ),
        pytest.param(
            "A = $(sort x/y:1 $(B))\n",
            ["text x/y:1 {B}", "A = {$(sort x/y:1 $(B))!}"],
            id="sort",
        ),
        pytest.param("$(eval a: b/c:1)\n", ["text a: b/c:1"], id="eval of a rule"),
        pytest.param(
            "A != cut b\n", ["A = {$(shell cut b)!}"], id="output of a command"
        ),
        pytest.param(
            "A = $(X:a%=$(Y))\n",
            ["pattern text {Y}", "A = {X!}"],
            id="a variable in a substitution",
        ),
        pytest.param(
            ".RECIPEPREFIX = >\na:\n>go x/y:1\n",
            [".RECIPEPREFIX = >", "text x/y:1"],
            id="another recipe prefix",
        ),
        pytest.param(
            ".ONESHELL:\na:\n\tB=x/y:1\n\tgo $$B\n",
            ["B = x/y:1 [sequential]", "text {B}"],
            id="one shell for a recipe",
        ),
        pytest.param(
            "tools += kind=v0.32.0\n",
            ["tools = kind=v0.32.0 [conditional]", "pin makefile-modules v0.32.0"],
            id="a list of tools with their versions",
        ),
    ],
)
def test_assignments(text: str, expected: list[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty file"),
        pytest.param("# A = v1\n", id="comment"),
        pytest.param("# a \\\nA = v1\n", id="comment that goes on"),
        pytest.param("all: build test\n", id="rule of plain names"),
        pytest.param(".PHONY: all\n", id="phony target"),
        pytest.param("a:\n\t# docker pull x/y:1\n", id="comment in a recipe"),
        pytest.param("export A B\n", id="export of names"),
        pytest.param("ifdef A\nendif\n", id="condition with nothing in it"),
        pytest.param("endif\nelse\nendef\n", id="ends without a beginning"),
        pytest.param("$(origin A)$(", id="nonsense"),
    ],
)
def test_nothing_to_keep(text: str) -> None:
    kept = [fact for fact in read(FORMAT, text, "Makefile") if _matters(fact)]
    assert kept == []


def _matters(fact: object) -> bool:
    if isinstance(fact, Rule):
        return False
    return not (isinstance(fact, Text) and fact.role == "ignored")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "ifeq ($(K), 1)\n\tA=v1\nelse ifeq ($(K), 2)\n\tA=v2\n"
            "else\nA=v3\nendif\nA=v4",
            [
                "pattern text ({K}, 1)",
                "A = v1 [branch]",
                "pattern text ({K}, 2)",
                "A = v2 [branch]",
                "A = v3 [branch]",
                "A = v4",
            ],
            id="branches",
        ),
        pytest.param(
            "ifndef A\nA = v1\nendif\n", ["A = v1 [branch] [fallback]"], id="ifndef"
        ),
        pytest.param(
            "ifeq ($(A),)\nA = v1\nB = v2\nendif\n",
            ["A = v1 [branch] [fallback]", "B = v2 [branch]"],
            id="where empty",
        ),
        pytest.param(
            "ifdef B\nifndef A\nA = v1\nendif\nendif\n",
            ["A = v1 [branch]"],
            id="a default within another condition",
        ),
    ],
)
def test_conditions(text: str, expected: list[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param(
            "include a.mk b/$(C).mk\n",
            "Makefile",
            ["include a.mk from ''", "include b/{}.mk from ''"],
            id="two files",
        ),
        pytest.param("-include a.mk", "x/Makefile", ["include a.mk from 'x'"], id="-"),
        pytest.param("sinclude a.mk", "Makefile", ["include a.mk from ''"], id="s"),
        pytest.param(
            "include $(CURDIR)/a.mk\n",
            "x/Makefile",
            ["include a.mk from 'x'"],
            id="the folder of this file",
        ),
        pytest.param(
            "include $(dir $(lastword $(MAKEFILE_LIST)))a.mk\n",
            "x/Makefile",
            ["include a.mk from 'x'"],
            id="the folder of this file by the list of makefiles",
        ),
        pytest.param(
            "include a.mk\n",
            "x/y.mk",
            ["include a.mk from 'x'", "include a.mk from ''"],
            id="an included file may be read from the root",
        ),
    ],
)
def test_includes(text: str, path: str, expected: list[str]) -> None:
    assert facts(text, path) == expected


GO_LIST = "go list -m -f '{{.Version}}' sigs.k8s.io/kind"


@pytest.mark.parametrize(
    ("value", "name", "go_mod"),
    [
        pytest.param(
            f"$(shell {GO_LIST})", "{go.mod:sigs.k8s.io/kind}", "go.mod", id="go list"
        ),
        pytest.param(
            f"$(shell cd $(TOOLS); $(GO_CMD) {GO_LIST[3:]})",
            "{go.mod:sigs.k8s.io/kind}",
            "\0/go.mod",
            id="go list in another folder with a variable for go",
        ),
        pytest.param(
            "$(shell grep 'sigs.k8s.io/kind ' tools/go.mod | awk '{print $$2}')",
            "{go.mod:sigs.k8s.io/kind}",
            "tools/go.mod",
            id="grep",
        ),
        pytest.param(
            "$(shell cut VERSION)", "{$(shell cut VERSION)!}", None, id="other"
        ),
        pytest.param(
            "$(shell go list -m -f '{{.Version}}' sigs.k8s.io/kind/pkg)",
            "{$(shell go list -m -f '{{.Version}}' sigs.k8s.io/kind/pkg)!}",
            None,
            id="a package below",
        ),
    ],
)
def test_output_of_commands(value: str, name: str, go_mod: str | None) -> None:
    text = f"A := {value}\n"
    assert facts(text)[-1] == f"A = {name}"
    found = read(FORMAT, text, "Makefile")
    targets = [fact.target for fact in found if isinstance(fact, Link)]
    assert targets == ([] if go_mod is None else [go_mod])


def bindings(text: str) -> list[str]:
    found = read(FORMAT, text, "Makefile")
    return lines(_unordered(fact) for fact in found if isinstance(fact, Binding))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("define A\nv1\nendef\n", ["A = v1"], id="one line"),
        pytest.param("define A =\nx: $(B)\ny\nendef", ["A = x: {B}\ny"], id="lines"),
        pytest.param("define A\nv1", ["A = v1"], id="never closed"),
        pytest.param("define A\nendef\n", [], id="empty"),
        pytest.param("define A\n\tgo get x\nendef\n", [], id="a recipe is no value"),
    ],
)
def test_definitions(text: str, expected: list[str]) -> None:
    assert bindings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a:\n\t./x.sh\n", ["run ./x.sh from ''"], id="nothing"),
        pytest.param(
            "export A\nB = 1\na:\n\t./x.sh\n",
            ["run ./x.sh from '' ['A'] without ['B']"],
            id="what is exported",
        ),
        pytest.param(
            "a:\n\t./x.sh\nexport A = 1\n",
            ["run ./x.sh from '' ['A']"],
            id="what is exported further down",
        ),
        pytest.param(
            "a:\n\tA=1 ./x.sh\n", ["run ./x.sh from '' ['A']"], id="set before it"
        ),
        pytest.param("export\na:\n\t./x.sh\n", ["run ./x.sh from ''"], id="all"),
        pytest.param(
            ".EXPORT_ALL_VARIABLES:\na:\n\t./x.sh\n",
            ["run ./x.sh from ''"],
            id="all by the special target",
        ),
        pytest.param(
            "a:\n\t$(MAKE) -C x/y e2e A=$(A)\n",
            ["run x/y/Makefile from '' ['A']"],
            id="make in another folder",
        ),
    ],
)
def test_what_a_script_is_handed(text: str, expected: list[str]) -> None:
    found = read(FORMAT, text, "Makefile")
    assert lines(fact for fact in found if isinstance(fact, Link)) == expected


def test_recipes_see_the_variables_of_the_file_as_parts_of_their_rule() -> None:
    found = read(FORMAT, "a: b ; @x $(A)\n\t-@y $(B) \\\n\t  z/$$C\n", "x/Makefile")
    scopes = {
        variable.name: variable.scope
        for fact in found
        if isinstance(fact, Text)
        for variable in fact.template.variables
        if variable.name in "AB"
    }
    rule = ("x/Makefile", "rule", "0")
    assert scopes == {"A": rule, "B": rule}


@given(
    st.lists(
        st.sampled_from(
            [
                *("A", " ", "=", ":=", "?=", "+=", "!=", ":", ";", "#", "\\", "\n"),
                *("\r\n", "\t", "$", "$(", "${", ")", "}", "$$", ",", "%", "/", "é"),
                *("or ", "if ", "shell ", "call ", "eval ", "foreach ", "strip "),
                *("define A\n", "endef\n", "ifeq ", "ifndef A", "else", "endif\n"),
                *("include ", "export ", "a:\n\t", "kindest/node:v1", "make -C x", "'"),
            ]
        ),
        max_size=24,
    )
)
def test_any_text_is_read_and_exact_parts_are_the_bytes(pieces: list[str]) -> None:
    for encoding in ("utf-8", "latin-1"):
        data = "".join(pieces).encode(encoding)
        assert unfaithful(read(FORMAT, data, "x/a.mk"), data) == []


@pytest.mark.parametrize(
    ("head", "word", "expected"),
    [
        pytest.param("L = v1 v2", "$(firstword $(L))", ["v1 1"], id="first"),
        pytest.param("L = v1 v2", "$(lastword $(L))", ["v2 1"], id="last"),
        pytest.param("L = v1 v2", "$(word 2, $(L))", ["v2 1"], id="second"),
        pytest.param("L = v1 v2", "$(word 3,$(L))", ["? 3"], id="no such word"),
        pytest.param("L = v1 $(M)", "$(firstword $(L))", ["? 3"], id="not all known"),
        pytest.param("L := v1\nL += v2", "$(lastword $(L))", ["? 4"], id="appended"),
        pytest.param(
            "L = v1 v2", "$(firstword $(L:v%=%))", ["? 3"], id="of what is changed"
        ),
        pytest.param(
            "ifdef X\nL = v1 v2\nelse\nL = v3\nendif",
            "$(firstword $(L))",
            ["v1 2", "v3 4"],
            id="of each list",
        ),
    ],
)
def test_a_word_of_a_list(head: str, word: str, expected: list[str]) -> None:
    text = f"{head}\na:\n\tkind create cluster --image kindest/node:{word}\n"
    assert [found.replace("Makefile:", "") for found in values({"Makefile": text})] == (
        expected
    )


def test_each_word_of_a_list_by_foreach() -> None:
    text = "L = v1 v2\nI = $(foreach v,$(L),kindest/node:$(v))\n"
    assert values({"Makefile": text}) == ["v1 Makefile:1", "v2 Makefile:1"]
