"""A small threaded HTTP server whose answers are functions; it records requests."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, and the means to answer it.

    `released` is set when the server stops: whoever hangs waits for it.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    released: threading.Event
    handler: BaseHTTPRequestHandler = field(repr=False)

    def send(
        self,
        status: int,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a whole answer; to HEAD, only its headers."""
        sent = {"Content-Length": str(len(body))} | dict(headers or {})
        self.send_head(status, sent)
        if self.method != "HEAD":
            self.write(body)

    def send_json(self, value: object, status: int = 200) -> None:
        self.send(
            status, json.dumps(value).encode(), {"Content-Type": "application/json"}
        )

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send status and headers."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def close(self) -> None:
        """End the connection after what was sent."""
        self.handler.close_connection = True

    def reset(self) -> None:
        """Break the connection, so that the client sees a reset."""
        linger = struct.pack("ii", 1, 0)
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(connection.detach())
        self.close()


@dataclass(kw_only=True)
class HttpServer:
    """A running server: its host with port, and the requests that came, in order."""

    host: str
    requests: list[Exchange] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """The requests as `METHOD path`, without the query."""
        return [
            f"{request.method} {request.path.partition('?')[0]}"
            for request in self.requests
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, answer: Callable[[Exchange], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.released = threading.Event()
        self.connections: set[socket.socket] = set()
        self.tls: ssl.SSLContext | None = None
        self.record = HttpServer(host=f"127.0.0.1:{self.server_address[1]}")

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        self.connections.add(connection)
        return connection, address

    def shutdown_request(
        self, request: socket.socket | tuple[bytes, socket.socket]
    ) -> None:
        if isinstance(request, socket.socket):
            self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what many tests are about."""

    def stop(self) -> None:
        self.shutdown()
        self.released.set()
        for connection in list(self.connections):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        with suppress(OSError):
            return super().handle_one_request()
        self.close_connection = True
        return None

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        exchange = Exchange(
            method=self.command,
            path=self.path,
            headers={
                name.lower(): ", ".join(self.headers.get_all(name, []))
                for name in self.headers
            },
            body=self.rfile.read(length),
            released=self.server.released,
            handler=self,
        )
        self.server.record.requests.append(exchange)
        self.server.answer(exchange)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(
    answer: Callable[[Exchange], None], *, tls: ssl.SSLContext | None = None
) -> Iterator[HttpServer]:
    """Serve on a loopback port; `answer` is called for every request."""
    server = _Server(answer)
    server.tls = tls
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.record
    finally:
        server.stop()
        thread.join()
