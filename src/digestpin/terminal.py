r"""Knows what a stream can show: colour, width, encoding; and makes text safe for it.

Text from files and registries never reaches a terminal as it is: control characters,
bidirectional overrides and characters that the stream's encoding cannot take come out
as escapes (`\x1b`), so that nothing can move the cursor, recolour or reorder a report.
"""

from __future__ import annotations

import os
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

RED = "1;31"
GREEN = "1;32"
YELLOW = "1;33"
BLUE = "1;94"
CYAN = "1;36"
BOLD = "1"
DIM = "2"
UNDERLINE = "4"
PLAIN_RED = "31"
PLAIN_GREEN = "32"
PLAIN_CYAN = "36"

_NARROWEST = 40
_DOTS = "\u2026"
# Not printable by Python's rules, yet harmless and part of honest text: the wide space
# of East Asian scripts, and the joiner that emoji are built with.
_HARMLESS = frozenset("\u3000\u200d")


class TextStream(Protocol):
    """What is asked of a stream: `sys.stdout`, a file, a `StringIO`."""

    @property
    def encoding(self) -> str | None:
        """The name of the codec, or None when text is kept as text."""

    def isatty(self) -> bool:
        """Whether a person may be looking."""

    def fileno(self) -> int:
        """The file descriptor, or OSError."""

    def write(self, text: str, /) -> int:
        """Write text."""

    def flush(self) -> None:
        """Hand on what was written."""


class ColorChoice(StrEnum):
    """The values of `--color`."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@frozen(kw_only=True)
class Style:
    r"""How text is shown: with colour or not, in which width and encoding.

    `width` is None where lines are not wrapped: in a pipe or a file.

    >>> Style().paint("no colour", RED), Style(color=True).paint("red", RED)
    ('no colour', '\x1b[1;31mred\x1b[0m')
    """

    color: bool = False
    width: int | None = None
    encoding: str = "utf-8"

    def paint(self, text: str, code: str) -> str:
        """Return `text` in an ANSI style, or as it is when colour is off."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def printable(self, text: str) -> str:
        r"""Return text from outside, safe to show in this encoding.

        >>> Style(encoding="ascii").printable("caf\xe9 \x1b[2J")
        'caf\\xe9 \\x1b[2J'
        """
        return fit_encoding(escape_controls(text), self.encoding)


def escape_controls(text: str) -> str:
    r"""Return `text` with everything that is not plainly visible as an escape.

    >>> escape_controls("a\tb\x1b]0;title\x07 \u202eevil")
    'a\\tb\\x1b]0;title\\x07 \\u202eevil'
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _HARMLESS
        else ascii(character)[1:-1]
        for character in text
    )


def fit_encoding(text: str, encoding: str) -> str:
    r"""Return `text` with escapes for the characters that `encoding` cannot take.

    The dots behind a shortened digest are three where there is no sign for them.

    >>> fit_encoding("na\xefve \u8282\u70b9", "cp1252")
    'na\xefve \\u8282\\u70b9'
    >>> fit_encoding("sha256:2cb39f72\u2026", "ascii")
    'sha256:2cb39f72...'
    """
    if text.isascii():
        return text
    try:
        fitting = text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        fitting = text.encode("ascii", "backslashreplace").decode("ascii")
    if _DOTS in text and _DOTS not in fitting:
        return fit_encoding(text.replace(_DOTS, "..."), encoding)
    return fitting


def display_width(text: str) -> int:
    r"""Return how many terminal cells printable text takes.

    >>> display_width("node"), display_width("\u8282\u70b9"), display_width("e\u0301")
    (4, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_cell_width, text))


def _cell_width(character: str) -> int:
    if unicodedata.combining(character) or character == "\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def style_for(
    stream: TextStream,
    choice: ColorChoice = ColorChoice.AUTO,
    environ: Mapping[str, str] | None = None,
) -> Style:
    """Return the style that suits a stream, the user's choice and the environment."""
    environ = os.environ if environ is None else environ
    return Style(
        color=wants_color(stream, choice, environ),
        width=width_of(stream, environ),
        encoding=stream.encoding or "utf-8",
    )


def wants_color(
    stream: TextStream, choice: ColorChoice, environ: Mapping[str, str]
) -> bool:
    """Decide on colour: the option, then `NO_COLOR`, `FORCE_COLOR`, then the stream."""
    if choice is not ColorChoice.AUTO:
        return choice is ColorChoice.ALWAYS
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    if environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return enable_ansi()


def width_of(stream: TextStream, environ: Mapping[str, str]) -> int | None:
    """Return the columns to wrap at, or None when nobody looks at the stream."""
    if not stream.isatty():
        return None
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns):
        return max(_NARROWEST, int(columns))
    try:
        return max(_NARROWEST, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return 80


def enable_ansi() -> bool:
    """Make the console understand ANSI codes; False where it cannot (old Windows)."""
    if os.name != "nt":
        return True
    return _enable_windows_ansi()  # pragma: no cover


def _enable_windows_ansi() -> bool:  # pragma: no cover - needs a Windows console
    import ctypes  # noqa: PLC0415 - only Windows pays for it

    windll = getattr(ctypes, "windll", None)
    if windll is None:
        return False
    mode = ctypes.c_uint32()
    handle = windll.kernel32.GetStdHandle(-11)
    if not windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(windll.kernel32.SetConsoleMode(handle, mode.value | 4))


def write_text(stream: TextStream, text: str) -> None:
    """Write a rendered report, whatever the stream's encoding can take."""
    try:
        stream.write(fit_encoding(text, stream.encoding or "utf-8"))
    except BrokenPipeError:
        let_reader_go(stream)


def write_bytes(stream: TextStream, data: bytes) -> None:
    """Write bytes as they are (a diff), or decoded where a stream takes only text."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        write_text(stream, data.decode("utf-8", "surrogateescape"))
        return
    try:
        stream.flush()
        buffer.write(data)
    except BrokenPipeError:
        let_reader_go(stream)


def let_reader_go(stream: TextStream) -> None:
    """Go on without the reader (`| head`): what it wanted it has.

    The exit code says the rest, as if it had read to the end.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
