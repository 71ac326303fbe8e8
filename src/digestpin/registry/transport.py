"""Brings a request to its answer: retries, waits that are asked for, redirects."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digestpin.errors import RegistryUnreachable
from digestpin.registry import redirects
from digestpin.registry.failures import bad_answer
from digestpin.registry.http import Sessions
from digestpin.registry.retrying import RETRY_STATUSES, Patience

if TYPE_CHECKING:
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Request, Response
    from digestpin.registry.settings import RegistrySettings


class Transport:
    """Sends requests to any host; may be used by many threads at once."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings
        self._sessions = Sessions(settings)
        self._patience: dict[str, Patience] = {}
        self._lock = threading.Lock()

    def exchange(self, request: Request, deadline: Deadline) -> Response:
        """Return the answer to a request, after retries and redirects.

        Statuses are the caller's to judge; 429 and 5xx come back when retries are
        used up.

        Raises:
            RegistryError: no answer, or one that must not be used.
        """
        patience = self._patience_with(request.url)
        attempt = 0
        while True:
            patience.wait_turn(request.registry, deadline)
            last = attempt >= self._settings.retries
            try:
                response = self._follow(request, deadline)
            except RegistryUnreachable as error:
                if last or not patience.may_retry(error, deadline):
                    raise
            else:
                if response.status not in RETRY_STATUSES:
                    return response
                patience.note(response.headers.get("retry-after"), time.time())
                if last or patience.seconds_to_wait >= deadline.remaining_seconds:
                    return response
            patience.back_off(attempt, deadline)
            attempt += 1

    def _patience_with(self, url: str) -> Patience:
        with self._lock:
            return self._patience.setdefault(
                urlsplit(url).netloc, Patience(self._settings.backoff_seconds)
            )

    def _follow(self, request: Request, deadline: Deadline) -> Response:
        """Send a request and follow its redirects."""
        url, authorization = request.url, request.authorization
        for _ in range(redirects.MOST_REDIRECTS + 1):
            response = self._sessions.send(request, url, authorization, deadline)
            location = response.headers.get("location")
            if response.status not in redirects.STATUSES or location is None:
                return response
            if request.form is not None:
                break
            target = redirects.follow(url, location, request.registry)
            if redirects.origin_of(target) != redirects.origin_of(url):
                authorization = None
            url = target
        raise bad_answer(request.registry, "one redirect after another")

    def abort(self, registry: str | None = None) -> None:
        """Break every connection, or a registry's: threads waiting for bytes wake."""
        self._sessions.abort(registry)

    def close(self) -> None:
        """Close every connection."""
        self._sessions.close()
