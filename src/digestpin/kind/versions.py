"""Reads and writes the version texts of kind, Kubernetes and containerd.

All three follow semantic versioning, with git-describe and Go pseudo-version endings
where a build lies between releases. They become `packaging` versions, which order them.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from packaging.version import Version

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    import re

_CORE = r"(?P<core>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))"
_STAGE = r"(?:-(?P<stage>alpha|beta|rc)(?:\.?(?P<number>\d+))?)?"
_DESCRIBED = r"(?:-(?P<commits>\d+)-g[0-9a-f]{6,40})?"
_PSEUDO = r"(?:[-.]0\.(?P<stamp>\d{14})-[0-9a-f]{12})?"
_BUILD = r"(?:\+[0-9A-Za-z.-]+)?"

_KIND = lazy_pattern(
    rf"(?:kind[-_/@ ]?)?v?{_CORE}{_STAGE}{_DESCRIBED}{_PSEUDO}{_BUILD}\Z"
)
_KUBERNETES = lazy_pattern(rf"v?{_CORE}{_STAGE}(?:[-_.+][0-9A-Za-z_.-]*)?\Z")
_RELEASE_TAG = lazy_pattern(rf"v{_CORE}{_STAGE}\Z")
_CONTAINERD = lazy_pattern(rf"v?{_CORE}{_STAGE}{_DESCRIBED}\Z")

_STAGE_LETTERS = {"alpha": "a", "beta": "b", "rc": "rc"}
_STAGE_WORDS = {letters: word for word, letters in _STAGE_LETTERS.items()}


@frozen
class ContainerdVersion:
    """A containerd version: `text` as published, `version` to compare.

    >>> str(ContainerdVersion.parse("1.4.0-106-gce4439a8"))
    '1.4.0-106-gce4439a8'
    """

    text: str
    version: Version

    @classmethod
    def parse(cls, text: str) -> ContainerdVersion | None:
        """Return the version that `text` writes, or None.

        The ending of `git describe` counts commits after the version before it.

        >>> ContainerdVersion.parse("1.4.0-106-gce4439a8").version
        <Version('1.4.0.post106')>
        """
        match = _CONTAINERD.match(text)
        return None if match is None else cls(text, _to_version(match))

    def __str__(self) -> str:
        return self.text


@functools.lru_cache(maxsize=1024)
def parse_kind_version(text: str) -> Version | None:
    """Return the kind version that `text` writes, or None.

    A version between releases (`-alpha`, git describe, a Go pseudo-version) becomes a
    version that lies between them and whose `is_prerelease` is true, but for commits
    counted after a release, which order after it. A build part (`+hash`) is dropped.
    Incomplete versions (`v0.31`, `latest`) are none.

    >>> parse_kind_version("v0.31.0"), parse_kind_version("0.30.0-alpha+4f3c")
    (<Version('0.31.0')>, <Version('0.30.0a0')>)
    >>> parse_kind_version("v0.27.1-0.20250301101112-0123456789ab")
    <Version('0.27.1.dev20250301101112')>
    """
    match = _KIND.match(text.strip())
    return None if match is None else _to_version(match)


def format_kind_version(version: Version) -> str:
    """Return the version as kind's own tags write it.

    >>> format_kind_version(Version("0.31.0")), format_kind_version(Version("0.30.0a0"))
    ('v0.31.0', 'v0.30.0-alpha')
    """
    text = f"v{'.'.join(map(str, version.release))}"
    if version.pre is not None:
        letters, number = version.pre
        text += f"-{_STAGE_WORDS[letters]}" + (f".{number}" if number else "")
    if version.dev is not None:
        text += f"-0.{version.dev}"
    return text


@functools.lru_cache(maxsize=1024)
def parse_kubernetes_tag(tag: str) -> Version | None:
    """Return the Kubernetes version that a node image's tag names, or None.

    Anything after the version (`v1.31.4-mine`) is left out; `latest` and `main` name
    no version.

    >>> parse_kubernetes_tag("v1.37.0-rc.1"), parse_kubernetes_tag("latest")
    (<Version('1.37.0rc1')>, None)
    """
    match = _KUBERNETES.match(tag)
    return None if match is None else _to_version(match)


def is_release_tag(tag: str) -> bool:
    """Say whether a tag is a Kubernetes version and nothing else.

    >>> is_release_tag("v1.37.0-rc.1"), is_release_tag("v1.31.4-mine")
    (True, False)
    """
    return _RELEASE_TAG.match(tag) is not None


def _to_version(match: re.Match[str]) -> Version:
    groups = match.groupdict()
    text = groups["core"]
    if groups["stage"]:
        text += _STAGE_LETTERS[groups["stage"]] + (groups["number"] or "0")
    if groups.get("commits"):
        text += f".post{groups['commits']}"
    if groups.get("stamp"):
        text += f".dev{groups['stamp']}"
    return Version(text)
