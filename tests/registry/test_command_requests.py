"""How often a command asks: the ping, a token a repository, each reference once."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from support import images
from support.commands import run_digestpin
from support.forwarding import forward
from support.http_server import Exchange, HttpServer, serve
from support.registry_setups import start_token_registry
from support.repositories import make_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.registry import PushedImage
    from support.token_server import TokenServer

    WriteConfig = Callable[[dict[str, Any]], None]

pytestmark = pytest.mark.registry

PING = "GET /v2/"
THREE = ("amd64", "arm64", "ppc64le")
TAGS = [f"v{number}" for number in range(20)]


def repository_with(folder: Path, *references: str) -> Path:
    files: dict[str, bytes | str] = {
        "digestpin.toml": 'images = ["public/*"]\n',
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "".join(f"x {reference}\n" for reference in references),
    }
    return make_repository(folder / "repository", files)


def asked_by_digest(image: PushedImage, digest: str, method: str = "HEAD") -> str:
    name = image.reference.partition("/")[2].partition(":")[0]
    return f"{method} /v2/{name}/manifests/{digest}"


def asked_by_tag(image: PushedImage, method: str = "HEAD") -> str:
    name, _, tag = image.reference.partition("/")[2].partition(":")
    return f"{method} /v2/{name}/manifests/{tag}"


class Pushed:
    """Images in a registry that wants tokens, and what is asked of it."""

    def __init__(self, server: HttpServer, tokens: TokenServer) -> None:
        self.server, self.tokens = server, tokens

    def name(self, image: PushedImage) -> str:
        """Return the reference by which requests for an image are counted."""
        return f"{self.server.host}/{image.reference.partition('/')[2]}"

    def asked(self) -> Counter[str]:
        return Counter([*self.server.asked, *self.tokens.scopes])


@pytest.fixture
def pushed(
    tmp_path: Path, tokens: TokenServer
) -> Iterator[tuple[Pushed, dict[str, PushedImage]]]:
    names = ("public/a", "public/b")
    with (
        start_token_registry(tmp_path / "registry", tokens, *names) as registry,
        forward(registry.host) as counted,
    ):
        found = {
            f"{name}:{tag}": registry.push_index(name, tag, architectures=THREE)
            for name in names
            for tag in ("v1", "v2")
        }
        yield Pushed(counted, tokens), found


SCOPES = ("repository:public/a:pull", "repository:public/b:pull")


def test_check_asks_for_each_tag_and_digest_once(
    tmp_path: Path, pushed: tuple[Pushed, dict[str, PushedImage]]
) -> None:
    world, found = pushed
    references = [f"{world.name(each)}@{each.digest}" for each in found.values()]
    repository = repository_with(tmp_path, *references, *references)
    ran = run_digestpin(repository, "check", "--online", "--select", "DP2")
    assert (ran.code, ran.stderr) == (0, "")
    assert world.asked() == Counter(
        [
            *(PING, *SCOPES),
            *map(asked_by_tag, found.values()),
            *(asked_by_digest(each, each.digest) for each in found.values()),
        ]
    )


def test_check_reads_the_index_of_three_platform_pins_once(
    tmp_path: Path, pushed: tuple[Pushed, dict[str, PushedImage]]
) -> None:
    world, found = pushed
    image = found["public/a:v1"]
    digests = list(image.platforms.values())
    repository = repository_with(
        tmp_path, *(f"{world.name(image)}@{digest}" for digest in digests)
    )
    ran = run_digestpin(
        repository, "check", "--online", "--select", "DP203", "-q", "--no-cache"
    )
    assert ran.stdout.count("DP203") == len(digests) == 3
    assert world.asked() == Counter(
        [
            *(PING, SCOPES[0], asked_by_tag(image), asked_by_tag(image, "GET")),
            *(asked_by_digest(image, digest) for digest in digests),
        ]
    )


def test_check_with_verify_fetches_each_tag_and_digest_once(
    tmp_path: Path, pushed: tuple[Pushed, dict[str, PushedImage]]
) -> None:
    world, found = pushed
    image = found["public/a:v1"]
    platform = image.platforms["linux/amd64"]
    repository = repository_with(
        tmp_path,
        *(f"{world.name(image)}@{digest}" for digest in (image.digest, platform)),
    )
    run_digestpin(repository, "check", "--online", "--verify", "--select", "DP2")
    # The body under the tag is the index: it is not fetched again by its digest.
    assert world.asked() == Counter(
        [
            *(PING, SCOPES[0], asked_by_tag(image, "GET")),
            asked_by_digest(image, platform, "GET"),
        ]
    )


def test_fix_asks_for_each_tag_once(
    tmp_path: Path, pushed: tuple[Pushed, dict[str, PushedImage]]
) -> None:
    world, found = pushed
    references = [world.name(each) for each in found.values()]
    repository = repository_with(tmp_path, *references, *references)
    assert run_digestpin(repository, "fix").code == 0
    assert world.asked() == Counter([PING, *SCOPES, *map(asked_by_tag, found.values())])
    text = (repository / "a.sh").read_text(encoding="utf-8")
    assert text.count("@sha256:") == 2 * len(found)


def test_resolve_asks_for_each_tag_once(
    tmp_path: Path, pushed: tuple[Pushed, dict[str, PushedImage]]
) -> None:
    world, found = pushed
    references = [world.name(each) for each in found.values()]
    references += [f"{reference}@{images.digest_of(b'x')}" for reference in references]
    assert run_digestpin(tmp_path, "resolve", *references).code == 0
    assert world.asked() == Counter([PING, *SCOPES, *map(asked_by_tag, found.values())])


def wanting_tokens(
    *, token: int = 200, manifest: int = 200
) -> Callable[[Exchange], None]:
    """Return a registry whose token service and manifests answer with statuses."""

    def answer(exchange: Exchange) -> None:
        realm = f'Bearer realm="http://{exchange.headers["host"]}/token"'
        if exchange.path.startswith("/token"):
            exchange.send_json({"token": "a-token"}, token)
        elif "authorization" not in exchange.headers or manifest == 401:
            exchange.send(401, b"", {"WWW-Authenticate": realm})
        elif manifest == 200:
            has_everything(exchange)
        else:
            exchange.send(manifest)

    return answer


def has_everything(exchange: Exchange) -> None:
    name = exchange.path.rpartition("/")[2]
    digest = name if name.startswith("sha256:") else images.digest_of(b"new")
    headers = {"Content-Type": images.OCI_INDEX, "Docker-Content-Digest": digest}
    exchange.send(200, b"{}", headers)


def test_fix_greets_once_for_what_it_resolves_and_what_it_confirms(
    tmp_path: Path, digest_of: Callable[[str, str], str]
) -> None:
    with serve(wanting_tokens()) as server:
        tags = ("v9.9.9", "v1.31.4", "v1.30.8")
        names = [f"{server.host}/kindest/node:{tag}" for tag in tags]
        repository = repository_with(tmp_path, *names)
        run_digestpin(repository, "fix", "--ignore", "DP101")
    known = [digest_of("v0.26.0", tag) for tag in tags[1:]]
    assert Counter(server.asked) == Counter(
        [
            *(PING, "GET /token", "HEAD /v2/kindest/node/manifests/v9.9.9"),
            *(f"HEAD /v2/kindest/node/manifests/{digest}" for digest in known),
        ]
    )


def resolve_all(folder: Path, server: HttpServer) -> tuple[int, Counter[str]]:
    """Resolve twenty tags; return the exit code, and how often what failed."""
    names = [f"{server.host}/node:{tag}" for tag in TAGS]
    ran = run_digestpin(folder, "resolve", *names, "--output-format", "json")
    found = json.loads(ran.stdout)["resolved"]
    return ran.code, Counter(item["failure"] for item in found)


def count(server: HttpServer) -> Counter[str]:
    """Count requests by method, by path without the tag, and by who seems to ask."""
    return Counter(
        " ".join(
            [
                request.method,
                request.path.partition("?")[0].partition("manifests/")[0],
                request.headers.get("authorization", "nobody").partition(" ")[0],
            ]
        )
        for request in server.requests
    )


def test_a_token_service_that_refuses_is_asked_once_a_repository(
    tmp_path: Path,
) -> None:
    with serve(wanting_tokens(token=403)) as server:
        assert resolve_all(tmp_path, server) == (3, Counter(permission=20))
    assert server.asked == [PING, "GET /token"]


def test_a_token_that_is_refused_is_renewed_twice_at_most(tmp_path: Path) -> None:
    with serve(wanting_tokens(manifest=401)) as server:
        assert resolve_all(tmp_path, server) == (3, Counter(authentication=20))
    asked = count(server)
    assert asked["GET /token nobody"] <= 3
    # Each once, and again those that were under way when a new token came.
    assert 20 <= asked["HEAD /v2/node/ Bearer"] <= 20 + 2 * 8


def members_only(exchange: Exchange) -> None:
    exchange.send(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})


def test_a_password_that_is_refused_is_sent_once(
    tmp_path: Path, docker_config: WriteConfig
) -> None:
    with serve(members_only) as server:
        entry = {"username": "alice", "password": "of yesterday"}
        docker_config({"auths": {server.host: entry}})
        assert resolve_all(tmp_path, server) == (3, Counter(authentication=20))
    assert count(server) == Counter(
        {
            "GET /v2/ nobody": 1,
            "HEAD /v2/node/ Basic": 1,
            "HEAD /v2/node/ nobody": 20,
        }
    )


def test_a_member_who_may_not_read_is_tried_as_nobody_once_at_a_time(
    tmp_path: Path, docker_config: WriteConfig
) -> None:
    with serve(wanting_tokens(manifest=403)) as server:
        entry = {"username": "alice", "password": "battery"}
        docker_config({"auths": {server.host: entry}})
        assert resolve_all(tmp_path, server) == (3, Counter(permission=20))
    asked = count(server)
    assert (asked["GET /token Basic"], asked["GET /token nobody"]) == (1, 1)
    assert 20 < asked["HEAD /v2/node/ Bearer"] <= 20 + 8


def test_a_password_that_many_repositories_refuse_is_sent_to_three(
    tmp_path: Path, docker_config: WriteConfig
) -> None:
    def answer(exchange: Exchange) -> None:
        is_token = exchange.path.startswith("/token")
        if is_token and "authorization" in exchange.headers:
            exchange.send(401)
        else:
            wanting_tokens()(exchange)

    with serve(answer) as server:
        entry = {"username": "alice", "password": "of yesterday"}
        docker_config({"auths": {server.host: entry}})
        names = [f"{server.host}/node{tag}:v1" for tag in TAGS]
        ran = run_digestpin(tmp_path, "resolve", *names)
    assert ran.code == 0
    assert ran.stderr.count("refuses the stored credentials") == 1
    assert count(server)["GET /token Basic"] == 3


def test_a_password_that_three_refuse_is_left_out_where_all_may_read(
    tmp_path: Path, docker_config: WriteConfig
) -> None:
    def answer(exchange: Exchange) -> None:
        if "authorization" in exchange.headers or exchange.path == "/v2/":
            members_only(exchange)
        else:
            has_everything(exchange)

    with serve(answer) as server:
        entry = {"username": "alice", "password": "of yesterday"}
        docker_config({"auths": {server.host: entry}})
        names = [f"{server.host}/node{tag}:v1" for tag in TAGS]
        ran = run_digestpin(tmp_path, "resolve", *names)
    assert ran.code == 0
    assert ran.stderr.count("refuses the stored credentials") == 1
    sent = [request.headers.get("authorization") for request in server.requests]
    assert len(sent) - sent.count(None) == 3
    assert len(sent) == 1 + 20 + 3


def test_a_tag_that_is_missing_is_asked_for_by_both_methods_once(
    tmp_path: Path,
) -> None:
    """The answer to GET says what is missing, and some registries know no HEAD."""

    def answer(exchange: Exchange) -> None:
        exchange.send(200 if exchange.path == "/v2/" else 404)

    with serve(answer) as server:
        assert resolve_all(tmp_path, server) == (3, Counter({"not found": 20}))
    assert Counter(server.asked) == Counter(
        [
            PING,
            *(
                f"{method} /v2/node/manifests/{tag}"
                for method in ("HEAD", "GET")
                for tag in TAGS
            ),
        ]
    )


def test_after_429_without_a_time_one_asks_again_for_all(tmp_path: Path) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(200 if exchange.path == "/v2/" else 429)

    with serve(answer) as server:
        assert resolve_all(tmp_path, server) == (3, Counter({"rate limit": 20}))
    assert len(server.asked) == 1 + 20 + 3


def test_a_registry_that_is_dead_is_tried_once_for_all(tmp_path: Path) -> None:
    with serve(lambda exchange: exchange.reset()) as server:
        assert resolve_all(tmp_path, server) == (3, Counter(connection=20))
    # The first attempt, and its retries.
    assert server.asked == [PING] * 4
