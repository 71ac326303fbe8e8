import pytest
from packaging.version import Version

from digestpin.kind.actions import action_default, find_action
from digestpin.kind.releases import KindReleases

HELM = "helm/kind-action"
V1_12 = "a1b0e391336a6ee6713a0583f8c6240d70863de3"


def test_every_release_and_commit_of_the_data_is_found() -> None:
    for action in KindReleases.load().actions:
        for release in action.releases:
            for ref in (release.tag, release.commit, release.commit.upper()):
                found = action_default(action.name, ref)
                assert found is not None
                assert (found.kind, found.release, found.moves) == (
                    release.kind,
                    release.tag,
                    False,
                )


@pytest.mark.parametrize(
    ("action", "ref", "comment", "kind", "moves"),
    [
        pytest.param(HELM, "v1.12.0", None, "0.26.0", False, id="tag"),
        pytest.param("Helm/Kind-Action", "v1.12.0", None, "0.26.0", False, id="case"),
        pytest.param(HELM, "refs/tags/v1.12.0", None, "0.26.0", False, id="full ref"),
        pytest.param(HELM, "v1", None, "0.31.0", True, id="major"),
        pytest.param(HELM, "v1.12", None, "0.26.0", True, id="minor"),
        pytest.param(HELM, "v1.1", None, "0.9.0", True, id="a minor that is a prefix"),
        pytest.param(HELM, V1_12, "# v1.12.0", "0.26.0", False, id="commit"),
        pytest.param(HELM, V1_12, "tag=v1.12.0", "0.26.0", False, id="ratchet style"),
        pytest.param(HELM, V1_12, "# v1", "0.26.0", False, id="comment names a major"),
        pytest.param(HELM, V1_12, "# 1.12.0", "0.26.0", False, id="comment without v"),
        pytest.param(HELM, V1_12, "# pinned", "0.26.0", False, id="no version in it"),
        pytest.param(
            "engineerd/setup-kind", "v0.6.2", None, "0.24.0", False, id="engineerd"
        ),
    ],
)
def test_the_default_of_an_action_is_known(
    action: str, ref: str, comment: str | None, kind: str, moves: bool
) -> None:
    found = action_default(action, ref, comment)
    assert found is not None
    assert (found.kind, found.moves) == (Version(kind), moves)
    assert (found.reason, found.disagreement) == (None, None)


@pytest.mark.parametrize(
    ("ref", "comment", "moves", "reason"),
    [
        pytest.param("main", None, True, "may move to any release", id="branch"),
        pytest.param("refs/heads/master", None, True, "master is a branch", id="ref"),
        pytest.param("v2", None, True, "may move to any release", id="new major"),
        pytest.param("v1.15.0", None, False, "v1.15.0 is no release", id="new release"),
        pytest.param("f" * 40, None, False, "commit ffffffffffff is no", id="commit"),
        pytest.param(
            "f" * 40, "# v1.12.0", False, "though the comment says v1.12.0", id="both"
        ),
        pytest.param("a1b0e39", None, True, "a1b0e39 is a branch", id="short commit"),
    ],
)
def test_an_unknown_reference_says_why(
    ref: str, comment: str | None, moves: bool, reason: str
) -> None:
    found = action_default(HELM, ref, comment)
    assert found is not None
    assert (found.kind, found.release, found.moves) == (None, None, moves)
    assert found.reason is not None
    assert reason in found.reason


def test_a_commit_wins_over_its_comment() -> None:
    found = action_default(HELM, V1_12, "# v1.13.0")
    assert found is not None
    assert found.kind == Version("0.26.0")
    assert found.disagreement == (
        "the comment says v1.13.0, but commit a1b0e391336a is v1.12.0"
    )


def test_an_action_has_its_input_names() -> None:
    helm, engineerd = find_action(HELM), find_action("Engineerd/Setup-Kind")
    assert helm is not None
    assert engineerd is not None
    assert [
        (item.version_input, item.node_image_input, item.config_input)
        for item in (helm, engineerd)
    ] == [("version", "node_image", "config"), ("version", "image", "config")]


def test_another_action_is_none() -> None:
    assert action_default("actions/checkout", "v4") is None
    assert find_action("kind-action") is None
