"""What cannot change is kept on disk, what can is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.fake_registry import GOOD, send_good
from support.forwarding import forward
from support.http_server import serve

from digestpin.oci import Descriptor, Digest, ImageReference
from digestpin.registry import Inspection, RegistrySettings, Resolved, Resolver
from digestpin.registry.cache import INDEX, AnswerCache, default_cache_directory

if TYPE_CHECKING:
    from pathlib import Path

    from support.registry import Registry

DIGEST = Digest("sha256", "1" * 64)
ANSWER = Descriptor(media_type="a/b", digest=DIGEST, size=7)
PINNED = ImageReference.parse(f"docker.io/kindest/node@{DIGEST}")
TAGGED = ImageReference.parse("docker.io/kindest/node:v1")


@pytest.mark.registry
def test_a_digest_is_asked_for_once_in_all_runs_and_a_tag_in_each(
    registry: Registry, tmp_path: Path
) -> None:
    image = registry.push_index("cached/node", "v1")
    settings = RegistrySettings(cache_directory=tmp_path)
    with forward(registry.host) as counted:
        pinned = ImageReference.parse(f"{counted.host}/cached/node:v1@{image.digest}")
        for _ in range(2):
            with Resolver(settings) as resolver:
                assert isinstance(resolver.confirm(pinned), Resolved)
                assert isinstance(resolver.resolve(pinned), Resolved)
    by_digest = f"HEAD /v2/cached/node/manifests/{image.digest}"
    by_tag = "HEAD /v2/cached/node/manifests/v1"
    assert counted.asked == ["GET /v2/", by_digest, by_tag, "GET /v2/", by_tag]


@pytest.mark.registry
def test_a_tag_is_kept_for_as_long_as_the_user_says(
    registry: Registry, tmp_path: Path
) -> None:
    image = registry.push_index("cached/tag", "v1")
    settings = RegistrySettings(cache_directory=tmp_path, tag_cache_seconds=60)
    with forward(registry.host) as counted:
        reference = ImageReference.parse(f"{counted.host}/cached/tag:v1")
        for _ in range(2):
            with Resolver(settings) as resolver:
                answer = resolver.resolve(reference)
                assert isinstance(answer, Resolved)
                assert str(answer.descriptor.digest) == image.digest
        assert len(counted.asked) == 2
        for path in tmp_path.rglob("*.json"):
            os.utime(path, (0, time.time() - 61))
        with Resolver(settings) as resolver:
            resolver.resolve(reference)
    assert len(counted.asked) == 4


@pytest.mark.registry
def test_the_index_of_a_platform_manifest_is_kept(
    registry: Registry, tmp_path: Path
) -> None:
    image = registry.push_index("cached/index", "v1")
    manifest = image.platforms["linux/amd64"]
    settings = RegistrySettings(cache_directory=tmp_path)
    with forward(registry.host) as counted:
        pinned = ImageReference.parse(f"{counted.host}/cached/index:v1@{manifest}")
        found = []
        for _ in range(2):
            with Resolver(settings) as resolver:
                found.append(resolver.inspect(pinned))
    assert found[0] == found[1]
    assert isinstance(found[0], Inspection)
    assert found[0].index is not None
    assert str(found[0].index.digest) == image.digest
    assert counted.asked == [
        "GET /v2/",
        f"HEAD /v2/cached/index/manifests/{manifest}",
        "GET /v2/cached/index/manifests/v1",
    ]


@pytest.mark.registry
def test_verify_believes_no_cache(registry: Registry, tmp_path: Path) -> None:
    image = registry.push_index("cached/verify", "v1")
    settings = RegistrySettings(cache_directory=tmp_path, verify=True)
    with forward(registry.host) as counted:
        pinned = ImageReference.parse(f"{counted.host}/cached/verify@{image.digest}")
        for _ in range(2):
            with Resolver(settings) as resolver:
                assert isinstance(resolver.confirm(pinned), Resolved)
    assert len(counted.asked) == 4


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep(PINNED, ANSWER)
    cache.keep(TAGGED, ANSWER)
    assert cache.find(PINNED) == ANSWER
    assert cache.find(PINNED, INDEX) is None
    assert cache.find(TAGGED) is None
    assert AnswerCache(None).find(PINNED) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[" * 9000, id="deep"),
        pytest.param("[]", id="another type"),
        pytest.param('{"question": "is it?"}', id="another question"),
        pytest.param("\x00\xff", id="no JSON"),
    ],
)
def test_a_damaged_file_is_no_answer(tmp_path: Path, text: str) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep(PINNED, ANSWER)
    (path,) = tmp_path.rglob("*.json")
    path.write_text(text, encoding="latin-1")
    assert cache.find(PINNED) is None
    cache.keep(PINNED, ANSWER)
    assert cache.find(PINNED) == ANSWER


@pytest.mark.parametrize("seconds", [-31 * 24 * 3600, 3600], ids=["old", "future"])
def test_an_answer_of_another_time_is_no_answer(tmp_path: Path, seconds: int) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep(PINNED, ANSWER)
    (path,) = tmp_path.rglob("*.json")
    os.utime(path, (0, time.time() + seconds))
    assert cache.find(PINNED) is None


def test_the_oldest_answers_go_when_there_are_too_many(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path, most_files=10)
    places = [ImageReference.parse(f"docker.io/a/b{n}@{DIGEST}") for n in range(12)]
    for number, place in enumerate(places):
        cache.keep(place, ANSWER)
        for path in tmp_path.rglob("*.json"):
            if json.loads(path.read_text(encoding="utf-8"))["question"].endswith(
                str(place)
            ):
                os.utime(path, (0, time.time() - 100 + number))
    cache.close()
    kept = [place for place in places if cache.find(place) is not None]
    assert kept == places[-5:]


def test_an_answer_is_replaced_whole(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep(PINNED, ANSWER)
    (path,) = tmp_path.rglob("*.json")
    before = path.read_bytes()
    with path.open("rb") as reader:
        cache.keep(PINNED, replace(ANSWER, media_type="c/d"))
        assert path.read_bytes() != before
        assert reader.read() == before


def test_the_folder_is_nobody_elses(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "cache")
    before = os.umask(0)
    try:
        cache.keep(PINNED, ANSWER)
    finally:
        os.umask(before)
    (path,) = tmp_path.rglob("*.json")
    modes = [each.stat().st_mode & 0o777 for each in (path, path.parent)]
    assert modes == [0o600, 0o700]


def test_what_came_over_plain_http_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "registry.test"
    settings = RegistrySettings(cache_directory=tmp_path, insecure_registries=(host,))
    pinned = ImageReference.parse(f"{host}/node@{GOOD.top.digest}")
    with serve(send_good) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        for _ in range(2):
            with Resolver(settings) as resolver:
                assert isinstance(resolver.confirm(pinned), Resolved)
    by_digest = f"HEAD http://{host}/v2/node/manifests/{GOOD.top.digest}"
    assert proxy.asked.count(by_digest) == 2
    assert not list(tmp_path.rglob("*.json"))


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    cache = AnswerCache(blocker)
    cache.keep(PINNED, ANSWER)
    assert cache.find(PINNED) is None
    cache.close()


def test_what_could_not_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    cache.keep(PINNED, ANSWER)
    (path,) = tmp_path.rglob("*.json")
    path.unlink()
    path.mkdir()
    cache.keep(PINNED, ANSWER)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_many_processes_may_share_the_folder(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from digestpin.oci import Descriptor, Digest, ImageReference
from digestpin.registry.cache import AnswerCache
cache = AnswerCache(Path({str(tmp_path)!r}), most_files=30)
digest = Digest("sha256", "1" * 64)
answer = Descriptor(media_type="a/b", digest=digest, size=7)
for round in range(8):
    for number in range(20):
        place = ImageReference.parse(f"docker.io/a/b{{number}}@{{digest}}")
        found = cache.find(place)
        assert found in (None, answer), found
        cache.keep(place, answer)
cache.close()
"""
    command = [sys.executable, "-c", script]
    running = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.communicate()[1] for process in running] == [""] * 3
    assert not list(tmp_path.rglob("*.tmp"))
    assert len(list(tmp_path.rglob("*.json"))) == 20


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        pytest.param("linux", {}, ".cache/digestpin", id="linux"),
        pytest.param("linux", {"XDG_CACHE_HOME": "relative"}, ".cache/digestpin"),
        pytest.param("darwin", {}, "Library/Caches/digestpin", id="macos"),
        pytest.param("win32", {}, "AppData/Local/digestpin/Cache", id="windows"),
    ],
)
def test_the_cache_is_in_the_platforms_folder(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    platform: str,
    environment: dict[str, str],
    expected: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_cache_directory() == tmp_path / expected


def test_a_named_cache_folder_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_directory() == tmp_path / "digestpin"
