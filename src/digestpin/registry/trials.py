"""Finds out by one request whether a password is taken, before others send it too.

Registries and what guards them lock an account, or an address, after a few wrong ones.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.registry.deadline import Deadline
    from digestpin.registry.redaction import Secret

_LONGEST_WAIT_SECONDS = 2.0
"""For the one request; whoever has waited for so long sends the password as well."""
_MOST_REPOSITORIES = 3
"""That may refuse a password which none has taken: it may be wrong for these alone."""


class Trials:
    """What became of the passwords sent to one registry; for many threads."""

    def __init__(self) -> None:
        self._accepted: set[Secret] = set()
        self._rejected: dict[Secret, set[str]] = {}
        self._turn = threading.Lock()

    def is_rejected(self, secret: Secret | None, repository: str) -> bool:
        """Whether a password is not to be sent for a repository any more."""
        if secret is None:
            return False
        refusing = self._rejected.get(secret, set())
        is_wrong = secret not in self._accepted and len(refusing) >= _MOST_REPOSITORIES
        return is_wrong or repository in refusing

    def note(self, secret: Secret | None, repository: str, status: int) -> None:
        """Take note of the status that a request with a password came back with."""
        if secret is None:
            return
        if status == 401:
            self._rejected.setdefault(secret, set()).add(repository)
        else:
            self._accepted.add(secret)

    @contextmanager
    def turn(self, secret: Secret | None, deadline: Deadline) -> Iterator[None]:
        """Wait until it is known what becomes of a password, or nobody is trying it."""
        if secret is None or secret in self._accepted:
            yield
            return
        seconds = min(_LONGEST_WAIT_SECONDS, deadline.remaining_seconds)
        is_ours = self._turn.acquire(timeout=seconds)
        try:
            yield
        finally:
            if is_ours:
                self._turn.release()
