"""Runs the command line in this process, as a user would in a folder."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from digestpin.entry import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit code and the bytes that it wrote."""

    code: int
    raw: bytes
    errors: bytes

    @property
    def stdout(self) -> str:
        return self.raw.decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self.errors.decode("utf-8", "replace")


def run_digestpin(folder: Path, *arguments: str | Path) -> Ran:
    """Run `digestpin ARGUMENTS` with `folder` as the current folder."""
    out, err = _Captured(), _Captured()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with (
            mock.patch.object(sys, "argv", ["digestpin", *map(str, arguments)]),
            mock.patch.object(sys, "stdout", out),
            mock.patch.object(sys, "stderr", err),
        ):
            code = _run()
    finally:
        os.chdir(before)
    return Ran(code, out.read_back(), err.read_back())


class _Captured(io.TextIOWrapper):
    def __init__(self) -> None:
        self.kept = io.BytesIO()
        super().__init__(self.kept, encoding="utf-8", newline="\n")

    def read_back(self) -> bytes:
        self.flush()
        return self.kept.getvalue()


def _run() -> int:
    try:
        main()
    except SystemExit as stopped:
        return (
            stopped.code if isinstance(stopped.code, int) else int(bool(stopped.code))
        )
    return 0
