import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.version import Version

from digestpin.kind.compatibility import (
    Status,
    Verdict,
    find_published_instead,
    judge,
)
from digestpin.kind.constraints import Certainty, Level, VersionRange
from digestpin.kind.releases import DATA_FILE, KindReleases
from digestpin.kind.versions import parse_kind_version
from digestpin.oci.digest import Digest

SURE, LIKELY = Certainty.SURE, Certainty.LIKELY
UNKNOWN_DIGEST = Digest.parse("sha256:" + "0" * 64)


@pytest.fixture(scope="module", name="releases")
def load_releases() -> KindReleases:
    return KindReleases.load()


def _judge(
    releases: KindReleases, kind: str, tag: str | None, digest: Digest | None = None
) -> Verdict:
    version = parse_kind_version(kind)
    assert version is not None
    return judge(version, tag, digest, releases)


def test_every_listed_image_is_published(releases: KindReleases) -> None:
    for release in releases.releases:
        for build in release.node_images:
            for digest in (None, build.digest):
                verdict = judge(release.version, build.tag, digest, releases)
                assert verdict.status is Status.PUBLISHED
                assert (verdict.build, verdict.is_error) == (build, False)


def test_no_listed_image_breaks_a_constraint(releases: KindReleases) -> None:
    # Judged as if the release were another, one patch later, which lists nothing.
    for release in releases.releases:
        version = release.version
        later = Version(f"{version.major}.{version.minor}.{version.micro + 50}")
        for build in release.node_images:
            verdict = judge(later, build.tag, build.digest, releases)
            assert (str(build), verdict.broken) == (str(build), ())


def test_the_case_that_started_this_project(releases: KindReleases) -> None:
    verdict = _judge(releases, "v0.26.0", "v1.32.1")
    assert verdict.status is Status.UNSUPPORTED
    assert verdict.is_error
    (constraint,) = verdict.broken
    assert constraint.id == "containerd-config-v3"
    assert "failed to detect containerd snapshotter" in constraint.symptom
    assert constraint.evidence[0].endswith("/kind/issues/3853")
    assert verdict.least_kind == Version("0.27.0")
    instead = find_published_instead(Version("0.26.0"), "v1.32.1", releases)
    assert instead is not None
    assert instead.is_same_minor
    assert str(instead.build).startswith("v1.32.0@sha256:c48c62ea")


V3, V4 = "containerd-config-v3", "containerd-config-v4"
BETA4, CGROUPNS = "kubeadm-v1beta4", "cgroupns-private"


@pytest.mark.parametrize(
    ("kind", "tag", "status", "certainty", "broken", "also_likely"),
    [
        pytest.param("v0.26.0", "v1.31.4", "published", SURE, [], [], id="listed"),
        pytest.param("v0.27.0", "v1.32.1", "compatible", SURE, [], [], id="newer kind"),
        pytest.param("v0.31.0", "v1.36.1", "unsupported", SURE, [V4], [], id="v4"),
        pytest.param(
            "v0.31.0", "v1.37.0", "unsupported", SURE, [V4, BETA4], [], id="kubeadm"
        ),
        pytest.param("v0.32.0", "v1.37.0", "compatible", SURE, [], [], id="v0.32"),
        pytest.param(
            "v0.31.0",
            "v1.37.0-rc.1",
            "unsupported",
            SURE,
            [V4, BETA4],
            [],
            id="known release candidate",
        ),
        pytest.param(
            "v0.31.0",
            "v1.37.0-rc.0",
            "unsupported",
            SURE,
            [BETA4],
            [V4],
            id="unknown release candidate",
        ),
        pytest.param(
            "v0.31.0",
            "v1.37.0-alpha.1",
            "unsupported",
            LIKELY,
            [V4, BETA4],
            [],
            id="an alpha only likely has the change",
        ),
        pytest.param(
            "v0.31.0", "v1.37.3", "unsupported", SURE, [V4, BETA4], [], id="later patch"
        ),
        pytest.param(
            "v0.31.0", "v1.38.0", "unsupported", SURE, [V4, BETA4], [], id="later minor"
        ),
        pytest.param(
            "v0.26.0",
            "v1.32.4",
            "unsupported",
            SURE,
            [V3],
            [],
            id="newer than the first image of its minor with containerd 2",
        ),
        pytest.param(
            "v0.26.0",
            "v1.31.5",
            "unsupported",
            LIKELY,
            [V3],
            [],
            id="between the last containerd 1.7 and the first containerd 2",
        ),
        pytest.param(
            "v0.26.0", "v1.31.3", "unknown", LIKELY, [], [], id="older, but unknown"
        ),
        pytest.param(
            "v0.31.0", "v1.36.0", "unsupported", LIKELY, [V4], [], id="no older sibling"
        ),
        pytest.param(
            "v0.31.0", "v1.32.12", "unknown", LIKELY, [], [], id="no newer sibling"
        ),
        pytest.param(
            "v0.31.0",
            "v1.37.3-mine",
            "unsupported",
            SURE,
            [BETA4],
            [V4],
            id="a build of one's own may hold another containerd",
        ),
        pytest.param(
            "v0.33.0", "v1.36.9", "compatible", LIKELY, [], [], id="nothing to break"
        ),
        pytest.param("v0.33.0", "v1.38.0", "unknown", LIKELY, [], [], id="beyond data"),
        pytest.param("v0.33.0", "latest", "unknown", LIKELY, [], [], id="no version"),
        pytest.param("v0.26.0", "main", "unknown", LIKELY, [], [], id="a branch"),
        pytest.param("v0.26.0", None, "unknown", LIKELY, [], [], id="no tag"),
        pytest.param(
            "v0.34.0", "v1.37.0", "unknown", LIKELY, [], [], id="kind beyond data"
        ),
        pytest.param(
            "v0.27.0-alpha+12ab", "v1.32.1", "unknown", LIKELY, [], [], id="kind's main"
        ),
        pytest.param(
            "v0.26.0-alpha", "v1.32.1", "unsupported", SURE, [V3], [], id="older main"
        ),
        pytest.param(
            "v0.19.0", "v1.28.0", "unsupported", SURE, [CGROUPNS], [], id="warning"
        ),
        pytest.param(
            "v0.19.0",
            "v1.27.2",
            "unsupported",
            LIKELY,
            [CGROUPNS],
            [],
            id="built between the releases around the change",
        ),
        pytest.param("v0.19.0", "v1.26.2", "compatible", SURE, [], [], id="before it"),
        pytest.param(
            "v0.19.0", "v1.30.2", "unsupported", SURE, [CGROUPNS], [], id="long after"
        ),
        pytest.param(
            "v0.19.0", "v1.27.4", "unsupported", SURE, [CGROUPNS], [], id="later patch"
        ),
        pytest.param(
            "v0.12.0",
            "v1.26.0",
            "unsupported",
            SURE,
            ["cgroup-driver"],
            [],
            id="cgroup driver",
        ),
    ],
)
def test_a_combination_is_judged(
    kind: str,
    tag: str | None,
    status: str,
    certainty: Certainty,
    broken: Sequence[str],
    also_likely: Sequence[str],
) -> None:
    verdict = _judge(KindReleases.load(), kind, tag)
    assert (
        verdict.status.value,
        verdict.certainty,
        [constraint.id for constraint in verdict.broken],
        [constraint.id for constraint in verdict.also_likely],
    ) == (status, certainty, broken, also_likely)


@pytest.mark.parametrize(
    ("kind", "tag"),
    [("v0.26.0", "v1.31.5"), ("v0.19.0", "v1.28.0"), ("v0.27.0", "v1.32.1")],
)
def test_what_is_likely_or_works_in_part_is_no_error(
    releases: KindReleases, kind: str, tag: str
) -> None:
    assert not _judge(releases, kind, tag).is_error


def test_the_least_kind_settles_what_is_only_likely_too(releases: KindReleases) -> None:
    assert _judge(releases, "v0.31.0", "v1.37.0-rc.0").least_kind == Version("0.32.0")
    assert _judge(releases, "v0.8.1", "v1.33.1").least_kind == Version("0.27.0")
    assert _judge(releases, "v0.27.0", "v1.32.1").least_kind is None


def test_a_digest_decides_whatever_the_tag_says(releases: KindReleases) -> None:
    (build,) = releases.builds_of_tag("v1.32.1")
    verdict = _judge(releases, "v0.26.0", "v1.31.4", build.digest)
    assert (verdict.status, verdict.build) == (Status.UNSUPPORTED, build)
    verdict = _judge(releases, "v0.26.0", None, build.digest)
    assert (verdict.status, verdict.build) == (Status.UNSUPPORTED, build)


def test_the_digest_of_another_release_is_compatible(releases: KindReleases) -> None:
    build = releases.published(Version("0.29.0"), "v1.33.1")
    assert build is not None
    verdict = _judge(releases, "v0.28.0", "v1.33.1", build.digest)
    assert (verdict.status, verdict.certainty) == (Status.COMPATIBLE, SURE)


@pytest.mark.parametrize(
    ("tag", "status", "certainty"),
    [
        ("v1.33.1", Status.UNSUPPORTED, SURE),
        ("v1.31.4", Status.UNKNOWN, LIKELY),
        (None, Status.UNKNOWN, LIKELY),
    ],
)
def test_an_unknown_digest_is_judged_by_its_tag(
    releases: KindReleases, tag: str | None, status: str, certainty: Certainty
) -> None:
    verdict = _judge(releases, "v0.26.0", tag, UNKNOWN_DIGEST)
    assert (verdict.status, verdict.certainty, verdict.build) == (
        status,
        certainty,
        None,
    )


def test_a_build_that_works_goes_before_a_newer_one_that_does_not(
    releases: KindReleases,
) -> None:
    verdict = _judge(releases, "v0.24.0", "v1.32.0")
    assert verdict.status is Status.COMPATIBLE
    assert verdict.build == releases.published(Version("0.26.0"), "v1.32.0")


@pytest.mark.parametrize(
    ("kind", "tag", "expected", "is_same_minor"),
    [
        ("0.26.0", "v1.32.1", "v1.32.0", True),
        ("0.26.0", "v1.31.5", "v1.31.4", True),
        ("0.24.0", "v1.30.2", "v1.30.4", True),
        ("0.31.0", "v1.36.1", "v1.35.0", False),
        ("0.33.0", "v1.20.0", "v1.34.11", False),
        ("0.26.0", "v1.37.0-rc.1", "v1.32.0", False),
    ],
)
def test_an_image_of_the_same_or_nearest_minor_is_found(
    releases: KindReleases, kind: str, tag: str, expected: str, is_same_minor: bool
) -> None:
    found = find_published_instead(Version(kind), tag, releases)
    assert found is not None
    assert (found.build.tag, found.is_same_minor) == (expected, is_same_minor)
    assert found.build.kind == Version(kind)


@pytest.mark.parametrize(("kind", "tag"), [("0.26.9", "v1.32.1"), ("0.26.0", "main")])
def test_nothing_is_suggested_without_data(
    releases: KindReleases, kind: str, tag: str
) -> None:
    assert find_published_instead(Version(kind), tag, releases) is None


def test_a_build_without_containerd_is_judged_by_its_neighbours(tmp_path: Path) -> None:
    data = json.loads(DATA_FILE.read_text(encoding="utf-8"))
    for image in data["node_images_between_releases"]:
        if image["tag"] in {"v1.32.3", "v1.37.0-rc.1"}:
            del image["containerd"]
    data["containerd_config"] = data["containerd_config"][:2]
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    table = KindReleases.load(path)
    verdict = _judge(table, "v0.26.0", "v1.32.3")
    assert (verdict.status, verdict.certainty) == (Status.UNSUPPORTED, SURE)
    verdict = _judge(table, "v0.31.0", "v1.36.1")
    assert (verdict.status, verdict.broken) == (Status.UNKNOWN, ())


@pytest.mark.parametrize("text", [">=1,>=2", "=1", "", ">=1.2.3.4", ">=a"])
def test_a_range_of_another_form_is_none(text: str) -> None:
    assert VersionRange.parse(text) is None


def test_severities_are_those_of_the_data(releases: KindReleases) -> None:
    assert {item.id: item.level for item in releases.constraints} == {
        "cgroup-driver": Level.ERROR,
        CGROUPNS: Level.WARNING,
        V3: Level.ERROR,
        V4: Level.ERROR,
        BETA4: Level.ERROR,
    }


def test_an_image_newer_than_every_release_may_be_built_for_the_next(
    tmp_path: Path,
) -> None:
    data = json.loads(DATA_FILE.read_text(encoding="utf-8"))
    data["constraints"] = [
        {
            "id": "next",
            "image": {"built_for_kind": ">=0.34.0", "kubernetes": "<1.37"},
            "kind": ">=0.34.0",
            "severity": "error",
            "symptom": "it fails",
            "evidence": "https://example.org",
        }
    ]
    image = data["node_images_between_releases"][0]
    image.update(pushed_about="2026-09-10", tag="v1.36.5")
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    table = KindReleases.load(path)
    assert _judge(table, "v0.33.0", "v1.36.5").status is Status.UNKNOWN
    assert _judge(table, "v0.33.0", "v1.35.1").status is Status.COMPATIBLE
    assert _judge(table, "v0.32.0", "v1.37.0").status is Status.COMPATIBLE
