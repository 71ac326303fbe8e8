"""`check --online` against the real registry: where each rule holds, and where not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import images
from support.commands import run_digestpin
from support.forwarding import forward
from support.repositories import make_repository

from digestpin.kind.releases import DATA_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from support.registry import PushedImage, Registry

pytestmark = pytest.mark.registry

CONFIGURATION = 'images = ["online/*"]\n'


def check(
    folder: Path, *references: str, configuration: str = CONFIGURATION
) -> tuple[int, list[dict[str, Any]]]:
    """Check a script with a reference a line; return exit code and findings."""
    files: dict[str, bytes | str] = {
        "digestpin.toml": configuration,
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "".join(f"x {reference}\n" for reference in references),
    }
    repository = make_repository(folder / "repository", files)
    ran = run_digestpin(
        *(repository, "check", "--online", "--select", "DP2"),
        *("--output-format", "json"),
    )
    report = json.loads(ran.stdout)
    assert report["problems"] == []
    assert (repository / "a.sh").read_bytes() == files["a.sh"].encode()  # type: ignore[union-attr]
    return ran.code, report["findings"]


def brief(findings: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(item["rule"], item["line"], item["message"]) for item in findings]


def short(digest: str) -> str:
    return f"{digest[:15]}…"


def test_a_digest_that_is_gone_is_dp201(tmp_path: Path, registry: Registry) -> None:
    gone = registry.push_index("online/gone", "v1")
    there = registry.push_index("online/there", "v1")
    registry.delete("online/gone", gone.digest)
    code, findings = check(tmp_path, gone.pinned, there.pinned)
    name = gone.reference.rpartition(":")[0]
    assert brief(findings) == [
        ("DP201", 1, f"{registry.host} does not serve {name}@{short(gone.digest)}")
    ]
    assert (code, findings[0]["severity"]) == (1, "error")


def test_a_tag_that_has_moved_is_dp202(tmp_path: Path, registry: Registry) -> None:
    before = registry.push_index("online/moved", "v1")
    now = registry.push_index("online/moved", "v1", salt="rebuilt")
    code, findings = check(tmp_path, before.pinned, now.pinned)
    assert brief(findings) == [
        (
            "DP202",
            1,
            f"the tag v1 is {short(now.digest)} at {registry.host}/online/moved now, "
            f"not {short(before.digest)}",
        )
    ]
    # It is for information only.
    assert (code, findings[0]["severity"]) == (0, "info")


def test_a_platforms_manifest_is_dp203_and_its_index_the_fix(
    tmp_path: Path, registry: Registry
) -> None:
    image = registry.push_index("online/platforms", "v1")
    alone = registry.push_manifest("online/alone", "v1")
    manifest = image.platforms["linux/arm64"]
    code, findings = check(
        tmp_path, f"{image.reference}@{manifest}", image.pinned, alone.pinned
    )
    assert brief(findings) == [
        (
            "DP203",
            1,
            f"{short(manifest)} is the manifest of one platform, not the image index",
        )
    ]
    (edit,) = findings[0]["fix"]["edits"]
    assert (edit["expected"], edit["replacement"]) == (
        f"{image.reference}@{manifest}",
        image.pinned,
    )
    assert (code, findings[0]["fix"]["safety"]) == (1, "safe")


def publish(folder: Path, *published: PushedImage) -> None:
    """Let a table of kind releases hold that knows images of the test."""
    table = json.loads(DATA_FILE.read_bytes())
    table["as_of"] = "2199-01-01"
    table["node_images_between_releases"] += [
        {
            "tag": image.reference.rpartition(":")[2],
            "digest": image.digest,
            "pushed_about": "2198-12-31",
            "containerd": "2.0.0",
            "evidence": "this test",
        }
        for image in published
    ]
    file = folder / "table.json"
    file.write_text(json.dumps(table), encoding="utf-8")
    assert run_digestpin(folder, "releases", "update", "--from", file).code == 0


def test_what_a_mirror_has_and_nobody_published_is_dp204(
    tmp_path: Path, registry: Registry
) -> None:
    published = registry.push_index("origin/kindest/node", "v9.9.1")
    faithful = registry.push_index("origin/kindest/node", "v9.9.2")
    publish(tmp_path, published, faithful)
    other = registry.push_index("mirror/kindest/node", "v9.9.1", salt="another")
    same = images.build_index("origin/kindest/node:v9.9.2 ")
    assert registry.push("mirror/kindest/node", "v9.9.2", same).digest == (
        faithful.digest
    )
    mirror = f"{registry.host}/mirror"
    code, findings = check(
        tmp_path,
        "kindest/node:v9.9.1",
        "kindest/node:v9.9.2",
        f"{mirror}/kindest/node:v9.9.1",
        configuration=f'registry-mirrors = {{ "docker.io" = ["{mirror}"] }}\n',
    )
    message = (
        f"{mirror}/kindest/node has v9.9.1 as {short(other.digest)}, which is not "
        "the one known build of the tag"
    )
    assert brief(findings) == [("DP204", 1, message), ("DP204", 3, message)]
    assert (code, findings[0]["severity"]) == (1, "warning")


def test_without_online_nothing_is_asked_and_nothing_found(
    tmp_path: Path, registry: Registry
) -> None:
    before = registry.push_index("online/offline", "v1")
    registry.push_index("online/offline", "v1", salt="rebuilt")
    with forward(registry.host) as counted:
        pinned = before.pinned.replace(registry.host, counted.host)
        files: dict[str, bytes | str] = {
            "digestpin.toml": CONFIGURATION,
            "a.sh": f"x {pinned}\n",
        }
        repository = make_repository(tmp_path / "r", files)
        ran = run_digestpin(repository, "check", "--select", "DP2")
        online = run_digestpin(repository, "check", "--online", "--select", "DP2")
    assert (ran.code, "DP2" in ran.stdout) == (0, False)
    assert "DP202" in online.stdout
    assert counted.asked.count("GET /v2/") == 1
