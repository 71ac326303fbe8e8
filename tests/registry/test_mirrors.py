"""Mirrors are asked first, say who answered, and may fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from support import faults
from support.http_server import serve
from support.registry_setups import start_caching_registry
from support.skopeo import find_digest

from digestpin.errors import ManifestNotFound, UsageError
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.http_server import Exchange
    from support.registry import Registry

    from digestpin.registry import Resolution

pytestmark = pytest.mark.registry


def resolve(reference: str, mirrors: Mapping[str, tuple[str, ...]]) -> Resolution:
    settings = RegistrySettings(mirrors=mirrors, retries=0, backoff_seconds=0)
    with Resolver(settings) as resolver:
        return resolver.resolve(ImageReference.parse(reference))


def test_a_pull_through_cache_follows_a_tag_that_is_pushed_again(
    registry: Registry, tmp_path: Path
) -> None:
    with start_caching_registry(tmp_path, registry) as cache:
        for salt in ("", "rebuilt"):
            image = registry.push_index("through/node", "v1", salt=salt)
            reference = f"{cache.host}/through/node:v1"
            answer = resolve(reference, {})
            assert isinstance(answer, Resolved)
            assert str(answer.descriptor.digest) == image.digest
            assert find_digest(reference) == image.digest


def test_a_mirror_answers_for_the_registry(registry: Registry) -> None:
    image = registry.push_index("hub/kindest/node", "v1.32.1")
    mirrors = {"docker.io": (f"{registry.host}/hub",)}
    for name in ("kindest/node:v1.32.1", "index.docker.io/kindest/node:v1.32.1"):
        answer = resolve(name, mirrors)
        assert isinstance(answer, Resolved)
        assert str(answer.reference) == name
        assert str(answer.descriptor.digest) == image.digest
        assert answer.answered_by == f"{registry.host}/hub/kindest/node"


def test_a_mirror_that_serves_another_build_is_told_by_its_name(
    registry: Registry,
) -> None:
    published = registry.push_index("published/node", "v1")
    stale = registry.push_index("stale/published/node", "v1", salt="stale")
    mirrors = {registry.host: (f"{registry.host}/stale",)}
    answer = resolve(published.reference, mirrors)
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == stale.digest
    assert answer.answered_by == f"{registry.host}/stale/published/node"


def test_where_a_mirror_fails_the_registry_itself_answers(registry: Registry) -> None:
    image = registry.push_index("own/node", "v1")
    answer = resolve(image.reference, {registry.host: (f"{registry.host}/no",)})
    assert isinstance(answer, Resolved)
    assert answer.answered_by == f"{registry.host}/own/node"
    assert [str(warning) for warning in answer.warnings] == [
        f"{registry.host}: the mirror {registry.host}/no/own/node gave no answer: "
        f"{registry.host} has no no/own/node:v1"
    ]


@pytest.mark.parametrize(
    "answer", [faults.hang, faults.drip, faults.drip_body], ids=lambda it: it.__name__
)
def test_a_slow_mirror_leaves_time_for_the_registry_itself(
    registry: Registry, answer: Callable[[Exchange], None]
) -> None:
    pushed = [registry.push_index("own/node", f"v{number}") for number in range(20)]
    with serve(answer) as slow:
        settings = RegistrySettings(
            mirrors={registry.host: (slow.host,)}, deadline_seconds=2, concurrency=4
        )
        with Resolver(settings) as resolver:
            answers = resolver.resolve_all(
                ImageReference.parse(image.reference) for image in pushed
            )
        told = {
            re.sub(r"within [\d.]+ s", "in time", str(warning))
            for warning in resolver.warnings
        }
    assert [
        str(answer.descriptor.digest)
        for answer in answers.values()
        if isinstance(answer, Resolved)
    ] == [image.digest for image in pushed]
    assert told == {
        f"{registry.host}: the mirror {slow.host}/own/node gave no answer: "
        f"no answer from {slow.host} in time"
    }
    assert len(slow.asked) <= 4


def test_where_all_fail_the_registrys_own_failure_counts(registry: Registry) -> None:
    reference = f"{registry.host}/own/node:missing"
    answer = resolve(reference, {registry.host: (f"{registry.host}/no",)})
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is ManifestNotFound
    assert str(answer.error) == f"{registry.host} has no own/node:missing"
    assert len(answer.warnings) == 1


@pytest.mark.parametrize(
    ("mirrors", "message"),
    [
        pytest.param(
            {"docker.io": ("mirror/hub",)}, "mirror 'mirror/hub' names no host", id="no"
        ),
        pytest.param(
            {"docker.io": ("https://mirror.example",)},
            "mirror 'https://mirror.example': ",
            id="a URL",
        ),
    ],
)
def test_a_mirror_that_is_no_name_is_wrong_use(
    mirrors: dict[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Resolver(RegistrySettings(mirrors=mirrors))
    assert str(caught.value).startswith(message)
