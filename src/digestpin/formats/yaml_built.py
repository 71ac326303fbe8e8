"""Knows the images that YAML has built: compose services, build actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.line_text import trim
from digestpin.patterns import lazy_pattern
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.templates import Template
    from digestpin.yamltext import Node

_SERVICES = "services"
_NOTHING = frozenset(("", "~", "null", "Null", "NULL", "false"))
# What the name of an action says that it makes an image.
_BUILDING = lazy_pattern(
    r"(?:\A|[/_-])(?:build|buildx|buildah|bake|kaniko)(?:[/_-]|\Z)"
)
_TAG_INPUTS = frozenset(("tag", "tags"))
_ITEM = lazy_pattern(r"[^,\r\n]+")


def find_built(mapping: Mapping, parent: str) -> Iterator[Scalar]:
    """Yield the names that a compose service gives to the image that it builds.

    `parent` is the key of the mapping in which the service stands.
    """
    build = mapping.get("build") if parent == _SERVICES else None
    if build is None or (isinstance(build, Scalar) and build.text in _NOTHING):
        return
    image = mapping.get("image")
    if isinstance(image, Scalar):
        yield image
    if isinstance(build, Mapping):
        yield from _items(build.get("tags"))


def _items(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            yield item


def names_built(action: str, key: str) -> bool:
    """Whether an input of an action names the images that the action makes.

    >>> names_built("docker/build-push-action", "tags")
    True
    >>> names_built("helm/kind-action", "tags")
    False
    """
    return key.lower() in _TAG_INPUTS and _BUILDING.search(action) is not None


def split_tags(template: Template) -> Iterator[Template]:
    """Yield the parts of a list with commas or one name a line."""
    for item in _ITEM.finditer(template.text):
        yield trim(template.cut(*item.span()))
