"""Does one thing once a key, however many threads want it done."""

from __future__ import annotations

import threading
from copy import copy
from typing import TYPE_CHECKING, Generic, TypeVar

from digestpin.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry.deadline import Deadline

Key = TypeVar("Key")
Value = TypeVar("Value")


class _Slot(Generic[Value]):
    """The outcome for one key; `lock` is held by whoever is working on it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value: Value | None = None
        self.error: RegistryError | None = None


class Once(Generic[Key, Value]):
    """Outcomes by key: values, and failures but for those of a deadline."""

    def __init__(self) -> None:
        self._slots: dict[Key, _Slot[Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value], deadline: Deadline) -> Value:
        """Return what `make` returned for the key when it was called first.

        Raises:
            RegistryError: it failed then, or does now.
        """
        slot = self._slot(key)
        with slot.lock:
            if slot.error is not None:
                raise copy(slot.error)
            if slot.value is None:
                try:
                    slot.value = make()
                except RegistryError as error:
                    if not deadline.is_over:
                        slot.error = copy(error)
                    raise
            return slot.value

    def put(self, key: Key, value: Value) -> None:
        """Take note of what another key's work has found, unless there is something."""
        slot = _Slot[Value]()
        slot.value = value
        with self._lock:
            self._slots.setdefault(key, slot)

    def _slot(self, key: Key) -> _Slot[Value]:
        with self._lock:
            return self._slots.setdefault(key, _Slot())
