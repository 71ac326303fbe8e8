"""Renders what edits change as a unified diff.

A diff is bytes, since the files are: `render_diff` gives what `git apply` and `patch`
accept, whatever the encoding and the line endings; `show_diff` makes it fit for eyes.
"""

from __future__ import annotations

import difflib
from itertools import groupby
from typing import TYPE_CHECKING

from digestpin.terminal import (
    BOLD,
    DIM,
    GREEN,
    PLAIN_CYAN,
    PLAIN_GREEN,
    PLAIN_RED,
    RED,
)

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from digestpin.terminal import Style

_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_COLORS = {
    "-": (PLAIN_RED, RED),
    "+": (PLAIN_GREEN, GREEN),
    "@": (PLAIN_CYAN, PLAIN_CYAN),
    "\\": (DIM, DIM),
}
_C_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r"}
_C_ESCAPES |= {ord('"'): '"', ord("\\"): "\\"}


def render_diff(path: PurePosixPath, before: bytes, after: bytes) -> bytes:
    """Return a unified diff of one file, empty when nothing changed.

    `path` is relative to the folder in which the diff will be applied.
    """
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _split_lines(before),
        _split_lines(after),
        b"a",
        b"b",
        lineterm=b"\n",
    )
    pieces = [line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines]
    if pieces:
        pieces[:2] = [b"--- " + _name("a", path), b"+++ " + _name("b", path)]
    return b"".join(pieces)


def show_diff(diff: bytes, style: Style) -> str:
    """Return one file's diff for a terminal: painted, control characters escaped.

    A carriage return at the end of a line is shown as `^M`, as git does, and what is
    new in a changed line stands out.
    """
    lines = _decode(diff).split("\n")[:-1]
    shown = [style.paint(style.printable(line), BOLD) for line in lines[:2]]
    runs = [(sign, list(run)) for sign, run in groupby(lines[2:], key=_sign)]
    for at, (sign, run) in enumerate(runs):
        others = _counterparts(runs, at)
        shown += [
            _show_line(sign, line, other, style)
            for line, other in zip(run, others, strict=True)
        ]
    return "".join(f"{line}\n" for line in shown)


def _split_lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _name(side: str, path: PurePosixPath) -> bytes:
    """Return a file name as git writes it: quoted if need be, a tab behind spaces."""
    name = f"{side}/{path}".encode("utf-8", "surrogateescape")
    if any(byte < 32 or byte in _C_ESCAPES or byte == 127 for byte in name):
        return b'"' + b"".join(map(_quoted, name)) + b'"\n'
    return name + (b"\t\n" if b" " in name else b"\n")


def _quoted(byte: int) -> bytes:
    if byte in _C_ESCAPES:
        return f"\\{_C_ESCAPES[byte]}".encode()
    return f"\\{byte:03o}".encode() if byte < 32 or byte == 127 else bytes((byte,))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _sign(line: str) -> str:
    return line[:1]


def _counterparts(runs: list[tuple[str, list[str]]], at: int) -> list[str]:
    """Return the line that stands for each line of a run on the other side, or ""."""
    sign, run = runs[at]
    step = {"-": 1, "+": -1}.get(sign, 0)
    other_sign, other = runs[at + step] if 0 <= at + step < len(runs) else ("", [])
    if step and {sign, other_sign} == {"-", "+"} and len(run) == len(other):
        return other
    return [""] * len(run)


def _show_line(sign: str, line: str, other: str, style: Style) -> str:
    plain, bright = _COLORS.get(sign, ("", ""))
    start = _count_common(line[1:], other[1:]) + 1
    rest = _count_common(line[: start - 1 : -1], other[: start - 1 : -1])
    end = len(line) - rest
    if not other or (start == 1 and not rest):
        return _paint(_visible(line, style), plain, style)
    parts = ((line[:start], plain), (line[start:end], bright), (line[end:], plain))
    return "".join(_paint(_visible(part, style), code, style) for part, code in parts)


def _count_common(text: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    pairs = zip(text, other, strict=False)
    differing = (at for at, (one, two) in enumerate(pairs) if one != two)
    return next(differing, min(len(text), len(other)))


def _paint(text: str, code: str, style: Style) -> str:
    return style.paint(text, code) if code else text


def _visible(text: str, style: Style) -> str:
    ending = "^M" if text.endswith("\r") else ""
    parts = text.removesuffix("\r").split("\t")
    return "\t".join(map(style.printable, parts)) + ending
