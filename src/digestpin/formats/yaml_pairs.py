"""Joins image references that YAML splits over sibling keys.

`repository:` and `tag:`, also with `registry:` and `digest:`, as Helm values, kustomize
and many tools of their own write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Template, join, made_up
from digestpin.yamltext import Scalar

if TYPE_CHECKING:
    from digestpin.yamltext import Mapping

_NAMES = (
    ("newName", ("newTag",)),
    ("repository", ("tag", "imageTag", "image_tag")),
    ("imageRepository", ("imageTag", "tag")),
    ("image_repository", ("image_tag", "tag")),
    ("repo", ("tag",)),
    ("image", ("tag", "imageTag", "image_tag", "version")),
    ("imageName", ("imageTag", "tag")),
    ("name", ("newTag", "tag", "version")),
)
"""Keys that hold a name, each with those that may hold its tag, best first."""
_REGISTRIES = ("registry", "imageRegistry", "image_registry")
_DIGESTS = ("digest", "sha")
_WANTED = frozenset(name for name, _ in _NAMES)
_TAGS = frozenset(_DIGESTS).union(*(tags for _, tags in _NAMES))
_PARTS = _WANTED | _TAGS | frozenset(_REGISTRIES)
_NAME = lazy_pattern(
    rf"(?:(?:[A-Za-z0-9._-]|{HOLE})+(?::[0-9]+)?/)*(?:[A-Za-z0-9._-]|{HOLE})+"
)
_TAG = lazy_pattern(rf"(?:[A-Za-z0-9_.@:+-]|{HOLE})+")


class Pair(NamedTuple):
    """A joined reference, and the keys of the mapping that it is made of."""

    template: Template
    keys: frozenset[str]


def find_pair(mapping: Mapping) -> Pair | None:
    """Return the reference that sibling keys make together.

    Nothing is joined when the name has a tag of its own, or there is neither tag nor
    digest.
    """
    values = mapping.values
    if _WANTED.isdisjoint(values) or _TAGS.isdisjoint(values):
        return None
    scalars = {
        key: value.content
        for key, value in values.items()
        if key in _PARTS and isinstance(value, Scalar) and value.text
    }
    for name, tags in _NAMES:
        if name in scalars and _NAME.fullmatch(scalars[name].text):
            return _join(scalars, name, tags)
    return None


def _join(
    scalars: dict[str, Template], name: str, tags: tuple[str, ...]
) -> Pair | None:
    registry = next((key for key in _REGISTRIES if key in scalars), None)
    tag = next((key for key in tags if key in scalars), None)
    if name == "newName" and tag is None and "newTag" in scalars:
        tag = "newTag"
    digest = next((key for key in _DIGESTS if key in scalars), None)
    is_name = "/" in scalars[name].text or registry is not None
    if not is_name or (tag is None and digest is None):
        return None
    if tag is not None and not _TAG.fullmatch(scalars[tag].text):
        return None
    parts, keys = [scalars[name]], [name]
    if name == "newName":
        keys.append("name")  # what kustomize looks for, and no image that is used
    if registry is not None:
        parts[:0] = [scalars[registry], made_up("/")]
        keys.append(registry)
    if tag is not None:
        parts += [made_up(":"), scalars[tag]]
        keys.append(tag)
    if digest is not None:
        has_algorithm = ":" in scalars[digest].text
        parts += [made_up("@" if has_algorithm else "@sha256:"), scalars[digest]]
        keys.append(digest)
    return Pair(join(parts), frozenset(keys))
