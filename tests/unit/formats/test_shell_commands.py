"""What the words of commands are for, what they install, and which files they run."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import line, read

from digestpin.facts import DeclaredPin, Link, Text
from digestpin.formats.shell import FORMAT


def told(text: str, type_: type = Text, path: str = "hack/x.sh") -> list[str]:
    return [line(fact) for fact in read(FORMAT, text, path) if isinstance(fact, type_)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "kind create cluster --image kindest/node:v1",
            ["image text kindest/node:v1"],
            id="option",
        ),
        pytest.param(
            "kind create cluster --image=kindest/node:$V --wait 1m",
            ["image text kindest/node:{V}"],
            id="option with =",
        ),
        pytest.param("x --node-image $I", ["image text {I}"], id="node image option"),
        pytest.param("x --images $I", ["text {I}"], id="another option"),
        pytest.param("x --image", [], id="option without a value"),
        pytest.param("x --image --wait $T", ["text {T}"], id="option before another"),
        pytest.param("kubectl get pods", [], id="nothing to find"),
        pytest.param("kubectl apply -f a/b", ["text a/b"], id="path"),
        pytest.param("cat 1.31", ["text 1.31"], id="version"),
        pytest.param(
            "docker pull kindest/node:v1", ["text kindest/node:v1"], id="pull"
        ),
        pytest.param(
            "kind build node-image --image a/b:c src/k8s",
            ["built text a/b:c", "text src/k8s"],
            id="kind build",
        ),
        pytest.param(
            "$KIND build node-image --image=a/b:c",
            ["text {KIND}", "built text a/b:c"],
            id="kind build by a variable",
        ),
        pytest.param("docker build -t $I .", ["built text {I}"], id="docker build"),
        pytest.param("podman build --tag=$I .", ["built text {I}"], id="podman build"),
        pytest.param(
            "docker buildx build -t a/b:c .", ["built text a/b:c"], id="buildx"
        ),
        pytest.param(
            "docker tag a/b:c d/e:f", ["text a/b:c", "built text d/e:f"], id="tag"
        ),
        pytest.param(
            "${DOCKER:-podman} push $I",
            ["text {DOCKER|podman}", "built text {I}"],
            id="push",
        ),
        pytest.param("docker run -t a/b:c", ["text a/b:c"], id="run on a terminal"),
        pytest.param(
            "crane copy a/b:c d/e:f", ["text a/b:c", "built text d/e:f"], id="copy"
        ),
        pytest.param('echo "use a/b:c"', ["display text use a/b:c"], id="echo"),
        pytest.param('printf "%s" "in $V"', ["display text in {V}"], id="printf"),
        pytest.param('log_info "in $V"', ["display text in {V}"], id="log function"),
        pytest.param('log::info "in $V"', ["display text in {V}"], id="log by module"),
        pytest.param('die "in $V"', ["display text in {V}"], id="die"),
        pytest.param('echo "a $V" >&2', ["display text a {V}"], id="to stderr"),
        pytest.param('echo "$V" >&2', ["display text {V}"], id="one word to stderr"),
        pytest.param('echo "$V"', ["text {V}"], id="one word"),
        pytest.param("printf '%s\\n' $V", ["text {V}"], id="one word by printf"),
        pytest.param('echo "a: $V" > f', ["text a: {V}"], id="to a file"),
        pytest.param('echo "a: $V" >> NEWS.md', ["display text a: {V}"], id="to prose"),
        pytest.param('echo "a: $V" | kubectl apply', ["text a: {V}"], id="to a pipe"),
        pytest.param(
            'echo "a $V" >> "$GITHUB_STEP_SUMMARY"',
            ["display text a {V}"],
            id="to the job's summary",
        ),
        pytest.param('X=$(date "a $V")', ["text a {V}"], id="in a substitution"),
        pytest.param(
            "sudo docker image build -t a/b:c x/y",
            ["built text a/b:c", "text x/y"],
            id="image build",
        ),
        pytest.param(
            "docker buildx imagetools create -t a/b:c d/e:f",
            ["built text a/b:c", "text d/e:f"],
            id="imagetools",
        ),
        pytest.param("docker create -t a/b:c", ["text a/b:c"], id="create"),
        pytest.param("docker", [], id="docker alone"),
        pytest.param(
            "skopeo inspect docker://a/b:c", ["text docker://a/b:c"], id="inspect"
        ),
        pytest.param("local a/b", ["text a/b"], id="declaration of no name"),
        pytest.param("cat < a/b > c/$V", ["text a/b", "text c/{V}"], id="files"),
        pytest.param(
            "{ a; } > c/d e/f", ["text e/f", "text c/d"], id="file of a group"
        ),
        pytest.param(
            "export $(cat a/b)",
            ["text {$(cat b)}", "text a/b"],
            id="export of a file",
        ),
        pytest.param("catalog a/b", ["text a/b"], id="name that holds log"),
        pytest.param(
            'grep -q "kindest/node:v$V" f',
            ["pattern text kindest/node:v{V}"],
            id="grep",
        ),
        pytest.param(
            "docker ps --filter ancestor=a/b:1 -q",
            ["pattern text ancestor=a/b:1"],
            id="filter",
        ),
        pytest.param(
            "docker images --filter=reference=a/b:1",
            ["pattern text --filter=reference=a/b:1"],
            id="filter behind =",
        ),
        pytest.param(
            "podman image ls a/b:1", ["pattern text a/b:1"], id="images listed"
        ),
        pytest.param("ls --filter a/b:1", ["text a/b:1"], id="another filter"),
        pytest.param("sed -i s/a/b/ f", ["pattern text s/a/b/"], id="sed"),
        pytest.param(
            '[ "$A" = v1.31 ]', ["pattern text {A}", "pattern text v1.31"], id="test"
        ),
        pytest.param(
            "[[ $A == a/* ]]", ["pattern text {A}", "pattern text a/*"], id="glob"
        ),
        pytest.param(
            "[[ $A =~ ^v$B ]]", ["pattern text {A}", "pattern text ^v{B}"], id="match"
        ),
        pytest.param(
            'test "$A" = a/b',
            ["pattern text {A}", "pattern text a/b"],
            id="test by name",
        ),
        pytest.param('[ -z "$A" ]', [], id="test for nothing"),
        pytest.param('test -n "$A"', [], id="test for something"),
        pytest.param("[[ -n $A && ! -f a/b ]]", [], id="tests together"),
        pytest.param(
            "case $A in v1.31) ;; esac",
            ["pattern text {A}", "pattern text v1.31"],
            id="case",
        ),
        pytest.param(
            "echo ${A//a\\/b/c}", ["text {A!}", "pattern text a/b/c"], id="replaced"
        ),
        pytest.param(
            "x ${A:+--image=$A}", ["text {A!}", "text --image={A}"], id="added when set"
        ),
        pytest.param(": ${A:?}", [], id="nothing done"),
        pytest.param("# kind create cluster --image a/b:c", [], id="comment"),
        pytest.param("a # b/c:d", [], id="comment behind"),
        pytest.param(
            "bash -c 'kind --image $A'", ["image text {A}"], id="script in an argument"
        ),
        pytest.param(
            'bash -c "kind --image $A"',
            ["image text {A}"],
            id="script in double quotes",
        ),
        pytest.param("ssh host 'cat a/b'", ["text a/b"], id="script for ssh"),
        pytest.param("trap 'rm a/b' EXIT", ["text a/b"], id="trap"),
        pytest.param(
            "timeout -k 5 10m kind --image $A", ["image text {A}"], id="timeout"
        ),
        pytest.param("A=(--image $V)", [], id="array"),
        pytest.param(
            'A="--image=$V -q"', ["image text {V}"], id="options in a variable"
        ),
        pytest.param("A=(--image=$V)", ["image text {V}"], id="options in an array"),
        pytest.param("A+=a/b", ["text a/b"], id="appended"),
        pytest.param(
            "> f cat a/b c/d", ["text a/b", "text c/d"], id="redirection first"
        ),
        pytest.param("a | b c/d | e f/g", ["text c/d", "text f/g"], id="pipeline"),
        pytest.param(
            "diff <(cat a/b) c/d",
            ["text {<(cat a/b)!}", "text c/d", "text a/b"],
            id="process substitution",
        ),
        pytest.param(
            "x \\\n  a/b \\\n  --image \\\n  $I\n",
            ["text a/b", "image text {I}"],
            id="continued lines",
        ),
    ],
)
def test_texts(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("brew install jq kind", "pin brew", id="brew"),
        pytest.param("brew install -q kind", "pin brew", id="brew with an option"),
        pytest.param("sudo apk add kind", "pin apk", id="apk"),
        pytest.param("scoop install kind", "pin scoop", id="scoop"),
        pytest.param("winget install Kubernetes.kind", "pin winget", id="winget"),
        pytest.param(
            "choco install kind --version=0.30.0", "pin choco 0.30.0", id="choco"
        ),
        pytest.param("choco install kind", "pin choco", id="choco with no version"),
        pytest.param("arkade get kind --version $V", "pin arkade {V}", id="arkade"),
        pytest.param(
            "arkade get kind@v0.30.0", "pin arkade v0.30.0", id="arkade with @"
        ),
        pytest.param("asdf install kind 0.30.0", "pin asdf 0.30.0", id="asdf"),
        pytest.param("asdf install kind latest", "pin asdf", id="asdf, the latest"),
        pytest.param("mise use -g kind@0.30.0", "pin mise 0.30.0", id="mise"),
        pytest.param(
            "mise use aqua:kubernetes-sigs/kind@$V", "pin mise {V}", id="mise by aqua"
        ),
        pytest.param("hermit install kind-0.30.0", "pin hermit 0.30.0", id="hermit"),
        pytest.param(
            "aqua g -i kubernetes-sigs/kind@v0.30.0", "pin aqua v0.30.0", id="aqua"
        ),
        pytest.param(
            "eget kubernetes-sigs/kind --tag v0.30.0", "pin eget v0.30.0", id="eget"
        ),
        pytest.param("eget kubernetes-sigs/kind", "pin eget", id="eget with no tag"),
        pytest.param(
            "gh release download v0.30.0 -R kubernetes-sigs/kind",
            "pin gh v0.30.0",
            id="gh",
        ),
        pytest.param(
            "gh release download -R kubernetes-sigs/kind -p x",
            "pin gh",
            id="gh, the latest",
        ),
        pytest.param("gh release download v1 -R a/b", None, id="another repository"),
        pytest.param("go get sigs.k8s.io/kind", "pin go", id="go get with no version"),
        pytest.param("go install sigs.k8s.io/kind", None, id="the version of go.mod"),
        pytest.param("brew install kindle kind-of", None, id="look-alikes"),
        pytest.param("brew uninstall kind", None, id="uninstall"),
        pytest.param("kind version", None, id="kind itself"),
        pytest.param(
            "go install sigs.k8s.io/kind@v0.30.0", None, id="go, left to others"
        ),
        pytest.param("npm install kind", None, id="another kind"),
        pytest.param("eget a/b", None, id="eget of something else"),
    ],
)
def test_pins_by_name(text: str, expected: str | None) -> None:
    assert told(text, DeclaredPin) == ([] if expected is None else [expected])


HERE = 'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(". lib.sh", "include lib.sh from ''", id="relative"),
        pytest.param("source ./a/lib.sh", "include ./a/lib.sh from ''", id="source"),
        pytest.param(
            "source $LIB/a.sh", "include {}/a.sh from ''", id="variable folder"
        ),
        pytest.param("source $LIB", None, id="nothing known"),
        pytest.param(
            '. "$(dirname "$0")/lib.sh"',
            "include hack/lib.sh from ''",
            id="folder of the script",
        ),
        pytest.param(
            '. "${0%/*}/lib.sh"',
            "include hack/lib.sh from ''",
            id="folder by a pattern",
        ),
        pytest.param(
            '. "$(dirname "${BASH_SOURCE}")/../a/lib.sh"',
            "include a/lib.sh from ''",
            id="folder above",
        ),
        pytest.param(
            ". $(git rev-parse --show-toplevel)/a.sh",
            "include a.sh from ''",
            id="folder of the repository",
        ),
        pytest.param(
            HERE + '. "$DIR/lib.sh"',
            "include hack/lib.sh from ''",
            id="folder in a variable",
        ),
        pytest.param(
            HERE + 'R=$DIR/..\n. "${R}/lib.sh"',
            "include lib.sh from ''",
            id="folder by two variables",
        ),
        pytest.param(
            HERE + 'L=$DIR/lib.sh\n. "$L"',
            "include hack/lib.sh from ''",
            id="file in a variable",
        ),
        pytest.param(
            HERE + 'DIR=$(pwd)\n. "$DIR/lib.sh"',
            "include {}/lib.sh from ''",
            id="variable changed",
        ),
        pytest.param(
            HERE + 'cd "$DIR/.."\n. a/lib.sh',
            "include a/lib.sh from ''",
            id="after cd to the root",
        ),
        pytest.param(
            HERE + 'cd "$DIR"\n. lib.sh', "include lib.sh from 'hack'", id="after cd"
        ),
        pytest.param(
            '. "$(dirname "$0")/../../lib.sh"',
            "include {}/../../lib.sh from ''",
            id="outside",
        ),
        pytest.param("./hack/kind.sh v1", "run ./hack/kind.sh from ''", id="script"),
        pytest.param("bash -x hack/kind.sh", "run hack/kind.sh from ''", id="by bash"),
        pytest.param("bash -c 'a b'", None, id="text for bash"),
        pytest.param("bash", None, id="bash alone"),
        pytest.param("kind create", None, id="program on the path"),
        pytest.param("/usr/bin/kind", None, id="program by its path"),
        pytest.param(
            "X=1\n./a/b.sh", "run ./a/b.sh from '' without ['X']", id="nothing exported"
        ),
        pytest.param(
            "X=1\nexport Y=2\n./a/b.sh",
            "run ./a/b.sh from '' ['Y'] without ['X']",
            id="one exported",
        ),
        pytest.param(
            "X=1\nZ=2 ./a/b.sh",
            "run ./a/b.sh from '' ['Z'] without ['X']",
            id="set before it",
        ),
        pytest.param(
            "set -a\nX=1\n./a/b.sh", "run ./a/b.sh from '' ['X']", id="all exported"
        ),
        pytest.param("make up", "run Makefile from ''", id="make"),
        pytest.param(
            "make -C a/b up X=1", "run a/b/Makefile from '' ['X']", id="make elsewhere"
        ),
        pytest.param("make -f x.mk up", "run x.mk from ''", id="another makefile"),
        pytest.param(
            HERE + 'make -C "$DIR"',
            "run hack/Makefile from '' without ['DIR']",
            id="make in a folder",
        ),
    ],
)
def test_links(text: str, expected: str | None) -> None:
    assert told(text, Link) == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        pytest.param("hack/kind.sh", b"", True, id="sh"),
        pytest.param("e2e.bats", b"", True, id="bats"),
        pytest.param(".envrc", b"", True, id="direnv"),
        pytest.param("run", b"#!/bin/sh\n", True, id="first line"),
        pytest.param("run", b"#!/usr/bin/env bash\nx", True, id="first line by env"),
        pytest.param(
            "run", b"#!/usr/bin/env -S bash -e\n", True, id="env with options"
        ),
        pytest.param("run", b"#! /bin/bash -e\r\n", True, id="blank and an option"),
        pytest.param("run", b"\xef\xbb\xbf#!/bin/bash\n", True, id="byte order mark"),
        pytest.param("run", b"#!/bin/bash", True, id="no newline"),
        pytest.param("run", b"#!/usr/bin/env python3\n", False, id="python"),
        pytest.param("run", b"#!/usr/bin/fish\n", False, id="fish is no sh"),
        pytest.param("run", b"x #!/bin/sh\n", False, id="later in the line"),
        pytest.param("run", b"", False, id="empty"),
        pytest.param("a.md", b"", False, id="prose"),
    ],
)
def test_shell_files(name: str, head: bytes, expected: bool) -> None:
    assert FORMAT.matches(PurePosixPath(name), head) is expected
