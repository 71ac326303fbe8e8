"""A loopback server that counts and delays requests and passes them to a registry."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from support.http_server import Exchange, HttpServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@contextmanager
def forward(host: str, *, delay_seconds: float = 0) -> Iterator[HttpServer]:
    """Serve what the http server at `host` serves, each request later by the delay."""
    spare: list[http.client.HTTPConnection] = []
    lock = threading.Lock()

    def answer(exchange: Exchange) -> None:
        time.sleep(delay_seconds)
        with lock:
            connection = spare.pop() if spare else None
        connection = connection or http.client.HTTPConnection(host, timeout=20)
        headers = {
            name: value
            for name, value in exchange.headers.items()
            if name not in _NOT_PASSED_ON
        }
        connection.request(exchange.method, exchange.path, exchange.body, headers)
        response = connection.getresponse()
        body = response.read()
        passed = {
            name: value
            for name, value in response.getheaders()
            if name.lower() not in _NOT_PASSED_ON
        }
        if exchange.method == "HEAD":
            passed["Content-Length"] = response.headers.get("Content-Length", "0")
        with lock:
            spare.append(connection)
        exchange.send(response.status, body, passed)

    try:
        with serve(answer) as server:
            yield server
    finally:
        for connection in spare:
            connection.close()
