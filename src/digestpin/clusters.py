"""Brings each cluster config together with the node images and kind that run it.

An image that a command or a step is given overrules those in the config. Where the
config names none either, kind takes its own default; but only when it is known that
nothing else names one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.cluster_runs import Runs, has_patches
from digestpin.errors import InvalidReference
from digestpin.facts import ClusterConfig
from digestpin.governing import find_governing
from digestpin.inventory import ConfiguredCluster, Level, NodesImage
from digestpin.oci import ImageReference
from digestpin.references import NODE_IMAGE
from digestpin.rows import meet_rows
from digestpin.spans import ByRegion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from digestpin.facts import ClusterRun, Fact, Link
    from digestpin.inventory import Reference
    from digestpin.kind.releases import KindReleases
    from digestpin.oci import Digest
    from digestpin.pins import KindPin
    from digestpin.rows import Rows
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope, Template
    from digestpin.tracing import Tracer, Value

_NEAR = (Level.STEP, Level.JOB, Level.FILE)


@dataclass(frozen=True, kw_only=True)
class ClusterFinder:
    """Finds the images that the nodes of each cluster config run.

    `configured` are the versions that the configuration names; they go before all.
    `targets(link)` gives the paths of the files that a link names.
    """

    facts: Mapping[str, Sequence[Fact]]
    sources: Mapping[str, SourceFile]
    references: Sequence[Reference]
    pins: Sequence[KindPin]
    configured: tuple[KindPin, ...]
    tracer: Tracer
    targets: Callable[[Link], Sequence[str]]
    releases: KindReleases

    def find(self) -> Iterator[ConfiguredCluster]:
        """Give each cluster config with the images that are known to run on it."""
        runs = Runs(self.facts, self.sources, self.tracer, self.targets, self.releases)
        for config in runs.configs:
            images: list[NodesImage] = []
            if has_patches(config):
                images += self._images(config, runs)
            yield ConfiguredCluster(config=config, images=tuple(images))

    def _images(self, config: ClusterConfig, runs: Runs) -> Iterator[NodesImage]:
        used_by = runs.of(config)
        for run, rows in used_by:
            if run.image is not None:
                yield from self._given(run, rows)
            elif not run.is_open:
                yield from self._written(config, run.scope)
                if not runs.is_changed(run, config):
                    yield from self._default(config, run.scope, rows)
        if not used_by:
            yield from self._written(config, None)
            may_be_given = self._is_elsewhere or any(
                run.is_open or run.image is not None for run in runs.unresolved
            )
            if not may_be_given:
                yield from self._default(config, config.scope)

    @cached_property
    def _is_elsewhere(self) -> bool:
        """Whether a node image is named outside of all cluster configs."""
        everything = (fact for found in self.facts.values() for fact in found)
        inside = ByRegion(
            (fact.region, fact)
            for fact in everything
            if isinstance(fact, ClusterConfig)
        )
        return any(
            reference.is_node_image and not inside.containing(reference.region)
            for reference in self.references
        )

    @cached_property
    def _by_image(self) -> Mapping[tuple[str | None, Digest | None], list[Reference]]:
        found: dict[tuple[str | None, Digest | None], list[Reference]]
        found = defaultdict(list)
        for reference in self.references:
            if reference.is_node_image and reference.parsed is not None:
                found[reference.tag, reference.parsed.digest].append(reference)
        return found

    def _given(self, run: ClusterRun, rows: Rows) -> Iterator[NodesImage]:
        """Give what a run's image can be; what it cannot be known to be is left out.

        `rows` are those in which the run uses the config.
        """
        if run.image is None or self._is_mixed(run):
            return
        for value in self.tracer.values(run.image):
            if meet_rows(value.rows, rows) is not None:
                yield from self._image(run.image, value, run.scope)

    def _is_mixed(self, run: ClusterRun) -> bool:
        """Say whether it is not known which image comes with which config."""
        if run.image is None or run.config is None:
            return False
        configs = self.tracer.values(run.config)
        images = self.tracer.values(run.image)
        is_tied = all(value.rows for value in (*configs, *images))
        return len(configs) > 1 and len(images) > 1 and not is_tied

    def _written(
        self, config: ClusterConfig, scope: Scope | None
    ) -> Iterator[NodesImage]:
        # Nodes by the hundred run the same image.
        distinct = {it.text if it.is_literal else it: it for it in config.node_images}
        for template in distinct.values():
            for value in self.tracer.values(template):
                yield from self._image(template, value, scope)

    def _image(
        self, template: Template, value: Value, scope: Scope | None
    ) -> Iterator[NodesImage]:
        """Give the node image that a value names, if it is one of the repository's.

        `scope` is that of the run, None where none is known: then the pins are those
        of the reference.
        """
        image = _parse(value)
        if image is None:
            return
        written = self._by_image.get((image.tag, image.digest))
        if not written:
            return
        regions = [part.region for part in (*template.parts, *value.template.parts)]
        here = [
            reference
            for reference in written
            if any(one and _overlap(one, reference.region) for one in regions)
        ]
        reference = (here or written)[0]
        tag = image.tag
        if tag is None and image.digest is not None:
            builds = self.releases.builds_of_digest(image.digest)
            tag = builds[0].tag if builds else None
        if tag is None:
            return
        yield NodesImage(
            tag=tag,
            digest=image.digest,
            region=reference.region,
            pins=self._pins(scope, value.rows, reference.pins),
        )

    def _default(
        self, config: ClusterConfig, scope: Scope, rows: Rows = ()
    ) -> Iterator[NodesImage]:
        """Give the default of each kind release for nodes that name no image."""
        if config.is_open or len(config.node_images) >= max(1, config.nodes):
            return
        pins = self.configured or find_governing(scope, rows, self.pins)[1]
        for version in sorted({pin.version for pin in pins if pin.version}):
            release = self.releases.release(version)
            if release is not None:
                build = release.default_node_image
                own = tuple(pin for pin in pins if pin.version == version)
                yield NodesImage(
                    tag=build.tag, digest=build.digest, region=None, pins=own
                )

    def _pins(
        self, scope: Scope | None, rows: Rows, otherwise: tuple[KindPin, ...]
    ) -> tuple[KindPin, ...]:
        if scope is None or self.configured:
            return self.configured or otherwise
        level, found = find_governing(scope, rows, self.pins)
        return found if level in _NEAR or not otherwise else otherwise


def _parse(value: Value) -> ImageReference | None:
    """Return the node image that a value is; its registry need not be known."""
    at = value.text.rfind(NODE_IMAGE)
    if at == -1 or value.text[at - 1 : at] not in ("", "/"):
        return None
    try:
        return ImageReference.parse(value.text[at:])
    except InvalidReference:
        return None


def _overlap(first: Region, second: Region) -> bool:
    return (
        first.path == second.path
        and first.span.start < second.span.end
        and second.span.start < first.span.end
    )
