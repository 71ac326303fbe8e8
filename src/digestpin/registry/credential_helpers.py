"""Runs `docker-credential-NAME get`, bounded in time and in what it may print.

Nothing that a helper prints is ever repeated: it may be a secret. The protocol is that
of github.com/docker/docker-credential-helpers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.programs import find_program, known_suffixes
from digestpin.registry.deadline import Deadline
from digestpin.registry.redaction import Secret, escape
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = lazy_pattern(r"[A-Za-z0-9_.-]+\Z")
_OUTPUT_LIMIT = 64 * 1024
_GRACE_SECONDS = 0.1
_NOT_FOUND = b"credentials not found"
_IDENTITY_TOKEN_USER = "<token>"  # noqa: S105 - a mark, no secret


class HelperFailed(Exception):
    """A helper gave no credentials, though it was asked properly; says why."""


@frozen(kw_only=True)
class Credentials:
    """What `docker login` stored for a registry.

    An identity token is exchanged for a token; a registry token is one already.
    """

    username: str
    password: Secret
    identity_token: Secret | None = None
    registry_token: Secret | None = None


def can_be_sent(credentials: Credentials) -> bool:
    """Say whether requests can carry credentials: text, and a token for a header.

    JSON can write half a character, which no encoding can, and a token with a line
    break, which would end the header.
    """
    token = credentials.registry_token
    if token is not None:
        text = token.reveal()
        if not (text.isascii() and text.isprintable()):
            return False
    identity = credentials.identity_token
    texts = [credentials.username, credentials.password.reveal()]
    texts += [] if identity is None else [identity.reveal()]
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def run_helper(name: str, server: str, timeout_seconds: float) -> Credentials | None:
    """Return what a helper has for a server, None where it has nothing.

    Raises:
        HelperFailed: it is missing, fails, takes too long or prints something else.
    """
    program = f"docker-credential-{name}"
    path = find_program(program, known_suffixes()) if _NAME.match(name) else None
    if path is None:
        raise HelperFailed(f"the credential helper {escape(program)} is not installed")
    status, output = _run((path, "get"), program, server, timeout_seconds)
    if status != 0:
        if _NOT_FOUND in output:
            return None
        raise HelperFailed(f"{program} failed with exit code {status}")
    try:
        answer = json.loads(output)
        username, secret = answer["Username"], answer["Secret"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise HelperFailed(
            f"{program} printed something else than credentials"
        ) from None
    if not (isinstance(username, str) and isinstance(secret, str)):
        raise HelperFailed(f"{program} printed something else than credentials")
    credentials = Credentials(username=username, password=Secret(secret))
    if username == _IDENTITY_TOKEN_USER:
        credentials = Credentials(
            username="", password=Secret(""), identity_token=Secret(secret)
        )
    if not can_be_sent(credentials):
        raise HelperFailed(f"{program} gave credentials that cannot be sent")
    return credentials


def _run(
    command: Sequence[str], program: str, server: str, timeout_seconds: float
) -> tuple[int, bytes]:
    """Return exit code and output of a program that reads `server`."""
    try:
        process = subprocess.Popen(  # noqa: S603 - a helper that the user has named
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise HelperFailed(f"{program} cannot be run: {reason}") from None
    deadline = Deadline(timeout_seconds)
    output = bytearray()
    talk = threading.Thread(
        target=_converse, args=(process, server, output), daemon=True
    )
    talk.start()
    talk.join(deadline.remaining_seconds)
    too_slow = talk.is_alive()
    if too_slow or len(output) > _OUTPUT_LIMIT:
        _kill(process)
    try:
        process.wait(max(deadline.remaining_seconds, _GRACE_SECONDS))
    except subprocess.TimeoutExpired:
        too_slow = True
        _kill(process)
        process.wait()
    if too_slow:
        raise HelperFailed(f"{program} did not answer within {timeout_seconds:g} s")
    if len(output) > _OUTPUT_LIMIT:
        raise HelperFailed(f"{program} printed something else than credentials")
    return process.returncode, bytes(output)


def _converse(process: subprocess.Popen[bytes], server: str, output: bytearray) -> None:
    """Ask, and read the answer to its end or limit.

    In a thread of its own, for one that cannot be waited for: what a helper has started
    in another session is out of reach and may hold the pipe open for ever.
    """
    if process.stdin is None or process.stdout is None:  # pragma: no cover
        raise AssertionError("a process without pipes")
    with process.stdout as answers:
        with suppress(BrokenPipeError), process.stdin as questions:
            questions.write(server.encode())
        while len(output) <= _OUTPUT_LIMIT:
            piece = answers.read(_OUTPUT_LIMIT)
            if not piece:
                return
            output += piece


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a helper and what it has started in its own session."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            process.kill()
