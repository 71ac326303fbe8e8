"""Fetches one small file by https, with the bounds and care that registries get."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digestpin.errors import RegistryError, UsageError
from digestpin.registry.deadline import Deadline
from digestpin.registry.exchange import Request
from digestpin.registry.redaction import redact_url
from digestpin.registry.urls import read_address

if TYPE_CHECKING:
    from digestpin.registry.settings import RegistrySettings


def fetch(url: str, settings: RegistrySettings) -> bytes:
    """Return what a URL gives: https alone, but for this machine.

    Nothing secret is sent. At most 4 MiB are read.

    Raises:
        UsageError: the URL is none that may be asked.
        RegistryError: there was no answer, or one that cannot be used.
    """
    host = _check(url)
    # NOTE: imported when something is to be sent, because `requests` is slow to load.
    from digestpin.registry.transport import Transport  # noqa: PLC0415

    request = Request(
        method="GET",
        url=url,
        registry=host,
        headers={"Accept": "application/json, text/plain;q=0.9, */*;q=0.1"},
    )
    transport = Transport(settings)
    try:
        response = transport.exchange(request, Deadline(settings.deadline_seconds))
    finally:
        transport.close()
    if response.status != 200:
        raise RegistryError(
            f"{host} answered {response.status} for {redact_url(url)}",
            registry=host,
            hint="open the address in a browser to see what is there",
        )
    return response.body


def _check(url: str) -> str:
    try:
        address = read_address(url)
        port = urlsplit(url).port
    except ValueError:
        raise UsageError(f"{redact_url(url)} is no address") from None
    if address.has_user:
        raise UsageError(
            f"{redact_url(url)}: an address with credentials is not asked",
            hint="download the file, and name it instead",
        )
    host = address.host
    is_near = address.scheme == "http" and address.is_loopback
    if not host or not (address.scheme == "https" or is_near):
        raise UsageError(
            f"{redact_url(url)} is neither an https address nor a file",
            hint="plain http can be changed on the way; use https, or name a file",
        )
    return host if port is None else f"{host}:{port}"
