"""Asks the mirrors of an image before its registry, and leaves time for the registry.

A mirror gets a share of what is left of the deadline. One that has used it up is asked
no more in this run, so that a hundred references do not wait for it one by one.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from digestpin.errors import RegistryError
from digestpin.registry.names import places_for
from digestpin.registry.resolution import RegistryWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from digestpin.oci import ImageReference
    from digestpin.registry.clients import Clients
    from digestpin.registry.deadline import Deadline

Answer = TypeVar("Answer")


class Mirrors:
    """The mirrors of a run, by prefix; may be used by many threads at once."""

    def __init__(
        self, mirrors: Mapping[str, tuple[str, ...]], clients: Clients
    ) -> None:
        self._mirrors = mirrors
        self._clients = clients
        self._slow: set[str] = set()

    def ask(
        self,
        key: ImageReference,
        ask: Callable[[ImageReference, Deadline], Answer],
        deadline: Deadline,
    ) -> tuple[ImageReference, Answer]:
        """Return the first answer, and who gave it: a mirror or the registry itself.

        Raises:
            RegistryError: the registry itself gives no answer, nor does a mirror.
        """
        *mirrors, own = places_for(key, self._mirrors)
        for number, mirror in enumerate(mirrors):
            registry = mirror.registry or ""
            if registry in self._slow:
                continue
            share = deadline.share(len(mirrors) - number + 1)
            try:
                with self._broken_off(registry, share):
                    return mirror, ask(mirror, share)
            except RegistryError as error:
                self._warn(key, mirror, error)
                if share.is_over:
                    self._slow.add(registry)
        return own, ask(own, deadline)

    @contextmanager
    def _broken_off(self, registry: str, share: Deadline) -> Iterator[None]:
        """Break a mirror's connections when its share is over: it may send for ever."""
        timer = threading.Timer(
            share.remaining_seconds, self._clients.abort, (registry,)
        )
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _warn(
        self, key: ImageReference, mirror: ImageReference, error: RegistryError
    ) -> None:
        self._clients.warn(
            RegistryWarning(
                registry=key.registry or "",
                message=f"the mirror {mirror.name} gave no answer: {error.message}",
                hint=error.hint,
            )
        )
