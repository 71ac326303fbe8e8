"""Which digest a reference should have, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.judging import RELEASES, Files, gather

from digestpin.digests import Digests, Origin
from digestpin.kind.versions import parse_kind_version


def image(reference: str, kind: str = "") -> Files:
    text = f"kind create cluster --image {reference}\n"
    return {"a.sh": text} | ({".tool-versions": f"kind {kind}\n"} if kind else {})


def published(kind: str, tag: str) -> str:
    version = parse_kind_version(kind)
    assert version is not None
    build = RELEASES.published(version, tag)
    assert build is not None
    return str(build.digest)


@pytest.mark.parametrize(
    ("files", "origin", "digest", "why"),
    [
        pytest.param(
            image("kindest/node:v1.31.4", "0.26.0"),
            Origin.PUBLISHED,
            published("v0.26.0", "v1.31.4"),
            "published for kind v0.26.0",
            id="listed by the pinned kind",
        ),
        pytest.param(
            image("m.example.org/kindest/node:v1.33.1", "0.28.0"),
            Origin.PUBLISHED,
            published("v0.28.0", "v1.33.1"),
            "published for kind v0.28.0",
            id="listed, from a mirror",
        ),
        pytest.param(
            image("kindest/node:v1.31.2", "0.26.0"),
            Origin.COMPATIBLE,
            published("v0.25.0", "v1.31.2"),
            "the newest known build that kind v0.26.0 can drive, "
            "published for kind v0.25.0",
            id="another release's build",
        ),
        pytest.param(
            image("kindest/node:v1.31.4"),
            Origin.KNOWN,
            published("v0.26.0", "v1.31.4"),
            "the only known build, published for kind v0.26.0",
            id="no kind, one build",
        ),
        pytest.param(
            image("kindest/node:v1.33.1"),
            Origin.KNOWN,
            published("v0.29.0", "v1.33.1"),
            "the newest known build, published for kind v0.29.0",
            id="no kind, two builds",
        ),
        pytest.param(
            image("kindest/node:v1.32.1", "0.26.0"),
            None,
            None,
            "no known build of v1.32.1 works with this kind",
            id="no build that works",
        ),
        pytest.param(
            image("kindest/node:v1.31.3", "0.26.0"),
            None,
            None,
            "only the registry knows it",
            id="an unknown tag",
        ),
    ],
)
def test_decisions(
    files: Files, origin: Origin | None, digest: str | None, why: str
) -> None:
    (reference,) = gather(files).references
    decision = Digests(releases=RELEASES, resolutions={}).decide(reference)
    found = None if decision.digest is None else str(decision.digest)
    assert (decision.origin, found, decision.why) == (origin, digest, why)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(image("kindest/node:v1.31.4", "0.26.0"), False, id="listed"),
        pytest.param(image("kindest/node:v1.31.3", "0.26.0"), True, id="unknown"),
        pytest.param(image("kindest/node:latest", "0.26.0"), False, id="latest"),
        pytest.param(
            image(f"kindest/node:v1.31.3@sha256:{'0' * 64}"), False, id="pinned"
        ),
        pytest.param(image("kindest/node:$UNKNOWN"), False, id="not traced"),
    ],
)
def test_only_a_registry_knows_some(files: Files, expected: bool) -> None:
    (reference,) = gather(files).references
    digests = Digests(releases=RELEASES, resolutions={})
    assert digests.wants_registry(reference) is expected


def test_the_registry_as_source_is_asked_for_every_tag() -> None:
    (reference,) = gather(image("kindest/node:v1.31.4", "0.26.0")).references
    digests = Digests(releases=RELEASES, resolutions={}, from_registry=True)
    assert digests.wants_registry(reference)
    assert digests.decide(reference).digest is None
    pinned = replace(reference, parsed=None)
    assert not digests.wants_registry(pinned)
