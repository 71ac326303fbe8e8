"""What a kind pin is, and how a variable's name says that it holds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.version import Version

    from digestpin.rows import Rows
    from digestpin.source import Region
    from digestpin.templates import Scope
    from digestpin.tracing import Step

NEEDLES = (
    "sigs.k8s.io/kind",
    "kubernetes-sigs/kind",
    "kind.sigs.k8s.io",
    "kind-action",
    "setup-kind",
    "KIND_VER",
    "kind_ver",
    "kindVer",
    "KindVer",
    "kind-ver",
    "kindver",
    "KIND_TAG",
    "KIND_RELEASE",
    "kind=v0.",
    "kind: v0.",
    "kind: [v0.",
    'kind: "v0.',
    "install kind",
    "arkade get kind",
    "ark get kind",
    "kind@",
)
"""Fixed strings, one of which stands in every file that can pin kind."""

TOOL_FILES = (
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    "aqua.yaml",
    "devbox.json",
    "Brewfile",
    "bin/.kind-*.pkg",
)
"""Files that may pin kind and hold none of the needles."""

_WORDS = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z0-9]*")
_JOINED = lazy_pattern(r"kind(version|ver|tag|release)")
_VERSION_WORDS = frozenset({"version", "ver", "vers", "tag", "release"})
_TOOL_WORDS = frozenset({"cli", "bin", "binary", "tool"})
# `RESOURCE_KIND_VERSION` speaks of a type, `CLOUD_PROVIDER_KIND_VERSION` of another
# product.
_OTHER_PRODUCT = frozenset(
    {"provider", "in", "x", "cluster", "resource", "object", "api", "custom", "crd"}
)


@frozen(kw_only=True, slots=False)
class KindPin:
    """A place that fixes the version of kind, and where that counts.

    `version` is None where kind is used with no version that stays (`latest`, a
    branch); `text` is what is written. `region` is where the version is written,
    `uses` the scopes (with matrix rows) in which kind is installed by it. `is_moving`:
    the version follows from something that moves (a major tag). `is_traceable`: false
    when a version is given in a way that cannot be followed.
    """

    version: Version | None
    text: str
    region: Region
    mechanism: str
    uses: tuple[tuple[Scope, Rows], ...]
    steps: tuple[Step, ...] = ()
    is_moving: bool = False
    is_traceable: bool = True
    note: str = ""


def is_kind_version_name(name: str) -> bool:
    """Say whether a variable's name says that it holds a version of kind.

    >>> names = ("E2E_KIND_VERSION", "kindVersion", "kindversion")
    >>> [is_kind_version_name(name) for name in names]
    [True, True, True]
    >>> is_kind_version_name("CLOUD_PROVIDER_KIND_VERSION")
    False
    >>> is_kind_version_name("go.mod:sigs.k8s.io/kind")
    False
    """
    words = [word.lower() for word in _WORDS.findall(_JOINED.sub(r"kind_\1", name))]
    if "kind" not in words:
        return False
    at = len(words) - 1 - words[::-1].index("kind")
    if "/" in name:
        return False  # a path or a module, which is no variable
    rest = [word for word in words[at + 1 :] if word not in _TOOL_WORDS]
    if at and words[at - 1] in _OTHER_PRODUCT:
        return False
    return not rest or (len(rest) == 1 and rest[0] in _VERSION_WORDS)


def versions(pins: Iterable[KindPin]) -> Iterator[Version]:
    """Give the distinct versions of some pins, newest first."""
    yield from sorted(
        {pin.version for pin in pins if pin.version is not None}, reverse=True
    )
