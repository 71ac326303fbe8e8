"""Holds what goes to a registry and what comes back."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.registry.redaction import Secret


@frozen(kw_only=True)
class Request:
    """One request: `authorization` is a whole header value, `form` makes it a POST."""

    method: str
    url: str
    registry: str
    headers: Mapping[str, str] = field(default_factory=dict)
    authorization: Secret | None = None
    form: Mapping[str, str | Secret] | None = None
    body_limit: int = 4 * 1024 * 1024

    @property
    def sent_form(self) -> dict[str, str] | None:
        """The form as it is sent, its secrets too."""
        if self.form is None:
            return None
        return {
            name: value if isinstance(value, str) else value.reveal()
            for name, value in self.form.items()
        }


@frozen(kw_only=True)
class Response:
    """One answer: header names are in lower case, the body is whole.

    `url` is where it came from in the end, after redirects.
    """

    url: str = ""
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
