"""What `docker login` stored opens real registries, and only those it is for."""

from __future__ import annotations

import base64
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from support.registry import Registry, basic
from support.registry_setups import start_password_registry, start_token_registry
from support.skopeo import find_digest

from digestpin.errors import AccessDenied
from digestpin.oci import ImageReference
from digestpin.registry import (
    RegistrySettings,
    RegistryWarning,
    Resolved,
    Resolver,
    Unresolved,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.token_server import TokenServer

    WriteConfig = Callable[[dict[str, Any]], None]
    InstallHelper = Callable[[str, str], None]

pytestmark = pytest.mark.registry

USER, PASSWORD = "alice", "correct horse: battery"
SETTINGS = RegistrySettings(retries=0, helper_timeout_seconds=5)


def encode(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def resolve(
    *references: str, settings: RegistrySettings = SETTINGS
) -> list[tuple[str, tuple[str, ...]]]:
    """Return digest or error class for each reference, with the warnings."""
    parsed = [ImageReference.parse(reference) for reference in references]
    outcomes = []
    with Resolver(settings) as resolver:
        for answer in resolver.resolve_all(parsed).values():
            if isinstance(answer, Resolved):
                outcome = str(answer.descriptor.digest)
            else:
                outcome = type(answer.error).__name__
            outcomes.append((outcome, tuple(map(str, answer.warnings))))
    return outcomes


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    folder = tmp_path_factory.mktemp("passwords")
    with start_password_registry(folder, USER, PASSWORD) as registry:
        yield registry


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"auth": encode(USER, PASSWORD)}, id="auth"),
        pytest.param({"username": USER, "password": PASSWORD}, id="username"),
    ],
)
@pytest.mark.parametrize("key", ["{}", "https://{}", "http://{}/v2/"])
def test_a_stored_password_opens_the_registry(
    passwords: Registry, docker_config: WriteConfig, entry: dict[str, str], key: str
) -> None:
    image = passwords.push_index("kindest/node", "v1.32.1")
    docker_config({"auths": {key.format(passwords.host): entry}})
    assert resolve(image.reference) == [(image.digest, ())]


def test_without_a_password_the_message_says_how_to_log_in(
    passwords: Registry,
) -> None:
    reference = ImageReference.parse(f"{passwords.host}/kindest/node:v1.32.1")
    with Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(reference)
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is AccessDenied
    assert answer.error.reference == str(reference)
    assert answer.error.hint == (
        f"check the name, or log in: docker login {passwords.host}"
    )


def test_a_wrong_password_is_told_apart(
    passwords: Registry, docker_config: WriteConfig
) -> None:
    docker_config({"auths": {passwords.host: {"auth": encode(USER, "wrong")}}})
    reference = ImageReference.parse(f"{passwords.host}/kindest/node:v1.32.1")
    with Resolver(SETTINGS) as resolver:
        answer = resolver.resolve(reference)
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is AccessDenied
    assert answer.error.message == (
        f"{passwords.host} refuses the stored credentials for kindest/node:v1.32.1"
    )


def test_a_helper_is_asked_by_the_registrys_name(
    passwords: Registry, docker_config: WriteConfig, install_helper: InstallHelper
) -> None:
    image = passwords.push_index("kindest/node", "v1.31.4")
    install_helper(
        "test",
        f'[ "$1" = get ] || exit 1; read -r server; '
        f'[ "$server" = "{passwords.host}" ] || exit 1; '
        f'echo \'{{"Username": "{USER}", "Secret": "{PASSWORD}"}}\'',
    )
    docker_config({"credHelpers": {passwords.host: "test"}})
    assert resolve(image.reference) == [(image.digest, ())]
    docker_config({"credsStore": "test"})
    assert resolve(image.reference) == [(image.digest, ())]


def test_podmans_file_is_read_and_its_namespaces_count(
    passwords: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = passwords.push_index("kindest/node", "v1.30.0")
    path = tmp_path / "auth.json"
    path.write_text(
        f'{{"auths": {{"{passwords.host}/kindest": '
        f'{{"auth": "{encode(USER, PASSWORD)}"}}}}}}',
        encoding="utf-8",
    )
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(path))
    assert resolve(image.reference) == [(image.digest, ())]


BROKEN_HELPERS = [
    pytest.param(
        None, "the credential helper docker-credential-test is not installed", id="none"
    ),
    pytest.param(
        "echo hunter2; exit 3",
        "docker-credential-test failed with exit code 3",
        id="fails",
    ),
    pytest.param(
        "echo hunter2",
        "docker-credential-test printed something else than credentials",
        id="prints rubbish",
    ),
    pytest.param(
        "exec yes hunter2",
        "docker-credential-test printed something else than credentials",
        id="prints without end",
    ),
    pytest.param(
        "sleep 600 & wait",
        "docker-credential-test did not answer within 0.5 s",
        id="hangs",
    ),
    pytest.param(
        "exec >&-; exec sleep 600",
        "docker-credential-test did not answer within 0.5 s",
        id="says nothing and does not end",
    ),
]


@pytest.mark.parametrize(("script", "problem"), BROKEN_HELPERS)
def test_a_broken_helper_does_not_break_a_public_look_up(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
    script: str | None,
    problem: str,
) -> None:
    if script is not None:
        install_helper("test", script)
    docker_config({"credsStore": "test"})
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        image = registry.push_index("public/node", "v1")
        settings = RegistrySettings(retries=0, helper_timeout_seconds=0.5)
        outcome = resolve(image.reference, settings=settings)
    warning = f"{registry.host}: {problem}; no credentials from there"
    assert outcome == [(image.digest, (warning,))]


def test_the_name_of_a_helper_is_no_path(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "docker-credential-here" / "helper"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntouch ran\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    docker_config({"credsStore": "here/helper"})
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        image = registry.push_index("public/node", "v1")
        outcome = resolve(image.reference)
    warning = (
        f"{registry.host}: the credential helper docker-credential-here/helper is not "
        "installed; no credentials from there"
    )
    assert outcome == [(image.digest, (warning,))]
    assert not (tmp_path / "ran").exists()


def test_what_a_helper_leaves_behind_is_not_waited_for(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
) -> None:
    """A child in a session of its own holds the pipe open, and cannot be killed."""
    name = tmp_path / "left"
    install_helper(
        "test",
        f"setsid sh -c 'echo $$ > {name}.new; mv {name}.new {name}; exec sleep 600' &"
        f"while [ ! -e {name} ]; do sleep 0.01; done;"
        'echo \'{"Username": "a", "Secret": "b"}\'',
    )
    docker_config({"credsStore": "test"})
    settings = RegistrySettings(retries=0, helper_timeout_seconds=0.5)
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        image = registry.push_index("public/node", "v1")
        outcome = resolve(image.reference, settings=settings)
    left = int(name.read_text(encoding="ascii"))
    os.kill(left, signal.SIGKILL)  # which it is too early for if it was waited for
    warning = (
        f"{registry.host}: docker-credential-test did not answer within 0.5 s; "
        "no credentials from there"
    )
    assert outcome == [(image.digest, (warning,))]


def test_a_helper_that_has_nothing_is_no_problem(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    install_helper: InstallHelper,
) -> None:
    install_helper("test", "echo credentials not found in native keychain; exit 1")
    docker_config({"credsStore": "test"})
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        image = registry.push_index("public/node", "v1")
        assert resolve(image.reference) == [(image.digest, ())]


@pytest.mark.parametrize("field_name", ["token", "access_token"])
def test_an_anonymous_token_is_asked_once_a_repository(
    tmp_path: Path, tokens: TokenServer, field_name: str
) -> None:
    tokens.field_name = field_name
    with start_token_registry(tmp_path, tokens, "public/a", "public/b") as registry:
        images = [
            registry.push_index(repository, tag)
            for repository in ("public/a", "public/b")
            for tag in ("v1", "v2", "v3")
        ]
        outcomes = resolve(*(image.reference for image in images))
        scopes = sorted(tokens.scopes)
        assert find_digest(images[0].reference) == images[0].digest
    assert outcomes == [(image.digest, ()) for image in images]
    assert scopes == [
        "repository:public/a:pull",
        "repository:public/b:pull",
    ]


def test_a_private_repository_opens_with_a_password_or_an_identity_token(
    tmp_path: Path, tokens: TokenServer, docker_config: WriteConfig
) -> None:
    tokens.users[USER] = PASSWORD
    tokens.refresh_tokens.add("an-identity-token")
    with start_token_registry(tmp_path, tokens, "private/node") as registry:
        image = registry.push_index("private/node", "v1")
        assert resolve(image.reference) == [("AccessDenied", ())]
        docker_config({"auths": {registry.host: {"auth": encode(USER, PASSWORD)}}})
        assert resolve(image.reference) == [(image.digest, ())]
        docker_config(
            {"auths": {registry.host: {"identitytoken": "an-identity-token"}}}
        )
        assert resolve(image.reference) == [(image.digest, ())]
    last = tokens.server.requests[-1]
    assert (last.method, "an-identity-token" in last.path) == ("POST", False)


def test_refused_credentials_do_not_break_a_public_look_up(
    tmp_path: Path, tokens: TokenServer, docker_config: WriteConfig
) -> None:
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        images = [registry.push_index("public/node", tag) for tag in ("v1", "v2")]
        docker_config({"auths": {registry.host: {"auth": encode(USER, "expired")}}})
        with Resolver(SETTINGS) as resolver:
            answers = resolver.resolve_all(
                ImageReference.parse(image.reference) for image in images
            )
            warnings = resolver.warnings
    digests = [
        str(answer.descriptor.digest)
        for answer in answers.values()
        if isinstance(answer, Resolved)
    ]
    assert digests == [image.digest for image in images]
    assert warnings == (
        RegistryWarning(
            registry=registry.host,
            message="the token service refuses the stored credentials; "
            "going on without",
            hint=f"log in again: docker login {registry.host}",
        ),
    )


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"registrytoken": "hunter2\n"}, id="a token of two lines"),
        pytest.param({"registrytoken": "hunter2\u20ac"}, id="a token no header takes"),
        pytest.param({"identitytoken": "hunter2\ud800"}, id="half a character"),
        pytest.param({"username": "\ud800", "password": "hunter2"}, id="half a name"),
    ],
)
def test_credentials_that_cannot_be_sent_do_not_break_a_public_look_up(
    tmp_path: Path,
    tokens: TokenServer,
    docker_config: WriteConfig,
    docker_folder: Path,
    entry: dict[str, str],
) -> None:
    with (
        start_token_registry(tmp_path / "a", tokens, "public/node") as registry,
        start_token_registry(tmp_path / "b", tokens, "public/node") as other,
    ):
        images = [each.push_index("public/node", "v1") for each in (registry, other)]
        docker_config({"auths": {registry.host: entry}})
        outcomes = resolve(*(image.reference for image in images))
    warning = (
        f"{registry.host}: the entry {registry.host} in "
        f"{docker_folder / 'config.json'} cannot be read; no credentials from there"
    )
    assert outcomes == [(images[0].digest, (warning,)), (images[1].digest, ())]


def test_an_expired_token_is_renewed(tmp_path: Path, tokens: TokenServer) -> None:
    with start_token_registry(tmp_path, tokens, "public/node") as registry:
        image = registry.push_index("public/node", "v1")
        other = registry.push_index("public/node", "v2")
        with Resolver(SETTINGS) as resolver:
            tokens.life_seconds = -3600
            first = resolver.resolve(ImageReference.parse(image.reference))
            tokens.life_seconds = 300
            second = resolver.resolve(ImageReference.parse(other.reference))
    assert isinstance(first, Unresolved)
    assert isinstance(second, Resolved)
    assert str(second.descriptor.digest) == other.digest


def test_basic_is_what_the_registry_sees(passwords: Registry) -> None:
    assert passwords.authorization == basic(USER, PASSWORD)
