"""Speaks to one registry: finds its scheme, answers its challenge, asks for manifests.

The first request is the specification's `GET /v2/`. It tells the scheme and the
challenge once for all references, and a registry that does not answer it is not asked
again in this run.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING
from urllib.parse import quote

from digestpin.errors import AccessDenied, RegistryError, UntrustedResponse
from digestpin.registry.authentication import ANONYMOUS, REFUSED, Authenticator
from digestpin.registry.challenges import choose_challenge
from digestpin.registry.exchange import Request
from digestpin.registry.manifests import ACCEPT
from digestpin.registry.redirects import origin_of
from digestpin.registry.resolution import RegistryWarning
from digestpin.registry.statuses import read_rate_limit
from digestpin.registry.trials import Trials
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry.authentication import Authorization
    from digestpin.registry.challenges import Challenge
    from digestpin.registry.credentials import CredentialStore
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Response
    from digestpin.registry.names import Endpoint
    from digestpin.registry.resolution import RateLimit
    from digestpin.registry.transport import Transport

_DENIED = frozenset({401, 403})


def _wants_tls(response: Response) -> bool:
    """Say whether a server has told us that it speaks TLS, as Go's and nginx do."""
    return response.status == 400 and b"HTTPS" in response.body.upper()


@frozen(kw_only=True)
class _Question:
    """A manifest to ask for, by tag or digest."""

    method: str
    repository: str
    name: str

    @property
    def path(self) -> str:
        """Where it is, below the registry's address."""
        return f"/v2/{self.repository}/manifests/{quote(self.name, safe=':')}"


class RegistryClient:
    """One registry; may be used by many threads at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        transport: Transport,
        store: CredentialStore,
        warn: Callable[[RegistryWarning], None],
    ) -> None:
        self.endpoint = endpoint
        self.rate_limit: RateLimit | None = None
        self._transport = transport
        self._warn = warn
        self._trials = Trials()
        self._authenticator = Authenticator(
            endpoint.registry, transport, store, self._trials, warn
        )
        self._closed: set[str] = set()
        self._lock = threading.Lock()
        self._base_url: str | None = None
        self._challenge: Challenge | None = None
        self._failure: RegistryError | None = None

    def ask(
        self, method: str, repository: str, name: str, deadline: Deadline
    ) -> tuple[Response, Authorization]:
        """Ask for a manifest by tag or digest; any status may come back.

        Also returns what was sent to be let in.

        Raises:
            RegistryError: no answer that could be used.
        """
        self._find_base_url(deadline)
        asked = _Question(method=method, repository=repository, name=name)
        answered = self._challenge
        authorization = self._authorize(answered, repository, deadline)
        response, sent = self._try(asked, authorization, deadline)
        if response.status == 401:
            renewed = self._renew(response, answered, sent, repository, deadline)
            if renewed is not None:
                response, sent = self._try(asked, renewed, deadline)
        if response.status in _DENIED:
            helped = self._try_anonymous(asked, sent, deadline)
            response, sent = helped or (response, sent)
        elif sent.were_refused:
            self._authenticator.refuse(repository, self.endpoint.registry)
        return response, sent

    def _try(
        self, asked: _Question, authorization: Authorization, deadline: Deadline
    ) -> tuple[Response, Authorization]:
        """Ask, without a password that turns out to be refused."""
        password, repository = authorization.password, asked.repository
        with self._trials.turn(password, deadline):
            if self._trials.is_rejected(password, repository):
                authorization = REFUSED
            response = self._ask(asked, authorization, deadline)
            self._trials.note(authorization.password, repository, response.status)
        return response, authorization

    def _try_anonymous(
        self, asked: _Question, sent: Authorization, deadline: Deadline
    ) -> tuple[Response, Authorization] | None:
        """Ask without the credentials that were refused; None where that is no help."""
        repository = asked.repository
        if not sent.uses_credentials or repository in self._closed:
            return None
        with suppress(AccessDenied):
            anonymous = self._authorize(
                self._challenge, repository, deadline, anonymous=True
            )
            response = self._ask(asked, anonymous, deadline)
            if response.status not in _DENIED:
                self._authenticator.refuse(repository, self.endpoint.registry)
                return response, anonymous
        self._closed.add(repository)
        return None

    def _ask(
        self, asked: _Question, authorization: Authorization, deadline: Deadline
    ) -> Response:
        url = f"{self._base_url}{asked.path}"
        return self._send(asked.method, url, authorization, deadline)

    def _authorize(
        self,
        challenge: Challenge | None,
        repository: str,
        deadline: Deadline,
        *,
        anonymous: bool = False,
    ) -> Authorization:
        if challenge is None or self._base_url is None:
            return ANONYMOUS
        return self._authenticator.authorize(
            challenge, self._base_url, repository, deadline, anonymous=anonymous
        )

    def _renew(
        self,
        response: Response,
        answered: Challenge | None,
        sent: Authorization,
        repository: str,
        deadline: Deadline,
    ) -> Authorization | None:
        """Return another authorization after a 401; None where none could help.

        `sent` answered the challenge `answered`. That is compared, not what is known
        by now: another thread may have learnt of a new challenge in between.
        """
        header = response.headers.get("www-authenticate", "")
        challenge = self._challenge_in(response, self._base_url or "")
        is_new = challenge != answered
        is_known = challenge is not None and challenge.scheme == "basic"
        if challenge is None or not (is_new or sent.header is not None):
            return None
        if not is_new and (is_known or "insufficient_scope" in header):
            return None
        self._challenge = challenge
        if not (is_new or self._authenticator.renew(challenge, repository, sent)):
            return None
        return self._authorize(challenge, repository, deadline)

    def _find_base_url(self, deadline: Deadline) -> str:
        """Return scheme and host, which the first caller finds out for all.

        Raises:
            RegistryError: the registry did not answer, now or earlier in this run.
        """
        with self._lock:
            if self._failure is not None:
                raise copy(self._failure)
            if self._base_url is None:
                try:
                    self._base_url = self._probe(deadline)
                except RegistryError as error:
                    if not deadline.is_over:
                        self._failure = copy(error)
                    raise
            return self._base_url

    def _probe(self, deadline: Deadline) -> str:
        if self.endpoint.is_insecure:
            self._warn(
                RegistryWarning(
                    registry=self.endpoint.registry,
                    message="asked over plain http, so its answers could be forged",
                    hint="it is listed in insecure-registries",
                )
            )
        *others, last = (
            f"{scheme}://{self.endpoint.host}" for scheme in self.endpoint.schemes
        )
        for base_url in others:
            with suppress(UntrustedResponse):
                response = self._ping(base_url, deadline)
                if not _wants_tls(response):
                    return self._learn(base_url, response)
        return self._learn(last, self._ping(last, deadline))

    def _ping(self, base_url: str, deadline: Deadline) -> Response:
        return self._send("GET", f"{base_url}/v2/", ANONYMOUS, deadline)

    def _learn(self, base_url: str, response: Response) -> str:
        """Take note of the challenge, if there is one; return the URL found good."""
        if response.status == 401:
            self._challenge = self._challenge_in(response, base_url)
        return base_url

    @staticmethod
    def _challenge_in(response: Response, base_url: str) -> Challenge | None:
        """Return the challenge of a 401, unless a redirect led to another host.

        What that host asks for is not what the registry's credentials are for.
        """
        if origin_of(response.url) != origin_of(base_url):
            return None
        return choose_challenge(response.headers.get("www-authenticate"))

    def _send(
        self, method: str, url: str, authorization: Authorization, deadline: Deadline
    ) -> Response:
        asks_for_manifest = not url.endswith("/v2/")
        request = Request(
            method=method,
            url=url,
            registry=self.endpoint.registry,
            headers={"Accept": ACCEPT if asks_for_manifest else "*/*"},
            authorization=authorization.header,
        )
        response = self._transport.exchange(request, deadline)
        limit = read_rate_limit(response.headers, self.endpoint.registry)
        if limit is not None:
            self.rate_limit = limit
        return response
