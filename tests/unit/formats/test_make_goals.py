"""What a call of make is to make, and which recipes get what it hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.facts import read
from support.inventories import gather, values

from digestpin.facts import Link, Rule
from digestpin.formats.makefile import FORMAT
from digestpin.formats.shell import FORMAT as SHELL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("make", set(), id="the default goal"),
        pytest.param("make e2e", {"e2e"}, id="one goal"),
        pytest.param("make A=1 a b B=2", {"a", "b"}, id="goals between assignments"),
        pytest.param("make -C hack -f e2e.mk e2e", {"e2e"}, id="options with a value"),
        pytest.param("make -j 4 e2e", {"e2e"}, id="a number of jobs"),
        pytest.param("make -j e2e", {"e2e"}, id="any number of jobs"),
        pytest.param("make -j $(nproc) e2e", {"e2e"}, id="as many jobs as there are"),
        pytest.param("make --directory=x e2e", {"e2e"}, id="an option with ="),
        pytest.param("make $GOAL", None, id="a goal in a variable"),
        pytest.param("make test-$X", None, id="a goal with a variable in it"),
    ],
)
def test_goals(command: str, expected: set[str] | None) -> None:
    links = [f for f in read(SHELL, f"{command}\n", "x.sh") if isinstance(f, Link)]
    assert [link.goals for link in links] == [expected]


def test_rules_name_targets_and_prerequisites() -> None:
    text = "a b: c $(D) e-$(F) # g\n\tx\n%.o: %.c | h\n"
    found = [f for f in read(FORMAT, text, "Makefile") if isinstance(f, Rule)]
    assert [(rule.targets, rule.needs) for rule in found] == [
        (("a", "b"), ("c", "$(D)", "e-$(F)")),
        (("%.o",), ("%.c", "|", "h")),
    ]


MAKEFILE = """\
K8S_VERSION ?= v1.30.0
IMAGE = kindest/node:$(K8S_VERSION)
.PHONY: all
all: help
help:
\t@echo $(K8S_VERSION)
cluster: tools
\tkind create cluster --image $(IMAGE)
DEPS = cluster
e2e: $(DEPS)
\tgo test
nested:
\t$(MAKE) cluster
e2e-%: cluster
\tgo test $*
tools:
\tcurl -LO https://dl.k8s.io/$(K8S_VERSION)/kubectl
"""


@pytest.mark.parametrize(
    ("command", "is_reached"),
    [
        pytest.param("make cluster K8S_VERSION=v1.31.4", True, id="the target itself"),
        pytest.param("K8S_VERSION=v1.31.4 make cluster", True, id="by the environment"),
        pytest.param(
            "make e2e K8S_VERSION=v1.31.4", True, id="a prerequisite in a variable"
        ),
        pytest.param(
            "make nested K8S_VERSION=v1.31.4", True, id="make within a recipe"
        ),
        pytest.param("make e2e-x K8S_VERSION=v1.31.4", True, id="a pattern"),
        pytest.param(
            "make $X K8S_VERSION=v1.31.4", True, id="a goal that is not known"
        ),
        pytest.param("make tools K8S_VERSION=v1.31.4", False, id="another target"),
        pytest.param("make K8S_VERSION=v1.31.4", False, id="the default goal"),
        pytest.param("make tools e2e K8S_VERSION=v1.31.4", True, id="one of two goals"),
    ],
)
def test_a_value_reaches_the_recipes_of_its_goals(
    tmp_path: Path, command: str, is_reached: bool
) -> None:
    found = values(gather(tmp_path, {"Makefile": MAKEFILE, "ci.sh": f"{command}\n"}))
    expected = ["Makefile:2 kindest/node:v1.30.0"]
    if is_reached:
        expected.append("Makefile:2 kindest/node:v1.31.4")
    assert found == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("make b", ["b.sh:1 kindest/node:v1.31.4"], id="the one"),
        pytest.param(
            "make all",
            ["a.sh:1 kindest/node:v1.31.4", "b.sh:1 kindest/node:v1.31.4"],
            id="all",
        ),
    ],
)
def test_a_script_gets_what_the_recipe_that_runs_it_gets(
    tmp_path: Path, command: str, expected: list[str]
) -> None:
    script = 'kind create cluster --image "kindest/node:$K8S_VERSION"\n'
    files: dict[str, bytes | str] = {
        "Makefile": "all: a b\na:\n\t./a.sh\nb:\n\t./b.sh\n",
        "a.sh": script,
        "b.sh": script,
        "ci.sh": f"export K8S_VERSION=v1.31.4\n{command}\n",
    }
    found = values(gather(tmp_path, files))
    assert [line for line in found if not line.endswith("?")] == expected


def test_a_script_that_runs_make_does_not_reach_the_script_of_another_goal(
    tmp_path: Path,
) -> None:
    script = 'make build\nkind create cluster --image "kindest/node:$K8S_VERSION"\n'
    files: dict[str, bytes | str] = {
        "Makefile": "build:\n\tgo build\na:\n\t./a.sh\nb:\n\t./b.sh\n",
        "a.sh": "export K8S_VERSION=${K8S_VERSION:-v1.31.4}\n" + script,
        "b.sh": "export K8S_VERSION=${K8S_VERSION:-v1.32.1}\n" + script,
    }
    assert values(gather(tmp_path, files)) == [
        "a.sh:3 kindest/node:v1.31.4",
        "b.sh:3 kindest/node:v1.32.1",
    ]


def test_rules_of_included_makefiles_count(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "Makefile": "all: cluster\ninclude kind.mk\nother:\n\tx\n",
        "kind.mk": "cluster:\n\tkind create cluster "
        "--image kindest/node:$(K8S_VERSION)\n",
        "one.sh": "make all K8S_VERSION=v1.31.4\n",
        "two.sh": "make other K8S_VERSION=v1.32.1\n",
    }
    assert values(gather(tmp_path, files)) == ["kind.mk:2 kindest/node:v1.31.4"]


def test_branches_of_a_conditional_are_not_combined(tmp_path: Path) -> None:
    makefile = (
        "ifeq ($(K),old)\nM := v1.31\nP := 4\n"
        "else ifeq ($(K),new)\nM := v1.32\nP := 1\nendif\n"
        "e2e:\n\tkind create cluster --image kindest/node:$(M).$(P)\n"
    )
    assert values(gather(tmp_path, {"Makefile": makefile})) == [
        "Makefile:9 kindest/node:v1.31.4",
        "Makefile:9 kindest/node:v1.32.1",
    ]


def test_the_environment_goes_through_make_but_for_what_the_makefile_sets(
    tmp_path: Path,
) -> None:
    script = 'kind create cluster --image "kindest/node:$K8S_VERSION.$K8S_PATCH"\n'
    files: dict[str, bytes | str] = {
        "Makefile": "K8S_PATCH = 9\ne2e:\n\t./e2e.sh\n",
        "e2e.sh": ": ${K8S_PATCH:=4}\n" + script,
        "ci.sh": "export K8S_VERSION=v1.31\nmake e2e\n",
    }
    assert values(gather(tmp_path, files)) == ["e2e.sh:2 kindest/node:v1.31.4"]


@pytest.mark.parametrize(
    ("makefile", "expected"),
    [
        pytest.param(
            "ALL ?= 1.30.8 1.31.4\nM ?= 1.31\nF ?= $(filter $(M).%,$(ALL))\n"
            "F := $(or $(F),$(M).0)\nI = kindest/node:v$(F)\n",
            ["Makefile:5 kindest/node:v1.31.4"],
            id="a word of a list in a variable, or a default",
        ),
        pytest.param(
            "I = kindest/node:v$(or $(filter 1.29.%,1.30.8 1.31.4),1.29.12)\n",
            ["Makefile:1 kindest/node:v1.29.12"],
            id="no word, so the default",
        ),
        pytest.param(
            "I = kindest/node:v$(filter 1.30.%,1.30.8 1.31.4)\n",
            ["Makefile:1 kindest/node:v1.30.8"],
            id="a word of a list that is written there",
        ),
        pytest.param(
            "ALL = 1.30.8 1.30.9\nI = kindest/node:v$(filter 1.30.%,$(ALL))\n",
            ["Makefile:2 ?"],
            id="several words",
        ),
    ],
)
def test_filter(tmp_path: Path, makefile: str, expected: list[str]) -> None:
    assert values(gather(tmp_path, {"Makefile": makefile})) == expected
