"""The inventory of `digestpin list`, for people and for programs."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from support.report_sample import DIGEST, locate

from digestpin.reports.inventory import (
    ListedPin,
    ListedReference,
    ListedStep,
    Listing,
    render_inventory,
    render_inventory_json,
)
from digestpin.source import SourceFile, Span
from digestpin.terminal import Style

if TYPE_CHECKING:
    from collections.abc import Callable

MATRIX = SourceFile(
    PurePosixPath("ci.yaml"),
    b"image: [kindest/node:v1.31.4, kindest/node:v1.32.1]\n"
    b"uses: ${{ matrix.image }}\nother: ${{ inputs.\x1b }}\n",
)
USE = MATRIX.locate(Span(58, 77))
VALUES = (MATRIX.locate(Span(8, 28)), MATRIX.locate(Span(30, 50)))
ACTION = ListedPin(
    location=locate(".github/workflows/e2e.yaml", "helm/kind-action@v1.12.0"),
    version="v0.26.0",
    mechanism="helm/kind-action@v1.12.0 default",
)
MAKE = ListedPin(
    location=locate("Makefile", "v0.26.0"), version="v0.26.0", mechanism="KIND_VERSION"
)
NEXT = ListedPin(location=USE, version="v0.31.0", mechanism="go.mod")
LISTING = Listing(
    references=(
        ListedReference(
            location=locate(".github/workflows/e2e.yaml", "kindest/node:v1.32.1"),
            text="kindest/node:v1.32.1",
            image="kindest/node",
            tag="v1.32.1",
            kind_pins=(ACTION,),
            verdict="unsupported",
        ),
        ListedReference(
            location=locate("Makefile", "kindest/node:v1.31.4"),
            text="kindest/node:v1.31.4@" + DIGEST,
            image="kindest/node",
            tag="v1.31.4",
            digest=DIGEST,
            kind_pins=(MAKE, ACTION, NEXT, NEXT, NEXT, NEXT),
            verdict="published",
        ),
        *(
            ListedReference(
                location=USE,
                text="${{ matrix.image }}",
                image="kindest/node",
                tag=tag,
                shape="traced",
                value_at=value,
                chain=(ListedStep(location=value, what="matrix.image"),),
                kind_pins=(NEXT,),
                verdict="compatible",
            )
            for tag, value in zip(("v1.31.4", "v1.32.1"), VALUES, strict=True)
        ),
        ListedReference(
            location=USE,
            text="${X}",
            image="mirror.example/\u8282\u70b9/kindest/node",
            shape="traced",
            value_at=VALUES[0],
        ),
        ListedReference(
            location=MATRIX.locate(Span(85, 102)),
            text="${{ inputs.\x1b }}",
            image=None,
            shape="untraceable",
        ),
    ),
    kind_pins=(ACTION, MAKE, NEXT),
)


@pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param("inventory.txt", Style(), id="plain"),
        pytest.param("inventory-color.txt", Style(color=True), id="colour"),
    ],
)
def test_the_inventory_for_people(
    name: str, style: Style, golden: Callable[[str, bytes], bytes]
) -> None:
    rendered = render_inventory(LISTING, style).encode()
    assert rendered == golden(name, rendered)


def test_the_inventory_for_programs(golden: Callable[[str, bytes], bytes]) -> None:
    rendered = render_inventory_json(LISTING).encode()
    assert rendered == golden("inventory.json", rendered)


@pytest.mark.parametrize("listing", [LISTING, Listing()], ids=["rich", "empty"])
def test_the_inventory_keeps_to_its_schema(listing: Listing) -> None:
    path = files("digestpin") / "data" / "inventory-v1.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    value = json.loads(render_inventory_json(listing))
    assert [*Draft202012Validator(schema).iter_errors(value)] == []
    for reference in value["references"]:
        assert list(reference) == schema["$defs"]["reference"]["required"]


def test_an_empty_inventory_says_so() -> None:
    expected = "0 node image references, 0 kind pins.\n"
    assert render_inventory(Listing(), Style()) == expected
