"""Decides how long to wait for a registry, and when to stop.

Waits are shared by a host's threads: when one is told to come back later, all do.
"""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from digestpin.errors import HostNotFound, RateLimited

if TYPE_CHECKING:
    from digestpin.errors import RegistryError
    from digestpin.registry.deadline import Deadline

RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
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
    """How long one host is to be left alone."""

    def __init__(self, backoff_seconds: float) -> None:
        self._backoff_seconds = backoff_seconds
        self._not_before = 0.0
        self._lock = threading.Lock()

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

    def wait_turn(self, registry: str, deadline: Deadline) -> None:
        """Wait for as long as the host has asked.

        Raises:
            RateLimited: that is longer than the deadline leaves.
        """
        seconds = self.seconds_to_wait
        if seconds <= 0:
            return
        if seconds >= deadline.remaining_seconds:
            raise RateLimited(
                f"{registry} asks to wait {seconds:.0f} s before the next request",
                registry=registry,
                retry_after_seconds=seconds,
                hint="try again later; who is logged in may often ask more",
            )
        deadline.wait(seconds)

    @staticmethod
    def may_retry(error: RegistryError, deadline: Deadline) -> bool:
        """Say whether another attempt could fare better."""
        return not isinstance(error, HostNotFound) and not deadline.is_over

    def back_off(self, attempt: int, deadline: Deadline) -> None:
        """Wait before the attempt after `attempt`, a random part of a growing time."""
        longest = min(self._backoff_seconds * 2**attempt, _LONGEST_BACK_OFF)
        deadline.wait(random.uniform(0, longest))  # noqa: S311 - spreads requests
