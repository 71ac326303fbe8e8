"""Small questions to the nodes of a workflow."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.source import Region, Span
from digestpin.yamltext import Mapping, Scalar

if TYPE_CHECKING:
    from digestpin.yamltext import Node

_EMPTY = Mapping(Region(PurePosixPath(), Span(0, 0)))


def mapping_of(node: Node | None) -> Mapping:
    """Return a node that is a mapping, else an empty one."""
    return node if isinstance(node, Mapping) else _EMPTY


def plain_text(node: Node | None) -> str:
    """Return a scalar's text when nothing in it is computed, else nothing."""
    if not isinstance(node, Scalar) or "${{" in node.text:
        return ""
    return node.text


def working_directory(node: Mapping) -> str:
    """Return the folder in which `defaults` says that scripts run."""
    defaults = mapping_of(mapping_of(node.get("defaults")).get("run"))
    return folder_named(defaults.get("working-directory"))


def folder_named(node: Node | None) -> str:
    """Return the folder that a scalar names, `""` for the root."""
    text = plain_text(node)
    folder = posixpath.normpath(text) if text else ""
    return "" if folder == "." else folder
