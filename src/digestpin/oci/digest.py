"""Parses and compares digests (OCI image specification, descriptor: Digests)."""

from __future__ import annotations

from dataclasses import dataclass

from digestpin.errors import InvalidDigest
from digestpin.patterns import lazy_pattern

_ENCODED_LENGTH = {"sha256": 64, "sha512": 128}
_HEX = lazy_pattern(r"[0-9a-f]+\Z")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A content address: `algorithm:encoded`, sha256 or sha512, lower-case hex.

    >>> str(Digest.parse("sha256:" + "0" * 64))[:10]
    'sha256:000'

    Raises:
        InvalidDigest: on any other algorithm, length or alphabet.
    """

    algorithm: str
    encoded: str

    def __post_init__(self) -> None:
        text = f"{self.algorithm}:{self.encoded}"
        if self.encoded.startswith(f"{self.algorithm}:"):
            raise InvalidDigest(text, "the algorithm is written twice")
        length = _ENCODED_LENGTH.get(self.algorithm)
        if length is None:
            raise InvalidDigest(text, "the algorithm is neither sha256 nor sha512")
        if len(self.encoded) != length:
            found = len(self.encoded)
            raise InvalidDigest(text, f"{found} hex digits where {length} are due")
        if not _HEX.match(self.encoded):
            raise InvalidDigest(text, "not lower-case hexadecimal")

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Return the digest that `text` writes.

        Raises:
            InvalidDigest: `text` is no digest.
        """
        algorithm, colon, encoded = text.partition(":")
        if not colon:
            raise InvalidDigest(text, "no algorithm before a colon")
        return cls(algorithm, encoded)

    @property
    def short(self) -> str:
        """The algorithm and the first eight digits, for messages."""
        return f"{self.algorithm}:{self.encoded[:8]}…"

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.encoded}"
