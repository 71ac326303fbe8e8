"""Moves every kind pin and node image to what one kind release was published with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.errors import ManifestNotFound
from digestpin.findings import Safety
from digestpin.kind.versions import format_kind_version
from digestpin.lookups import notes_of, problem_of
from digestpin.registry.resolution import Unresolved
from digestpin.reports.summary import number
from digestpin.rewriting import Claims, Rewriting
from digestpin.rules import find_rule
from digestpin.source import Region
from digestpin.suppression import is_chosen, read_ignores, selects
from digestpin.upgrade_images import plan_images, reference_to
from digestpin.upgrade_pins import checksums_near, plan_pins, verify_pins
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import PurePosixPath

    from digestpin.errors import DigestpinError
    from digestpin.findings import Problem
    from digestpin.gathering import Project
    from digestpin.inventory import Inventory
    from digestpin.kind.releases import KindRelease
    from digestpin.pipeline import Run
    from digestpin.rewriting import Change
    from digestpin.source import Span
    from digestpin.upgrade_plan import Planned

# An ignore comment for one of these keeps what it stands at; one without codes always.
_RULES = {"kind": (), "node image": ("DP001", "DP101", "DP102")}

_REFUSED = "its file cannot be changed"


@frozen(kw_only=True, slots=False)
class Upgraded:
    """What an upgrade comes to: what moves, what stays and why, each changed file.

    Of `left`, those that are `ignored` are meant to stay.
    """

    kind: KindRelease
    moved: tuple[Planned, ...]
    left: tuple[Planned, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]


@dataclass
class Upgrading:
    """Upgrades one project; `unsafe` also does what may change another meaning."""

    run: Run
    project: Project
    release: KindRelease
    unsafe: bool = False
    _rewriting: Rewriting = field(init=False)
    _problems: list[Problem] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        checks = (verify_pins(self.release.version),)
        self._rewriting = Rewriting(self.project, checks=checks)

    def upgrade(self) -> Upgraded:
        """Plan every move, make those that can be made, and say which stay."""
        inventory = self.project.gather()
        self.run.tell("planning")
        pins = [*self.project.configured_pins, *inventory.pins]
        plans = [
            *plan_pins(pins, inventory, self.release),
            *plan_images(inventory, self.project, self.release, unsafe=self.unsafe),
        ]
        plans = self._decide(_distinct(self._reported(plans)))
        plans = list(self._keep_together(plans, inventory))
        self._confirm(plans, inventory)
        moving = [plan for plan in plans if plan.fix is not None]
        self._rewriting.apply((plan.fix for plan in moving if plan.fix), inventory)
        plans = [self._settle(plan) for plan in plans]
        moved = [plan for plan in plans if plan.fix is not None]
        self._notes += checksums_near(moved, inventory)
        self._notes += self._unasked(moved)
        return self._upgraded(plans)

    def without(
        self, upgraded: Upgraded, lost: Mapping[PurePosixPath, DigestpinError]
    ) -> Upgraded:
        """Return the same when some files, with an error each, stay as before."""
        if not lost:
            return upgraded
        for path, error in lost.items():
            self._rewriting.give_up(path, error)
        plans = [self._settle(plan) for plan in (*upgraded.left, *upgraded.moved)]
        return self._upgraded(plans)

    def _settle(self, plan: Planned) -> Planned:
        """Leave a plan for a file that was refused."""
        if plan.fix is not None and self._rewriting.is_refused(plan.fix):
            return plan.leave(_REFUSED)
        return plan

    def _upgraded(self, plans: Sequence[Planned]) -> Upgraded:
        return Upgraded(
            kind=self.release,
            moved=tuple(plan for plan in plans if plan.fix is not None),
            left=tuple(plan for plan in plans if plan.fix is None),
            notes=tuple(dict.fromkeys(self._notes)),
            problems=(
                *self.project.problems,
                *self._problems,
                *self._rewriting.problems,
            ),
            changes=self._rewriting.changes,
        )

    def _unasked(self, moved: Sequence[Planned]) -> Iterator[str]:
        """Say that digests are written which no registry was asked about."""
        digests = {plan.build.digest for plan in moved if plan.build is not None}
        if self.run.asking is None and digests:
            count = number(len(digests), "digest")
            verb = "is" if len(digests) == 1 else "are"
            as_of = self.run.releases.as_of.isoformat()
            yield (
                f"{count} {verb} from the data of {as_of} and not confirmed: no "
                "registry was asked"
            )

    def _reported(self, plans: Sequence[Planned]) -> Iterator[Planned]:
        for plan in sorted(plans, key=lambda it: (it.type, it.location)):
            if self.run.is_reported(plan.location.path):
                yield plan

    def _decide(self, plans: Sequence[Planned]) -> list[Planned]:
        """Take the fix from each plan that must not be carried out."""
        wanted: dict[tuple[PurePosixPath, Span], set[bytes]] = defaultdict(set)
        for plan in plans:
            for edit in plan.fix.edits if plan.fix else ():
                wanted[edit.path, edit.span].add(edit.replacement)
        contested = {place for place, texts in wanted.items() if len(texts) > 1}
        claims = Claims()
        decided = []
        for plan in plans:
            why = self._objection(plan, contested)
            if self._is_ignored(plan):
                decided.append(plan.leave("an ignore comment says so", ignored=True))
            elif why:
                decided.append(plan.leave(why))
            elif plan.fix is not None and not claims.take(plan.fix):
                decided.append(plan.leave("something else is written at its place"))
            else:
                decided.append(plan)
        return decided

    def _objection(
        self, plan: Planned, contested: Collection[tuple[PurePosixPath, Span]]
    ) -> str:
        """Say why a fix must not be made; nothing when it may."""
        if plan.fix is None:
            return ""
        if plan.fix.safety is Safety.UNSAFE and not self.unsafe:
            return f"{plan.risk}: needs --unsafe"
        if any((edit.path, edit.span) in contested for edit in plan.fix.edits):
            return "its uses would need different values"
        return "" if self._rewriting.admits(plan.fix) else _REFUSED

    def _keep_together(
        self, plans: Sequence[Planned], inventory: Inventory
    ) -> Iterator[Planned]:
        """Leave each node image whose kind stays: together they could not work."""
        moving = {
            Region(edit.path, edit.span)
            for plan in plans
            if plan.type == "kind" and plan.fix is not None
            for edit in plan.fix.edits
        }
        for plan in plans:
            staying = [
                pin
                for pin in (plan.reference.pins if plan.reference else ())
                if pin.version not in (None, self.release.version)
                and pin.region not in moving
            ]
            if plan.fix is None or not staying:
                yield plan
                continue
            pin = staying[0]
            version = "" if pin.version is None else format_kind_version(pin.version)
            where = inventory.locate(pin.region)
            yield plan.leave(f"kind {version} governs it and stays, at {where}")

    def _is_ignored(self, plan: Planned) -> bool:
        """Say whether somebody has said that it is to stay, or not to be told."""
        source = self.project.sources[plan.location.path.as_posix()]
        rules = (
            [find_rule(plan.rule)] if plan.rule else map(find_rule, _RULES[plan.type])
        )
        infos = [rule.info for rule in rules if rule is not None]
        configuration = self.run.configuration
        if plan.rule and not any(is_chosen(it, configuration) for it in infos):
            return True
        lines = range(plan.location.start.line, plan.location.end.line + 1)
        return any(
            not comment.lines.isdisjoint(lines)
            and comment.covers(plan.location.span)
            and (
                not comment.codes
                or any(
                    selects(code.text, info.code, info.name)
                    for code in comment.codes
                    for info in infos
                )
            )
            for comment in read_ignores(source, self.project.facts)
        )

    def _confirm(self, plans: list[Planned], inventory: Inventory) -> None:
        """Ask whether registries serve the digests that are about to be written."""
        if self.run.asking is None:
            return
        places = [
            reference_to(plan)
            for plan in plans
            if plan.reference is not None and plan.fix is not None
        ]
        if not places:
            return
        self.run.tell("asking registries")
        with self.run.asking.open() as resolver:
            answers = resolver.confirm_all(places)
            self._notes += notes_of(resolver)
        for reference, answer in answers.items():
            if not isinstance(answer, Unresolved):
                continue
            if isinstance(answer.error, ManifestNotFound):
                self._drop(plans, str(reference.digest), inventory)
            else:
                self._notes.append(f"{reference} was not confirmed: {answer.error}")

    def _drop(self, plans: list[Planned], digest: str, inventory: Inventory) -> None:
        """Leave the references to a digest that the registry does not serve."""
        for at, plan in enumerate(plans):
            if plan.build is None or str(plan.build.digest) != digest or not plan.fix:
                continue
            plans[at] = plan.leave("the registry does not serve its digest")
            if plan.reference is not None:
                error = ManifestNotFound(
                    f"the registry does not serve {plan.build}, published for kind "
                    f"{format_kind_version(self.release.version)}"
                )
                self._problems.append(problem_of(error, plan.reference, inventory))


def _distinct(plans: Iterator[Planned]) -> list[Planned]:
    """Return plans that say the same of the same place once."""
    found: dict[tuple[object, ...], Planned] = {}
    for plan in plans:
        key = (plan.type, plan.location, plan.before, plan.after, plan.why_left)
        found.setdefault(key, plan)
    return list(found.values())
