"""What a stream can show, and what is never shown to it."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestpin import terminal
from digestpin.terminal import (
    ColorChoice,
    Style,
    display_width,
    escape_controls,
    fit_encoding,
    style_for,
    wants_color,
    width_of,
    write_bytes,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def pseudo_terminal() -> Iterator[io.TextIOWrapper]:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        yield stream
    os.close(master)


@pytest.mark.parametrize(
    ("choice", "environ", "is_terminal", "expected"),
    [
        pytest.param("auto", {}, True, True, id="a terminal"),
        pytest.param("auto", {}, False, False, id="a pipe"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="the option wins"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="never is never"),
        pytest.param("auto", {"NO_COLOR": "1"}, True, False, id="NO_COLOR"),
        pytest.param("auto", {"NO_COLOR": ""}, True, True, id="NO_COLOR but empty"),
        pytest.param("auto", {"FORCE_COLOR": "1"}, False, True, id="FORCE_COLOR"),
        pytest.param("auto", {"FORCE_COLOR": "0"}, False, False, id="FORCE_COLOR=0"),
        pytest.param("auto", {"FORCE_COLOR": ""}, False, False, id="FORCE_COLOR="),
        pytest.param(
            "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, id="both"
        ),
        pytest.param("auto", {"TERM": "dumb"}, True, False, id="a dumb terminal"),
    ],
)
def test_colour_is_decided_by_option_environment_and_stream(
    choice: str, environ: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    stream = Terminal() if is_terminal else io.StringIO()
    assert wants_color(stream, ColorChoice(choice), environ) is expected


def test_an_old_windows_console_gets_no_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "enable_ansi", lambda: False)
    assert wants_color(Terminal(), ColorChoice.AUTO, {}) is False


def test_the_width_is_the_terminal_s(pseudo_terminal: io.TextIOWrapper) -> None:
    termios = pytest.importorskip("termios")
    termios.tcsetwinsize(pseudo_terminal.fileno(), (24, 93))
    assert width_of(pseudo_terminal, {}) == 93
    assert width_of(pseudo_terminal, {"COLUMNS": "120"}) == 120
    assert width_of(pseudo_terminal, {"COLUMNS": "many"}) == 93
    assert width_of(pseudo_terminal, {"COLUMNS": "0"}) == 93
    assert width_of(pseudo_terminal, {"COLUMNS": "3"}) == 40


def test_nothing_is_wrapped_in_a_pipe() -> None:
    assert width_of(io.StringIO(), {"COLUMNS": "90"}) is None


def test_a_terminal_that_does_not_tell_has_eighty_columns() -> None:
    assert width_of(Terminal(), {}) == 80


def test_a_style_knows_its_stream() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    assert style_for(stream, environ={}) == Style(encoding="cp1252")
    assert style_for(io.StringIO(), ColorChoice.ALWAYS) == Style(color=True)


@given(st.text())
def test_escaped_text_is_printable(text: str) -> None:
    escaped = escape_controls(text)
    assert all(
        character.isprintable() or character in "\u3000\u200d" for character in escaped
    )
    if text.isprintable():
        assert escaped == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\x1b[2J\x07", r"\x1b[2J\x07", id="terminal control"),
        pytest.param("\x9b31m", r"\x9b31m", id="C1 control"),
        pytest.param("a\rb\nc\td\0", r"a\rb\nc\td\x00", id="white space and NUL"),
        pytest.param("\u202eevil\u2066", r"\u202eevil\u2066", id="reordering"),
        pytest.param("\u2028\u2029", r"\u2028\u2029", id="line separators"),
        pytest.param("\ufeff\u200b", r"\ufeff\u200b", id="invisible"),
        pytest.param("\udce9", r"\udce9", id="lone surrogate"),
        pytest.param("\u8282\u3000\u70b9", "\u8282\u3000\u70b9", id="East Asian"),
        pytest.param(
            "\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680", id="emoji"
        ),
    ],
)
def test_what_could_deceive_is_escaped(text: str, expected: str) -> None:
    assert escape_controls(text) == expected


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        pytest.param("utf-8", "\u2026 \u8282 \u00e9", id="UTF-8"),
        pytest.param("cp1252", "\u2026 \\u8282 \u00e9", id="Western Windows"),
        pytest.param("cp437", "... \\u8282 \u00e9", id="the old console"),
        pytest.param("ascii", "... \\u8282 \\xe9", id="ASCII"),
        pytest.param("no-such-codec", "... \\u8282 \\xe9", id="unknown"),
    ],
)
def test_text_fits_the_encoding(encoding: str, expected: str) -> None:
    assert fit_encoding("\u2026 \u8282 \u00e9", encoding) == expected


def test_wide_and_combining_characters_are_measured() -> None:
    assert display_width("\uff21\u8282e\u0301\u200dx") == 2 + 2 + 1 + 1


def test_text_is_written_to_a_stream_that_cannot_take_it() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1252", write_through=True)
    write_text(stream, "\u8282 \u2026")
    assert raw.getvalue() == b"\\u8282 \x85"


def test_bytes_are_written_as_they_are_and_in_order() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    stream.write("first ")
    write_bytes(stream, b"\xe9\r\n")
    stream.flush()
    assert raw.getvalue() == b"first \xe9\r\n"


def test_bytes_are_decoded_for_a_stream_of_text() -> None:
    stream = io.StringIO()
    write_bytes(stream, b"caf\xc3\xa9 \xe9\n")
    assert stream.getvalue() == "caf\u00e9 \\udce9\n"


def test_paint_leaves_nothing_as_nothing() -> None:
    assert Style(color=True).paint("", terminal.RED) == ""
