"""Starts the program, and is the only place that turns errors into exit codes.

What the hooks and most CI jobs call needs no options parsed: it runs without the
command line library, which with what that imports takes longer than the whole check of
a small repository.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from digestpin.errors import DigestpinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

USAGE = 2
INCOMPLETE = 3
SIGNALLED = 128
INTERRUPTED = SIGNALLED + signal.SIGINT

_STREAM_ERRORS = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG)


def _check() -> int:
    from digestpin.commands import Options, check  # noqa: PLC0415

    return int(check(Options()))


def _fix_offline() -> int:
    from digestpin.commands import Options, fix  # noqa: PLC0415

    return int(fix(Options(), offline=True, unsafe=False, diff=False))


_PLAIN: dict[tuple[str, ...], Callable[[], int]] = {
    ("check",): _check,
    ("fix", "--offline"): _fix_offline,
}


def _parsed() -> int:
    from digestpin.cli import app  # noqa: PLC0415

    app()
    return 0


def _find_command() -> Callable[[], int]:
    if any(name.endswith("_DIGESTPIN_COMPLETE") for name in os.environ):
        return _parsed
    return _PLAIN.get(tuple(sys.argv[1:]), _parsed)


def main() -> None:
    """Run what the command line says and leave with its exit code."""
    # Nothing here lives long enough to be collected, and looking for it takes longer
    # than reading large files.
    gc.disable()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        _require_streams()
        sys.exit(_run(_find_command()))
    except BrokenPipeError:
        # The reader (`| head`) has gone; what it wanted, it has.
        sys.stdout = None
        sys.exit(0)
    except UsageError as error:
        _fail(error, USAGE)
    except DigestpinError as error:
        _fail(error, INCOMPLETE)
    except OSError as error:
        _fail_output(error)
    except Exception:  # noqa: BLE001 - the last place that can say something
        _report_bug()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave as from an error, so that what was begun is cleared away; once."""
    signal.signal(number, signal.SIG_DFL)
    sys.exit(SIGNALLED + number)


def _require_streams() -> None:
    """Go no further when nobody can be told anything.

    A file that is opened later could get the number of the closed stream.

    Raises:
        DigestpinError: standard output is closed.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stdout is None:
        raise DigestpinError(
            "standard output is closed", hint="send it to a file or to /dev/null"
        )


def _run(command: Callable[[], int]) -> int | str | None:
    """Run a command and hand on all that it wrote; return the exit code."""
    try:
        code: int | str | None = command()
    except SystemExit as stopped:
        code = stopped.code
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        from digestpin.terminal import let_reader_go  # noqa: PLC0415

        let_reader_go(sys.stdout)
    return code


def _report_bug() -> NoReturn:
    import traceback  # noqa: PLC0415

    traceback.print_exc()
    lines = (
        "digestpin: error: this is a bug in digestpin; nothing was written since",
        "  help: please report it with the lines above",
    )
    print("\n".join(lines), file=sys.stderr)  # noqa: T201 - errors go to stderr
    sys.exit(INCOMPLETE)


def _fail_output(error: OSError) -> NoReturn:
    if error.filename is not None or error.errno not in _STREAM_ERRORS:
        _report_bug()
    sys.stdout = None  # what is left in it goes nowhere
    _fail(
        DigestpinError(
            f"standard output cannot be written: {error.strerror}",
            hint="make room, or name a file with --output-file",
        ),
        INCOMPLETE,
    )


def _fail(error: DigestpinError, code: int) -> NoReturn:
    from digestpin.terminal import escape_controls  # noqa: PLC0415

    lines = [f"digestpin: error: {escape_controls(str(error))}"]
    if error.hint is not None:
        lines.append(f"  help: {escape_controls(error.hint)}")
    with contextlib.suppress(OSError):  # there is nobody left to tell
        print("\n".join(lines), file=sys.stderr)  # noqa: T201 - errors go to stderr
    sys.exit(code)
