import pytest
from packaging.version import Version

from digestpin.kind.versions import (
    ContainerdVersion,
    format_kind_version,
    is_release_tag,
    parse_kind_version,
    parse_kubernetes_tag,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("v0.31.0", "0.31.0", id="as tagged"),
        pytest.param(" 0.31.0\n", "0.31.0", id="without v, with blanks"),
        pytest.param("kind-v0.31.0", "0.31.0", id="with the tool's name"),
        pytest.param("kind@v0.31.0", "0.31.0", id="as go install writes it"),
        pytest.param("v0.30.0-alpha+4f3c", "0.30.0a0", id="a build of main"),
        pytest.param("v0.29.0-alpha-25-g9ac770cf", "0.29.0a0.post25", id="described"),
        pytest.param(
            "v0.27.1-0.20250301101112-0123456789ab",
            "0.27.1.dev20250301101112",
            id="a Go pseudo-version",
        ),
        pytest.param("latest", None, id="no version"),
        pytest.param("v0.31", None, id="incomplete"),
        pytest.param("v0.31.0.1", None, id="too long"),
        pytest.param("v1.32.1@sha256", None, id="something else behind"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_kind_version_is_read_as_written_in_the_wild(
    text: str, expected: str | None
) -> None:
    assert parse_kind_version(text) == (None if expected is None else Version(expected))


@pytest.mark.parametrize(
    "text", ["v0.31.0", "v0.30.0-alpha", "v0.30.0-rc.1", "v0.30.0-beta"]
)
def test_a_kind_version_is_written_back_as_tagged(text: str) -> None:
    version = parse_kind_version(text)
    assert version is not None
    assert format_kind_version(version) == text


def test_a_pseudo_version_lies_between_the_releases() -> None:
    version = parse_kind_version("v0.27.1-0.20250301101112-0123456789ab")
    assert version is not None
    assert Version("0.27.0") < version < Version("0.27.1")
    assert format_kind_version(version) == "v0.27.1-0.20250301101112"


@pytest.mark.parametrize(
    ("tag", "expected", "is_release"),
    [
        ("v1.31.4", "1.31.4", True),
        ("v1.37.0-rc.1", "1.37.0rc1", True),
        ("v1.37.0-alpha.2", "1.37.0a2", True),
        ("v1.31.4-mine", "1.31.4", False),
        ("v1.31.4_arm64", "1.31.4", False),
        ("1.31.4", "1.31.4", False),
        ("latest", None, False),
        ("main", None, False),
        ("v1.31", None, False),
        ("v20250214-acbabc1a", None, False),
    ],
)
def test_a_tag_names_a_kubernetes_version_or_none(
    tag: str, expected: str | None, is_release: bool
) -> None:
    version = None if expected is None else Version(expected)
    assert parse_kubernetes_tag(tag) == version
    assert is_release_tag(tag) is is_release


def test_containerd_versions_between_releases_are_ordered() -> None:
    texts = [
        "1.4.0-beta.0-2-g6312b52d",
        "1.4.0-beta.1-85-g334f567e",
        "1.4.0-rc.1-4-g43366250",
        "1.4.0",
        "1.4.0-106-gce4439a8",
        "1.5.1",
    ]
    versions = [ContainerdVersion.parse(text) for text in texts]
    assert [str(version) for version in versions] == texts
    parsed = [version.version for version in versions if version is not None]
    assert parsed == sorted(parsed)
    assert ContainerdVersion.parse("newest") is None
