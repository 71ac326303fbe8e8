"""Answers a registry's challenge: basic, or a token from its token service.

Tokens are for `repository:NAME:pull` only, and are kept in memory until they expire.
A secret leaves this machine only over TLS, to the registry that it is for or to the
token service that this registry names (distribution, auth/token and auth/oauth).
"""

from __future__ import annotations

import base64
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from digestpin.errors import UntrustedResponse
from digestpin.registry.exchange import Request
from digestpin.registry.failures import bad_answer
from digestpin.registry.manifests import parse_json
from digestpin.registry.redaction import Secret, redact_url
from digestpin.registry.redirects import inward_objection
from digestpin.registry.resolution import RegistryWarning
from digestpin.registry.statuses import error_for, login_command
from digestpin.registry.urls import read_address
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.registry.challenges import Challenge
    from digestpin.registry.credential_helpers import Credentials
    from digestpin.registry.credentials import CredentialStore
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Response
    from digestpin.registry.transport import Transport
    from digestpin.registry.urls import Address

_CLIENT_ID = "digestpin"
_TOKEN_REPLY_LIMIT = 256 * 1024
_DEFAULT_LIFE_SECONDS = 60
_LONGEST_LIFE_SECONDS = 24 * 3600
_REFUSED = frozenset({400, 401, 403})


@frozen(kw_only=True)
class Authorization:
    """The value of an Authorization header, and whether credentials are behind it."""

    header: Secret | None = None
    uses_credentials: bool = False
    expires: float = float("inf")

    @property
    def is_fresh(self) -> bool:
        """Whether the registry should still accept it."""
        return time.monotonic() < self.expires


ANONYMOUS = Authorization()


def _basic(credentials: Credentials) -> Secret:
    pair = f"{credentials.username}:{credentials.password.reveal()}".encode()
    return Secret("Basic " + base64.b64encode(pair).decode("ascii"))


class Authenticator:
    """Makes the authorizations for one registry."""

    def __init__(
        self,
        registry: str,
        transport: Transport,
        store: CredentialStore,
        warn: Callable[[RegistryWarning], None],
    ) -> None:
        self._registry = registry
        self._transport = transport
        self._store = store
        self._warn = warn
        self._tokens: dict[tuple[Challenge, str, bool], Authorization] = {}
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
        with self._lock:
            lock = self._locks.setdefault(repository, threading.Lock())
        with lock:
            credentials = (
                None if anonymous else self._credentials_for(repository, base_url)
            )
            if challenge.scheme == "basic":
                if credentials is None:
                    return ANONYMOUS
                return Authorization(header=_basic(credentials), uses_credentials=True)
            key = challenge, repository, credentials is not None
            kept = self._tokens.get(key)
            if kept is None or not kept.is_fresh:
                kept = self._fetch_token(
                    challenge, base_url, repository, credentials, deadline
                )
                self._tokens[challenge, repository, kept.uses_credentials] = kept
            return kept

    def forget(self, challenge: Challenge, repository: str) -> None:
        """Drop the tokens for a repository: the registry refused one."""
        for uses_credentials in (True, False):
            self._tokens.pop((challenge, repository, uses_credentials), None)

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

    def _credentials_for(self, repository: str, base_url: str) -> Credentials | None:
        if repository in self._refused:
            return None
        found = self._store.find(self._registry, repository)
        for warning in found.warnings:
            self._warn(warning)
        if found.credentials is None or _is_confidential(base_url):
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
        _check_realm(challenge.realm, base_url, self._registry)
        if not _is_confidential(challenge.realm):
            credentials = None
        response = self._ask(challenge, repository, credentials, deadline)
        if response.status in _REFUSED and credentials is not None:
            self.refuse(repository, "the token service")
            credentials = None
            response = self._ask(challenge, repository, None, deadline)
        if response.status != 200:
            raise error_for(
                response,
                self._registry,
                f"repository {repository}",
                authenticated=repository in self._refused,
            )
        return self._read_token(response, uses_credentials=credentials is not None)

    def _ask(
        self,
        challenge: Challenge,
        repository: str,
        credentials: Credentials | None,
        deadline: Deadline,
    ) -> Response:
        fields = {"scope": f"repository:{repository}:pull"}
        if challenge.service:
            fields["service"] = challenge.service
        form: dict[str, str | Secret] | None = None
        authorization: Secret | None = None
        url = challenge.realm
        if credentials is not None and credentials.identity_token is not None:
            fields |= {"grant_type": "refresh_token", "client_id": _CLIENT_ID}
            form = {**fields, "refresh_token": credentials.identity_token}
        else:
            url = _with_query(challenge.realm, fields)
            authorization = None if credentials is None else _basic(credentials)
        request = Request(
            method="GET" if form is None else "POST",
            url=url,
            registry=self._registry,
            authorization=authorization,
            form=form,
            body_limit=_TOKEN_REPLY_LIMIT,
        )
        return self._transport.exchange(request, deadline)

    def _read_token(
        self, response: Response, *, uses_credentials: bool
    ) -> Authorization:
        reply = parse_json(response.body, self._registry)
        token = reply.get("token") or reply.get("access_token")
        if not (isinstance(token, str) and token.isascii() and token.isprintable()):
            raise bad_answer(self._registry, "its token service sends no token")
        life = reply.get("expires_in")
        if isinstance(life, bool) or not isinstance(life, int) or life <= 0:
            life = _DEFAULT_LIFE_SECONDS
        seconds = min(life, _LONGEST_LIFE_SECONDS) * 0.9
        return Authorization(
            header=Secret("Bearer " + token),
            uses_credentials=uses_credentials,
            expires=time.monotonic() + seconds,
        )


def _is_confidential(url: str) -> bool:
    """Say whether what is sent to a URL can be read on the way by nobody."""
    address = read_address(url)
    return address.scheme == "https" or address.is_loopback


def _check_realm(realm: str, base_url: str, registry: str) -> None:
    """Refuse a token service that could be a trap.

    Raises:
        UntrustedResponse: it is on another host and not https, or leads inwards.
    """
    try:
        target, own = read_address(realm), read_address(base_url)
        reason = _objection_to_realm(target, own)
        if target.has_user:
            reason = "an address with credentials in it"
    except ValueError:
        reason = "an unreadable address"
    if reason is not None:
        raise UntrustedResponse(
            f"{registry} names {redact_url(realm)} as its token service: {reason}",
            registry=registry,
            hint="ask the registry's operator; nothing was sent there",
        )


def _objection_to_realm(target: Address, own: Address) -> str | None:
    if not target.host or target.scheme not in {"http", "https"}:
        return "no address of a web server"
    if target.host != own.host:
        both_here = target.is_loopback and own.is_loopback
        if target.scheme == "http" and not both_here:
            return "another host without TLS"
        return inward_objection(own.host, target.host)
    if target.scheme == "http" and own.scheme == "https":
        return "a step down from https"
    return None


def _with_query(url: str, fields: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(fields))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
