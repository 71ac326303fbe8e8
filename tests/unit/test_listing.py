"""What the inventory shows of references and pins."""

from __future__ import annotations

import pytest
from support.judging import WORKFLOW, Files, gather

from digestpin.listing import make_listing

PIN = {".tool-versions": "kind 0.26.0\n"}


def listed(files: Files) -> list[str]:
    """Return shape, verdict and chain of each reference."""
    listing = make_listing(gather(files), lambda _: True)
    return [
        " ".join(
            (
                item.shape,
                item.verdict,
                *(f"{step.location.start.line}:{step.what}" for step in item.chain),
            )
        )
        for item in listing.references
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            PIN | {"a.sh": "kind create cluster --image kindest/node:v1.31.4\n"},
            ["literal published"],
            id="a literal",
        ),
        pytest.param(
            PIN | {"a.sh": "kind create cluster --image kindest/node:v1.31.2\n"},
            ["literal compatible"],
            id="another release's",
        ),
        pytest.param(
            PIN | {"a.sh": "kind create cluster --image kindest/node:v1.32.1\n"},
            ["literal unsupported"],
            id="one that kind cannot drive",
        ),
        pytest.param(
            {"a.sh": "kind create cluster --image kindest/node:v1.31.4\n"},
            ["literal unknown"],
            id="no kind",
        ),
        pytest.param(
            PIN | {"a.sh": "kind create cluster --image kindest/node:$X\n"},
            ["untraceable unknown"],
            id="not to be followed",
        ),
        pytest.param(
            PIN
            | {
                "a.sh": "A=v1.31.4\nB=$A\nkind create cluster --image kindest/node:$B\n"
            },
            ["traced published 2:B (assignment) 1:A (assignment)"],
            id="a chain",
        ),
        pytest.param(
            {
                ".tool-versions": "kind 0.26.0\n",
                "Makefile": "KIND_VERSION = v0.27.0\n",
                "a.sh": "kind create cluster --image kindest/node:v1.32.1\n",
            },
            ["literal unsupported"],
            id="the worst of two kind versions",
        ),
        pytest.param(
            {
                WORKFLOW: "jobs:\n  a:\n"
                "    strategy: {matrix: {v: [v1.31.4, v1.32.1]}}\n"
                "    steps:\n      - uses: helm/kind-action@v1.12.0\n        with:\n"
                "          node_image: kindest/node:${{ matrix.v }}\n"
            },
            [
                "traced published 3:matrix.v (matrix)",
                "traced unsupported 3:matrix.v (matrix)",
            ],
            id="an entry for each value of a matrix",
        ),
    ],
)
def test_references(files: Files, expected: list[str]) -> None:
    assert listed(files) == expected


def test_only_what_is_reported_is_listed() -> None:
    files = PIN | {"a.sh": "kind create cluster --image kindest/node:v1.31.4\n"}
    inventory = gather(files)
    nothing = make_listing(inventory, lambda _: False)
    assert (nothing.references, nothing.kind_pins) == ((), ())
    scripts = make_listing(inventory, lambda path: path.suffix == ".sh")
    assert [item.text for item in scripts.references] == ["kindest/node:v1.31.4"]
    assert scripts.kind_pins == ()
    assert [pin.version for pin in scripts.references[0].kind_pins] == ["v0.26.0"]
