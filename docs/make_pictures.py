"""Draws the pictures of the documentation from what digestpin really prints.

Run `python docs/make_pictures.py` on a POSIX system. Same output, same files.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import termios
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "img"
PICTURES = {
    "check.svg": ("check Makefile hack", 108),
    "fix.svg": ("fix --offline --diff", 116),
    "list.svg": ("list .github", 96),
}
"""Each picture, the command on `examples/operator` that it shows, and its columns."""

CHARACTER_WIDTH = 8.4
LINE_HEIGHT = 19
FONT_SIZE = 14
MARGIN = 18
BAR_HEIGHT = 34

STYLES = {
    "1": "font-weight:bold",
    "2": "opacity:.65",
    "4": "text-decoration:underline",
    "31": "fill:#ff7b72",
    "32": "fill:#7ee787",
    "33": "fill:#e3b341",
    "34": "fill:#79c0ff",
    "35": "fill:#d2a8ff",
    "36": "fill:#76e3ea",
    "94": "fill:#79c0ff",
}
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    for name in PICTURES:
        (IMAGES / name).write_text(picture(name), encoding="utf-8", newline="\n")


def picture(name: str) -> str:
    """Return what a picture should hold."""
    arguments, columns = PICTURES[name]
    return draw(f"digestpin {arguments}", run(arguments, columns), columns)


def run(arguments: str, columns: int) -> str:
    """Return what a command prints on a terminal, on a copy of the example."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "operator"
        shutil.copytree(ROOT / "examples" / "operator", copy)
        subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
        command = [sys.executable, "-m", "digestpin", *arguments.split()]
        return on_terminal(command, copy, columns)


def on_terminal(command: list[str], folder: Path, columns: int) -> str:
    """Return what a command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI", "GITHUB_ACTIONS"):
        environment.pop(name, None)
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=theirs, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        output = b"".join(iter(lambda: _read(ours), b""))
        errors = process.stderr.read().decode() if process.stderr else ""
    os.close(ours)
    if process.returncode > 1:
        sys.exit(f"{' '.join(command)}\n{errors}")
    return output.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux says when the other side is closed
        return b""


def draw(command: str, text: str, columns: int) -> str:
    """Return a picture of a terminal in which `command` printed `text`."""
    lines = [[("1", "$ "), ("", command)], *parse(text)]
    lines = [part for line in lines for part in fold(line, columns)]
    width = round(columns * CHARACTER_WIDTH + 2 * MARGIN)
    height = BAR_HEIGHT + len(lines) * LINE_HEIGHT + MARGIN
    body = [
        f'<text y="{BAR_HEIGHT + FONT_SIZE + index * LINE_HEIGHT}">{draw_line(line)}'
        "</text>"
        for index, line in enumerate(lines)
        if line
    ]
    dots = "".join(
        f'<circle cx="{MARGIN + 4 + 20 * index}" cy="17" r="6" fill="{color}"/>'
        for index, color in enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(command)}</title>",
            "<style>text{white-space:pre;fill:#e6edf3;"
            f"font:{FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"
            '"DejaVu Sans Mono",monospace}</style>',
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
            dots,
            *body,
            "</svg>",
            "",
        ]
    )


def parse(text: str) -> list[list[tuple[str, str]]]:
    """Return the lines of a terminal's text as runs of a style and characters."""
    lines: list[list[tuple[str, str]]] = []
    for line in text.rstrip("\n").split("\n"):
        runs = []
        style = ""
        pieces = _ESCAPE.split(line)
        for index, piece in enumerate(pieces):
            if index % 2:
                style = "" if piece in ("", "0") else piece
            elif piece:
                runs.append((style, piece))
        lines.append(runs)
    return lines


def fold(runs: list[tuple[str, str]], width: int) -> list[list[tuple[str, str]]]:
    """Break a line where a terminal of this width would."""
    cells = [(style, character) for style, text in runs for character in text]
    rows = [cells[at : at + width] for at in range(0, len(cells), width)] or [[]]
    return [_join(row) for row in rows]


def _join(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    for style, character in cells:
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + character)
        else:
            runs.append((style, character))
    return runs


def draw_line(runs: list[tuple[str, str]]) -> str:
    """Return the spans of one line, each at its own column."""
    spans = []
    column = 0
    for style, text in runs:
        blank = len(text) - len(text.lstrip(" "))
        shown = text.strip(" ")
        if shown:
            start = MARGIN + (column + blank) * CHARACTER_WIDTH
            length = len(shown) * CHARACTER_WIDTH
            css = ";".join(STYLES[code] for code in style.split(";") if code)
            attribute = f' style="{css}"' if css else ""
            spans.append(
                f'<tspan x="{start:.1f}" textLength="{length:.1f}"{attribute}>'
                f"{escape(shown)}</tspan>"
            )
        column += len(text)
    return "".join(spans)


if __name__ == "__main__":
    main()
