"""A TCP proxy on loopback that holds every request back for a while.

It reads nothing of what it passes on, so it costs next to no time of its own.
"""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as upstream:
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.server.sockets.update((upstream, self.request))
            back = threading.Thread(target=_pass, args=(upstream, self.request, 0))
            back.start()
            _pass(self.request, upstream, self.server.delay_seconds)
            back.join()
            self.server.sockets.difference_update((upstream, self.request))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, host: str, delay_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        name, _, port = host.rpartition(":")
        self.target = name, int(port)
        self.delay_seconds = delay_seconds
        self.sockets: set[socket.socket] = set()


def _pass(source: socket.socket, sink: socket.socket, delay_seconds: float) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            time.sleep(delay_seconds)
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def slow_line_to(host: str, delay_seconds: float) -> Iterator[str]:
    """Yield the host and port of a proxy to `host`."""
    server = _Server(host, delay_seconds)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        for each in list(server.sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
