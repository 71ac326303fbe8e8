"""What each rule finds, and what it leaves alone."""

from __future__ import annotations

import pytest
from support.judging import RELEASES, WORKFLOW, Files, check

from digestpin.findings import Finding, Safety
from digestpin.kind.versions import parse_kind_version
from digestpin.rules import find_rule, load_rules
from digestpin.rules.malformed_reference import repair

ZEROS = "sha256:" + "0" * 64


def build(kind: str, tag: str) -> str:
    """Return `tag@digest` as a kind release lists it."""
    version = parse_kind_version(kind)
    assert version is not None
    published = RELEASES.published(version, tag)
    assert published is not None
    return str(published)


def image(reference: str, kind: str | None = "0.26.0", **files: str) -> Files:
    """Return a cluster config that runs an image, and the kind that is pinned."""
    text = (
        "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n"
        f"  - role: control-plane\n    image: {reference}\n"
    )
    pin = {} if kind is None else {".tool-versions": f"kind {kind}\n"}
    return {"kind.yaml": text, **pin, **files}


def line(finding: Finding) -> str:
    """Return severity, place and the tail that the fix writes."""
    start = finding.location.start
    text = f"{finding.severity} {finding.location.path}:{start.line}"
    if finding.fix is None:
        return text
    mark = "?" if finding.fix.safety is Safety.UNSAFE else ""
    tail = finding.fix.edits[0].replacement.decode().rpartition("node")[2]
    return f"{text}{mark} {tail}"


LIKELY = "kindest/node:v1.31.5"
OLD = f"kindest/node:{build('v0.26.0', 'v1.31.4')}"


@pytest.mark.parametrize(
    ("rule", "files", "expected"),
    [
        pytest.param(
            "unpinned_tag",
            image("kindest/node:v1.31.4"),
            [f"error kind.yaml:5 :{build('v0.26.0', 'v1.31.4')}"],
            id="DP001 the digest of the pinned kind",
        ),
        pytest.param(
            "unpinned_tag",
            image("kindest/node:v1.33.1", "0.28.0"),
            [f"error kind.yaml:5 :{build('v0.28.0', 'v1.33.1')}"],
            id="DP001 of one of two builds",
        ),
        pytest.param(
            "unpinned_tag",
            image("kindest/node:v1.31.2"),
            [f"error kind.yaml:5 :{build('v0.25.0', 'v1.31.2')}"],
            id="DP001 another release's build that works",
        ),
        pytest.param(
            "unpinned_tag",
            image("kindest/node:v1.32.1"),
            ["error kind.yaml:5"],
            id="DP001 no build that works, so no fix",
        ),
        pytest.param(
            "unpinned_tag",
            image("kindest/node:v1.31.3"),
            ["error kind.yaml:5"],
            id="DP001 a tag that is not known, so no fix",
        ),
        pytest.param("unpinned_tag", image(OLD), [], id="DP001 not when pinned"),
        pytest.param(
            "unpinned_tag", image("kindest/node:latest"), [], id="DP001 not DP002"
        ),
        pytest.param(
            "missing_tag",
            image("kindest/node:latest"),
            [f"error kind.yaml:5? :{build('v0.26.0', 'v1.32.0')}"],
            id="DP002 latest becomes the default, unsafely",
        ),
        pytest.param(
            "missing_tag",
            image("kindest/node"),
            [f"error kind.yaml:5? :{build('v0.26.0', 'v1.32.0')}"],
            id="DP002 no tag",
        ),
        pytest.param(
            "missing_tag",
            image("kindest/node:latest", None),
            ["error kind.yaml:5"],
            id="DP002 no kind, so no fix",
        ),
        pytest.param(
            "missing_tag", image("kindest/node:v1.31.4"), [], id="DP002 not a version"
        ),
        pytest.param(
            "missing_tag",
            image(f"kindest/node:latest@{ZEROS}"),
            [],
            id="DP002 not with a digest",
        ),
        pytest.param(
            "digest_tag_mismatch",
            image(f"kindest/node:v1.30.8@{build('v0.26.0', 'v1.31.4')[8:]}"),
            [f"error kind.yaml:5 :{build('v0.26.0', 'v1.30.8')}"],
            id="DP003 the neighbour's digest",
        ),
        pytest.param(
            "digest_tag_mismatch",
            image(f"kindest/node:v1.31.3@{build('v0.26.0', 'v1.31.4')[8:]}"),
            ["error kind.yaml:5"],
            id="DP003 the right one is not known",
        ),
        pytest.param(
            "digest_tag_mismatch",
            image(f"kindest/node:latest@{build('v0.26.0', 'v1.31.4')[8:]}", None),
            [f"error kind.yaml:5? :{build('v0.26.0', 'v1.31.4')}"],
            id="DP003 latest becomes the tag of the digest, unsafely",
        ),
        pytest.param("digest_tag_mismatch", image(OLD), [], id="DP003 not its own"),
        pytest.param(
            "digest_tag_mismatch",
            image(f"kindest/node:v1.31.4@{ZEROS}"),
            [],
            id="DP003 not a digest that nobody knows",
        ),
        pytest.param(
            "digest_without_tag",
            image(f"kindest/node@{build('v0.26.0', 'v1.31.4')[8:]}"),
            [f"warning kind.yaml:5 :{build('v0.26.0', 'v1.31.4')}"],
            id="DP004 the tag is known",
        ),
        pytest.param(
            "digest_without_tag",
            image(f"kindest/node@{ZEROS}"),
            ["warning kind.yaml:5"],
            id="DP004 the tag is not known",
        ),
        pytest.param("digest_without_tag", image(OLD), [], id="DP004 not with a tag"),
        pytest.param(
            "untraceable_reference",
            {"a.sh": 'kind create cluster --image "kindest/node:$(cat V)"\n'},
            ["warning a.sh:1"],
            id="DP005 a command's output",
        ),
        pytest.param(
            "untraceable_reference",
            {"a.sh": 'V=v1.31.4\nkind create cluster --image "kindest/node:$V"\n'},
            [],
            id="DP005 not what can be followed",
        ),
        pytest.param(
            "malformed_reference",
            image(f"kindest/node:v1.31.4@{'A' * 64}"),
            [f"error kind.yaml:5 :v1.31.4@sha256:{'a' * 64}"],
            id="DP006 no algorithm and upper case",
        ),
        pytest.param(
            "malformed_reference",
            image("kindest/node:v1.31.4@sha256:abc"),
            ["error kind.yaml:5"],
            id="DP006 too short, so no fix",
        ),
        pytest.param(
            "malformed_reference",
            image("kindest/node::v1.31.4"),
            ["error kind.yaml:5 :v1.31.4"],
            id="DP006 two colons",
        ),
        pytest.param(
            "malformed_reference",
            image("kindest/node::v1.31.4@sha256:abc"),
            ["error kind.yaml:5"],
            id="DP006 two colons and too short, so no fix",
        ),
        pytest.param("malformed_reference", image(OLD), [], id="DP006 not a good one"),
        pytest.param(
            "node_image_unsupported",
            image("kindest/node:v1.32.1"),
            [f"error kind.yaml:5? :{build('v0.26.0', 'v1.32.0')}"],
            id="DP101 the image of the same minor, unsafely",
        ),
        pytest.param(
            "node_image_unsupported",
            image("kindest/node:v1.36.1", "0.31.0"),
            ["error kind.yaml:5"],
            id="DP101 no other minor is written by itself",
        ),
        pytest.param(
            "node_image_unsupported",
            image(LIKELY),
            [f"warning kind.yaml:5? :{build('v0.26.0', 'v1.31.4')}"],
            id="DP101 a warning where it is only likely",
        ),
        pytest.param(
            "node_image_unsupported",
            {
                "a/kind.yaml": image("kindest/node:v1.32.1", None)["kind.yaml"],
                "b/.tool-versions": "kind 0.26.0\n",
                WORKFLOW: "jobs:\n  a:\n    steps:\n"
                "      - run: go get sigs.k8s.io/kind\n",
            },
            ["warning a/kind.yaml:5"],
            id="DP101 a warning where another kind may run it",
        ),
        pytest.param(
            "node_image_unsupported",
            image("kindest/node:v1.32.1", "0.27.0"),
            [],
            id="DP101 not from the least kind on",
        ),
        pytest.param(
            "node_image_unsupported",
            image("kindest/node:v1.32.1", None),
            [],
            id="DP101 not without a kind version",
        ),
        pytest.param(
            "digest_of_another_release",
            image(f"kindest/node:{build('v0.29.0', 'v1.33.1')}", "0.28.0"),
            [f"warning kind.yaml:5 :{build('v0.28.0', 'v1.33.1')}"],
            id="DP102 the newer build",
        ),
        pytest.param(
            "digest_of_another_release",
            image(f"kindest/node:v1.33.1@{ZEROS}", "0.28.0"),
            [f"warning kind.yaml:5? :{build('v0.28.0', 'v1.33.1')}"],
            id="DP102 a digest that nobody knows, unsafely",
        ),
        pytest.param(
            "digest_of_another_release", image(OLD), [], id="DP102 not its own"
        ),
        pytest.param(
            "digest_of_another_release",
            image(OLD, "0.27.0"),
            [],
            id="DP102 not when the release does not list the tag",
        ),
        pytest.param(
            "node_image_not_published",
            image(OLD, "0.27.0"),
            ["info kind.yaml:5"],
            id="DP103 another release's image",
        ),
        pytest.param(
            "node_image_not_published", image(OLD), [], id="DP103 not its own"
        ),
        pytest.param(
            "node_image_not_published",
            image("kindest/node:v1.31.4", "0.27.0"),
            [],
            id="DP103 not before it is pinned",
        ),
        pytest.param(
            "node_image_not_published",
            image(f"kindest/node@{build('v0.25.0', 'v1.32.0')[8:]}"),
            [],
            id="DP103 not when the release lists the tag of the digest",
        ),
        pytest.param(
            "kind_unpinned",
            image(OLD, None),
            ["warning kind.yaml:5"],
            id="DP104 kind is pinned nowhere",
        ),
        pytest.param(
            "kind_unpinned",
            image(OLD, None) | {"a.sh": "go install sigs.k8s.io/kind@latest\n"},
            ["warning a.sh:1"],
            id="DP104 the latest",
        ),
        pytest.param(
            "kind_unpinned",
            image(OLD, None)
            | {WORKFLOW: "jobs: {a: {steps: [{uses: helm/kind-action@v1}]}}\n"},
            [f"warning {WORKFLOW}:1"],
            id="DP104 a major tag",
        ),
        pytest.param(
            "kind_unpinned",
            {WORKFLOW: "jobs: {a: {steps: [{uses: helm/kind-action@v1}]}}\n"},
            [],
            id="DP104 not without node images",
        ),
        pytest.param("kind_unpinned", image(OLD), [], id="DP104 not when pinned"),
        pytest.param(
            "kind_version_conflict",
            image(OLD) | {"Makefile": "KIND_VERSION = v0.25.0\n"},
            ["warning .tool-versions:1"],
            id="DP105 at the first one",
        ),
        pytest.param(
            "kind_version_conflict",
            image(OLD) | {"Makefile": "KIND_VERSION = v0.26.0\n"},
            [],
            id="DP105 not when they agree",
        ),
        pytest.param(
            "kind_version_conflict",
            image(OLD)
            | {
                WORKFLOW: "jobs:\n  a:\n"
                "    strategy: {matrix: {v: [v0.25.0, v0.26.0]}}\n"
                "    steps:\n      - run: go install sigs.k8s.io/kind@${{ matrix.v }}\n"
            },
            [],
            id="DP105 not in a matrix",
        ),
        pytest.param(
            "unknown_kind_release",
            image(OLD, "0.99.0"),
            ["warning .tool-versions:1"],
            id="DP106 newer than the data",
        ),
        pytest.param(
            "unknown_kind_release", image(OLD), [], id="DP106 not a known release"
        ),
        pytest.param(
            "unknown_kind_release",
            {".tool-versions": "kind 0.99.0\n"},
            [],
            id="DP106 not without node images",
        ),
    ],
)
def test_findings(rule: str, files: Files, expected: list[str]) -> None:
    assert [line(finding) for finding in check(rule, files)] == expected


MIRRORS = (
    "containerdConfigPatches:\n  - |-\n"
    '    [plugins."io.containerd.grpc.v1.cri".registry.mirrors."x"]\n'
    '      endpoint = ["http://x"]\n'
)
KUBEADM = (
    "kubeadmConfigPatches:\n  - |\n"
    "    apiVersion: kubeadm.k8s.io/v1beta3\n    kind: ClusterConfiguration\n"
)


@pytest.mark.parametrize(
    ("patches", "files", "expected"),
    [
        pytest.param(
            MIRRORS,
            image(f"kindest/node:{build('v0.31.0', 'v1.35.0')}", "0.31.0"),
            ["error kind.yaml:8"],
            id="mirrors that containerd refuses",
        ),
        pytest.param(
            MIRRORS,
            image(f"kindest/node:{build('v0.27.0', 'v1.32.2')}", "0.27.0"),
            ["warning kind.yaml:8"],
            id="mirrors without effect",
        ),
        pytest.param(MIRRORS, image(OLD), [], id="mirrors that work"),
        pytest.param(
            KUBEADM,
            image(f"kindest/node:{build('v0.32.0', 'v1.36.1')}", "0.32.0"),
            ["warning kind.yaml:8"],
            id="a kubeadm patch of a version that is not written",
        ),
        pytest.param(
            KUBEADM,
            image(f"kindest/node:{build('v0.32.0', 'v1.35.5')}", "0.32.0"),
            [],
            id="a kubeadm patch of the version that is",
        ),
    ],
)
def test_patches(patches: str, files: Files, expected: list[str]) -> None:
    files = files | {"kind.yaml": files["kind.yaml"] + patches}
    found = check("cluster_config_unsupported", files)
    assert [line(finding) for finding in found] == expected


def test_every_symptom_that_is_named_has_its_evidence() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n      - uses: helm/kind-action@v1.12.0\n"
        "        with:\n          node_image: kindest/node:v1.36.1\n"
    )
    (finding,) = check("node_image_unsupported", {WORKFLOW: text})
    named = [it for it in RELEASES.constraints if it.symptom in finding.message]
    assert len(named) > 1
    links = [link for constraint in named for link in constraint.evidence]
    assert finding.evidence == tuple(dict.fromkeys(links))


def test_the_case_that_this_project_is_about() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n      - uses: helm/kind-action@v1.12.0\n"
        "        with:\n          node_image: kindest/node:v1.32.1\n"
    )
    (finding,) = check("node_image_unsupported", {WORKFLOW: text})
    instead = build("v0.26.0", "v1.32.0")
    assert finding.message == (
        "kind v0.26.0 cannot drive kindest/node:v1.32.1: "
        "`kind load` fails: failed to detect containerd snapshotter"
    )
    assert finding.help == (
        "pin kind v0.27.0 or newer, the first that works",
        f"or use {instead}, the image of the same minor published for kind v0.26.0",
    )
    assert "https://github.com/kubernetes-sigs/kind/issues/3853" in finding.evidence
    (pin,) = finding.related
    assert (str(pin.location), pin.message) == (
        f"{WORKFLOW}:4:15",
        "kind v0.26.0 is pinned here (helm/kind-action@v1.12.0 default)",
    )


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        pytest.param(f":v1@{'a' * 64}", f":v1@sha256:{'a' * 64}", id="no algorithm"),
        pytest.param(f"@{'A' * 64}", f"@sha256:{'a' * 64}", id="no tag"),
        pytest.param(":v1@sha256:abc", None, id="too short"),
        pytest.param(f":v1@{'a' * 65}", None, id="too long"),
        pytest.param(f":v1@sha512:{'a' * 64}", None, id="another algorithm"),
        pytest.param("@v1.31.4", ":v1.31.4", id="a tag where the digest is"),
        pytest.param("@latest", None, id="a word where the digest is"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_repair(tail: str, expected: str | None) -> None:
    assert repair(tail) == expected


@pytest.mark.parametrize("text", ["DP001", "dp001", " unpinned-tag ", "Unpinned-Tag"])
def test_a_rule_is_found_by_code_and_name_in_any_case(text: str) -> None:
    assert find_rule(text) is load_rules()[0]


def test_no_rule_is_found_by_part_of_a_code() -> None:
    assert find_rule("DP00") is None
