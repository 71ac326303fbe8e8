"""Decides how long to wait for a registry, and when to stop.

Waits are shared by a host's threads: when one is told to come back later, all do. So
are attempts after a 429 that does not say when: one thread tries for all.
"""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from digestpin.errors import HostNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.errors import RegistryError
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.resolution import RateLimit

TOO_MANY = 429
PASSING_FAILURES = frozenset({500, 502, 503, 504})
_LONGEST_BACK_OFF = 10.0
_LONGEST_WAIT = 30 * 24 * 3600.0


def parse_retry_after(text: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` asks for; `now` is a Unix time.

    >>> parse_retry_after("120", 0.0)
    120.0
    >>> parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0.0)
    60.0
    >>> parse_retry_after("soon", 0.0) is None
    True
    """
    if text is None:
        return None
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) < 10:
        return min(float(stripped), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(stripped)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, moment.timestamp() - now), _LONGEST_WAIT)


class Patience:
    """How long one host is to be left alone; `limit` is the last that it has told."""

    def __init__(self, backoff_seconds: float) -> None:
        self.limit: RateLimit | None = None
        self._backoff_seconds = backoff_seconds
        self._not_before = 0.0
        self._tries = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def note(self, retry_after: str | None, now: float) -> None:
        """Take note of a `Retry-After` header, if there is one that can be read."""
        seconds = parse_retry_after(retry_after, now)
        if seconds is not None:
            with self._lock:
                self._not_before = max(self._not_before, time.monotonic() + seconds)

    @property
    def seconds_to_wait(self) -> float:
        """How long the host still asks to be left alone."""
        with self._lock:
            return max(0.0, self._not_before - time.monotonic())

    def wait_turn(self, deadline: Deadline) -> bool:
        """Wait for as long as the host has asked; False: the deadline ends before."""
        seconds = self.seconds_to_wait
        if seconds <= 0:
            return True
        if seconds >= deadline.remaining_seconds:
            return False
        deadline.wait(seconds)
        return True

    def accept(self) -> None:
        """Take note of an answer that was no 429."""
        self._tries = 0

    @contextmanager
    def turns(self, deadline: Deadline, most: int) -> Iterator[Iterator[int]]:
        """Give the turns to ask again after a 429, each after a wait.

        All threads share `most` of them, until one has fared better; one at a time has
        them.
        """
        if not self._turn.acquire(timeout=deadline.remaining_seconds):
            yield iter(())
            return
        try:
            yield self._take_turns(deadline, most)
        finally:
            self._turn.release()

    def _take_turns(self, deadline: Deadline, most: int) -> Iterator[int]:
        while self._tries < most and self.seconds_to_wait < deadline.remaining_seconds:
            self.back_off(self._tries, deadline)
            self._tries += 1
            yield self._tries

    @staticmethod
    def may_retry(error: RegistryError, deadline: Deadline) -> bool:
        """Say whether another attempt could fare better."""
        return not isinstance(error, HostNotFound) and not deadline.is_over

    def back_off(self, attempt: int, deadline: Deadline) -> None:
        """Wait before the attempt after `attempt`, a random part of a growing time."""
        longest = min(self._backoff_seconds * 2**attempt, _LONGEST_BACK_OFF)
        deadline.wait(random.uniform(0, longest))  # noqa: S311 - spreads requests
