"""What `resolve` says of a reference from the data alone."""

from __future__ import annotations

import json

import pytest

from digestpin.findings import Problem
from digestpin.kind.releases import KindReleases
from digestpin.kind.versions import parse_kind_version
from digestpin.oci import ImageReference
from digestpin.resolving import answer, problems_of, render_answers, render_answers_json
from digestpin.terminal import Style

RELEASES = KindReleases.load()
UNKNOWN = "not known without a registry"


@pytest.mark.parametrize(
    ("text", "kind", "origin", "built_for"),
    [
        pytest.param(
            "kindest/node:v1.31.4",
            "v0.26.0",
            "shipped data: published for kind v0.26.0",
            ("v0.26.0",),
            id="listed",
        ),
        pytest.param(
            "docker.io/kindest/node:v1.33.1",
            "v0.28.0",
            "shipped data: published for kind v0.28.0",
            ("v0.28.0",),
            id="one of two builds",
        ),
        pytest.param(
            "kindest/node:v1.31.2",
            "v0.26.0",
            "shipped data: published for kind v0.25.0, the newest known build that "
            "kind v0.26.0 can drive",
            ("v0.25.0",),
            id="another release's",
        ),
        pytest.param(
            "kindest/node:v1.31.4",
            None,
            "shipped data: published for kind v0.26.0",
            ("v0.26.0",),
            id="no kind",
        ),
    ],
)
def test_digests(
    text: str, kind: str | None, origin: str, built_for: tuple[str, ...]
) -> None:
    version = None if kind is None else parse_kind_version(kind)
    found = answer(ImageReference.parse(text), version, {}, RELEASES)
    assert (found.origin, found.built_for) == (origin, built_for)
    assert found.digest is not None
    first = render_answers([found], Style()).splitlines()[0]
    assert first == f"{text}@{found.digest}"


@pytest.mark.parametrize(
    ("text", "kind", "origin"),
    [
        pytest.param(
            "kindest/node:v1.32.1",
            "v0.26.0",
            "kind v0.26.0 cannot drive it: `kind load` fails: failed to detect "
            "containerd snapshotter",
            id="a kind that cannot drive it",
        ),
        pytest.param("kindest/node:v9.9.9", None, UNKNOWN, id="unknown"),
        pytest.param("redis:7", None, UNKNOWN, id="another image"),
    ],
)
def test_no_digest(text: str, kind: str | None, origin: str) -> None:
    version = None if kind is None else parse_kind_version(kind)
    found = answer(ImageReference.parse(text), version, {}, RELEASES)
    assert (found.digest, found.origin) == (None, origin)
    assert render_answers([found], Style()) == ""
    assert problems_of([found]) == (Problem(message=f"{text}: {origin}"),)
    assert json.loads(render_answers_json([found])) == {
        "schema_version": 1,
        "resolved": [
            {
                "reference": text,
                "digest": None,
                "origin": origin,
                "built_for": [],
                "notes": [],
                "failure": None,
                "hint": None,
            }
        ],
    }
