"""`digestpin upgrade`: kind versions and node images move together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_digestpin
from support.http_server import Exchange, serve
from support.repositories import make_repository
from support.trees import read_tree

from digestpin.kind.releases import KindReleases
from digestpin.kind.versions import parse_kind_version

if TYPE_CHECKING:
    from pathlib import Path

    from support.commands import Ran

Files = dict[str, bytes | str]
NEW = "v0.31.0"
OLD_IMAGE = "kindest/node:v1.31.4"


def image(tag: str, kind: str = NEW) -> str:
    """Return a node image as a kind release lists it."""
    version = parse_kind_version(kind)
    assert version is not None
    build = KindReleases.load().published(version, tag)
    assert build is not None
    return f"kindest/node:{build}"


NEW_IMAGE = image("v1.31.14")
UNASKED = (
    f"from the data of {KindReleases.load().as_of} and not confirmed: no registry was "
    "asked"
)
NEW_TAIL = NEW_IMAGE.removeprefix("kindest/node:")


def upgrade(repository: Path, *arguments: str, kind: str = NEW) -> Ran:
    return run_digestpin(repository, "upgrade", "--kind", kind, "--offline", *arguments)


def upgrade_json(repository: Path, *arguments: str, kind: str = NEW) -> dict[str, Any]:
    ran = upgrade(repository, "--output-format", "json", *arguments, kind=kind)
    value: dict[str, Any] = json.loads(ran.stdout)
    assert value["schema_version"] == 1
    return value


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"},
            {".tool-versions": "kind 0.31.0\n", "a.sh": f"x {NEW_IMAGE}\n"},
            id="a version without its v",
        ),
        pytest.param(
            {
                "Makefile": "KIND_VERSION ?= v0.26.0 # kind\r\nK8S := v1.31.4\r\n"
                "IMAGE := kindest/node:$(K8S)\r\n"
            },
            {
                "Makefile": f"KIND_VERSION ?= v0.31.0 # kind\r\nK8S := {NEW_TAIL}\r\n"
                "IMAGE := kindest/node:$(K8S)\r\n"
            },
            id="variables, with the line endings that they had",
        ),
        pytest.param(
            {
                "a.sh": "KIND=0.26.0\n"
                'curl -Lo kind "https://kind.sigs.k8s.io/dl/v${KIND}/kind-linux-amd64"\n'
                f"kind create cluster --image {OLD_IMAGE}\n"
            },
            {
                "a.sh": "KIND=0.31.0\n"
                'curl -Lo kind "https://kind.sigs.k8s.io/dl/v${KIND}/kind-linux-amd64"\n'
                f"kind create cluster --image {NEW_IMAGE}\n"
            },
            id="a URL with a variable",
        ),
        pytest.param(
            {
                "a.sh": "go install sigs.k8s.io/kind@v0.26.0\n"
                "wget https://github.com/kubernetes-sigs/kind/releases/download/"
                "v0.26.0/kind-linux-amd64\n"
                f"x {OLD_IMAGE}@sha256:{'0' * 64}\n"
            },
            {
                "a.sh": "go install sigs.k8s.io/kind@v0.31.0\n"
                "wget https://github.com/kubernetes-sigs/kind/releases/download/"
                "v0.31.0/kind-linux-amd64\n"
                f"x {NEW_IMAGE}\n"
            },
            id="literal versions",
        ),
        pytest.param(
            {
                ".github/workflows/e2e.yaml": "jobs:\n  e2e:\n    steps:\n"
                "      - uses: helm/kind-action@v1.12.0\n"
                "        with:\n"
                '          version: "v0.26.0"\n'
                f"          node_image: {OLD_IMAGE}\n"
            },
            {
                ".github/workflows/e2e.yaml": "jobs:\n  e2e:\n    steps:\n"
                "      - uses: helm/kind-action@v1.12.0\n"
                "        with:\n"
                '          version: "v0.31.0"\n'
                f"          node_image: {NEW_IMAGE}\n"
            },
            id="an action's inputs",
        ),
        pytest.param(
            {
                "digestpin.toml": '# ours\nkind-version = "v0.26.0"\n',
                "a.sh": f"x {OLD_IMAGE}\n",
            },
            {
                "digestpin.toml": '# ours\nkind-version = "v0.31.0"\n',
                "a.sh": f"x {NEW_IMAGE}\n",
            },
            id="the configuration",
        ),
        pytest.param(
            {
                "pyproject.toml": '[tool.digestpin]\nkind-version = "0.26.0"\n',
                "a.sh": f"x {OLD_IMAGE}\n",
            },
            {
                "pyproject.toml": '[tool.digestpin]\nkind-version = "0.31.0"\n',
                "a.sh": f"x {NEW_IMAGE}\n",
            },
            id="the configuration in pyproject.toml",
        ),
        pytest.param(
            {
                ".tool-versions": "kind 0.31.0\n",
                "a.sh": f"x {image('v1.31.4', 'v0.26.0')}\n",
            },
            {".tool-versions": "kind 0.31.0\n", "a.sh": f"x {NEW_IMAGE}\n"},
            id="an image that was forgotten",
        ),
        pytest.param(
            {".tool-versions": "kind 0.33.0\n", "a.sh": f"x {image('v1.35.0')}\n"},
            {".tool-versions": "kind 0.31.0\n", "a.sh": f"x {image('v1.35.0')}\n"},
            id="an older kind release",
        ),
        pytest.param(
            {"a.sh": f"x {OLD_IMAGE}\n"},
            {"a.sh": f"x {NEW_IMAGE}\n"},
            id="no kind version at all",
        ),
        pytest.param(
            {
                ".tool-versions": "kind 0.26.0\n",
                "a.sh": "x kindest/node@" + image("v1.31.4", "v0.26.0")[-71:] + "\n",
            },
            {".tool-versions": "kind 0.31.0\n", "a.sh": f"x {NEW_IMAGE}\n"},
            id="a digest alone",
        ),
        pytest.param(
            {
                ".tool-versions": "kind 0.26.0\n",
                "a.sh": "x kindest/node:latest@" + image("v1.31.4", "v0.26.0")[-71:],
            },
            {".tool-versions": "kind 0.31.0\n", "a.sh": f"x {NEW_IMAGE}"},
            id="a digest beside a floating tag",
        ),
        pytest.param(
            {
                ".tool-versions": "kind 0.26.0\n",
                "a.sh": f"x registry.example.org/hub/{OLD_IMAGE}\n",
            },
            {
                ".tool-versions": "kind 0.31.0\n",
                "a.sh": f"x registry.example.org/hub/{NEW_IMAGE}\n",
            },
            id="a mirror",
        ),
    ],
)
def test_everything_moves_and_a_second_time_nothing(
    tmp_path: Path, files: Files, expected: Files
) -> None:
    repository = make_repository(tmp_path / "r", files)
    ran = upgrade(repository)
    assert (ran.code, ran.stderr) == (0, "")
    wanted = {k: v.encode() if isinstance(v, str) else v for k, v in expected.items()}
    assert {name: read_tree(repository)[name] for name in wanted} == wanted
    again = upgrade(repository)
    assert (again.code, again.stdout) == (0, f"Nothing to move to kind {NEW}.\n")
    ran = run_digestpin(repository, "check", "--ignore", "DP104")
    assert ran.code == 0, ran.stdout


def test_the_output_says_what_moved(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    ran = upgrade(make_repository(tmp_path / "r", files))
    assert ran.stdout == (
        "kind pins\n"
        "  .tool-versions:1:6: v0.26.0 -> v0.31.0 (.tool-versions)\n"
        "\n"
        "node images\n"
        "  a.sh:1:3: v1.31.4 -> v1.31.14@sha256:6f86cf50… (kindest/node)\n"
        "\n"
        f"note: 1 digest is {UNASKED}\n"
        "\n"
        "Moved 1 kind pin and 1 node image to kind v0.31.0 in 2 files.\n"
    )


def test_the_nearest_minor_is_said_out_loud(tmp_path: Path) -> None:
    files: Files = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": "x kindest/node:v1.29.12\n",
    }
    repository = make_repository(tmp_path / "r", files)
    ran = upgrade(repository, "--diff")
    text = "kind v0.31.0 lists no image of Kubernetes 1.29; v1.31.14 is the nearest"
    notes = f"note: a.sh:1:3: {text}\nnote: 1 digest is {UNASKED}\n"
    assert (ran.code, ran.stderr) == (1, notes)
    assert f"+x {NEW_IMAGE}\n" in ran.stdout
    ran = upgrade(repository)
    assert ran.code == 0
    assert f"    note: {text}\n" in ran.stdout


def test_latest_is_the_newest_release(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    value = upgrade_json(repository, kind="latest")
    newest = KindReleases.load().newest
    assert value["kind"] == str(newest)
    assert (repository / ".tool-versions").read_text() == f"kind {newest}\n".replace(
        "v", "", 1
    )


def test_go_needs_its_sums_again(tmp_path: Path) -> None:
    files: Files = {
        "tools/go.mod": "module x\n\nrequire sigs.k8s.io/kind v0.26.0\n",
        ".bingo/kind.mod": "module _\n\nrequire sigs.k8s.io/kind v0.26.0\n",
        "a.sh": f"x {OLD_IMAGE}\n",
    }
    repository = make_repository(tmp_path / "r", files)
    notes = [it["note"] for it in upgrade_json(repository)["moved"] if it["note"]]
    assert notes == [
        "run `go mod tidy -modfile=kind.mod` in .bingo: go.sum is of the old version",
        "run `go mod tidy` in tools: go.sum is of the old version",
    ]
    assert "kind v0.31.0\n" in (repository / "tools/go.mod").read_text()


def test_a_checksum_beside_the_version_is_pointed_at(tmp_path: Path) -> None:
    files: Files = {
        "Dockerfile": f"FROM x\nARG KIND_VERSION=v0.26.0\nARG KIND_SHA={'a' * 64}\n"
        f"RUN kind create cluster --image {OLD_IMAGE}\n"
    }
    value = upgrade_json(make_repository(tmp_path / "r", files))
    assert value["notes"] == [
        "Dockerfile:3: a checksum stands here; if it is of the old kind, it must move "
        "too",
        f"1 digest is {UNASKED}",
    ]


# What stays


def workflow(*steps: str, matrix: str = "") -> str:
    head = f"    strategy:\n      matrix:\n{matrix}" if matrix else ""
    lines = "".join(f"      {line}\n" for line in steps)
    return f"jobs:\n  e2e:\n{head}    steps:\n{lines}"


@pytest.mark.parametrize(
    ("files", "left"),
    [
        pytest.param(
            {
                ".github/workflows/e.yaml": workflow(
                    "- uses: helm/kind-action@v1.12.0",
                    "  with:",
                    f"    node_image: {OLD_IMAGE}",
                )
            },
            {
                "v0.26.0": "no version is written, the action installs its default: "
                "use helm/kind-action@v1.14.0, which installs v0.31.0, or give it "
                "`version: v0.31.0`",
                "v1.31.4": "kind v0.26.0 governs it and stays, at "
                ".github/workflows/e.yaml:4:15",
            },
            id="an action's default, and the image that it runs",
        ),
        pytest.param(
            {"bin/.kind-0.26.0.pkg": "", "a.sh": f"x {OLD_IMAGE}\n"},
            {
                "v0.26.0": "its file's name is the version: run `hermit install "
                "kind-0.31.0`",
                "v1.31.4": "kind v0.26.0 governs it and stays, at "
                "bin/.kind-0.26.0.pkg:1:1",
            },
            id="hermit",
        ),
        pytest.param(
            {"a.sh": f"go install sigs.k8s.io/kind@latest\nx {NEW_IMAGE}\n"},
            {"latest": "no version is fixed here: write v0.31.0"},
            id="a version that moves",
        ),
        pytest.param(
            {
                "a.sh": "go install sigs.k8s.io/kind@$(cat /x)\n"
                f"x {NEW_IMAGE}\nx kindest/node:$1\n"
            },
            {
                "sigs.k8s.io/kind@$(cat /x)": "the version comes from a place that "
                "cannot be followed",
                "kindest/node:$1": "its tag cannot be followed to where it is written",
            },
            id="what cannot be followed",
        ),
        pytest.param(
            {
                "a.sh": "MINOR=26\ngo install sigs.k8s.io/kind@v0.${MINOR}.0\n"
                f"x {NEW_IMAGE}\n"
            },
            {"v0.26.0": "the version is put together from parts"},
            id="a version from parts",
        ),
        pytest.param(
            {"a.yaml": "image: kindest/node:v1.31.4-mine\n"},
            {"v1.31.4-mine": "its tag is none of the kind project's"},
            id="a tag of one's own",
        ),
        pytest.param(
            {"a.yaml": "image: kindest/node@sha256:61b92f\n"},
            {
                "kindest/node@sha256:61b92f": "it is no valid reference: digestpin "
                "check says more"
            },
            id="no reference",
        ),
        pytest.param(
            {"a.yaml": f"image: kindest/node@sha256:{'0' * 64}\n"},
            {"@sha256:00000000…": "its digest is of no known node image"},
            id="a digest that is not known",
        ),
        pytest.param(
            {"a.yaml": "image: kindest/node:latest\n"},
            {"latest": "it names no version: --unsafe writes the default, v1.35.0"},
            id="a floating tag",
        ),
        pytest.param(
            {
                "a.sh": "K8S=v1.31.4\nx kindest/node:$K8S\n"
                "curl https://dl.k8s.io/$K8S/kubectl\n"
            },
            {
                "v1.31.4": "the value is also read by an argument of curl: needs "
                "--unsafe"
            },
            id="a value with another use",
        ),
        pytest.param(
            {
                ".github/workflows/e.yaml": workflow(
                    "- uses: helm/kind-action@v1.12.0",
                    "  with:",
                    "    version: ${{ matrix.kind }}",
                    matrix="        kind: [v0.26.0, v0.27.0]\n",
                )
            },
            dict.fromkeys(
                ("v0.26.0", "v0.27.0"),
                "a matrix names several kind versions, which would become one: needs "
                "--unsafe",
            ),
            id="kind versions of a matrix",
        ),
    ],
)
def test_what_stays_says_why(
    tmp_path: Path, files: Files, left: dict[str, str]
) -> None:
    repository = make_repository(tmp_path / "r", files)
    before = read_tree(repository)
    value = upgrade_json(repository)
    assert {it["from"]: it["reason"] for it in value["left"]} == left
    assert value["moved"] == []
    assert read_tree(repository) == before
    assert upgrade(repository).code == 1
    assert upgrade(repository, "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        pytest.param(
            {"a.yaml": "image: kindest/node:latest\n"},
            "a.yaml",
            f"image: {image('v1.35.0')}\n",
            id="a floating tag",
        ),
        pytest.param(
            {"a.sh": "K8S=v1.31.4\nx kindest/node:$K8S\ncurl https://x/$K8S/kubectl\n"},
            "a.sh",
            f"K8S={NEW_TAIL}\nx kindest/node:$K8S\ncurl https://x/$K8S/kubectl\n",
            id="a value with another use",
        ),
    ],
)
def test_unsafe_moves_these_too(
    tmp_path: Path, files: Files, path: str, expected: str
) -> None:
    repository = make_repository(tmp_path / "r", files)
    assert upgrade(repository, "--unsafe").code == 0
    assert (repository / path).read_text() == expected


def test_an_ignore_comment_keeps_what_it_stands_at(tmp_path: Path) -> None:
    files: Files = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": f"x {OLD_IMAGE} # digestpin: ignore\n"
        f"x {OLD_IMAGE} # digestpin: ignore[DP103]\n",
    }
    repository = make_repository(tmp_path / "r", files)
    ran = upgrade(repository)
    assert ran.code == 0
    assert "an ignore comment says so" in ran.stdout
    first, second = (repository / "a.sh").read_text().splitlines()
    assert first.startswith(f"x {OLD_IMAGE} ")
    assert second.startswith(f"x {NEW_IMAGE} ")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"a.sh": "x kindest/node:$1 # digestpin: ignore[DP005]\n"}, id="a comment"
        ),
        pytest.param(
            {"a.sh": "x kindest/node:$1\n", "digestpin.toml": 'ignore = ["DP005"]\n'},
            id="a rule that is off",
        ),
    ],
)
def test_what_nobody_wants_to_hear_of_does_not_count(
    tmp_path: Path, files: Files
) -> None:
    ran = upgrade(make_repository(tmp_path / "r", files))
    assert ran.code == 0
    assert ran.stdout.endswith(f"Nothing to move to kind {NEW}.\n")


def test_a_tag_is_written_as_its_uses_need_it(tmp_path: Path) -> None:
    files: Files = {
        "a.sh": "TAG=1.31.4\nx kindest/node:v$TAG\n",
        "b.sh": "x kindest/node:v1.31.4\n",
    }
    repository = make_repository(tmp_path / "r", files)
    assert upgrade(repository).code == 0
    assert (repository / "a.sh").read_text().startswith(f"TAG={NEW_TAIL[1:]}\n")


def test_paths_limit_what_moves_and_never_break_what_it_governs(
    tmp_path: Path,
) -> None:
    files: Files = {
        ".tool-versions": "kind 0.26.0\n",
        "a/a.sh": f"x {OLD_IMAGE}\n",
        "b/.tool-versions": "kind 0.27.0\n",
        "b/b.sh": f"x {OLD_IMAGE}\n",
    }
    repository = make_repository(tmp_path / "r", files)
    value = upgrade_json(repository, "a", "b")
    assert [it["path"] for it in value["moved"]] == ["b/.tool-versions", "b/b.sh"]
    (left,) = value["left"]
    assert left["reason"] == "kind v0.26.0 governs it and stays, at .tool-versions:1:6"
    assert (repository / "a/a.sh").read_text() == f"x {OLD_IMAGE}\n"


# Writing


def test_a_difference_writes_nothing(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    before = read_tree(repository)
    ran = upgrade(repository, "--diff")
    assert (ran.code, ran.stderr) == (1, f"note: 1 digest is {UNASKED}\n")
    assert "-kind 0.26.0\n+kind 0.31.0\n" in ran.stdout
    assert read_tree(repository) == before


def test_a_file_that_cannot_be_written_is_three(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    (repository / "a.sh").chmod(0o444)
    ran = upgrade(repository)
    assert ran.code == 3
    assert "problem: a.sh: is read-only" in ran.stdout
    assert "Moved 1 kind pin and 0 node images" in ran.stdout
    assert (repository / "a.sh").read_text() == f"x {OLD_IMAGE}\n"
    assert "a.sh:1:3: node image v1.31.4" in ran.stdout
    assert "its file cannot be changed" in ran.stdout
    ran = upgrade(repository, "--diff")
    assert ran.code == 3
    assert "problem: a.sh: is read-only" in ran.stderr
    assert "a.sh" not in ran.stdout


def test_images_stay_with_a_kind_pin_that_cannot_be_written(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    (repository / ".tool-versions").chmod(0o444)
    before = read_tree(repository)
    ran = upgrade(repository)
    assert ran.code == 3
    assert "kind v0.26.0 governs it and stays" in ran.stdout
    assert read_tree(repository) == before


def test_a_changed_file_can_be_told_by_the_exit_code(tmp_path: Path) -> None:
    files: Files = {".tool-versions": "kind 0.26.0\n", "a.sh": f"x {OLD_IMAGE}\n"}
    repository = make_repository(tmp_path / "r", files)
    assert upgrade(repository, "--exit-non-zero-on-fix").code == 1
    assert upgrade(repository, "--exit-non-zero-on-fix").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("--kind", "v0.99.0"), "is not in the table", id="no release"),
        pytest.param(("--kind", "x"), "write it as v0.31.0", id="no version"),
        pytest.param((), "--kind", id="no version given"),
        pytest.param(
            ("--kind", NEW, "--output-format", "sarif"), "text or json", id="a form"
        ),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    repository = make_repository(tmp_path / "r", {"a.sh": f"x {OLD_IMAGE}\n"})
    ran = run_digestpin(repository, "upgrade", *arguments)
    assert (ran.code, ran.stdout) == (2, "")
    assert message in ran.stderr


# Registries


def hosted(tmp_path: Path, host: str) -> Path:
    files: Files = {
        ".tool-versions": "kind 0.26.0\n",
        "a.sh": f"x {host}/{OLD_IMAGE}\n",
        "digestpin.toml": "deadline-seconds = 5\n",
    }
    return make_repository(tmp_path / "r", files)


def ask(repository: Path) -> Ran:
    return run_digestpin(repository, "upgrade", "--kind", NEW, "--no-cache")


def test_a_digest_that_is_served_is_written(tmp_path: Path) -> None:
    digest = NEW_IMAGE.rpartition("@")[2]

    def answer(exchange: Exchange) -> None:
        kind = "application/vnd.oci.image.index.v1+json"
        head = {"Docker-Content-Digest": digest, "Content-Type": kind}
        exchange.send(200, b"", head)

    with serve(answer) as server:
        repository = hosted(tmp_path, server.host)
        ran = ask(repository)
    assert (ran.code, ran.stderr) == (0, "")
    assert "note:" not in ran.stdout
    assert server.asked[-1] == f"HEAD /v2/kindest/node/manifests/{digest}"
    assert (repository / "a.sh").read_text() == f"x {server.host}/{NEW_IMAGE}\n"


def test_a_digest_that_is_not_served_is_not_written(tmp_path: Path) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(404)

    with serve(answer) as server:
        repository = hosted(tmp_path, server.host)
        ran = ask(repository)
    assert ran.code == 3
    assert "the registry does not serve its digest" in ran.stdout
    assert "problem: a.sh:1: the registry does not serve v1.31.14@" in ran.stdout
    assert (repository / "a.sh").read_text() == f"x {server.host}/{OLD_IMAGE}\n"


def test_a_registry_that_is_not_reached_leaves_a_note(tmp_path: Path) -> None:
    repository = hosted(tmp_path, "127.0.0.1:1")
    ran = ask(repository)
    assert ran.code == 0
    assert "was not confirmed" in ran.stdout
    assert NEW_TAIL in (repository / "a.sh").read_text()


def test_with_nothing_to_write_nothing_is_asked(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "r", {"a.sh": f"x {NEW_IMAGE}\n"})
    assert ask(repository).stdout == f"Nothing to move to kind {NEW}.\n"


def test_several_digests_are_said_to_be_unasked(tmp_path: Path) -> None:
    files: Files = {"a.sh": "x kindest/node:v1.31.4\nx kindest/node:v1.32.1\n"}
    ran = upgrade(make_repository(tmp_path / "r", files))
    assert f"note: 2 digests are {UNASKED}\n" in ran.stdout
