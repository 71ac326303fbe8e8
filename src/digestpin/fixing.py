"""Applies fixes: in memory, verified, and then to the files.

Fixes can depend on each other (a tag is written, then its digest put right), so they
are applied in passes until nothing is left to do. Nothing is written before all of it
is known, and a file is written whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.edits import apply_edits
from digestpin.errors import EditError
from digestpin.findings import Problem, Safety
from digestpin.source import SourceFile
from digestpin.values import frozen
from digestpin.verification import verify_references, verify_yaml

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.findings import Finding, Report
    from digestpin.gathering import Project
    from digestpin.inventory import Inventory
    from digestpin.pipeline import Judgement, Run

_MAX_PASSES = 6


@frozen(kw_only=True, slots=False)
class Fixed:
    """What fixing has come to: the report of what is left, and each changed file."""

    report: Report
    changes: tuple[tuple[PurePosixPath, bytes, bytes], ...] = ()


@dataclass
class Fixing:
    """Fixes one project; `unsafe` also applies fixes that may change a meaning."""

    run: Run
    project: Project
    unsafe: bool = False
    _before: dict[PurePosixPath, bytes] = field(default_factory=dict)
    _settled: list[Finding] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _refused: set[PurePosixPath] = field(default_factory=set)

    def fix(self) -> Fixed:
        """Fix what can be fixed."""
        inventory = self.project.gather()
        self.run.ask(inventory)
        judgement = self.run.judge(self.project, inventory)
        for _ in range(_MAX_PASSES):
            chosen = self._choose(judgement)
            if not chosen:
                break
            inventory = self._apply(chosen, inventory)
            judgement = self.run.judge(self.project, inventory)
        report = self.run.report(self.project, inventory, judgement)
        return Fixed(
            report=replace(
                report,
                fixed=tuple(sorted(self._settled, key=lambda item: item.sort_key)),
                problems=(*report.problems, *self._problems),
                changed_files=tuple(sorted(self._before)),
            ),
            changes=tuple(
                (path, before, self.project.sources[path.as_posix()].data)
                for path, before in sorted(self._before.items())
            ),
        )

    def _choose(self, judgement: Judgement) -> list[Finding]:
        """Return findings to fix in this pass; no two of them touch the same bytes."""
        chosen: list[Finding] = []
        taken: dict[PurePosixPath, list[Edit]] = defaultdict(list)
        for finding in judgement.findings:
            fix = finding.fix
            if fix is None or (fix.safety is Safety.UNSAFE and not self.unsafe):
                continue
            if any(edit.path in self._refused for edit in fix.edits):
                continue
            if any(_clashes(edit, taken[edit.path]) for edit in fix.edits):
                continue
            for edit in fix.edits:
                taken[edit.path].append(edit)
            chosen.append(finding)
        return chosen

    def _apply(self, chosen: list[Finding], inventory: Inventory) -> Inventory:
        """Apply fixes in memory; a file whose new text is not right is left alone."""
        edits: dict[PurePosixPath, list[Edit]] = defaultdict(list)
        for finding in chosen:
            for edit in finding.fix.edits if finding.fix is not None else ():
                edits[edit.path].append(edit)
        sources = {path: self.project.sources[path.as_posix()] for path in edits}
        for path, source in sources.items():
            self._rewrite(source, edits[path])
        after = self.project.gather()
        while self._revert_wrong(sources, edits, inventory, after):
            after = self.project.gather()
        for path, source in sources.items():
            if path not in self._refused:
                self._before.setdefault(path, source.data)
        self._settled += [
            finding
            for finding in chosen
            if finding.fix is not None
            and not any(edit.path in self._refused for edit in finding.fix.edits)
        ]
        return after

    def _rewrite(self, source: SourceFile, edits: list[Edit]) -> None:
        try:
            after = apply_edits(source.data, edits)
            verify_yaml(source, after, edits)
        except EditError as error:
            self._refuse(source.path, error)
        else:
            self.project.add(SourceFile(source.path, after))

    def _revert_wrong(
        self,
        sources: dict[PurePosixPath, SourceFile],
        edits: dict[PurePosixPath, list[Edit]],
        before: Inventory,
        after: Inventory,
    ) -> bool:
        """Put back each file whose references are not as intended; say if any was."""
        is_wrong = False
        for path, source in sources.items():
            if path in self._refused:
                continue
            try:
                verify_references(before, after, source, edits)
            except EditError as error:
                self.project.add(source)
                self._refuse(path, error)
                is_wrong = True
        return is_wrong

    def _refuse(self, path: PurePosixPath, error: EditError) -> None:
        self._refused.add(path)
        self._problems.append(
            Problem(message=error.message, path=path, hint=error.hint)
        )


def _clashes(edit: Edit, others: list[Edit]) -> bool:
    """Say whether an edit touches the bytes of another one that is not the same."""
    return any(
        edit != other
        and edit.span.start < other.span.end
        and other.span.start < edit.span.end
        for other in others
    )
