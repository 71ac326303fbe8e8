"""Fixing and resolving against a real registry on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
from support import images
from support.commands import run_digestpin
from support.http_server import serve
from support.repositories import make_repository
from support.trees import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.http_server import Exchange
    from support.registry import PushedImage, Registry

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def pushed(registry: Registry) -> dict[str, PushedImage]:
    """Tags that no kind release knows, and one that every one would rebuild."""
    return {
        tag: registry.push_index("kindest/node", tag)
        for tag in ("v9.99.1", "v9.99.2", "v1.31.4")
    }


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def repository_with(folder: Path, *references: str) -> Path:
    lines = "".join(f"x {reference}\n" for reference in references)
    return make_repository(folder, {".tool-versions": "kind 0.26.0\n", "a.sh": lines})


def test_a_tag_that_the_data_do_not_know_gets_the_registrys_digest(
    tmp_path: Path, pushed: dict[str, PushedImage]
) -> None:
    image = pushed["v9.99.1"]
    repository = repository_with(tmp_path / "r", image.reference)
    run_digestpin(repository, "fix", "--ignore", "DP101")
    assert (repository / "a.sh").read_text() == f"x {image.pinned}\n"


def test_a_known_tag_gets_the_pinned_kinds_digest_whatever_the_tag_is_now(
    tmp_path: Path, digest_of: Callable[[str, str], str]
) -> None:
    published = digest_of("v0.26.0", "v1.31.4")

    def answer(exchange: Exchange) -> None:
        # As Docker Hub does: each build is there, the tag is the newest one.
        name = exchange.path.rpartition("/")[2]
        digest = published if name == published else images.digest_of(b"newest")
        headers = {"Content-Type": images.OCI_INDEX, "Docker-Content-Digest": digest}
        exchange.send(200, b"{}", headers)

    with serve(answer) as server:
        reference = f"{server.host}/kindest/node:v1.31.4"
        repository = repository_with(tmp_path / "r", reference)
        ran = run_digestpin(repository, "fix")
    assert ran.code == 0
    assert (repository / "a.sh").read_text() == f"x {reference}@{published}\n"


def test_a_digest_that_the_registry_does_not_serve_is_not_written(
    tmp_path: Path,
    pushed: dict[str, PushedImage],
    digest_of: Callable[[str, str], str],
) -> None:
    image = pushed["v1.31.4"]
    published = digest_of("v0.26.0", "v1.31.4")
    assert image.digest != published
    repository = repository_with(tmp_path / "r", image.reference)
    before = read_tree(repository)
    ran = run_digestpin(repository, "fix")
    assert ran.code == 1
    assert f"no longer serves {published}" in ran.stdout
    assert read_tree(repository) == before


def test_other_images_come_from_the_registry_alone(
    tmp_path: Path, registry: Registry
) -> None:
    image = registry.push_index("example/operator", "v0.1.0")
    repository = repository_with(tmp_path / "r", image.reference)
    (repository / "digestpin.toml").write_text('images = ["example/operator"]\n')
    assert run_digestpin(repository, "fix").code == 0
    assert (repository / "a.sh").read_text() == f"x {image.pinned}\n"


def test_a_registry_that_is_down_leaves_its_references_alone(
    tmp_path: Path, closed_port: int, digest_of: Callable[[str, str], str]
) -> None:
    lost = f"127.0.0.1:{closed_port}/kindest/node:v9.99.1"
    known = "kindest/node:v1.31.4"
    repository = repository_with(tmp_path / "r", lost, known)
    ran = run_digestpin(repository, "fix", "--output-format", "json")
    digest = digest_of("v0.26.0", "v1.31.4")
    assert ran.code == 3
    assert (repository / "a.sh").read_text() == f"x {lost}\nx {known}@{digest}\n"
    (problem,) = json.loads(ran.stdout)["problems"]
    assert (problem["path"], problem["line"]) == ("a.sh", 1)
    assert f"127.0.0.1:{closed_port}" in problem["message"]
    assert f"127.0.0.1:{closed_port}" in ran.stderr


def test_a_tag_that_is_not_there_is_named(
    tmp_path: Path, registry: Registry, pushed: dict[str, PushedImage]
) -> None:
    assert pushed
    reference = f"{registry.host}/kindest/node:v9.0.0"
    repository = repository_with(tmp_path / "r", reference)
    before = read_tree(repository)
    ran = run_digestpin(repository, "fix")
    assert ran.code == 3
    assert f"{registry.host} has no kindest/node:v9.0.0" in ran.stdout + ran.stderr
    assert read_tree(repository) == before


def test_resolve_and_skopeo_agree_on_every_tag(
    tmp_path: Path, pushed: dict[str, PushedImage]
) -> None:
    ours = run_digestpin(
        tmp_path,
        "resolve",
        *(image.reference for image in pushed.values()),
        *("--output-format", "json"),
    )
    answers = json.loads(ours.stdout)["resolved"]
    found = {item["reference"]: item["digest"] for item in answers}
    assert found == {
        image.reference: inspect(image.reference) for image in pushed.values()
    }


def inspect(reference: str) -> str:
    """Return what skopeo says is the digest."""
    command = ["skopeo", "inspect", "--tls-verify=false", "--format={{.Digest}}"]
    ran = subprocess.run(
        [*command, f"docker://{reference}"], check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


def test_resolve_says_where_the_digest_is_from(
    tmp_path: Path, registry: Registry, pushed: dict[str, PushedImage]
) -> None:
    image = pushed["v9.99.1"]
    ran = run_digestpin(tmp_path, "resolve", image.reference)
    assert ran.code == 0
    assert ran.stdout.splitlines() == [
        image.pinned,
        f"  from what {registry.host}/kindest/node answers now",
    ]


def test_with_the_registry_as_source_its_tag_is_what_counts(
    tmp_path: Path, pushed: dict[str, PushedImage]
) -> None:
    image = pushed["v1.31.4"]
    repository = repository_with(tmp_path / "r", image.reference)
    (repository / "digestpin.toml").write_text('digest-source = "registry"\n')
    run_digestpin(repository, "fix")
    assert (repository / "a.sh").read_text() == f"x {image.pinned}\n"
