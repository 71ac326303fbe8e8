"""Asks a token service for a token (distribution, auth/token and auth/oauth).

Tokens are for `repository:NAME:pull` only. A secret goes only over TLS to the service
that the registry names, and to none that could be a trap.
"""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from digestpin.errors import UntrustedResponse
from digestpin.registry.exchange import Request
from digestpin.registry.failures import bad_answer
from digestpin.registry.manifests import parse_json
from digestpin.registry.redaction import Secret, redact_url
from digestpin.registry.redirects import inward_objection
from digestpin.registry.urls import read_address
from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.registry.challenges import Challenge
    from digestpin.registry.credential_helpers import Credentials
    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Response
    from digestpin.registry.transport import Transport
    from digestpin.registry.urls import Address

_CLIENT_ID = "digestpin"
_TOKEN_REPLY_LIMIT = 256 * 1024
_DEFAULT_LIFE_SECONDS = 60
_LONGEST_LIFE_SECONDS = 24 * 3600


@frozen(kw_only=True)
class Token:
    """What opens a repository, until `expires` on the monotonic clock."""

    value: Secret
    expires: float


def encode_basic(credentials: Credentials) -> Secret:
    """Return the header of HTTP basic authentication."""
    pair = f"{credentials.username}:{credentials.password.reveal()}".encode()
    return Secret("Basic " + base64.b64encode(pair).decode("ascii"))


class TokenService:
    """The token services that one registry names."""

    def __init__(self, registry: str, transport: Transport) -> None:
        self._registry = registry
        self._transport = transport

    def ask(
        self,
        challenge: Challenge,
        repository: str,
        credentials: Credentials | None,
        deadline: Deadline,
    ) -> Response:
        """Return what the service answers; any status may come back.

        Raises:
            RegistryError: no answer that could be used.
        """
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
            authorization = None if credentials is None else encode_basic(credentials)
        request = Request(
            method="GET" if form is None else "POST",
            url=url,
            registry=self._registry,
            authorization=authorization,
            form=form,
            body_limit=_TOKEN_REPLY_LIMIT,
        )
        return self._transport.exchange(request, deadline)

    def read(self, response: Response) -> Token:
        """Return the token in an answer.

        Raises:
            UntrustedResponse: there is none.
        """
        reply = parse_json(response.body, self._registry)
        token = reply.get("token") or reply.get("access_token")
        if not (isinstance(token, str) and token.isascii() and token.isprintable()):
            raise bad_answer(self._registry, "its token service sends no token")
        life = reply.get("expires_in")
        if isinstance(life, bool) or not isinstance(life, int) or life <= 0:
            life = _DEFAULT_LIFE_SECONDS
        seconds = min(life, _LONGEST_LIFE_SECONDS) * 0.9
        return Token(value=Secret(token), expires=time.monotonic() + seconds)


def is_confidential(url: str) -> bool:
    """Say whether what is sent to a URL can be read on the way by nobody."""
    address = read_address(url)
    return address.scheme == "https" or address.is_loopback


def check_realm(realm: str, base_url: str, registry: str) -> None:
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
