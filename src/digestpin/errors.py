"""The whole error tree.

::

    DigestpinError               every error of ours; .hint says what to do about it
    ├─ UsageError                wrong options or arguments: exit code 2
    │  └─ ConfigError            a configuration file that cannot be used
    ├─ ParseError                a file whose structure cannot be read
    ├─ InvalidReference          text that is no image reference (also ValueError)
    ├─ InvalidDigest             text that is no digest (also ValueError)
    ├─ RegistryError             a registry look-up that gave no answer to trust
    │  ├─ RegistryUnreachable    connection, time-out
    │  │  └─ HostNotFound        name resolution
    │  ├─ TlsFailure             the server's certificate could not be verified
    │  ├─ AccessDenied           authentication
    │  │  └─ PermissionDenied    permission: who we are is known, and not enough
    │  ├─ ManifestNotFound       the registry answered: no such tag or digest
    │  ├─ RateLimited            the registry asks to wait longer than we may
    │  └─ UntrustedResponse      an answer that breaks the protocol or its own digest
    └─ EditError                 an edit that must not be made; the file is untouched
       ├─ StaleEdit
       ├─ OverlappingEdits
       └─ UnfaithfulRewrite
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath


class DigestpinError(Exception):
    """Base of every error raised on purpose.

    `str()` is the message; `hint` is what the user can do about it, or None.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DigestpinError):
    """The command line asks for something that cannot be done."""


class ConfigError(UsageError):
    """A configuration file cannot be used; names the file, line and key."""

    def __init__(
        self,
        message: str,
        *,
        path: str,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = [self.path]
        if self.line is not None:
            where.append(str(self.line))
            if self.column is not None:
                where.append(str(self.column))
        return f"{':'.join(where)}: {self.message}"


class ParseError(DigestpinError):
    """The structure of a file cannot be read, though its bytes can."""

    def __init__(self, message: str, *, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class InvalidReference(DigestpinError, ValueError):
    """Text that does not follow the grammar of an image reference."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"invalid image reference {text!r}: {reason}")
        self.text = text
        self.reason = reason


class InvalidDigest(DigestpinError, ValueError):
    """Text that does not follow the grammar of a digest."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"invalid digest {text!r}: {reason}")
        self.text = text
        self.reason = reason


class RegistryError(DigestpinError):
    """A registry look-up gave no answer that can be used.

    `registry` is the host asked; `reference` the image reference as text. URLs in
    messages carry neither credentials nor query strings. `failure` says in a word or
    two what failed.
    """

    failure = "registry"

    def __init__(
        self,
        message: str,
        *,
        registry: str = "",
        reference: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.registry = registry
        self.reference = reference


class RegistryUnreachable(RegistryError):
    """Connection or time-out."""

    failure = "connection"


class HostNotFound(RegistryUnreachable):
    """The registry's name does not resolve to an address."""

    failure = "name resolution"


class TlsFailure(RegistryError):
    """The server's certificate could not be verified."""

    failure = "TLS"


class AccessDenied(RegistryError):
    """The registry or its token service refused the credentials, or their lack."""

    failure = "authentication"


class PermissionDenied(AccessDenied):
    """The registry knows who asks, and does not let them."""

    failure = "permission"


class ManifestNotFound(RegistryError):
    """The registry answered that the tag or digest does not exist."""

    failure = "not found"


class RateLimited(RegistryError):
    """The registry asks to wait for longer than the deadline leaves."""

    failure = "rate limit"

    def __init__(
        self,
        message: str,
        *,
        registry: str = "",
        reference: str = "",
        hint: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message, registry=registry, reference=reference, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class UntrustedResponse(RegistryError):
    """An answer that breaks the protocol, a bound, or its own digest."""

    failure = "bad answer"


class EditError(DigestpinError):
    """An edit that must not be made. The file is left as it was."""

    def __init__(
        self,
        message: str,
        *,
        path: PurePosixPath | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path


class StaleEdit(EditError):
    """The bytes at a span are no longer those that the edit was made for."""


class OverlappingEdits(EditError):
    """Two different edits touch the same bytes."""


class UnfaithfulRewrite(EditError):
    """Re-reading the new text did not give what was intended."""
