"""Counts what a piece of code does, where a clock would be no judge."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from _typeshed import TraceFunction


def count_steps(call: Callable[[], object]) -> int:
    """Return how many lines of Python run in a call."""
    steps = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal steps
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return steps


def growth(make: Callable[[int], Callable[[], object]], size: int) -> float:
    """Return by what the steps grow when the size is four times as large.

    4 is linear, 16 is quadratic. `make` prepares, what it returns is counted.
    """
    small, large = make(size), make(4 * size)
    return count_steps(large) / count_steps(small)
