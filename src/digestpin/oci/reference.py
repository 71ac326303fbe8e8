"""Parses an image reference and gives it back exactly as written.

The grammar is that of the distribution project's `reference` package
(github.com/distribution/reference, reference.go and normalize.go).
"""

from __future__ import annotations

from dataclasses import replace

from digestpin.errors import InvalidDigest, InvalidReference
from digestpin.oci.digest import Digest
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

DOCKER_HUB = "docker.io"
_DOCKER_HUB_NAMES = frozenset(
    {"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
)
_NAME_MAX_LENGTH = 255

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REPOSITORY = lazy_pattern(rf"{_COMPONENT}(?:/{_COMPONENT})*\Z")
_REGISTRY = lazy_pattern(rf"{_HOST}\Z")
_TAG = lazy_pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")


def is_tag(text: str) -> bool:
    """Say whether `text` is a valid tag."""
    return _TAG.match(text) is not None


def _tag_flaw(tag: str) -> str | None:
    if tag.startswith(":"):
        return "two colons before the tag"
    if not is_tag(tag):
        return f"the tag {tag!r} has characters it may not, or is too long"
    return None


def _is_registry(component: str) -> bool:
    """Say whether a first component is a host (normalize.go, splitDockerDomain)."""
    return (
        "." in component
        or ":" in component
        or component == "localhost"
        or component.lower() != component
    )


@frozen(kw_only=True)
class ImageReference:
    """A container image reference, kept exactly as written.

    >>> reference = ImageReference.parse("redis:7@sha256:" + "0" * 64)
    >>> reference.repository, reference.tag, reference.canonical.registry
    ('redis', '7', 'docker.io')
    >>> str(ImageReference.parse("localhost:5000/kindest/node:v1.31.4"))
    'localhost:5000/kindest/node:v1.31.4'

    Raises:
        InvalidReference: a part does not follow the grammar.
    """

    registry: str | None = None
    repository: str
    tag: str | None = None
    digest: Digest | None = None

    def __post_init__(self) -> None:
        reason = self._flaw()
        if reason is not None:
            raise InvalidReference(str(self), reason)

    def _flaw(self) -> str | None:
        if self.registry is not None and not _REGISTRY.match(self.registry):
            return f"the registry {self.registry!r} is no host name"
        if not _REPOSITORY.match(self.repository):
            if self.repository.lower() != self.repository:
                return "the repository has upper-case letters"
            return f"the repository {self.repository!r} has characters it may not"
        if len(self.name) > _NAME_MAX_LENGTH:
            return "the name is longer than 255 characters"
        return None if self.tag is None else _tag_flaw(self.tag)

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """Return the reference that `text` writes; `str()` of it is `text`.

        Raises:
            InvalidReference: `text` is no reference; the message says which part.
        """
        if any(map(str.isspace, text)):
            raise InvalidReference(text, "a blank stands in it")
        rest, at, digest_text = text.partition("@")
        if "@" in digest_text:
            raise InvalidReference(text, "more than one '@'")
        digest = None
        if at:
            try:
                digest = Digest.parse(digest_text)
            except InvalidDigest as error:
                raise InvalidReference(text, error.message) from error
        first, slash, remainder = rest.partition("/")
        registry = None
        if slash and _is_registry(first):
            registry, rest = first, remainder
        repository, colon, tag = rest.partition(":")
        if not repository:
            raise InvalidReference(text, "no repository")
        return cls(
            registry=registry,
            repository=repository,
            tag=tag if colon else None,
            digest=digest,
        )

    @property
    def name(self) -> str:
        """Registry and repository as written, without tag and digest."""
        if self.registry is None:
            return self.repository
        return f"{self.registry}/{self.repository}"

    @property
    def canonical(self) -> ImageReference:
        """The same image in full: registry, `library/` on Docker Hub, and a tag.

        The tag is `latest` only where there is neither tag nor digest. Docker Hub's
        other host names become `docker.io`.
        """
        registry = self.registry or DOCKER_HUB
        if registry in _DOCKER_HUB_NAMES:
            registry = DOCKER_HUB
        repository = self.repository
        if registry == DOCKER_HUB and "/" not in repository:
            repository = f"library/{repository}"
        tag = self.tag
        if tag is None and self.digest is None:
            tag = "latest"
        return replace(self, registry=registry, repository=repository, tag=tag)

    def with_digest(self, digest: Digest) -> ImageReference:
        """Return the same reference with this digest; the tag stays."""
        return replace(self, digest=digest)

    def with_tag(self, tag: str) -> ImageReference:
        """Return the same reference with this tag; the digest stays."""
        return replace(self, tag=tag)

    def __str__(self) -> str:
        tag = "" if self.tag is None else f":{self.tag}"
        digest = "" if self.digest is None else f"@{self.digest}"
        return f"{self.name}{tag}{digest}"
