"""Sends one request over one connection: time and size limits, redaction.

The only module that imports `requests`; it is itself imported when the first request
is due, because that import costs more than everything else a clean run does.

NOTE: exceptions are raised `from None`, against the rule of the house: those of the
library hold URLs, and a traceback would print them.
"""

from __future__ import annotations

import logging
import socket
import threading
import weakref
from contextlib import suppress
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from digestpin.errors import RegistryUnreachable
from digestpin.registry.addresses import is_this_machine
from digestpin.registry.exchange import Response
from digestpin.registry.failures import (
    bad_answer,
    bad_proxy_setting,
    misplaced_loopback,
    translate,
)
from digestpin.registry.names import is_loopback
from digestpin.registry.proxies import mask_proxy_passwords
from digestpin.registry.redaction import quote, redact_record, redact_url
from digestpin.registry.trust import find_ca_bundle, make_context

if TYPE_CHECKING:
    import ssl

    from digestpin.registry.deadline import Deadline
    from digestpin.registry.exchange import Request
    from digestpin.registry.redaction import Secret
    from digestpin.registry.settings import RegistrySettings

_LOG = logging.getLogger("digestpin.registry")
_CHUNK = 16 * 1024
_ERROR_LIMIT = 64 * 1024
_CURRENT = threading.local()
_NO_COOKIES = DefaultCookiePolicy(allowed_domains=())


class _Connection(HTTPConnection):
    """Lets the transport reach the socket, to wake a thread that waits for bytes."""

    def connect(self) -> None:
        super().connect()
        _CURRENT.watch(self.sock)
        # NOTE: a name server can send `x.localhost` anywhere, and what is said to this
        # machine may be a password.
        if is_loopback(self.host) and not is_this_machine(self.sock.getpeername()[0]):
            raise _Elsewhere


class _Elsewhere(Exception):
    """The name of a host says that it is this machine, and it is another one."""


class _TlsConnection(HTTPSConnection):
    """The same with TLS."""

    def connect(self) -> None:
        super().connect()
        _CURRENT.watch(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Uses our connections, and trusts `context`'s certificates too."""

    def __init__(self, context: ssl.SSLContext | None, size: int) -> None:
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self._use_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        manager = super().proxy_manager_for(proxy, **kwargs)
        self._use_pools(manager)
        return manager

    @staticmethod
    def _use_pools(manager: Any) -> None:  # noqa: ANN401
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class _Session(requests.Session):
    """Leaves redirects to us: the library would read their bodies without a bound."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


class _Authorize:
    """Sets the header that was given and nothing else: no `.netrc`."""

    def __init__(self, authorization: Secret | None) -> None:
        self._authorization = authorization

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._authorization is not None:
            request.headers["Authorization"] = self._authorization.reveal()
        return request


def _has_bad_proxy(url: str, host: str) -> bool:
    """Say whether the environment names a proxy for a URL that could be none."""
    if is_loopback(host):
        return False
    proxy = select_proxy(url, get_environ_proxies(url))
    try:
        parts = parse_url(proxy or "http://none")
    except HTTPError:
        return True
    scheme = parts.scheme or "http"
    return not parts.host or not scheme.startswith(("http", "socks"))


def _read(answer: requests.Response, request: Request) -> bytes:
    """Return the body, which is bounded; that of an error is cut instead.

    What is read to its end gives the connection back for the next request.
    """
    if request.method == "HEAD":
        return _read_up_to(_ERROR_LIMIT, answer)
    if answer.status_code >= 400:
        return _read_up_to(_ERROR_LIMIT, answer)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise bad_answer(request.registry, "an encoding that was not asked for")
    limit = request.body_limit
    announced = answer.headers.get("Content-Length", "")
    too_long = announced.isdecimal() and int(announced[:20]) > limit
    body = b"" if too_long else _read_up_to(limit + 1, answer)
    if too_long or len(body) > limit:
        raise bad_answer(request.registry, f"more than {limit} bytes")
    return body


def _read_up_to(limit: int, answer: requests.Response) -> bytes:
    """Return a body as it was sent, cut at `limit`.

    NOTE: not by `iter_content`, whose chunk sizes and trailers may be of any length:
    `read` leaves them to `http.client`, which has a bound.
    """
    pieces: list[bytes] = []
    size = 0
    while size < limit:
        piece = answer.raw.read(_CHUNK, decode_content=False)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:limit]


class Sessions:
    """Keeps one session a host; may be used by many threads at once."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._settings = settings
        self._sessions: dict[str, requests.Session] = {}
        self._lock = threading.Lock()
        self._sockets: weakref.WeakKeyDictionary[socket.socket, str] = (
            weakref.WeakKeyDictionary()
        )
        self._context = make_context(settings.ca_file)
        mask_proxy_passwords()
        logging.getLogger("urllib3.connectionpool").addFilter(redact_record)

    def send(
        self,
        request: Request,
        url: str,
        authorization: Secret | None,
        deadline: Deadline,
    ) -> Response:
        """Send a request to `url`, once; the whole answer is read.

        Raises:
            RegistryError: no answer in time, a broken one, or one too long.
        """
        host = urlsplit(url).netloc.rpartition("@")[2]
        told = quote(host)  # a redirect may have named it
        _CURRENT.watch = partial(self._watch, request.registry)
        seconds = min(self._settings.timeout_seconds, deadline.remaining_seconds)
        if seconds <= 0:
            raise self._too_late(told, request.registry, deadline)
        try:
            answer = self._session_for(host).request(
                request.method,
                url,
                headers=dict(request.headers),
                data=request.sent_form,
                auth=_Authorize(authorization),
                timeout=seconds,
                allow_redirects=False,
                stream=True,
                verify=find_ca_bundle(request.registry),
            )
            with answer:
                body = _read(answer, request)
        except _Elsewhere:
            raise misplaced_loopback(told, request.registry) from None
        except (requests.RequestException, HTTPError, OSError) as error:
            if deadline.is_over:
                raise self._too_late(told, request.registry, deadline) from None
            if _has_bad_proxy(url, host):
                raise bad_proxy_setting(told, request.registry) from None
            raise translate(error, host=told, registry=request.registry) from None
        _LOG.debug("%s %s: %d", request.method, redact_url(url), answer.status_code)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(url=url, status=answer.status_code, headers=headers, body=body)

    @staticmethod
    def _too_late(host: str, registry: str, deadline: Deadline) -> RegistryUnreachable:
        return RegistryUnreachable(
            f"no answer from {host} within {deadline.seconds:g} s",
            registry=registry,
            hint="check the network, or use --offline",
        )

    def _session_for(self, host: str) -> requests.Session:
        with self._lock:
            session = self._sessions.get(host)
            if session is None:
                session = self._sessions[host] = self._make_session(host)
            return session

    def _make_session(self, host: str) -> requests.Session:
        session = _Session()
        adapter = _Adapter(self._context, self._settings.concurrency)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        session.headers.update(
            {
                "User-Agent": self._settings.user_agent,
                "Accept-Encoding": "identity",
            }
        )
        # NOTE: what is for this machine is never given to a proxy, as in Go's clients.
        session.trust_env = not is_loopback(host)
        session.cookies.set_policy(_NO_COOKIES)
        return session

    def _watch(self, registry: str, connected: socket.socket) -> None:
        with self._lock:
            self._sockets[connected] = registry

    def abort(self, registry: str | None = None) -> None:
        """Break every connection, or a registry's: threads waiting for bytes wake."""
        with self._lock:
            sockets = [
                each
                for each, asked in self._sockets.items()
                if registry in {None, asked}
            ]
        for each in sockets:
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()
