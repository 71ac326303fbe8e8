"""Bounds how long one call may take, and wakes whoever waits when it is called off."""

from __future__ import annotations

import threading
import time


class Deadline:
    """The moment by which a call is over, and whether it was called off before."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._called_off = threading.Event()

    @property
    def remaining_seconds(self) -> float:
        """How long is left; 0 when over or called off."""
        if self._called_off.is_set():
            return 0.0
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether nothing new may be begun."""
        return self.remaining_seconds <= 0

    def call_off(self) -> None:
        """End it now."""
        self._called_off.set()

    def share(self, parts: int) -> Deadline:
        """Return a deadline at the end of the first of equal parts of what is left."""
        part = Deadline(self.remaining_seconds / parts)
        part.seconds = float(f"{part.seconds:.2g}")  # as it is told to people
        part._called_off = self._called_off
        return part

    def wait(self, seconds: float) -> None:
        """Sleep, at most until the deadline."""
        self._called_off.wait(min(seconds, self.remaining_seconds))
