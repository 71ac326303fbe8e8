"""Whatever a server does, one reference fails, in known words, and the others do not.

Only these tests use a server of our own: no real registry can be made to do this.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from support.fake_registry import GOOD, answering, changed, send_good
from support.http_server import Exchange, serve

from digestpin.errors import (
    AccessDenied,
    HostNotFound,
    ManifestNotFound,
    PermissionDenied,
    RateLimited,
    RegistryUnreachable,
    TlsFailure,
    UntrustedResponse,
)
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved
from digestpin.registry.manifests import ACCEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Callable[[Exchange], None]

SETTINGS = RegistrySettings(
    timeout_seconds=0.4, deadline_seconds=20, retries=1, backoff_seconds=0.001
)
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
def send_another_type_in_the_body(exchange: Exchange) -> None:
    text = b'{"mediaType": "application/vnd.oci.image.manifest.v1+json"}'
    exchange.send(200, text, changed(docker_content_digest=None))


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    def respond(exchange: Exchange) -> None:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        exchange.send(status, body, sent)

    return respond


def send_headers(**headers: str | None) -> Answer:
    return lambda exchange: exchange.send(200, GOOD.top.body, changed(**headers))


BAD = "bad answer from {host}: "
FAULTS = [
    pytest.param(hang, RegistryUnreachable, "{host} did not answer in time", id="hang"),
    pytest.param(
        reset_at_once,
        RegistryUnreachable,
        "{host} broke the connection",
        id="reset",
    ),
    pytest.param(
        reset_in_mid_body,
        RegistryUnreachable,
        "{host} broke the connection",
        id="reset in mid-body",
    ),
    pytest.param(
        truncate,
        RegistryUnreachable,
        "{host} closed the connection before its answer was complete",
        id="truncated",
    ),
    pytest.param(
        lie_about_the_digest,
        UntrustedResponse,
        BAD + f"the content hashes to {GOOD.top.digest}, not to {OTHER_DIGEST}",
        id="wrong digest header",
    ),
    pytest.param(
        announce_ten_gigabytes,
        UntrustedResponse,
        BAD + "more than 4194304 bytes",
        id="10 GB announced",
    ),
    pytest.param(
        send_without_end,
        UntrustedResponse,
        BAD + "more than 4194304 bytes",
        id="body without end",
    ),
    pytest.param(
        nest_deep, UntrustedResponse, BAD + "JSON that is nested too deep", id="deep"
    ),
    pytest.param(
        never_end_a_string, UntrustedResponse, BAD + "no JSON", id="endless string"
    ),
    pytest.param(
        list_nothing,
        UntrustedResponse,
        BAD + "an index without a list of manifests",
        id="no list",
    ),
    pytest.param(
        list_rubbish,
        UntrustedResponse,
        BAD + "an index with an entry of no use",
        id="no entries",
    ),
    pytest.param(
        without_digest(say(200, b"[]", Content_Type="application/json")),
        UntrustedResponse,
        BAD + "JSON, but no object",
        id="no object",
    ),
    pytest.param(
        compress,
        UntrustedResponse,
        BAD + "an encoding that was not asked for",
        id="compressed",
    ),
    pytest.param(
        send_another_type_in_the_body,
        UntrustedResponse,
        BAD + f"sent as {GOOD.top.media_type}, "
        "but it is application/vnd.oci.image.manifest.v1+json",
        id="two media types",
    ),
    pytest.param(
        without_digest(say(200, b"<html>", Content_Type="text/html")),
        UntrustedResponse,
        BAD + "no JSON",
        id="a web page",
    ),
    pytest.param(
        send_headers(docker_content_digest="sha256:\x1b[31mbeef"),
        UntrustedResponse,
        BAD + "'sha256:\\x1b[31mbeef' is no digest",
        id="no digest",
    ),
    pytest.param(
        send_headers(
            content_type="application/vnd.docker.distribution.manifest.v1+prettyjws"
        ),
        UntrustedResponse,
        BAD + "it answers with "
        "application/vnd.docker.distribution.manifest.v1+prettyjws, "
        "which was not asked for",
        id="schema 1",
    ),
    pytest.param(
        say(401, WWW_Authenticate='Basic realm="x"'),
        AccessDenied,
        "{host} shows node:bad to nobody who is not logged in, or it does not exist",
        id="401 loop",
    ),
    pytest.param(
        say(403), PermissionDenied, "{host} does not allow to read node:bad", id="403"
    ),
    pytest.param(
        say(404, b'{"errors":[{"code":"NAME_UNKNOWN","message":"\\u001b[2J"}]}'),
        ManifestNotFound,
        "{host} has no repository for node:bad",
        id="404 for the repository",
    ),
    pytest.param(
        say(503),
        RegistryUnreachable,
        "{host} fails with status 503",
        id="503",
    ),
    pytest.param(
        say(418, b'{"errors":[{"code":"TEAPOT","message":"a\\u001b[2Jb"}]}'),
        UntrustedResponse,
        BAD + "status 418 for node:bad (TEAPOT: a\\x1b[2Jb)",
        id="418 with control characters",
    ),
    pytest.param(
        say(429),
        RateLimited,
        "{host} refuses more requests for now",
        id="429 without Retry-After",
    ),
    pytest.param(
        say(
            429,
            Retry_After="3600",
            RateLimit_Limit="100;w=21600",
            RateLimit_Remaining="0;w=21600",
        ),
        RateLimited,
        "{host} refuses more requests for now "
        "(0 of 100 pulls in 6 hours left at {host}); it asks to wait 3600 s",
        id="429 with a long Retry-After",
    ),
]


@pytest.mark.parametrize(("answer", "error", "message"), FAULTS)
def test_a_fault_costs_its_own_reference_only(
    answer: Answer, error: type[Exception], message: str
) -> None:
    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        good = ImageReference.parse(f"{server.host}/node:good")
        bad = ImageReference.parse(f"{server.host}/node:bad")
        # In this order: a registry that asks to be left alone is then left alone.
        first = resolver.resolve(good)
        second = resolver.resolve(bad)
    assert isinstance(first, Resolved)
    assert isinstance(second, Unresolved)
    assert (type(second.error), str(second.error)) == (
        error,
        message.format(host=server.host),
    )
    assert (second.error.registry, second.error.reference) == (server.host, str(bad))
    assert second.error.hint


@pytest.mark.parametrize("answer", [hang, drip, drip_body], ids=lambda it: it.__name__)
def test_the_deadline_ends_everything(answer: Answer) -> None:
    settings = RegistrySettings(timeout_seconds=30, deadline_seconds=0.5, retries=9)
    with serve(answering(answer)) as server, Resolver(settings) as resolver:
        good = ImageReference.parse(f"{server.host}/node:good")
        bad = ImageReference.parse(f"{server.host}/node:bad")
        answers = resolver.resolve_all([bad, good])
    failed = answers[bad]
    assert isinstance(answers[good], Resolved)
    assert isinstance(failed, Unresolved)
    assert type(failed.error) is RegistryUnreachable
    assert str(failed.error) == f"no answer from {server.host} within 0.5 s"


def test_a_registry_that_hangs_keeps_no_other_waiting() -> None:
    settings = RegistrySettings(timeout_seconds=30, deadline_seconds=1.5, retries=9)
    with serve(hang) as dead, serve(send_good) as alive, Resolver(settings) as resolver:
        bad = [ImageReference.parse(f"{dead.host}/node:v{n}") for n in range(20)]
        good = [ImageReference.parse(f"{alive.host}/node:v{n}") for n in range(20)]
        answers = resolver.resolve_all([*bad, *good])
    assert {type(answers[reference]) for reference in bad} == {Unresolved}
    assert {type(answers[reference]) for reference in good} == {Resolved}
    assert dead.asked == ["GET /v2/"]


def test_an_unreachable_registry_is_tried_once_for_all() -> None:
    with serve(send_good) as gone:
        host = gone.host
    with Resolver(SETTINGS) as resolver:
        references = [ImageReference.parse(f"{host}/node:v{n}") for n in range(5)]
        answers = resolver.resolve_all(references)
    messages = {
        str(answer.error)
        for answer in answers.values()
        if isinstance(answer, Unresolved)
    }
    assert messages == {f"cannot connect to {host}: connection refused"}
    assert [
        answer.error.reference
        for answer in answers.values()
        if isinstance(answer, Unresolved)
    ] == [str(reference) for reference in references]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    statuses = iter([status, status])

    def answer(exchange: Exchange) -> None:
        failing = next(statuses, None)
        if failing is None:
            send_good(exchange)
        else:
            exchange.send(failing, b"", {"Retry-After": "0"})

    settings = RegistrySettings(retries=2, backoff_seconds=0.001)
    with serve(answering(answer)) as server, Resolver(settings) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Resolved)
    assert server.asked == ["GET /v2/", *["HEAD /v2/node/manifests/bad"] * 3]


def test_retry_after_is_waited_for_by_all_and_asked_no_earlier() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(429, b"", {"Retry-After": "3600"})

    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        bad, good = (
            resolver.resolve(ImageReference.parse(f"{server.host}/node:{tag}"))
            for tag in ("bad", "good")
        )
    assert isinstance(bad, Unresolved)
    assert isinstance(good, Unresolved)
    assert isinstance(bad.error, RateLimited)
    assert bad.error.retry_after_seconds == 3600
    assert isinstance(good.error, RateLimited)
    assert server.asked == ["GET /v2/", "HEAD /v2/node/manifests/bad"]


def test_a_name_that_does_not_resolve_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(ImageReference.parse("registry.example/node:v1"))
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is HostNotFound
    assert str(answer.error) == (
        "the name registry.example does not resolve to an address"
    )
    assert answer.error.failure == "name resolution"


@pytest.mark.parametrize("host", ["127.0.0.1:99999", f"{'x' * 64}.localhost"])
def test_a_host_that_cannot_be_is_told(host: str) -> None:
    with Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(ImageReference.parse(f"{host}/node:v1"))
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == f"{host} is no host and port that could be connected to"


def test_a_server_that_speaks_something_else_is_told() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        exchange.close()

    with serve(answer) as server, Resolver(SETTINGS) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:v1"))
    assert isinstance(resolution, Unresolved)
    assert type(resolution.error) is TlsFailure


def test_too_many_headers_are_a_bad_answer() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(200, b"", {f"X-{number}": "x" for number in range(200)})

    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Unresolved)
    assert type(resolution.error) is UntrustedResponse


def test_a_challenge_may_come_late_and_credentials_may_be_refused(
    docker_config: Callable[[dict[str, Any]], None],
) -> None:
    def answer(exchange: Exchange) -> None:
        host = exchange.headers["host"]
        sent = exchange.headers.get("authorization", "")
        if exchange.path == "/v2/":
            exchange.send(200)
        elif exchange.path.startswith("/token"):
            who = "known" if "authorization" in exchange.headers else "nobody"
            exchange.send_json({"token": who})
        elif sent == "Bearer nobody":
            send_good(exchange)
        elif sent:
            exchange.send(403)
        else:
            realm = f'Basic realm="x", Bearer realm="http://{host}/token"'
            exchange.send(401, b"", {"WWW-Authenticate": realm})

    with serve(answer) as server, Resolver(SETTINGS) as resolver:
        entry = {"username": "alice", "password": "x"}
        docker_config({"auths": {server.host: entry}})
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Resolved)
    assert [str(warning) for warning in resolution.warnings] == [
        f"{server.host}: {server.host} refuses the stored credentials; going on without"
    ]


def no_head(exchange: Exchange) -> None:
    if exchange.method == "HEAD":
        exchange.send(405)
    else:
        exchange.send(200, GOOD.top.body, changed(docker_content_digest=None))


def head_not_found(exchange: Exchange) -> None:
    if exchange.method == "HEAD":
        exchange.send(404)
    else:
        send_good(exchange)


@without_digest
def vague_type(exchange: Exchange) -> None:
    exchange.send(200, GOOD.top.body, changed(content_type="application/json"))


@pytest.mark.parametrize(
    "answer", [no_head, head_not_found, vague_type], ids=lambda it: it.__name__
)
def test_the_body_is_hashed_where_head_does_not_tell(answer: Answer) -> None:
    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Resolved)
    assert str(resolution.descriptor.digest) == GOOD.top.digest
    assert resolution.descriptor.media_type == GOOD.top.media_type
    assert server.asked[1:] == [
        "HEAD /v2/node/manifests/bad",
        "GET /v2/node/manifests/bad",
    ]
    assert {request.headers["accept"] for request in server.requests[1:]} == {ACCEPT}


def test_verify_finds_a_head_that_lies() -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.method == "HEAD":
            exchange.send(
                200, GOOD.top.body, changed(docker_content_digest=OTHER_DIGEST)
            )
        else:
            send_good(exchange)

    digests = []
    with serve(answering(answer)) as server:
        reference = ImageReference.parse(f"{server.host}/node:bad")
        for verify in (False, True):
            with Resolver(RegistrySettings(verify=verify)) as resolver:
                resolution = resolver.resolve(reference)
            assert isinstance(resolution, Resolved)
            digests.append(str(resolution.descriptor.digest))
    assert digests == [OTHER_DIGEST, GOOD.top.digest]


def test_another_digest_than_asked_for_is_refused() -> None:
    with serve(send_good) as server, Resolver(SETTINGS) as resolver:
        reference = ImageReference.parse(f"{server.host}/node:v1@{OTHER_DIGEST}")
        resolution = resolver.confirm(reference)
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == (
        f"bad answer from {server.host}: "
        f"asked for {OTHER_DIGEST}, it answers {GOOD.top.digest}"
    )
