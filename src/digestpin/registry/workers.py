"""Runs work for several registries at once, and is back by the deadline.

Each registry has workers of its own, so that one that hangs keeps nobody else waiting.
The threads are daemons: a name server that hangs, which nothing can interrupt, does not
keep the program from ending.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from digestpin.registry.deadline import Deadline

_MOST_THREADS = 128
"""Beyond it, each registry has one thread: none is ever behind another."""
_GRACE_SECONDS = 2.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers(Generic[Item, Result]):
    """A pool for one call: `work` is run once an item, and `abort` wakes a thread."""

    def __init__(
        self,
        work: Callable[[Item], Result],
        *,
        group_of: Callable[[Item], str],
        concurrency: int,
        deadline: Deadline,
        abort: Callable[[], None],
    ) -> None:
        self._work = work
        self._group_of = group_of
        self._concurrency = max(1, concurrency)
        self._deadline = deadline
        self._abort = abort
        self._results: dict[Item, Result] = {}
        self._bugs: list[BaseException] = []
        self._lock = threading.Lock()

    def run(self, items: Iterable[Item]) -> dict[Item, Result]:
        """Return the results that were there by the deadline."""
        queues = self._queues(items)
        share = max(1, _MOST_THREADS // max(1, len(queues)))
        threads = [
            threading.Thread(target=self._serve, args=(queue,), daemon=True)
            for queue in queues
            for _ in range(min(self._concurrency, share, len(queue)))
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join(self._deadline.remaining_seconds)
        finally:
            self._stop(threads)
        with self._lock:
            if self._bugs:
                raise self._bugs[0]
            return dict(self._results)

    def _stop(self, threads: list[threading.Thread]) -> None:
        if not any(thread.is_alive() for thread in threads):
            return
        self._deadline.call_off()
        self._abort()
        for thread in threads:
            thread.join(_GRACE_SECONDS / len(threads))

    def _queues(self, items: Iterable[Item]) -> list[deque[Item]]:
        groups: dict[str, deque[Item]] = {}
        for item in items:
            groups.setdefault(self._group_of(item), deque()).append(item)
        return list(groups.values())

    def _serve(self, queue: deque[Item]) -> None:
        while not self._deadline.is_over:
            try:
                item = queue.popleft()
            except IndexError:
                return
            try:
                result = self._work(item)
            except BaseException as error:  # noqa: BLE001 - raised again by `run`
                self._bugs.append(error)
                return
            with self._lock:
                self._results[item] = result
