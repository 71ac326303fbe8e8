"""Which of a makefile's assignments of one name holds where it is read."""

from __future__ import annotations

import pytest
from support.judging import values

USE = "all:\n\tkind create cluster --image kindest/node:$(V)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("V = v1.30.8\nV = v1.31.4\n" + USE, ["v1.31.4 2"], id="the last"),
        pytest.param(
            USE + "V = v1.31.4\n", ["v1.31.4 3"], id="one after the recipe counts"
        ),
        pytest.param(
            "V = v1.30.8\n" + USE + "V = v1.31.4\n",
            ["v1.31.4 4"],
            id="the last though it stands after the recipe",
        ),
        pytest.param(
            "W = v1.30.8\nV := $(W)\nW = v1.31.4\n" + USE,
            ["v1.30.8 1"],
            id="what is expanded at once has the value of then",
        ),
        pytest.param(
            "W = v1.30.8\nV = $(W)\nW = v1.31.4\n" + USE,
            ["v1.31.4 3"],
            id="what is expanded when read has the last",
        ),
        pytest.param(
            "V ?= v1.30.8\nV ?= v1.31.4\n" + USE,
            ["v1.30.8 1"],
            id="a second default is none",
        ),
        pytest.param(
            "V = v1.30.8\nV ?= v1.31.4\n" + USE,
            ["v1.30.8 1"],
            id="a default of what is set",
        ),
        pytest.param(
            "V ?= v1.30.8\nV = v1.31.4\n" + USE,
            ["v1.31.4 2"],
            id="an assignment after a default",
        ),
        pytest.param(
            "V = v1.30.8\nifdef CI\nV = v1.31.4\nendif\n" + USE,
            ["v1.30.8 1", "v1.31.4 3"],
            id="a condition leaves both",
        ),
        pytest.param(
            "ifdef CI\nV ?= v1.30.8\nendif\nV ?= v1.31.4\n" + USE,
            ["v1.30.8 2", "v1.31.4 4"],
            id="a default under a condition leaves the next",
        ),
        pytest.param(
            "define W\nv1.30.8\nendef\nV := $(W)\ndefine W\nv1.31.4\nendef\n" + USE,
            ["v1.30.8 2"],
            id="definitions too",
        ),
    ],
)
def test_the_value_of_a_variable(text: str, expected: list[str]) -> None:
    found = values({"Makefile": text})
    assert [value.replace("Makefile:", "") for value in found] == expected
