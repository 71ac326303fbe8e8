"""What a Dockerfile says, one instruction after the other."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read

from digestpin.facts import Binding
from digestpin.formats.dockerfile import FORMAT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Dockerfile", True, id="the usual name"),
        pytest.param("kind.Dockerfile", True, id="the ending"),
        pytest.param("Dockerfile.e2e", True, id="for one purpose"),
        pytest.param("Containerfile", True, id="podman's name"),
        pytest.param("Dockerfile.md", False, id="prose"),
        pytest.param("dockerfile.go", False, id="code"),
        pytest.param(".dockerignore", False, id="another file of docker's"),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), b"") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG A=v1", ["A = v1 [fallback] [sequential]"], id="argument"),
        pytest.param("arg A=v1", ["A = v1 [fallback] [sequential]"], id="lower case"),
        pytest.param("ARG A", [], id="argument without a value"),
        pytest.param(
            "ARG A=v1 B\n", ["A = v1 [fallback] [sequential]"], id="two arguments"
        ),
        pytest.param(
            "ENV A=v1 B='x y' C=\"$A\"\r\n",
            ["A = v1 [sequential]", "B = x y [sequential]", "C = {A} [sequential]"],
            id="environment",
        ),
        pytest.param("ENV A v1 x", ["A = v1 x [sequential]"], id="the old form"),
        pytest.param(
            "ENV A=v1 \\\n  # why\n\n  B=v2\n",
            ["A = v1 [sequential]", "B = v2 [sequential]"],
            id="continued over a comment",
        ),
        pytest.param(
            "# escape=`\nENV A=v1 `\n  B=v2\n",
            ["A = v1 [sequential]", "B = v2 [sequential]"],
            id="another escape character",
        ),
        pytest.param("FROM x/y:1", ["image text x/y:1"], id="image"),
        pytest.param(
            "FROM --platform=$P x/y:${V:-1} AS z",
            ["image text x/y:{V|1}"],
            id="platform",
        ),
        pytest.param("FROM x/y:1 AS z\nFROM Z\n", ["image text x/y:1"], id="a stage"),
        pytest.param("FROM scratch\n", [], id="scratch"),
        pytest.param("FROM\n", [], id="nothing"),
        pytest.param("# FROM x/y:1\n", [], id="comment"),
        pytest.param("word x/y:1\n", [], id="no instruction of docker's"),
        pytest.param(
            "FROM a:1 AS b\nCOPY --from=b c d\nCOPY --from=x/y:1 c d\n",
            ["image text a:1", "image text x/y:1"],
            id="copies",
        ),
        pytest.param(
            "RUN --mount=type=bind,from=x/y:1,target=/z true\n",
            ["image text x/y:1"],
            id="mount",
        ),
        pytest.param(
            "ADD https://x.y/z /z\n", ["text https://x.y/z", "text /z"], id="add"
        ),
        pytest.param(
            "RUN go install \\\n  # why\n  a.b/c@v1\n", ["text a.b/c@v1"], id="run"
        ),
        pytest.param('RUN ["go", "a.b/c@v1"]\n', ["text a.b/c@v1"], id="exec form"),
        pytest.param(
            "RUN <<EOF\ngo install a.b/c@v1\nEOF\nFROM x/y:1\n",
            ["text a.b/c@v1", "image text x/y:1"],
            id="script in a heredoc",
        ),
        pytest.param(
            "RUN x <<EOF\nFROM x/y:1\n", ["image text x/y:1"], id="heredoc without end"
        ),
        pytest.param("COPY <<EOF z\na/b:$V\nEOF\n", ["text a/b:{V}\n"], id="file"),
        pytest.param("LABEL a=x/y:1\n", ["display text a=x/y:1"], id="label"),
        pytest.param("ONBUILD ENV A=v1\n", ["A = v1 [sequential]"], id="on build"),
        pytest.param("ONBUILD\nONBUILD ONBUILD ENV A=1\n", [], id="odd on build"),
        pytest.param("WORKDIR $A\n", ["ignored text {A}"], id="a read variable"),
        pytest.param("WORKDIR /a\n", [], id="a folder"),
    ],
)
def test_instructions(text: str, expected: list[str]) -> None:
    assert lines(read(FORMAT, text, "Dockerfile")) == expected


def test_each_stage_has_its_own_scope() -> None:
    text = "ARG A=1\nFROM x\nARG A=2\nFROM y\nENV A=3\n"
    found = read(FORMAT, text, "Dockerfile")
    scopes = [fact.scope[1:] for fact in found if isinstance(fact, Binding)]
    assert scopes == [(), ("stage", "0"), ("stage", "1")]
