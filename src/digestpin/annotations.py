"""Reads the comments by which updaters are told what the next value is.

Renovate's regular expression managers and updatecli both use a comment above the value
or behind it: `# renovate: datasource=github-tags depName=kubernetes-sigs/kind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from digestpin.source import SourceFile

_ANNOTATION = lazy_pattern(
    r"(?P<before>[^\n]*?)(?:#|//|--|;|/\*|<!--|\{\{/\*)[^\n]*?\b(?:renovate|updatecli)\b[^\n]*?"
    r"\b(?:depName|packageName|lookupName|dep)\s*[=:]\s*[\"']?(?P<dep>[^\s\"',]+)"
)
_COMMENT = lazy_pattern(r"\s*(?:#|//|--|;|/?\*|<!--|\{\{/\*)")
_MARKERS = ("renovate", "updatecli")
_KIND_NAMES = frozenset(
    {"kubernetes-sigs/kind", "sigs.k8s.io/kind", "github.com/kubernetes-sigs/kind"}
)


def find_annotations(source: SourceFile) -> dict[int, str]:
    """Return the dependency named for each annotated line (1-based).

    A comment with nothing before it speaks of the next line that is no comment of its
    own; one behind a value speaks of its own line.
    """
    if not any(marker in source.text for marker in _MARKERS):
        return {}
    found: dict[int, str] = {}
    pending: str | None = None
    for number, line in enumerate(source.text.split("\n"), 1):
        match = _ANNOTATION.match(line)
        if match is not None and not match["before"].strip(" \t-"):
            pending = match["dep"]
        elif match is not None:
            found[number] = match["dep"]
            pending = None
        elif pending is not None and not _COMMENT.match(line) and line.strip():
            found[number] = pending
            pending = None
    return found


def names_kind(dependency: str) -> bool:
    """Say whether the annotated dependency is kind itself."""
    return dependency.partition("@")[0] in _KIND_NAMES or dependency == "kind"
