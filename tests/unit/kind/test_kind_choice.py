from collections.abc import Sequence

import pytest
from packaging.version import Version

from digestpin.kind.choice import Reason, choose_build
from digestpin.kind.compatibility import Status
from digestpin.kind.releases import KindReleases


@pytest.fixture(scope="module", name="releases")
def load_releases() -> KindReleases:
    return KindReleases.load()


@pytest.mark.parametrize(
    ("tag", "kinds", "reason", "digest", "built_for"),
    [
        pytest.param(
            "v1.31.4", ["0.26.0"], "listed", "2cb39f72", "0.26.0", id="listed"
        ),
        pytest.param(
            "v1.32.1", ["0.27.0"], "compatible", "6afef2b7", None, id="compatible"
        ),
        pytest.param(
            "v1.33.1", ["0.27.0"], "compatible", "050072", "0.29.0", id="the newest"
        ),
        pytest.param(
            "v1.32.0",
            ["0.24.0"],
            "compatible",
            "c48c62ea",
            "0.26.0",
            id="the newest that kind can drive",
        ),
        pytest.param(
            "v1.32.1", ["0.26.0"], "unsupported", None, None, id="unsupported"
        ),
        pytest.param(
            "v1.28.0",
            ["0.19.0"],
            "limited",
            "b7a4cad1",
            "0.20.0",
            id="a build that works in part",
        ),
        pytest.param(
            "v1.99.0", ["0.26.0"], "unknown-tag", None, None, id="unknown tag"
        ),
        pytest.param("latest", [], "unknown-tag", None, None, id="no version, no kind"),
        pytest.param(
            "v1.37.0", ["0.34.0"], "kind-unknown", "a1ed56cf", "0.33.0", id="new kind"
        ),
        pytest.param(
            "v1.18.2", ["0.8.0", "0.8.1"], "listed", "7b27a6d0", "0.8.1", id="all list"
        ),
        pytest.param(
            "v1.32.0",
            ["0.26.0", "0.27.0"],
            "compatible",
            "c48c62ea",
            "0.26.0",
            id="one lists, one can drive",
        ),
        pytest.param(
            "v1.33.1",
            ["0.28.0", "0.27.0"],
            "compatible",
            "8d866994",
            "0.28.0",
            id="one that is listed goes before a newer one",
        ),
        pytest.param(
            "v1.33.1", ["0.26.0", "0.29.0"], "conflict", None, None, id="conflict"
        ),
        pytest.param(
            "v1.33.1", ["0.25.0", "0.26.0"], "unsupported", None, None, id="none can"
        ),
        pytest.param("v1.32.1", [], "only-build", "6afef2b7", None, id="only build"),
        pytest.param("v1.33.1", [], "newest", "050072", "0.29.0", id="newest of two"),
        pytest.param("v1.15.11", [], "only-build", "6cc31f35", "0.8.1", id="same"),
    ],
)
def test_a_build_is_chosen(
    releases: KindReleases,
    tag: str,
    kinds: Sequence[str],
    reason: str,
    digest: str | None,
    built_for: str | None,
) -> None:
    versions = [Version(kind) for kind in kinds]
    choice = choose_build(tag, versions, releases)
    assert choice.reason.value == reason
    assert choice.tag == tag
    if digest is None:
        assert choice.build is None
    else:
        assert choice.build is not None
        assert choice.build.digest.encoded.startswith(digest)
        assert choice.build.kind == (None if built_for is None else Version(built_for))
    assert [verdict.kind for verdict in choice.verdicts] == versions


@pytest.mark.parametrize(
    ("tag", "kinds", "from_newest", "asks_registry", "is_for_kind"),
    [
        ("v1.31.4", ["0.26.0"], False, False, True),
        ("v1.32.1", ["0.27.0"], False, False, False),
        ("v1.33.1", [], True, True, False),
        ("v1.32.1", [], False, False, False),
        ("v1.37.0", ["0.34.0"], True, True, False),
        ("v1.99.0", ["0.26.0"], False, True, False),
        ("v1.32.1", ["0.26.0"], False, False, False),
    ],
)
def test_a_choice_says_what_it_stands_for(
    releases: KindReleases,
    tag: str,
    kinds: Sequence[str],
    from_newest: bool,
    asks_registry: bool,
    is_for_kind: bool,
) -> None:
    choice = choose_build(tag, [Version(kind) for kind in kinds], releases)
    assert (choice.from_newest, choice.asks_registry, choice.is_for_kind) == (
        from_newest,
        asks_registry,
        is_for_kind,
    )


def test_a_choice_names_the_releases_that_list_the_build(
    releases: KindReleases,
) -> None:
    kinds = [Version("0.27.0"), Version("0.28.0")]
    choice = choose_build("v1.33.1", kinds, releases)
    assert choice.listed_by == (Version("0.28.0"),)
    assert [verdict.status for verdict in choice.verdicts] == [
        Status.COMPATIBLE,
        Status.PUBLISHED,
    ]


def test_a_conflict_keeps_the_verdict_of_each_kind(releases: KindReleases) -> None:
    kinds = [Version("0.26.0"), Version("0.29.0")]
    choice = choose_build("v1.33.1", kinds, releases)
    assert choice.reason is Reason.CONFLICT
    assert choice.listed_by == ()
    assert [verdict.is_error for verdict in choice.verdicts] == [True, False]


def test_every_listed_tag_gets_its_own_digest(releases: KindReleases) -> None:
    for release in releases.releases:
        for build in release.node_images:
            choice = choose_build(build.tag, [release.version], releases)
            assert choice.reason is Reason.LISTED
            assert choice.build is not None
            assert choice.build.digest == build.digest
