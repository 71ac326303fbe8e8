"""Answers a registry's challenge: basic, or a token from its token service.

Tokens are kept in memory until they expire. What was refused once is not sent again.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from copy import copy
from typing import TYPE_CHECKING

from digestpin.errors import RegistryError
from digestpin.registry.redaction import Secret
from digestpin.registry.resolution import RegistryWarning
from digestpin.registry.statuses import error_for, login_command
from digestpin.registry.tokens import (
    TokenService,
    check_realm,
    encode_basic,
    is_confidential,
)
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry.challenges import Challenge
    from digestpin.registry.credential_helpers import Credentials
    from digestpin.registry.credentials import CredentialStore
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Response
    from digestpin.registry.transport import Transport
    from digestpin.registry.trials import Trials

    Key = tuple[Challenge, str, bool]

_REFUSED = frozenset({400, 401, 403})
_MOST_RENEWALS = 2
"""Of a repository's token after a 401, in a run: a third will fare no better."""


@frozen(kw_only=True)
class Authorization:
    """The value of an Authorization header, and whether credentials are behind it.

    `password` is the header where the registry itself judges the credentials.
    `were_refused`: there are some, but it has refused them before.
    """

    header: Secret | None = None
    uses_credentials: bool = False
    password: Secret | None = None
    were_refused: bool = False
    expires: float = float("inf")

    @property
    def is_fresh(self) -> bool:
        """Whether the registry should still accept it."""
        return time.monotonic() < self.expires

    @property
    def had_credentials(self) -> bool:
        """Whether credentials were tried, now or before."""
        return self.uses_credentials or self.were_refused


ANONYMOUS = Authorization()
REFUSED = Authorization(were_refused=True)


class Authenticator:
    """Makes the authorizations for one registry; for many threads."""

    def __init__(
        self,
        registry: str,
        transport: Transport,
        store: CredentialStore,
        trials: Trials,
        warn: Callable[[RegistryWarning], None],
    ) -> None:
        self._registry = registry
        self._service = TokenService(registry, transport)
        self._store = store
        self._trials = trials
        self._warn = warn
        self._tokens: dict[Key, Authorization] = {}
        self._failures: dict[Key, RegistryError] = {}
        self._renewals: Counter[str] = Counter()
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._refused: set[str] = set()

    def authorize(
        self,
        challenge: Challenge,
        base_url: str,
        repository: str,
        deadline: Deadline,
        *,
        anonymous: bool = False,
    ) -> Authorization:
        """Return what to send for one repository of the registry at `base_url`.

        `anonymous` leaves credentials aside, which may still need a token.

        Raises:
            RegistryError: the token service gives no token even to the anonymous.
        """
        with self._lock_for(repository):
            credentials = (
                None if anonymous else self._credentials_for(repository, base_url)
            )
            if challenge.scheme == "basic":
                return self._authorize_by_password(credentials, repository)
            key = challenge, repository, credentials is not None
            kept = self._tokens.get(key)
            if kept is not None and kept.is_fresh:
                return kept
            if key in self._failures:
                raise copy(self._failures[key])
            try:
                found = self._fetch_token(
                    challenge, base_url, repository, credentials, deadline
                )
            except RegistryError as error:
                if not deadline.is_over:
                    self._failures[key] = copy(error)
                    if repository in self._refused:
                        self._failures[challenge, repository, False] = copy(error)
                raise
            self._tokens[challenge, repository, found.uses_credentials] = found
            return found

    def renew(self, challenge: Challenge, repository: str, sent: Authorization) -> bool:
        """Drop a token that the registry refused; False: new ones fare no better.

        Another thread may have dropped it before, and got a new one.
        """
        key = challenge, repository, sent.uses_credentials
        with self._lock_for(repository):
            if self._tokens.get(key) != sent:
                return True
            if self._renewals[repository] >= _MOST_RENEWALS:
                return False
            self._renewals[repository] += 1
            del self._tokens[key]
            return True

    def refuse(self, repository: str, by: str) -> None:
        """Use no credentials for a repository from now on: `by` refused them."""
        self._refused.add(repository)
        self._warn(
            RegistryWarning(
                registry=self._registry,
                message=f"{by} refuses the stored credentials; going on without",
                hint=f"log in again: {login_command(self._registry)}",
            )
        )

    def _lock_for(self, repository: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(repository, threading.Lock())

    def _authorize_by_password(
        self, credentials: Credentials | None, repository: str
    ) -> Authorization:
        if credentials is None:
            return ANONYMOUS
        header = encode_basic(credentials)
        if self._trials.is_rejected(header, repository):
            return REFUSED
        return Authorization(header=header, password=header, uses_credentials=True)

    def _credentials_for(self, repository: str, base_url: str) -> Credentials | None:
        if repository in self._refused:
            return None
        found = self._store.find(self._registry, repository)
        for warning in found.warnings:
            self._warn(warning)
        if found.credentials is None or is_confidential(base_url):
            return found.credentials
        self._warn(
            RegistryWarning(
                registry=self._registry,
                message="stored credentials are not sent over plain http",
                hint="give the registry a certificate",
            )
        )
        return None

    def _fetch_token(
        self,
        challenge: Challenge,
        base_url: str,
        repository: str,
        credentials: Credentials | None,
        deadline: Deadline,
    ) -> Authorization:
        if credentials is not None and credentials.registry_token is not None:
            return Authorization(
                header=Secret("Bearer " + credentials.registry_token.reveal()),
                uses_credentials=True,
            )
        check_realm(challenge.realm, base_url, self._registry)
        if not is_confidential(challenge.realm):
            credentials = None
        response = None
        if credentials is not None:
            response = self._ask_known(challenge, repository, credentials, deadline)
        uses_credentials = response is not None
        if response is None:
            response = self._service.ask(challenge, repository, None, deadline)
        if response.status != 200:
            raise error_for(
                response,
                self._registry,
                f"repository {repository}",
                authenticated=repository in self._refused,
            )
        token = self._service.read(response)
        return Authorization(
            header=Secret("Bearer " + token.value.reveal()),
            uses_credentials=uses_credentials,
            expires=token.expires,
        )

    def _ask_known(
        self,
        challenge: Challenge,
        repository: str,
        credentials: Credentials,
        deadline: Deadline,
    ) -> Response | None:
        """Ask the token service with credentials; None where it refuses them."""
        secret = credentials.identity_token or encode_basic(credentials)
        with self._trials.turn(secret, deadline):
            response = None
            if not self._trials.is_rejected(secret, repository):
                response = self._service.ask(
                    challenge, repository, credentials, deadline
                )
                self._trials.note(secret, repository, response.status)
        if response is None or response.status in _REFUSED:
            self.refuse(repository, "the token service")
            return None
        return response
