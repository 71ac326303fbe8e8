"""Whatever a file holds, it is read, and exact parts are the bytes of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import read, unfaithful

from digestpin.formats import (
    aqua,
    brewfile,
    devbox,
    dockerfile,
    dotenv,
    go_mod,
    hermit,
    justfile,
    makefile,
    mise,
    plain_text,
    tool_versions,
    xml,
)

if TYPE_CHECKING:
    from digestpin.formats.interface import FileFormat

FILES = [
    pytest.param(makefile.FORMAT, "x/a.mk", id="makefile"),
    pytest.param(justfile.FORMAT, "x/justfile", id="justfile"),
    pytest.param(dockerfile.FORMAT, "x/Dockerfile", id="Dockerfile"),
    pytest.param(dotenv.FORMAT, "x/.env", id="env file"),
    pytest.param(tool_versions.FORMAT, ".tool-versions", id="tool versions"),
    pytest.param(mise.FORMAT, "mise.toml", id="mise"),
    pytest.param(aqua.FORMAT, "aqua.yaml", id="aqua"),
    pytest.param(devbox.FORMAT, "devbox.json", id="devbox"),
    pytest.param(brewfile.FORMAT, "Brewfile", id="Brewfile"),
    pytest.param(hermit.FORMAT, "bin/.kind-0.31.0.pkg", id="hermit"),
    pytest.param(go_mod.FORMAT, "go.mod", id="go.mod"),
    pytest.param(xml.FORMAT, "pom.xml", id="XML"),
    pytest.param(plain_text.FORMAT, "a.c", id="C"),
    pytest.param(plain_text.FORMAT, "a.sql", id="SQL"),
    pytest.param(plain_text.FORMAT, "a.html", id="HTML"),
]

PIECES = st.lists(
    st.sampled_from(
        [
            *("kind", "A", "=", ":=", ":", '"', "'", '"""', "`", "\\", "\n", "\r\n"),
            *("\t", " ", "#", "$", "$A", "${A:-", "}", "{{", "}}", "{", "[", "]", "("),
            *(")", ",", "@", "/", "é", "\ufeff", "<<EOF", "EOF\n", "- name: ", "if "),
            *("kindest/node:v1.31.0", "ARG ", "ENV ", "FROM ", "RUN ", "COPY "),
            *("--from=", "require ", "replace ", "=>", "sigs.k8s.io/kind", "v0.30.0"),
            *("kubernetes-sigs/kind", "version", "[tools]\n", "[env]\n", "run = "),
            *("packages", "a:\n  ", "env(", "+", "else", "brew ", "// indirect"),
            *("<!--", "-->", "<image>", "</image>", "<a b=", ">", "<![CDATA[", "]]>"),
            *("/*", "*/", "//", "-- ", ";", "|||", "<?", "<!"),
        ]
    ),
    max_size=24,
)


@pytest.mark.parametrize(("file_format", "path"), FILES)
@given(pieces=PIECES)
def test_any_text(file_format: FileFormat, path: str, pieces: list[str]) -> None:
    for encoding in ("utf-8", "utf-16"):
        data = "".join(pieces).encode(encoding)
        assert unfaithful(read(file_format, data, path), data) == []


@pytest.mark.parametrize(("file_format", "path"), FILES)
@given(data=st.binary(max_size=64))
def test_any_bytes(file_format: FileFormat, path: str, data: bytes) -> None:
    assert unfaithful(read(file_format, data, path), data) == []
