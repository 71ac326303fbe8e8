import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from digestpin.errors import ConfigError
from digestpin.kind.releases import DATA_FILE, KindReleases
from digestpin.oci.digest import Digest

Change = Callable[[Any], None]


@pytest.fixture(scope="module", name="releases")
def load_releases() -> KindReleases:
    return KindReleases.load()


def _shipped() -> Any:
    return json.loads(DATA_FILE.read_text(encoding="utf-8"))


def test_the_shipped_table_is_read_once() -> None:
    assert KindReleases.load() is KindReleases.load()


def test_every_image_of_the_file_is_in_the_table(releases: KindReleases) -> None:
    data = _shipped()
    listed = {
        (release["version"], image["tag"], image["digest"])
        for release in data["kind_releases"]
        for image in release["node_images"]
    }
    assert listed == {
        (str(release), build.tag, str(build.digest))
        for release in releases.releases
        for build in release.node_images
    }
    between = data["node_images_between_releases"]
    assert len(releases.builds) == len(listed) + len(between)
    for image in between:
        (build,) = releases.builds_of_digest(Digest.parse(image["digest"]))
        assert (build.tag, build.kind) == (image["tag"], None)


def test_releases_are_newest_first_and_found_by_version(releases: KindReleases) -> None:
    versions = [release.version for release in releases.releases]
    assert versions == sorted(versions, reverse=True)
    assert releases.newest.version == Version("0.33.0")
    assert releases.as_of == dt.date(2026, 9, 16)
    release = releases.release(Version("0.26.0"))
    assert release is not None
    assert release.default_node_image.tag == "v1.32.0"
    assert str(release.containerd) == "1.7.24"
    assert releases.release(Version("0.26.1")) is None


def test_a_release_lists_its_own_build_of_a_tag(releases: KindReleases) -> None:
    build = releases.published(Version("0.26.0"), "v1.31.4")
    assert build is not None
    assert str(build.digest).startswith("sha256:2cb39f72")
    assert releases.published(Version("0.26.0"), "v1.32.1") is None


def test_one_digest_may_be_listed_by_several_releases(releases: KindReleases) -> None:
    build = releases.published(Version("0.8.0"), "v1.18.2")
    assert build is not None
    kinds = {other.kind for other in releases.builds_of_digest(build.digest)}
    assert kinds == {Version("0.8.0"), Version("0.8.1")}


def test_builds_of_a_tag_are_newest_first(releases: KindReleases) -> None:
    builds = releases.builds_of_tag("v1.23.17")
    assert [build.kind for build in builds] == [
        Version(f"0.{minor}.0") for minor in (22, 21, 20, 19, 18)
    ]
    assert releases.is_known_tag("v1.23.17")
    assert not releases.is_known_tag("v1.23.99")
    assert releases.builds_of_tag("v1.23.99") == ()


@pytest.mark.parametrize(
    ("kind", "tag", "is_exact"),
    [
        ("0.27.0", "v1.33.0", False),
        ("0.27.0", "v1.32.2", True),
        ("0.20.0", "v1.29.0", False),
        ("0.25.0", "v1.32.0", False),
        ("0.25.0", "v1.26.15", True),
    ],
)
def test_the_containerd_of_a_tag_added_later_is_a_lower_bound(
    releases: KindReleases, kind: str, tag: str, is_exact: bool
) -> None:
    build = releases.published(Version(kind), tag)
    assert build is not None
    assert build.containerd_is_exact is is_exact


def _set(path: tuple[str | int, ...], value: object) -> Change:
    def change(data: Any) -> None:
        *way, last = path
        for step in way:
            data = data[step]
        if value is None:
            del data[last]
        else:
            data[last] = value

    return change


def _list_twice(data: Any) -> None:
    data["kind_releases"].append(data["kind_releases"][0])


def _give_digest_to_two_tags(data: Any) -> None:
    data["node_images_between_releases"][0]["digest"] = data["kind_releases"][0][
        "node_images"
    ][0]["digest"]


FIRST = ("kind_releases", 0)
RULE = ("constraints", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(_set(("schema",), 2), "schema: schema 1 is what", id="schema"),
        pytest.param(_set(("as_of",), None), "'as_of' is missing", id="missing"),
        pytest.param(_set(("as_of",), "today"), "as_of: must be a date", id="date"),
        pytest.param(
            _set(("kind_releases",), []), "kind_releases: must have a", id="no release"
        ),
        pytest.param(
            _set(("kind_releases",), {}), "kind_releases: must be an array", id="array"
        ),
        pytest.param(
            _set((*FIRST, "version"), "newest"),
            "kind_releases[0].version: 'newest' is no kind version",
            id="kind version",
        ),
        pytest.param(
            _set((*FIRST, "node_images", 1, "digest"), "sha256:12"),
            "kind_releases[0].node_images[1].digest: invalid digest",
            id="digest",
        ),
        pytest.param(
            _set((*FIRST, "node_images", 1, "tag"), "v1.37.0"),
            "kind_releases[0].node_images: lists a tag twice",
            id="tag twice",
        ),
        pytest.param(
            _set((*FIRST, "node_images", 1, "tag"), "latest"),
            "kind_releases[0].node_images[1].tag: 'latest' is no tag",
            id="tag without version",
        ),
        pytest.param(
            _set((*FIRST, "node_images", 1, "tag"), ""),
            "tag: must be a string that is not empty",
            id="empty text",
        ),
        pytest.param(
            _set((*FIRST, "default_node_image"), "v1.37.0"),
            "kind_releases[0].default_node_image: is not among node_images",
            id="default",
        ),
        pytest.param(
            _set((*FIRST, "containerd"), "x"), "'x' is no containerd", id="containerd"
        ),
        pytest.param(_set(FIRST, "v1"), "kind_releases[0]: must be an", id="object"),
        pytest.param(_list_twice, "kind v0.33.0 is listed twice", id="release twice"),
        pytest.param(
            _give_digest_to_two_tags, "is listed for v1.37.0", id="digest of two tags"
        ),
        pytest.param(
            _set((*RULE, "image"), {"colour": ">=1"}),
            "constraints[0].image: 'colour' is no condition",
            id="condition",
        ),
        pytest.param(_set((*RULE, "image"), {}), "must have a cond", id="no condition"),
        pytest.param(_set((*RULE, "image"), 1), "must be an object", id="no object"),
        pytest.param(
            _set((*RULE, "image"), {"kubernetes": "~1"}), "is no range", id="range"
        ),
        pytest.param(
            _set((*RULE, "kind"), "<0.3"), "kind: must be '>='", id="least kind"
        ),
        pytest.param(
            _set((*RULE, "severity"), "bad"), "must be 'error' or", id="severity"
        ),
        pytest.param(
            _set(("cluster_config_constraints", 0, "match", "patch"), "x"),
            "must be 'containerd' or",
            id="patch",
        ),
        pytest.param(
            _set(("containerd_config", 0, "containerd"), "<2.0"),
            "must have a lower end",
            id="open range",
        ),
        pytest.param(
            _set(("containerd_config", 0, "config_version"), "2"),
            "must be a whole number",
            id="number",
        ),
        pytest.param(
            _set(("action_defaults", 0, "action"), "x"), "not owner/", id="action"
        ),
        pytest.param(
            _set(("action_defaults", 0, "releases", 0, "commit"), "abc"),
            "must be 40 lower-case hex digits",
            id="commit",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused_with_the_place(
    tmp_path: Path, change: Change, message: str
) -> None:
    data = _shipped()
    change(data)
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        KindReleases.load(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_file_may_say_more_or_leave_out_what_is_optional(tmp_path: Path) -> None:
    data = _shipped()
    data["news"] = "more"
    del data["kind_releases"][0]["containerd"]
    del data["node_images_between_releases"][0]["containerd"]
    del data["action_defaults"][0]["config_input"]
    for constraint in data["cluster_config_constraints"]:
        del constraint["match"], constraint["instead"]
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    table = KindReleases.load(path)
    assert table.newest.containerd is None
    assert table.actions[0].config_input is None
    assert table.cluster_config_constraints[0].match is None


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{\n]", ":2:1: no JSON"), (b'"\xff"', "not UTF-8"), (None, "cannot be read")],
)
def test_a_file_that_is_no_json_is_refused(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "releases.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        KindReleases.load(path)
