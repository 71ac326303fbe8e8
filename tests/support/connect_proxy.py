"""An HTTP proxy for TLS connections that brings every host to a loopback port.

With it a test may use public names, `registry-1.docker.io` too, and no name server.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD_LIMIT = 65536


@dataclass(kw_only=True)
class ConnectProxy:
    """A running proxy: its host with port, and the hosts that were asked for."""

    host: str
    connected: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        head = self.rfile.readline(_HEAD_LIMIT)
        method, target, *_ = [*head.decode("latin-1").split(), "", ""]
        while line := self.rfile.readline(_HEAD_LIMIT).strip():
            self.server.record.heads.append(line)
        if method != "CONNECT":
            return
        self.server.record.connected.append(target)
        with socket.create_connection(("127.0.0.1", self.server.port)) as upstream:
            self.server.sockets.add(upstream)
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pipe, args=(upstream, self.connection))
            back.start()
            _pipe(self.connection, upstream)
            back.join()
            self.server.sockets.discard(upstream)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = port
        self.sockets: set[socket.socket] = set()
        self.record = ConnectProxy(host=f"127.0.0.1:{self.server_address[1]}")

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        self.sockets.add(connection)
        return connection, address

    def handle_error(self, *_: object) -> None:
        """Who goes away goes away."""

    def stop(self) -> None:
        self.shutdown()
        for each in list(self.sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.server_close()


def _pipe(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(host: str) -> Iterator[ConnectProxy]:
    """Run a proxy whose every connection ends at the loopback server `host`."""
    server = _Server(int(host.rpartition(":")[2]))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.record
    finally:
        server.stop()
        thread.join()
