"""Deadlines, retries and waits; what is asked when HEAD does not tell enough."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from support import faults
from support.fake_registry import GOOD, answering, changed, send_good
from support.faults import OTHER_DIGEST, without_digest
from support.http_server import Exchange, serve

from digestpin.errors import (
    HostNotFound,
    RateLimited,
    RegistryUnreachable,
    TlsFailure,
    UntrustedResponse,
)
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved, http
from digestpin.registry.manifests import ACCEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Callable[[Exchange], None]

SETTINGS = RegistrySettings(
    timeout_seconds=0.4, deadline_seconds=20, retries=1, backoff_seconds=0.001
)


@pytest.mark.parametrize(
    "answer", [faults.hang, faults.drip, faults.drip_body], ids=lambda it: it.__name__
)
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
    with (
        serve(faults.hang) as dead,
        serve(send_good) as alive,
        Resolver(settings) as resolver,
    ):
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
        limits = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "0;w=21600"}
        exchange.send(429, b"", {"Retry-After": "3600", **limits})

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
    assert {str(bad.error), str(good.error)} == {
        f"{server.host} refuses more requests for now "
        f"(0 of 100 pulls in 6 hours left at {server.host}); it asks to wait 3600 s"
    }
    assert {bad.error.hint, good.error.hint} == {
        f"try again later, or raise the limit: docker login {server.host}"
    }
    assert server.asked == ["GET /v2/", "HEAD /v2/node/manifests/bad"]


def test_after_429_without_a_time_one_asks_again_for_all() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(200 if exchange.path == "/v2/" else 429)

    settings = RegistrySettings(retries=3, backoff_seconds=0.001, concurrency=8)
    with serve(answer) as server, Resolver(settings) as resolver:
        references = [
            ImageReference.parse(f"{server.host}/node:v{number}")
            for number in range(20)
        ]
        answers = resolver.resolve_all(references)
    assert {
        str(answer.error)
        for answer in answers.values()
        if isinstance(answer, Unresolved)
    } == {f"{server.host} refuses more requests for now"}
    assert len(answers) == 20
    # The ping, each reference once, and three attempts for all.
    assert len(server.asked) == 1 + 20 + 3


def test_after_429_that_passes_all_are_answered() -> None:
    refusals = iter(range(3))

    def answer(exchange: Exchange) -> None:
        if exchange.path == "/v2/":
            exchange.send(200)
        elif next(refusals, None) is None:
            send_good(exchange)
        else:
            exchange.send(429)

    settings = RegistrySettings(retries=3, backoff_seconds=0.001, concurrency=8)
    with serve(answer) as server, Resolver(settings) as resolver:
        answers = resolver.resolve_all(
            ImageReference.parse(f"{server.host}/node:v{number}")
            for number in range(20)
        )
    assert {type(answer) for answer in answers.values()} == {Resolved}


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


def test_a_name_of_this_machine_that_leads_elsewhere_is_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A test has no other machine: the second connection stands for one to another.
    here = iter([True])
    monkeypatch.setattr(http, "is_this_machine", lambda _: next(here, False))

    def answer(exchange: Exchange) -> None:
        port = exchange.headers["host"].rpartition(":")[2]
        exchange.send(307, b"", {"Location": f"http://localhost:{port}/elsewhere"})

    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Unresolved)
    host = server.host.replace("127.0.0.1", "localhost")
    assert str(resolution.error) == (
        f"{host} should be this machine, but its name leads to another one"
    )
    assert server.asked == ["GET /v2/", "HEAD /v2/node/manifests/bad"]


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


@pytest.mark.parametrize(
    ("length", "told"),
    [
        pytest.param(1000, " (DENIED: no)", id="short"),
        pytest.param(70_000, "", id="beyond the bound, so no JSON"),
    ],
)
def test_the_body_of_an_error_is_read_to_a_bound(length: int, told: str) -> None:
    errors = [{"code": "DENIED", "message": "no", "detail": "x" * length}]

    def answer(exchange: Exchange) -> None:
        exchange.send_json({"errors": errors}, 418)

    settings = RegistrySettings(retries=0, verify=True)
    with serve(answering(answer)) as server, Resolver(settings) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == (
        f"bad answer from {server.host}: status 418 for node:bad{told}"
    )


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


def test_a_short_retry_after_is_waited_for() -> None:
    waits = iter(["1"])

    def answer(exchange: Exchange) -> None:
        seconds = next(waits, None)
        if seconds is None:
            send_good(exchange)
        else:
            exchange.send(429, b"", {"Retry-After": seconds})

    with serve(answering(answer)) as server, Resolver(SETTINGS) as resolver:
        resolution = resolver.resolve(ImageReference.parse(f"{server.host}/node:bad"))
    assert isinstance(resolution, Resolved)


def test_a_body_that_is_not_what_was_asked_for_is_refused() -> None:
    settings = RegistrySettings(verify=True, retries=0)
    headers = changed(docker_content_digest=OTHER_DIGEST)

    def lie(exchange: Exchange) -> None:
        if exchange.path == "/v2/":
            exchange.send(200)
        else:
            exchange.send(200, GOOD.top.body, headers)

    with serve(lie) as server, Resolver(settings) as resolver:
        reference = ImageReference.parse(f"{server.host}/node@{OTHER_DIGEST}")
        resolution = resolver.confirm(reference)
    assert isinstance(resolution, Unresolved)
    assert str(resolution.error) == (
        f"bad answer from {server.host}: "
        f"the content hashes to {GOOD.top.digest}, not to {OTHER_DIGEST}"
    )
