"""Turns the statuses that say no into errors that say what to do."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from digestpin.errors import (
    AccessDenied,
    ManifestNotFound,
    PermissionDenied,
    RateLimited,
    RegistryError,
    RegistryUnreachable,
)
from digestpin.oci.reference import DOCKER_HUB
from digestpin.registry.failures import bad_answer
from digestpin.registry.redaction import quote
from digestpin.registry.resolution import RateLimit
from digestpin.registry.retrying import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.registry.exchange import Response

_MOST_DIGITS = 9


def login_command(registry: str) -> str:
    """Return the command that stores credentials for a registry."""
    return "docker login" if registry == DOCKER_HUB else f"docker login {registry}"


def quote_errors(body: bytes) -> str:
    """Return what an error answer says (OCI distribution specification, errors).

    Nothing is trusted to be there; the text is safe to print.
    """
    try:
        errors = json.loads(body)["errors"]
        parts = [f"{entry['code']}: {entry.get('message', '')}" for entry in errors[:3]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return quote("; ".join(parts))


def read_rate_limit(headers: Mapping[str, str], registry: str) -> RateLimit | None:
    """Return the pull limit that Docker Hub's headers tell.

    They look like `100;w=21600` (docs.docker.com, Docker Hub usage and limits).
    """
    limit, window = _parse_limit(headers.get("ratelimit-limit", ""))
    if limit is None:
        return None
    remaining, _ = _parse_limit(headers.get("ratelimit-remaining", ""))
    return RateLimit(
        registry=registry, limit=limit, remaining=remaining, window_seconds=window
    )


def _parse_limit(text: str) -> tuple[int | None, int | None]:
    amount, _, parameters = text.partition(";")
    window = parameters.strip().removeprefix("w=")
    return _parse_count(amount), _parse_count(window)


def _parse_count(text: str) -> int | None:
    stripped = text.strip()
    digits = stripped.isascii() and stripped.isdigit()
    return int(stripped) if digits and len(stripped) <= _MOST_DIGITS else None


def rate_limited(
    registry: str, seconds: float | None, limit: RateLimit | None
) -> RateLimited:
    """Return the error for a registry that asks to come back later."""
    when = "" if seconds is None else f"; it asks to wait {seconds:.0f} s"
    left = "" if limit is None else f" ({limit})"
    return RateLimited(
        f"{registry} refuses more requests for now{left}{when}",
        registry=registry,
        retry_after_seconds=seconds,
        hint=f"try again later, or raise the limit: {login_command(registry)}",
    )


def error_for(
    response: Response, registry: str, what: str, *, authenticated: bool
) -> RegistryError:
    """Return the error for an answer that is no manifest; `what` was asked for."""
    said = quote_errors(response.body)
    tail = f" ({said})" if said else ""
    status = response.status
    if status == 401:
        return _denied(registry, what, tail, authenticated=authenticated)
    if status == 403:
        return PermissionDenied(
            f"{registry} does not allow to read {what}{tail}",
            registry=registry,
            hint="check that the name is right and that the account may pull it",
        )
    if status == 404:
        return _not_found(registry, what, said)
    if status == 429:
        seconds = parse_retry_after(response.headers.get("retry-after"), time.time())
        limit = read_rate_limit(response.headers, registry)
        return rate_limited(registry, seconds, limit)
    if status >= 500:
        return RegistryUnreachable(
            f"{registry} fails with status {status}{tail}",
            registry=registry,
            hint="the fault is the registry's; try again later",
        )
    return bad_answer(registry, f"status {status} for {what}{tail}")


def _denied(
    registry: str, what: str, tail: str, *, authenticated: bool
) -> AccessDenied:
    if authenticated:
        return AccessDenied(
            f"{registry} refuses the stored credentials for {what}{tail}",
            registry=registry,
            hint=f"log in again: {login_command(registry)}",
        )
    return AccessDenied(
        f"{registry} shows {what} to nobody who is not logged in, "
        f"or it does not exist{tail}",
        registry=registry,
        hint=f"check the name, or log in: {login_command(registry)}",
    )


def _not_found(registry: str, what: str, said: str) -> RegistryError:
    # NOTE: the CNCF registry says 404 also where it will not send the type asked for.
    if "accept header" in said.lower():
        return bad_answer(registry, said)
    if "NAME_UNKNOWN" in said:
        return ManifestNotFound(
            f"{registry} has no repository for {what}",
            registry=registry,
            hint="check the repository's name",
        )
    return ManifestNotFound(
        f"{registry} has no {what}",
        registry=registry,
        hint="check the tag or digest; it may have been removed or never published",
    )
