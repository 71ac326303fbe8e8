"""`digestpin releases`: what is known of kind releases, and a newer table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_digestpin
from support.http_server import Exchange, serve
from support.repositories import make_repository

from digestpin.kind.releases import DATA_FILE, KindReleases

if TYPE_CHECKING:
    from pathlib import Path

FUTURE = "sha256:" + "f" * 64
OWN_TABLE = "digestpin/kind-releases.json"


def run_json(folder: Path, *arguments: str) -> dict[str, Any]:
    ran = run_digestpin(folder, "releases", *arguments, "--output-format", "json")
    assert (ran.code, ran.stderr) == (0, "")
    value: dict[str, Any] = json.loads(ran.stdout)
    assert value["schema_version"] == 1
    return value


def newer_table() -> dict[str, Any]:
    """Return the shipped table with a release more, as of a later day."""
    table: dict[str, Any] = json.loads(DATA_FILE.read_bytes())
    newest = json.loads(json.dumps(table["kind_releases"][0]))
    newest |= {
        "version": "v0.99.0",
        "default_node_image": f"v1.99.0@{FUTURE}",
        "node_images": [{"tag": "v1.99.0", "digest": FUTURE}],
    }
    table["kind_releases"].insert(0, newest)
    table["as_of"] = "2999-01-01"
    return table


def write(folder: Path, value: object) -> Path:
    path = folder / "new.json"
    path.write_text(json.dumps(value))
    return path


# The table


def test_every_release_is_in_the_table(tmp_path: Path) -> None:
    ran = run_digestpin(tmp_path, "releases")
    lines = ran.stdout.splitlines()
    shown = [line.split()[0] for line in lines[1:] if line.startswith("v")]
    assert shown == [str(release) for release in KindReleases.load().releases]
    assert "v0.26.0  2024-12-16  v1.32.0             sha256:c48c62ea…" in ran.stdout
    assert lines[-1].endswith("shipped with digestpin.")


def test_the_table_as_json(tmp_path: Path) -> None:
    value = run_json(tmp_path)
    assert value["table"] is None
    release = next(it for it in value["kind_releases"] if it["version"] == "v0.26.0")
    assert release["node_images"][1]["tag"] == "v1.31.4"


def test_a_release_shows_what_it_drives(tmp_path: Path) -> None:
    text = run_digestpin(tmp_path, "releases", "show", "v0.26.0").stdout
    assert "  v1.31.4   sha256:2cb39f7295fe7eafee0842b1052a599a" in text
    assert "ad1bf49600cb027  default\n" in text
    assert "configuration of version 3 or newer: needs kind v0.27.0\n" in text
    assert "    `kind load` fails: failed to detect containerd snapshotter\n" in text
    value = run_json(tmp_path, "show", "0.26.0")
    assert value["too_old_for"][0]["id"] == "containerd-config-v3"
    assert value["also_drives"][0]["tag"] == "v1.28.15"


def test_latest_is_the_newest(tmp_path: Path) -> None:
    value = run_json(tmp_path, "show", "latest")
    newest = KindReleases.load().newest
    assert value["kind_release"]["version"] == str(newest)
    assert value["too_old_for"] == []
    text = run_digestpin(tmp_path, "releases", "show", "latest").stdout
    assert "too old" not in text


@pytest.mark.parametrize(
    "image",
    [
        "v1.31.4",
        "1.31.4",
        "2cb39f72",
        "sha256:2cb39f72",
        "kindest/node:v1.31.4",
        "kindest/node@sha256:"
        "2cb39f7295fe7eafee0842b1052a599a4fb0f8bcf3f83d96c7f4864c357c6c30",
    ],
)
def test_a_node_image_is_found_by_tag_and_digest(tmp_path: Path, image: str) -> None:
    (found,) = run_json(tmp_path, "node", image)["node_images"]
    assert found["kind_releases"] == ["v0.26.0"]
    assert (found["tag"], found["containerd"]) == ("v1.31.4", "1.7.24")
    assert found["least_kind"] == "v0.20.0"


def test_a_tag_with_several_builds_shows_each(tmp_path: Path) -> None:
    ran = run_digestpin(tmp_path, "releases", "node", "v1.33.1")
    assert "published for kind v0.28.0 (its default)" in ran.stdout
    assert "published for kind v0.29.0 (its default)" in ran.stdout
    assert ran.stdout.endswith("\n2 known builds.\n")


def test_an_image_between_releases_says_so(tmp_path: Path) -> None:
    text = run_digestpin(tmp_path, "releases", "node", "v1.32.1").stdout
    assert "pushed about 2025-01-22, between kind releases" in text
    assert "needs kind v0.27.0 or newer" in text


def test_an_old_image_needs_nothing(tmp_path: Path) -> None:
    text = run_digestpin(tmp_path, "releases", "node", "v1.18.2").stdout
    assert "any known kind can drive it" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("show", "v0.26.9"), "v0.26.0 is\n", id="a release near another"),
        pytest.param(("show", "v9.0.0"), "the newest is", id="no such release"),
        pytest.param(("show", "x"), "write it as v0.31.0", id="no version"),
        pytest.param(("node", "v1.31.99"), "v1.31.14, v1.31.12", id="no such patch"),
        pytest.param(("node", "v9.9.9"), "as of", id="no such minor"),
        pytest.param(("node", "latest"), "as of", id="no version in the tag"),
        pytest.param(("node", "kindest/node"), "as of", id="no tag"),
        pytest.param(("node", "a/B:"), "write a tag", id="no reference"),
        pytest.param(("--output-format", "sarif"), "text or json", id="a wrong form"),
    ],
)
def test_what_is_not_known_is_wrong_use(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = run_digestpin(tmp_path, "releases", *arguments)
    assert (ran.code, ran.stdout) == (2, "")
    assert message in ran.stderr


# A newer table


def test_nothing_is_fetched_unasked(tmp_path: Path) -> None:
    ran = run_digestpin(tmp_path, "releases", "update")
    assert ran.code == 2
    assert "a newer digestpin ships a newer table" in ran.stderr
    assert "--from" in ran.stderr


def test_a_newer_table_is_shown_kept_and_used(tmp_path: Path, home: Path) -> None:
    source = write(tmp_path, newer_table())
    ran = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert (ran.code, ran.stderr) == (0, "")
    assert "new kind releases:\n  kind v0.99.0, " in ran.stdout
    assert (home / OWN_TABLE).read_bytes() == source.read_bytes()
    shown = run_digestpin(tmp_path, "releases").stdout
    assert shown.splitlines()[1].startswith("v0.99.0")
    assert f"As of 2999-01-01, from {home / OWN_TABLE}." in shown
    repository = make_repository(
        tmp_path / "r",
        {".tool-versions": "kind 0.99.0\n", "a.sh": "x kindest/node:v1.99.0\n"},
    )
    run_digestpin(repository, "fix", "--offline")
    assert FUTURE in (repository / "a.sh").read_text()
    again = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert again.stdout.endswith("nothing to do.\n")


def test_a_dry_run_writes_nothing(tmp_path: Path, home: Path) -> None:
    source = write(tmp_path, newer_table())
    ran = run_digestpin(tmp_path, "releases", "update", "--dry-run", "--from", source)
    assert "would be written" in ran.stdout
    assert not (home / OWN_TABLE).exists()


def test_changed_and_lost_digests_are_warned_of(tmp_path: Path) -> None:
    table = newer_table()
    release = next(it for it in table["kind_releases"] if it["version"] == "v0.26.0")
    other = "sha256:" + "e" * 64
    release["node_images"][1]["digest"] = other
    del release["node_images"][2]
    release["node_images"].append({"tag": "v1.20.99", "digest": "sha256:" + "d" * 64})
    table["constraints"][0]["symptom"] = "another symptom"
    ran = run_digestpin(
        tmp_path, "releases", "update", "--from", write(tmp_path, table)
    )
    assert "new node images:\n  kind v0.26.0: v1.20.99@sha256:d" in ran.stdout
    assert "warning: changed digests:\n  kind v0.26.0: v1.31.4 was " in ran.stdout
    assert "warning: no longer listed:\n  kind v0.26.0: v1.30.8@" in ran.stdout
    assert "new or changed constraints:\n  cgroup-driver: " in ran.stdout


def test_a_table_that_the_shipped_one_overtook_is_not_used(
    tmp_path: Path, home: Path
) -> None:
    path = home / OWN_TABLE
    path.parent.mkdir()
    path.write_text(json.dumps(newer_table() | {"as_of": "2020-01-01"}))
    shown = run_digestpin(tmp_path, "releases").stdout
    assert "shipped with digestpin." in shown
    assert "not newer than what digestpin ships" in shown


def test_a_broken_table_of_the_user_is_left_out_and_named(
    tmp_path: Path, home: Path
) -> None:
    path = home / OWN_TABLE
    path.parent.mkdir()
    path.write_text("{")
    ran = run_digestpin(tmp_path, "releases")
    assert ran.code == 0
    assert f"note: not used: {path}" in ran.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "no JSON", id="no JSON"),
        pytest.param('{"schema": 9}', "schema 1", id="another schema"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, home: Path, content: str, message: str
) -> None:
    (tmp_path / "x.json").write_text(content)
    ran = run_digestpin(tmp_path, "releases", "update", "--from", "x.json")
    assert (ran.code, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert not (home / OWN_TABLE).exists()


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    ran = run_digestpin(tmp_path, "releases", "update", "--from", "x.json")
    assert (ran.code, ran.stdout) == (2, "")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("nowhere.json", "cannot be read", id="no file"),
        pytest.param("http://example.org/x", "use https", id="plain http"),
        pytest.param("file:///etc/passwd", "neither an https", id="another scheme"),
        pytest.param("https://", "neither an https", id="no host"),
        pytest.param("https://h:x/", "no address", id="no port"),
        pytest.param("https://me:secret@h/", "with credentials", id="credentials"),
    ],
)
def test_where_nothing_is_taken_from(tmp_path: Path, source: str, message: str) -> None:
    ran = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert (ran.code, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "secret" not in ran.stderr


def test_an_address_is_asked_with_bounds(tmp_path: Path, home: Path) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.path == "/table.json":
            exchange.send_json(newer_table())
        else:
            exchange.send(404)

    with serve(answer) as server:
        address = f"http://{server.host}"
        ran = run_digestpin(
            tmp_path, "releases", "update", "--from", f"{address}/none?token=secret"
        )
        assert (ran.code, ran.stdout) == (3, "")
        assert "answered 404" in ran.stderr
        assert "secret" not in ran.stderr
        ran = run_digestpin(
            tmp_path, "releases", "update", "--from", f"{address}/table.json"
        )
    assert ran.code == 0
    assert (home / OWN_TABLE).exists()
    assert server.requests[0].headers.get("Authorization") is None


def test_a_folder_that_takes_no_table_is_three(tmp_path: Path, home: Path) -> None:
    (home / "digestpin").write_text("a file in the way")
    source = write(tmp_path, newer_table())
    ran = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert ran.code == 3
    assert "cannot be written" in ran.stderr


def test_without_a_home_there_is_no_place_for_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Path:
        raise RuntimeError

    monkeypatch.setattr("pathlib.Path.home", fail)
    source = write(tmp_path, newer_table())
    ran = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert ran.code == 2
    assert "no home folder" in ran.stderr


def test_a_disk_that_is_full_leaves_nothing_half_written(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    source = write(tmp_path, newer_table())
    monkeypatch.setattr("pathlib.Path.replace", fail)
    ran = run_digestpin(tmp_path, "releases", "update", "--from", source)
    assert ran.code == 3
    assert "No space left on device" in ran.stderr
    assert list((home / "digestpin").iterdir()) == []


def test_ranges_are_said_in_words(tmp_path: Path) -> None:
    table = newer_table()
    table["constraints"][0]["image"] = {"kubernetes": ">=1.24.0,<1.25.0"}
    table["constraints"][1]["image"] = {"containerd": "<1.4"}
    del table["kind_releases"][0]["containerd"]
    run_digestpin(tmp_path, "releases", "update", "--from", write(tmp_path, table))
    text = run_digestpin(tmp_path, "releases", "show", "v0.8.0").stdout
    assert "Kubernetes 1.24.0 or newer, older than 1.25.0: needs" in text
    assert "containerd older than 1.4: needs" in text
    assert "v0.99.0" in run_digestpin(tmp_path, "releases", "show", "0.99.0").stdout
    text = run_digestpin(tmp_path, "releases", "node", "v1.99.0").stdout
    assert "  containerd" not in text
