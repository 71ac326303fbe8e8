from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestpin.facts import Binding, Text
from digestpin.formats.code import FORMATS
from digestpin.source import SourceFile
from digestpin.templates import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.templates import Part

PATHS = [
    "a.go",
    "a.py",
    "BUILD",
    "a.js",
    "Jenkinsfile",
    "a.ps1",
    "a.tf",
    "A.java",
    "a.kt",
    "a.rs",
    "a.rb",
    "a.nix",
    "A.cs",
    "a.lua",
    "a.dart",
    "a.json",
    "a.toml",
]
PIECES = (
    "kindest/node:v1.31.4", '"', "'", '"""', "'''", "`", "${", "}", "{", "(", ")", "[",
    "]", "#{", "$x", "\\", "\n", "\r\n", " ", "    ", "=", ":=", ":", ",", ";", "+",
    "..", "%", "||", "or", "image", "x", "def f", "class A", "func f", "fmt.Sprintf(",
    ".format(", "os.Getenv(", "//", "#", "/*", "*/", "<<EOT\n", "EOT\n", "variable ",
    "locals ", "for v in ", '@"\n', "é", "\0", "/x/", "str(", "repository", "tag",
    "range ", "?", "case ", "default", "-f", "sh ", "module ", "f'{", "r'", '$"', "''",
)  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text()


def _parts(path: str, text: str) -> Iterator[tuple[SourceFile, Part]]:
    source = SourceFile(PurePosixPath(path), text.encode("utf-8", "surrogatepass"))
    found = next(one for one in FORMATS if one.matches(source.path, source.data))
    for fact in found.extract(source):
        if isinstance(fact, Text):
            yield from ((source, part) for part in fact.template.parts)
        elif isinstance(fact, Binding):
            yield from ((source, part) for part in fact.value.parts)


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=60, deadline=None)
@given(text=SOURCES)
def test_exact_literals_are_the_bytes_of_their_region(path: str, text: str) -> None:
    for source, part in _parts(path, text):
        if isinstance(part, Literal) and part.exact:
            assert part.region is not None
            span = part.region.span
            assert source.text[span.start : span.end] == part.text
