"""TLS is always verified; a private authority has to be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.registry_setups import start_tls_registry

from digestpin.errors import TlsFailure, UsageError
from digestpin.oci import ImageReference
from digestpin.registry import RegistrySettings, Resolved, Resolver, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.certificates import Certificates
    from support.registry import PushedImage

    from digestpin.registry import Resolution

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def image(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[PushedImage]:
    folder = tmp_path_factory.mktemp("tls")
    with start_tls_registry(folder, certificates) as registry:
        yield registry.push_index("kindest/node", "v1.32.1")


def resolve(reference: str, ca_file: Path | None = None) -> Resolution:
    with Resolver(RegistrySettings(ca_file=ca_file, retries=0)) as resolver:
        return resolver.resolve(ImageReference.parse(reference))


def test_an_unknown_authority_is_refused(image: PushedImage) -> None:
    answer = resolve(image.reference)
    assert isinstance(answer, Unresolved)
    assert type(answer.error) is TlsFailure
    host = image.reference.partition("/")[0]
    assert str(answer.error).startswith(f"the certificate of {host} is not trusted: ")


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_may_name_the_authority(
    image: PushedImage,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, str(certificates.authority))
    answer = resolve(image.reference)
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == image.digest


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_the_settings_may_name_the_authority(
    image: PushedImage, certificates: Certificates, host: str
) -> None:
    reference = image.reference.replace("127.0.0.1", host)
    answer = resolve(reference, certificates.authority)
    assert isinstance(answer, Resolved)
    assert str(answer.descriptor.digest) == image.digest


def test_an_environment_that_names_nothing_is_told(
    image: PushedImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    answer = resolve(image.reference)
    assert isinstance(answer, Unresolved)
    assert str(answer.error) == (
        "REQUESTS_CA_BUNDLE names a file that does not exist: /nowhere/ca.pem"
    )


def test_settings_that_name_no_certificate_are_wrong_use(
    image: PushedImage, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (empty, tmp_path / "missing.pem"):
        with pytest.raises(UsageError, match="no certificates can be read"):
            resolve(image.reference, path)
