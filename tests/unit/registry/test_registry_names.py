from __future__ import annotations

import pytest

from digestpin.oci import ImageReference
from digestpin.registry.names import Endpoint, find_endpoint, is_loopback, places_for


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("localhost", True, id="localhost"),
        pytest.param("localhost:5000", True, id="with a port"),
        pytest.param("LOCALHOST", True, id="upper case"),
        pytest.param("registry.localhost:80", True, id="below localhost"),
        pytest.param("127.0.0.1", True, id="IPv4"),
        pytest.param("127.8.8.8:5000", True, id="all of 127/8"),
        pytest.param("[::1]:5000", True, id="IPv6"),
        pytest.param("[::2]:5000", False, id="another IPv6"),
        pytest.param("10.0.0.1", False, id="private is not loopback"),
        pytest.param("localhost.example", False, id="looks like it"),
        pytest.param("127.0.0.1.example", False, id="looks like an address"),
    ],
)
def test_loopback_is_told_by_the_name(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("registry", "expected"),
    [
        pytest.param(
            "docker.io",
            Endpoint(
                registry="docker.io", host="registry-1.docker.io", schemes=("https",)
            ),
            id="Docker Hub's API is elsewhere",
        ),
        pytest.param(
            "quay.io",
            Endpoint(registry="quay.io", host="quay.io", schemes=("https",)),
            id="others are where they say",
        ),
        pytest.param(
            "[::1]:5000",
            Endpoint(
                registry="[::1]:5000",
                host="[::1]:5000",
                schemes=("http", "https"),
                is_loopback=True,
            ),
            id="loopback may speak http",
        ),
        pytest.param(
            "old.example:5000",
            Endpoint(
                registry="old.example:5000", host="old.example:5000", schemes=("http",)
            ),
            id="a listed one speaks http",
        ),
    ],
)
def test_the_endpoint_of_a_registry(registry: str, expected: Endpoint) -> None:
    found = find_endpoint(registry, ("old.example:5000",))
    assert found == expected
    assert found.is_insecure is (registry == "old.example:5000")


@pytest.mark.parametrize(
    ("mirrors", "expected"),
    [
        pytest.param({}, [], id="none"),
        pytest.param(
            {"docker.io": ("a.example", "b.example/hub/")},
            ["a.example/kindest/node:v1", "b.example/hub/kindest/node:v1"],
            id="in order",
        ),
        pytest.param(
            {"docker.io": ("a.example",), "kindest": ("b.example",)},
            ["b.example/node:v1"],
            id="the longest prefix",
        ),
        pytest.param(
            {"docker.io/kindest/node": ("a.example/x",)},
            ["a.example/x:v1"],
            id="a whole repository",
        ),
        pytest.param({"docker.io/kind": ("a.example",)}, [], id="no half component"),
        pytest.param(
            {"index.docker.io": ("a.example",)}, ["a.example/kindest/node:v1"]
        ),
        pytest.param({"quay.io": ("a.example",)}, [], id="another registry"),
        pytest.param({"docker.io": ("a.example/" + "x" * 250,)}, [], id="too long"),
    ],
)
def test_mirrors_come_before_the_registry(
    mirrors: dict[str, tuple[str, ...]], expected: list[str]
) -> None:
    reference = ImageReference.parse("kindest/node:v1")
    found = [str(place) for place in places_for(reference, mirrors)]
    assert found == [*expected, "docker.io/kindest/node:v1"]
