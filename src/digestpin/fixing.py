"""Applies the fixes of findings: in memory, verified, in passes.

Fixes can depend on each other (a tag is written, then its digest put right), so they
are applied in passes until nothing is left to do. Nothing is written before all of it
is known, and a file is written whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.findings import Safety
from digestpin.registry.resolution import Unresolved
from digestpin.rewriting import Claims, Rewriting
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from digestpin.errors import DigestpinError
    from digestpin.findings import Finding, Fix, Report
    from digestpin.gathering import Project
    from digestpin.inventory import Inventory
    from digestpin.pipeline import Judgement, Run
    from digestpin.rewriting import Change

_MAX_PASSES = 6


@frozen(kw_only=True, slots=False)
class Fixed:
    """What fixing has come to: the report of what is left, and each changed file."""

    report: Report
    changes: tuple[Change, ...] = ()


@dataclass
class Fixing:
    """Fixes one project; `unsafe` also applies fixes that may change a meaning."""

    run: Run
    project: Project
    unsafe: bool = False
    _rewriting: Rewriting = field(init=False)
    _settled: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rewriting = Rewriting(self.project)

    def fix(self) -> Fixed:
        """Fix what can be fixed."""
        rewriting = self._rewriting
        inventory = self.project.gather()
        self.run.ask(inventory)
        judgement = self.run.judge(self.project, inventory)
        for _ in range(_MAX_PASSES):
            chosen = self._choose(judgement)
            if not chosen:
                break
            inventory = rewriting.apply((fix for _, fix in chosen), inventory)
            self._settled += [it for it, fix in chosen if not rewriting.is_refused(fix)]
            judgement = self.run.judge(self.project, inventory)
        return self._fixed(inventory, judgement)

    def without(
        self, fixed: Fixed, lost: Mapping[PurePosixPath, DigestpinError]
    ) -> Fixed:
        """Return what it comes to when some files, with an error each, stay as before.

        What they were to be rid of is judged again.
        """
        if not lost:
            return fixed
        for path, error in lost.items():
            self._rewriting.give_up(path, error)
        self._settled = [
            finding
            for finding in self._settled
            if not any(edit.path in lost for edit in finding.edits)
        ]
        inventory = self.project.gather()
        return self._fixed(inventory, self.run.judge(self.project, inventory))

    def _fixed(self, inventory: Inventory, judgement: Judgement) -> Fixed:
        report = self.run.report(self.project, inventory, judgement)
        changes = self._rewriting.changes
        return Fixed(
            report=replace(
                report,
                fixed=tuple(sorted(self._settled, key=lambda item: item.sort_key)),
                problems=(*report.problems, *self._rewriting.problems),
                notes=(*report.notes, *self._unconfirmed(self._settled)),
                changed_files=tuple(path for path, _, _ in changes),
            ),
            changes=changes,
        )

    def _unconfirmed(self, settled: list[Finding]) -> Iterator[str]:
        """Say that digests were written which no registry has confirmed."""
        written = {
            edit.replacement.rpartition(b"@")[2]
            for finding in settled
            for edit in finding.edits
            if b"@sha" in edit.replacement
        }
        as_of = self.run.releases.as_of.isoformat()
        if self.run.asking is None:
            count, why = len(written), "no registry was asked"
        else:
            answers = self.run.answers.confirmations.items()
            silent = {
                str(reference.digest).encode(): str(answer.error)
                for reference, answer in answers
                if isinstance(answer, Unresolved)
            }
            reasons = dict.fromkeys(silent[it] for it in sorted(written & {*silent}))
            count, why = len(written & {*silent}), "; ".join(reasons)
        if count:
            digests = "1 digest is" if count == 1 else f"{count} digests are"
            yield f"{digests} from the data of {as_of} and not confirmed: {why}"

    def _choose(self, judgement: Judgement) -> list[tuple[Finding, Fix]]:
        """Return findings to fix in this pass; no two of them touch the same bytes."""
        claims = Claims()
        return [
            (finding, finding.fix)
            for finding in judgement.findings
            if finding.fix is not None
            and (self.unsafe or finding.fix.safety is Safety.SAFE)
            and self._rewriting.admits(finding.fix)
            and claims.take(finding.fix)
        ]
