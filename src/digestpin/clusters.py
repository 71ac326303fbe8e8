"""Brings each cluster config together with the node images and kind that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import ClusterConfig
from digestpin.governing import find_governing
from digestpin.inventory import ConfiguredCluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.inventory import Reference
    from digestpin.pins import KindPin


def find_clusters(
    facts: Mapping[str, Sequence[Fact]],
    references: Sequence[Reference],
    pins: Sequence[KindPin],
    configured: tuple[KindPin, ...],
) -> Iterator[ConfiguredCluster]:
    """Give each cluster config with the references in it and the pins that govern it.

    `configured` are the versions that the configuration names; they go before all.
    """
    for found in facts.values():
        for fact in found:
            if not isinstance(fact, ClusterConfig):
                continue
            span = fact.region.span
            inside = tuple(
                reference
                for reference in references
                if reference.region.path == fact.region.path
                and span.start <= reference.region.span.start < span.end
            )
            governing = configured or find_governing(fact.scope, (), pins)[1]
            yield ConfiguredCluster(config=fact, references=inside, pins=governing)
