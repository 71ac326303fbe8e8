"""The straight line from paths to a report.

::

    discover → extract → gather → ask registries → judge → suppress → report
                                                              └→ edit → verify → write
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.digests import Digests
from digestpin.findings import Report
from digestpin.fixes import Fixer
from digestpin.gathering import Project
from digestpin.kind.releases import KindReleases
from digestpin.kind.versions import parse_kind_version
from digestpin.lookups import (
    Answers,
    Online,
    ask_for_digests,
    ask_online,
)
from digestpin.merging import drop_conflicts, say_once
from digestpin.pins import KindPin
from digestpin.reading import is_inside, without_links
from digestpin.references import NODE_IMAGE
from digestpin.rules import load_rules, unused_ignore
from digestpin.rules.interface import Context
from digestpin.selection import Selection
from digestpin.source import Region, SourceFile, Span
from digestpin.suppression import apply, is_chosen, with_severity
from digestpin.uses import Uses
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from digestpin.config import Configuration
    from digestpin.discovery import Root
    from digestpin.findings import Finding
    from digestpin.inventory import Inventory
    from digestpin.lookups import Asking
    from digestpin.settings import Settings


def _tell_nobody(_: str) -> None:
    """Take what is being done, and do nothing with it."""


@dataclass
class Run:
    """One run over one repository.

    `is_reported` says of a path whether its findings are wanted; what is known never
    depends on it. `named` are read though git ignores them; with `tracked_only` nothing
    is that git does not track. `asking` says how registries are asked, None that they
    are not; `is_online` that `check` asks them about every pinned reference. `tell`
    hears what is being done.
    """

    root: Root
    configuration: Configuration
    is_reported: Callable[[PurePosixPath], bool]
    named: frozenset[PurePosixPath] = frozenset()
    tracked_only: bool = False
    releases: KindReleases = field(default_factory=KindReleases.load)
    asking: Asking | None = None
    is_online: bool = False
    answers: Answers = field(default_factory=Answers)
    online: Online | None = None
    tell: Callable[[str], None] = _tell_nobody

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.configuration.settings

    def open_project(self) -> Project:
        """Return the repository with every candidate file read."""
        settings = self.settings
        self.tell("reading files")
        project = Project(
            root=self.root,
            selection=Selection(
                include=settings.include,
                exclude=settings.exclude,
                named=self.named,
                tracked_only=self.tracked_only,
                max_size_bytes=settings.max_file_size,
            ),
            releases=self.releases,
            repositories=(NODE_IMAGE, *settings.images),
            configured_pins=tuple(self.configured_pins()),
        )
        self.show_configuration(project)
        project.load_candidates()
        return project

    def show_configuration(self, project: Project) -> None:
        """Let places of the configuration be shown; nothing is looked for in it."""
        source = self._configuration_source()
        if source is not None:
            project.sources[source.path.as_posix()] = source
            project.facts[source.path.as_posix()] = ()

    def configured_pins(self) -> Iterable[KindPin]:
        """Give the kind version that the configuration sets, if it does."""
        text = self.settings.kind_version
        version = parse_kind_version(text) if text else None
        if text is None or version is None:
            return
        source = self._configuration_source()
        region = Region(PurePosixPath("command line"), Span(0, 0))
        mechanism = "kind-version in the configuration"
        if source is None or "kind_version" in self.configuration.flags:
            mechanism = "--kind"
        else:
            start = source.text.find(text, self._setting_offset(source))
            region = source.region(start, start + len(text))
        yield KindPin(
            version=version, text=text, region=region, mechanism=mechanism, uses=()
        )

    def _setting_offset(self, source: SourceFile) -> int:
        file = self.configuration.file
        if file is None:
            return 0
        line, _ = file.find_place(("kind-version",))
        return source.line_starts[line - 1]

    def _configuration_source(self) -> SourceFile | None:
        """Return the configuration file, when it is in the repository."""
        file = self.configuration.file
        if file is None:
            return None
        root, real = self.root.path, os.path.realpath(file.path)
        if not is_inside(real, os.path.realpath(root)):
            return None
        return SourceFile(without_links(root, real), file.data)

    # Judging

    def digests(self) -> Digests:
        """Return what decides on digests, with what registries have answered."""
        return Digests(
            releases=self.releases,
            resolutions=self.answers.resolutions,
            confirmations=self.answers.confirmations,
            from_registry=self.settings.digest_source == "registry",
        )

    def ask(self, inventory: Inventory) -> None:
        """Ask registries what only they know, before anything is judged."""
        if self.asking is not None:
            self.tell("asking registries")
            self.answers = ask_for_digests(inventory, self.digests(), self.asking)

    def ask_online(self, inventory: Inventory) -> None:
        """Ask registries about every pinned reference."""
        if self.asking is not None and self.is_online:
            self.tell("asking registries")
            self.online = ask_online(inventory, self.asking)

    def judge(self, project: Project, inventory: Inventory) -> Judgement:
        """Return all findings of the selected rules, suppressed ones taken out."""
        self.tell("judging")
        context = self._context(project, inventory)
        settings, known = self.settings, load_rules()
        rules = [rule for rule in known if is_chosen(rule.info, self.configuration)]
        not_run = [
            rule.info
            for rule in known
            if rule not in rules or (self.online is None and rule.is_online)
        ]
        found = [finding for rule in rules for finding in rule.check(context)]
        suppressed = apply(
            say_once(drop_conflicts(found)),
            _by_path(project),
            facts=project.facts,
            per_file_ignores=settings.per_file_ignores,
            not_run=not_run,
            report_bare=len(rules) == len(known),
        )
        kept = [*suppressed.kept]
        if unused_ignore.RULE in rules:
            context = replace(context, unused_ignores=suppressed.unused)
            kept += unused_ignore.RULE.check(context)
        reported = [
            with_severity(finding, settings)
            for finding in kept
            if self.is_reported(finding.location.path)
        ]
        return Judgement(
            findings=tuple(sorted(reported, key=lambda item: item.sort_key)),
            suppressed=suppressed.count,
        )

    def _context(self, project: Project, inventory: Inventory) -> Context:
        """Return what rules may look at."""
        return Context(
            inventory=inventory,
            digests=self.digests(),
            fixer=Fixer(inventory, Uses(inventory, project.repositories)),
            unreadable=tuple(project.unreadable.values()),
            online=self.online,
        )

    def report(
        self, project: Project, inventory: Inventory, judgement: Judgement
    ) -> Report:
        """Return the report of a run."""
        online = self.online or Online()
        return Report(
            findings=judgement.findings,
            problems=tuple(
                dict.fromkeys(
                    (*project.problems, *self.answers.problems, *online.problems)
                )
            ),
            notes=(*self.answers.notes, *online.notes),
            rules=tuple(rule.info for rule in load_rules()),
            sources=_by_path(project),
            files=len(project.sources),
            references=sum(
                self.is_reported(reference.region.path)
                for reference in inventory.references
            ),
            kind_pins=sum(pin.version is not None for pin in inventory.pins),
            suppressed=judgement.suppressed,
        )

    def check(self, project: Project | None = None) -> Report:
        """Return what there is to say of the repository."""
        project = project or self.open_project()
        inventory = project.gather()
        self.ask_online(inventory)
        return self.report(project, inventory, self.judge(project, inventory))


def _by_path(project: Project) -> dict[PurePosixPath, SourceFile]:
    return {source.path: source for source in project.sources.values()}


@frozen
class Judgement:
    """Findings in order, and how many were suppressed."""

    findings: tuple[Finding, ...]
    suppressed: int
