"""Says which commands and steps create a cluster from which cluster config."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from digestpin.branches import branches_of
from digestpin.facts import ActionUse, ClusterConfig, ClusterRun, Link
from digestpin.kind.actions import find_action
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.kind.releases import KindReleases
    from digestpin.rows import Rows
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope
    from digestpin.tracing import Tracer

    Use = tuple[ClusterRun, Rows]

RUN_NEEDLE = "create cluster"
"""What stands in every script that creates a cluster."""

_STANDARD_INPUT = frozenset(("", "-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"))
_BRACED = lazy_pattern(r"\$\{(\w+)\}")
_CHANGES = lazy_pattern(
    r"\b(?:yq|dasel)\b.*|\bsed\b.{0,200}?\s(?:-\w?i|--in-place)\b.*"
)
_WORD = lazy_pattern(r"[\w./-]+")


def find_runs(facts: Iterable[Fact], releases: KindReleases) -> Iterator[ClusterRun]:
    """Give everything that creates a cluster, known actions too."""
    for fact in facts:
        if isinstance(fact, ClusterRun):
            yield fact
        elif isinstance(fact, ActionUse):
            run = _action_run(fact, releases)
            if run is not None:
                yield run


def _action_run(use: ActionUse, releases: KindReleases) -> ClusterRun | None:
    action = find_action(use.uses.partition("@")[0], releases)
    if action is None:
        return None
    inputs = {name.lower(): value for name, value in use.inputs.items() if value.text}
    return ClusterRun(
        scope=use.scope,
        region=use.region,
        config=inputs.get(action.config_input or ""),
        image=inputs.get(action.node_image_input or ""),
    )


class Runs:
    """The runs of a repository, by the cluster config that they use.

    `unresolved` are those whose config is not known: each may use any config.
    """

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        sources: Mapping[str, SourceFile],
        tracer: Tracer,
        targets: Callable[[Link], Sequence[str]],
        releases: KindReleases,
    ) -> None:
        self._sources = sources
        self._tracer = tracer
        self._targets = targets
        everything = [fact for found in facts.values() for fact in found]
        self.configs = [fact for fact in everything if isinstance(fact, ClusterConfig)]
        self._by_config: dict[int, list[Use]] = defaultdict(list)
        self.unresolved: list[ClusterRun] = []
        if not any(has_patches(config) for config in self.configs):
            return
        for run in find_runs(everything, releases):
            if run.config is None:
                self.unresolved += [run] if run.is_open else []
                continue
            used = list(self._used(run, run.config.text.strip()))
            for config, rows in used:
                self._by_config[id(config)].append((run, rows))
            if not used:
                self.unresolved.append(run)

    def is_changed(self, run: ClusterRun, config: ClusterConfig) -> bool:
        """Say whether the script of a run may write other nodes into the config."""
        name = posixpath.basename(config.file) or config.region.path.name
        text = self._sources[run.region.path.as_posix()].text
        return any(name in line[0] for line in _CHANGES.finditer(text))

    def of(self, config: ClusterConfig) -> Sequence[Use]:
        """Return the runs that use a config, each with the rows in which it does."""
        return self._by_config.get(id(config), ())

    def _used(self, run: ClusterRun, word: str) -> Iterator[tuple[ClusterConfig, Rows]]:
        if word in _STANDARD_INPUT or run.file.startswith("<("):
            yield from ((config, ()) for config in self._fed(run))
            return
        names, paths = self._names(run), self._paths(run)
        written = [
            config
            for config in self.configs
            if config.file and _plain_name(config.file) in names
        ]
        near = list(_nearest(run, written))
        yield from ((config, ()) for config in near)
        for config in self.configs:
            is_file = not config.file and not config.variable
            if is_file and not near:
                for rows in paths.get(config.region.path.as_posix(), ()):
                    yield config, rows

    def _fed(self, run: ClusterRun) -> Iterator[ClusterConfig]:
        """Give the configs that stand, or are named, in the statement of a run."""
        if run.feed is None:
            return
        source = self._sources[run.feed.path.as_posix()]
        text = source.text[run.feed.span.start : run.feed.span.end]
        words = set(_WORD.findall(text))
        files = {posixpath.basename(word) for word in words if "." in word}
        inside = [config for config in self.configs if _contains(run.feed, config)]
        yield from inside
        named = (config for config in self.configs if not inside)
        for config in named:
            path = config.region.path
            is_here = path.as_posix() == run.scope[0]
            if config.variable:
                if config.variable in words:
                    yield config
            elif config.file:
                if is_here and posixpath.basename(config.file) in files:
                    yield config
            elif path.name in files:
                yield config

    def _names(self, run: ClusterRun) -> set[str]:
        """Return the words by which the file that a run reads goes in its script."""
        values = () if run.config is None else self._tracer.values(run.config)
        found = [run.file, *(value.text for value in values)]
        return {_plain_name(name) for name in found if name}

    def _paths(self, run: ClusterRun) -> Mapping[str, Sequence[Rows]]:
        """Return the paths from the root that a run's config can have, with rows."""
        if run.path is not None:
            return {run.path: [()]}
        found: dict[str, list[Rows]] = defaultdict(list)
        for value in () if run.config is None else self._tracer.values(run.config):
            link = Link(
                type=Link.Type.READ,
                scope=run.scope,
                target=value.text,
                base=run.base,
                region=run.region,
            )
            for path in self._targets(link):
                found[path].append(value.rows)
        return found


def has_patches(config: ClusterConfig) -> bool:
    """Say whether there is something in a config that an image may not take."""
    return bool(config.patches)


def _plain_name(name: str) -> str:
    """Return a path in a script's words, its variables in one way of writing."""
    return posixpath.normpath(_BRACED.sub(r"$\1", name))


def _contains(region: Region, config: ClusterConfig) -> bool:
    inner = config.region
    return region.path == inner.path and (
        region.span.start <= inner.span.start and inner.span.end <= region.span.end
    )


def _nearest(
    run: ClusterRun, configs: Sequence[ClusterConfig]
) -> Iterator[ClusterConfig]:
    """Give what a script has written to a file when a run reads it.

    Several scripts may write a file of one name: the nearest does. What is written
    again in the same branch before the run is lost.
    """
    here = [it for it in configs if it.region.path.as_posix() == run.scope[0]]
    depth = max((_shared(run.scope, it.scope) for it in here), default=0)
    near = [it for it in here if _shared(run.scope, it.scope) == depth]
    before = [it for it in near if it.region.span.start < run.region.span.start]
    last = {branches_of(it.scope): it for it in before or near}
    yield from last.values()


def _shared(first: Scope, second: Scope) -> int:
    """Return how many keys two scopes share, from the outside."""
    pairs = zip(_plain(first), _plain(second), strict=False)
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _plain(scope: Scope) -> list[str]:
    return [key for key in scope if not re.match(r"\|", key)]
