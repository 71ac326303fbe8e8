"""What a registry must not do, as answers for `fake_registry.answering`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.fake_registry import GOOD, changed
from support.images import OCI_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http_server import Exchange

    Answer = Callable[[Exchange], None]

OTHER_DIGEST = "sha256:" + "0" * 64


def hang(exchange: Exchange) -> None:
    exchange.released.wait(60)
    exchange.close()


def drip(exchange: Exchange) -> None:
    """Send one header byte at a time, each in time, for ever."""
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not exchange.released.wait(0.05):
        exchange.write(b"x")
    exchange.close()


def drip_body(exchange: Exchange) -> None:
    exchange.send_head(200, changed(docker_content_digest=None, content_length="9000"))
    while exchange.method == "GET" and not exchange.released.wait(0.05):
        exchange.write(b" ")
    exchange.close()


def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


def without_digest(answer: Answer) -> Answer:
    """Answer HEAD without a digest, so that the body is asked for."""

    def respond(exchange: Exchange) -> None:
        if exchange.method == "HEAD":
            headers = changed(docker_content_digest=None)
            exchange.send(200, GOOD.top.body, headers)
        else:
            answer(exchange)

    return respond


@without_digest
def reset_in_mid_body(exchange: Exchange) -> None:
    exchange.send_head(200, changed(content_length=str(len(GOOD.top.body))))
    exchange.write(GOOD.top.body[:50])
    exchange.reset()


@without_digest
def truncate(exchange: Exchange) -> None:
    exchange.send_head(200, changed(content_length=str(len(GOOD.top.body))))
    exchange.write(GOOD.top.body[:50])
    exchange.close()


@without_digest
def lie_about_the_digest(exchange: Exchange) -> None:
    headers = changed(docker_content_digest=OTHER_DIGEST)
    exchange.send(200, GOOD.top.body, headers)


@without_digest
def announce_ten_gigabytes(exchange: Exchange) -> None:
    exchange.send_head(200, changed(content_length="10000000000"))
    exchange.close()


@without_digest
def send_without_end(exchange: Exchange) -> None:
    exchange.send_head(200, changed(connection="close"))
    while not exchange.released.is_set():
        exchange.write(b" " * 65536)
    exchange.close()


@without_digest
def never_end_a_chunk_size(exchange: Exchange) -> None:
    chunked = changed(transfer_encoding="chunked", docker_content_digest=None)
    exchange.send_head(200, chunked)
    while not exchange.released.is_set():
        exchange.write(b"1" * 4096)
    exchange.close()


@without_digest
def never_end_a_trailer(exchange: Exchange) -> None:
    chunked = changed(transfer_encoding="chunked", docker_content_digest=None)
    exchange.send_head(200, chunked)
    exchange.write(b"0\r\n")
    while not exchange.released.is_set():
        exchange.write(b"1" * 4096)
    exchange.close()


@without_digest
def nest_deep(exchange: Exchange) -> None:
    exchange.send(200, b'{"a":' + b"[" * 100_000, changed(docker_content_digest=None))


@without_digest
def never_end_a_string(exchange: Exchange) -> None:
    text = b'"' + b'\\"' * 1_000_000 + b"\\"
    exchange.send(200, text, changed(docker_content_digest=None))


@without_digest
def list_nothing(exchange: Exchange) -> None:
    exchange.send(200, b'{"manifests": 1}', changed(docker_content_digest=None))


@without_digest
def list_rubbish(exchange: Exchange) -> None:
    text = b'{"manifests": [{"digest": "sha256:1", "mediaType": "a"}]}'
    exchange.send(200, text, changed(docker_content_digest=None))


@without_digest
def compress(exchange: Exchange) -> None:
    exchange.send(200, GOOD.top.body, changed(content_encoding="gzip"))


@without_digest
def be_two_things(exchange: Exchange) -> None:
    """Send an index that is a manifest as well (CVE-2021-41190)."""
    text = b'{"manifests": [], "layers": [], "config": {}}'
    exchange.send(200, text, changed(docker_content_digest=None))


@without_digest
def send_a_manifest_as_an_index(exchange: Exchange) -> None:
    text = b'{"layers": [], "config": {}}'
    exchange.send(200, text, changed(docker_content_digest=None))


@without_digest
def send_an_index_as_a_manifest(exchange: Exchange) -> None:
    headers = changed(docker_content_digest=None, content_type=OCI_MANIFEST)
    exchange.send(200, b'{"manifests": []}', headers)


@without_digest
def send_another_type_in_the_body(exchange: Exchange) -> None:
    text = b'{"mediaType": "application/vnd.oci.image.manifest.v1+json"}'
    exchange.send(200, text, changed(docker_content_digest=None))


def redirect_to_itself(exchange: Exchange) -> None:
    exchange.send(307, b"", {"Location": exchange.path})


def refuse_every_token(exchange: Exchange) -> None:
    """Want a token, give one, and want another."""
    realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
    exchange.send(401, b"", {"WWW-Authenticate": realm})


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    def respond(exchange: Exchange) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        exchange.send(status, body, sent)

    return respond


def send_headers(**headers: str | None) -> Answer:
    return lambda exchange: exchange.send(200, GOOD.top.body, changed(**headers))
