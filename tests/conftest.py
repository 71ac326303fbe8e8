"""Fixtures that the whole suite may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.registry import PROGRAM, Registry, is_installed, start_registry

from digestpin.kind.releases import KindReleases
from digestpin.kind.versions import parse_kind_version
from digestpin.registry import redaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite them")


@pytest.fixture(autouse=True)
def _forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mask in each test what is secret in it, and not the words of other tests."""
    monkeypatch.setattr(redaction, "_MASKED", redaction._Masked())


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], bytes]:
    """Return what reads a file in the `golden` folder beside the test.

    With `--update-golden` the file is written first, with the bytes that were found.
    """

    def read(name: str, found: bytes) -> bytes:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(found)
        return path.read_bytes()

    return read


@pytest.fixture
def digest_of() -> Callable[[str, str], str]:
    """Return a function that says which digest a kind release lists for a tag."""
    releases = KindReleases.load()

    def find(kind: str, tag: str) -> str:
        version = parse_kind_version(kind)
        assert version is not None
        build = releases.published(version, tag)
        assert build is not None
        return str(build.digest)

    return find


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A plain registry on loopback, shared: use repositories of your own in it."""
    if not is_installed():
        pytest.skip(f"the program {PROGRAM} is not installed")
    with start_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running
