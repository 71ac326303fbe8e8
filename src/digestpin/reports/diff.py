"""Renders what edits change as a unified diff.

A diff is bytes, since the files are: `render_diff` gives what `git apply` and `patch`
accept, whatever the encoding and the line endings; `show_diff` makes it fit for eyes.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

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
    from collections.abc import Iterator, Sequence
    from pathlib import PurePosixPath

    from digestpin.terminal import Style

_CONTEXT = 3
_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_COLORS = {
    "-": (PLAIN_RED, RED),
    "+": (PLAIN_GREEN, GREEN),
    "@": (PLAIN_CYAN, PLAIN_CYAN),
    "\\": (DIM, DIM),
}
_C_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r"}
_C_ESCAPES |= {ord('"'): '"', ord("\\"): "\\"}


class _Change(NamedTuple):
    """Lines of the old text, and the lines that take their place, counted from 0."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def render_diff(path: PurePosixPath, before: bytes, after: bytes) -> bytes:
    """Return a unified diff of one file, empty when nothing changed.

    `path` is relative to the folder in which the diff will be applied.
    """
    old, new = _split_lines(before), _split_lines(after)
    changes = list(_find_changes(old, new))
    if not changes:
        return b""
    pieces = [b"--- ", _name("a", path), b"+++ ", _name("b", path)]
    for hunk in _group(changes):
        pieces += (
            line if line.endswith(b"\n") else line + _NO_NEWLINE
            for line in _hunk(old, new, hunk)
        )
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


def _find_changes(old: list[bytes], new: list[bytes]) -> Iterator[_Change]:
    """Yield what differs.

    Edits within lines, the usual case, are compared line by line: exact and fast, where
    difflib gives up on lines that a long file repeats.
    """
    shorter = min(len(old), len(new))
    head = _count_common(old, new)
    tail = min(_count_common(old[::-1], new[::-1]), shorter - head)
    old_end, new_end = len(old) - tail, len(new) - tail
    if old_end == new_end:
        lines = range(head, old_end)
        for differs, run in groupby(lines, key=lambda at: old[at] != new[at]):
            if differs:
                numbers = list(run)
                first, end = numbers[0], numbers[-1] + 1
                yield _Change(first, end, first, end)
        return
    matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(i1 + head, i2 + head, j1 + head, j2 + head)


def _group(changes: list[_Change]) -> Iterator[list[_Change]]:
    """Yield the changes of each hunk: those whose context would touch."""
    hunk = changes[:1]
    for change in changes[1:]:
        if change.old_start - hunk[-1].old_end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    yield hunk


def _hunk(
    old: list[bytes], new: list[bytes], changes: list[_Change]
) -> Iterator[bytes]:
    first, last = changes[0], changes[-1]
    start = max(0, first.old_start - _CONTEXT)
    end = min(len(old), last.old_end + _CONTEXT)
    new_start = first.new_start - (first.old_start - start)
    new_end = last.new_end + (end - last.old_end)
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n".encode()
    for change in changes:
        yield from (b" " + line for line in old[start : change.old_start])
        yield from (b"-" + line for line in old[change.old_start : change.old_end])
        yield from (b"+" + line for line in new[change.new_start : change.new_end])
        start = change.old_end
    yield from (b" " + line for line in old[start:end])


def _range(start: int, end: int) -> str:
    length = end - start
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


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


def _count_common(text: Sequence[object], other: Sequence[object]) -> int:
    """Return how many items two sequences have in common at their start."""
    pairs = zip(text, other, strict=False)
    differing = (at for at, (one, two) in enumerate(pairs) if one != two)
    return next(differing, min(len(text), len(other)))


def _paint(text: str, code: str, style: Style) -> str:
    return style.paint(text, code) if code else text


def _visible(text: str, style: Style) -> str:
    ending = "^M" if text.endswith("\r") else ""
    parts = text.removesuffix("\r").split("\t")
    return "\t".join(map(style.printable, parts)) + ending
