"""Applies the fixes of findings: in memory, verified, in passes.

Fixes can depend on each other (a tag is written, then its digest put right), so they
are applied in passes until nothing is left to do. Nothing is written before all of it
is known, and a file is written whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digestpin.findings import Safety
from digestpin.registry.resolution import Unresolved
from digestpin.rewriting import Claims, Rewriting
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from digestpin.findings import Finding, Fix, Problem, Report
    from digestpin.gathering import Project
    from digestpin.pipeline import Judgement, Run
    from digestpin.rewriting import Change

_MAX_PASSES = 6


@frozen(kw_only=True, slots=False)
class Fixed:
    """What fixing has come to: the report of what is left, and each changed file."""

    report: Report
    changes: tuple[Change, ...] = ()

    def without(self, lost: Mapping[PurePosixPath, Problem]) -> Report:
        """Return the report when some files, with a problem each, were not written."""
        report = self.report
        return replace(
            report,
            problems=(*report.problems, *lost.values()),
            fixed=tuple(
                item
                for item in report.fixed
                if item.fix is not None
                and not any(edit.path in lost for edit in item.fix.edits)
            ),
            changed_files=tuple(it for it in report.changed_files if it not in lost),
        )


@dataclass
class Fixing:
    """Fixes one project; `unsafe` also applies fixes that may change a meaning."""

    run: Run
    project: Project
    unsafe: bool = False

    def fix(self) -> Fixed:
        """Fix what can be fixed."""
        rewriting = Rewriting(self.project)
        settled: list[Finding] = []
        inventory = self.project.gather()
        self.run.ask(inventory)
        judgement = self.run.judge(self.project, inventory)
        for _ in range(_MAX_PASSES):
            chosen = self._choose(judgement, rewriting)
            if not chosen:
                break
            inventory = rewriting.apply((fix for _, fix in chosen), inventory)
            settled += [it for it, fix in chosen if not rewriting.is_refused(fix)]
            judgement = self.run.judge(self.project, inventory)
        report = self.run.report(self.project, inventory, judgement)
        return Fixed(
            report=replace(
                report,
                fixed=tuple(sorted(settled, key=lambda item: item.sort_key)),
                problems=(*report.problems, *rewriting.problems),
                notes=(*report.notes, *self._unconfirmed(settled)),
                changed_files=tuple(path for path, _, _ in rewriting.changes),
            ),
            changes=rewriting.changes,
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
                str(reference.digest).encode()
                for reference, answer in answers
                if isinstance(answer, Unresolved)
            }
            count, why = len(written & silent), "no registry could be asked"
        if count:
            digests = "1 digest is" if count == 1 else f"{count} digests are"
            yield f"{digests} from the data of {as_of} and not confirmed: {why}"

    def _choose(
        self, judgement: Judgement, rewriting: Rewriting
    ) -> list[tuple[Finding, Fix]]:
        """Return findings to fix in this pass; no two of them touch the same bytes."""
        claims = Claims()
        return [
            (finding, finding.fix)
            for finding in judgement.findings
            if finding.fix is not None
            and (self.unsafe or finding.fix.safety is Safety.SAFE)
            and not rewriting.is_refused(finding.fix)
            and claims.take(finding.fix)
        ]
