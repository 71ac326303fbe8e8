"""Says on standard error what is going on: progress on a terminal, all with `-v`.

Work that takes over a second shows on a terminal what it is at; that line is wiped out
again. In a pipe nothing is shown. `--verbose` says, line by line, what was read, which
registries were asked, and how long each step took.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

from digestpin.terminal import Style, enable_ansi, write_text

if TYPE_CHECKING:
    import logging
    import threading
    from types import TracebackType

    from digestpin.gathering import Project
    from digestpin.pipeline import Run
    from digestpin.terminal import TextStream

_PATIENCE_SECONDS = 1.0
_TICK_SECONDS = 0.2
_WIPE = "\r\x1b[K"


class Narrator:
    """Hears what a run does, from entering it to leaving it."""

    def __init__(
        self, *, verbose: bool = False, stream: TextStream | None = None
    ) -> None:
        self._verbose = verbose
        self._stream = stream or sys.stderr
        self._stage = ""
        self._began = self._start = time.perf_counter()
        self._stop: threading.Event | None = None
        self._ticker: threading.Thread | None = None
        self._handler: logging.Handler | None = None

    def __enter__(self) -> Self:
        if self._verbose:
            self._listen()
        elif _can_show_progress(self._stream):
            self._tick()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.tell("")
        if self._ticker is not None and self._stop is not None:
            self._stop.set()
            self._ticker.join()
        if self._handler is not None:
            import logging  # noqa: PLC0415

            logging.getLogger("digestpin.registry").removeHandler(self._handler)
            self._say(f"done in {_duration(self._start)}")

    def tell(self, stage: str) -> None:
        """Take it that a stage begins, and that the one before is over."""
        if self._stage:
            self._say(f"{self._stage}: {_duration(self._began)}")
        self._stage, self._began = stage, time.perf_counter()

    def describe(self, run: Run, project: Project) -> None:
        """Say what a run is about and which files it has read."""
        if not self._verbose:
            return
        file = run.configuration.file
        self._say(f"repository {run.root.path}{'' if run.root.is_git else ' (no git)'}")
        self._say(f"configuration {'none' if file is None else file.path}")
        self._say(f"table of kind releases as of {run.releases.as_of}")
        for path in sorted(project.sources):
            self._say(f"read {path}")

    def _say(self, text: str) -> None:
        if self._verbose:
            style = Style(encoding=self._stream.encoding or "utf-8")
            write_text(self._stream, f"digestpin: {style.printable(text)}\n")

    def _listen(self) -> None:
        """Hear what is asked of registries."""
        import logging  # noqa: PLC0415

        say = self._say

        class Handler(logging.Handler):
            """Hands records on."""

            def emit(self, record: logging.LogRecord) -> None:
                say(record.getMessage())

        self._handler = Handler()
        logger = logging.getLogger("digestpin.registry")
        logger.addHandler(self._handler)
        logger.setLevel(logging.DEBUG)

    def _tick(self) -> None:
        import threading  # noqa: PLC0415

        self._stop = threading.Event()
        self._ticker = threading.Thread(
            target=self._show, args=(self._stop,), daemon=True
        )
        self._ticker.start()

    def _show(self, stop: threading.Event) -> None:
        if stop.wait(_PATIENCE_SECONDS):
            return
        while True:
            seconds = time.perf_counter() - self._start
            self._stream.write(f"{_WIPE}{self._stage or 'working'}, {seconds:.0f} s")
            self._stream.flush()
            if stop.wait(_TICK_SECONDS):
                break
        self._stream.write(_WIPE)
        self._stream.flush()


def _can_show_progress(stream: TextStream) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb" and enable_ansi()


def _duration(start: float) -> str:
    return f"{(time.perf_counter() - start) * 1000:.0f} ms"
