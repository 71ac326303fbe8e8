"""Byte offsets, lines, columns and regions."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from digestpin.source import Position, SourceFile, Span

PATH = PurePosixPath("a.yaml")


@pytest.mark.parametrize(
    ("data", "offset", "expected"),
    [
        pytest.param(b"", 0, (1, 1), id="an empty file"),
        pytest.param(b"ab\ncd", 4, (2, 2), id="the second line"),
        pytest.param(b"ab\n", 3, (2, 1), id="behind the last line feed"),
        pytest.param(b"a\r\nb", 3, (2, 1), id="CRLF"),
        pytest.param(b"a\rb", 2, (1, 3), id="a lone carriage return ends no line"),
        pytest.param("a\u2028b".encode(), 4, (1, 3), id="nor does U+2028"),
        pytest.param("ü🎉x".encode(), 6, (1, 3), id="code points, not bytes"),
        pytest.param("ü\nü🎉x".encode(), 9, (2, 3), id="on the second line"),
        pytest.param(b"\xef\xbb\xbfab", 3, (1, 1), id="no byte order mark"),
        pytest.param(b"\xef\xbb\xbfab", 4, (1, 2), id="counted from behind it"),
        pytest.param(b"\xe9\xe9x", 2, (1, 3), id="Latin-1: a byte a character"),
    ],
)
def test_positions(data: bytes, offset: int, expected: tuple[int, int]) -> None:
    assert SourceFile(PATH, data).position(offset) == Position(*expected)


LONG = "ü🎉x节" * 5000


@pytest.mark.parametrize("before", ["", "\ufeff", "a\n", "ü" * 2047 + "\n"])
@pytest.mark.parametrize("at", [0, 1, 341, 409, 410, 4096, 12_345, 20_000])
def test_columns_of_a_long_line(before: str, at: int) -> None:
    data = f"{before}{LONG}".encode()
    offset = len(f"{before}{LONG[:at]}".encode())
    line = 1 + before.count("\n")
    assert SourceFile(PATH, data).position(offset) == Position(line, at + 1)
    latin = f"{'é' * 9000}x".encode("latin-1")
    assert SourceFile(PATH, latin).position(9000) == Position(1, 9001)


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        pytest.param(b"ab\ncd", 1, b"ab", id="without its line feed"),
        pytest.param(b"ab\r\ncd", 1, b"ab", id="without carriage return"),
        pytest.param(b"ab\ncd", 2, b"cd", id="the last one"),
        pytest.param(b"ab\n", 2, b"", id="an empty last one"),
        pytest.param(b"\r\n", 1, b"", id="an empty one"),
    ],
)
def test_lines(data: bytes, line: int, expected: bytes) -> None:
    source = SourceFile(PATH, data)
    assert source.slice(source.line_span(line)) == expected


def test_a_location_names_both_ends() -> None:
    location = SourceFile(PATH, "a: ü\nb".encode()).locate(Span(3, 6))
    assert str(location) == "a.yaml:1:4"
    assert (location.start, location.end) == (Position(1, 4), Position(2, 1))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_span_goes_forward(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        Span(start, end)


def test_text_is_decoded_for_people_alone() -> None:
    utf8, latin = SourceFile(PATH, "é".encode()), SourceFile(PATH, b"\xe9")
    assert (len(utf8.text), utf8.decode(0, 2)) == (2, "é")
    assert (len(latin.text), latin.decode(0, 1)) == (1, "é")
    assert (utf8.is_utf8, latin.is_utf8) == (True, False)
