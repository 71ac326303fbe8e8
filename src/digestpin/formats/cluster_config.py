"""Finds kind cluster configs, and everything else, in YAML inside a scalar.

An input of an action, a ConfigMap's data and a here-document hold YAML as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.yaml_cluster import find_cluster_config
from digestpin.formats.yaml_walk import Walker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.templates import Scope, Template

__all__ = ["extract_embedded", "find_cluster_config"]


def extract_embedded(content: Template, scope: Scope) -> Iterator[Fact]:
    """Yield the facts of YAML, or of any other text, inside a scalar.

    Variables of the outer syntax may be holes of `content` already.
    """
    region = content.region
    if region is not None:
        yield from Walker(region.path).embedded(content, scope)
