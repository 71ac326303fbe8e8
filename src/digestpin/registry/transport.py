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
from digestpin.registry.retrying import PASSING_FAILURES, TOO_MANY, Patience
from digestpin.registry.statuses import rate_limited, read_rate_limit

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
        response = self._persist(request, patience, deadline)
        if response.status != TOO_MANY:
            return response
        with patience.turns(deadline, self._settings.retries) as turns:
            for _ in turns:
                response = self._persist(request, patience, deadline)
                if response.status != TOO_MANY:
                    break
        return response

    def _persist(
        self, request: Request, patience: Patience, deadline: Deadline
    ) -> Response:
        """Send a request until there is an answer that does not look like passing."""
        attempt = 0
        while True:
            if not patience.wait_turn(deadline):
                raise rate_limited(
                    request.registry, patience.seconds_to_wait, patience.limit
                )
            last = attempt >= self._settings.retries
            try:
                response = self._follow(request, deadline)
            except RegistryUnreachable as error:
                if last or not patience.may_retry(error, deadline):
                    raise
            else:
                self._listen(response, request.registry, patience)
                if response.status not in PASSING_FAILURES or last:
                    return response
                if patience.seconds_to_wait >= deadline.remaining_seconds:
                    return response
            patience.back_off(attempt, deadline)
            attempt += 1

    @staticmethod
    def _listen(response: Response, registry: str, patience: Patience) -> None:
        """Take note of what an answer says of the next request."""
        patience.limit = read_rate_limit(response.headers, registry) or patience.limit
        if response.status == TOO_MANY or response.status in PASSING_FAILURES:
            patience.note(response.headers.get("retry-after"), time.time())
        if response.status != TOO_MANY:
            patience.accept()

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
