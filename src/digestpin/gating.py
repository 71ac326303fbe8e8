"""Leaves the findings that count: those beyond a baseline, those of a change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.errors import UsageError
from digestpin.output import emit
from digestpin.reports.summary import number
from digestpin.suppression import is_chosen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from digestpin.baseline import Entry
    from digestpin.findings import Finding, Report
    from digestpin.gathering import Project
    from digestpin.options import Gate
    from digestpin.pipeline import Run


def apply_gate(report: Report, gate: Gate, run: Run, project: Project) -> Report:
    """Return the report with the findings that count, and a note of the others.

    Raises:
        UsageError: the baseline or the commit to compare with cannot be used.
    """
    if gate.baseline is None and (gate.write_baseline or gate.update_baseline):
        name = "--write-baseline" if gate.write_baseline else "--update-baseline"
        raise UsageError(f"{name} needs --baseline FILE")
    if gate.write_baseline and gate.update_baseline:
        raise UsageError(
            "--write-baseline and --update-baseline exclude each other",
            hint="the first takes every finding in, the second only takes out",
        )
    if gate.baseline is not None:
        report = _beyond_baseline(report, gate, gate.baseline, run)
    if gate.diff_base is not None:
        report = _of_change(report, gate.diff_base, run, project)
    return report


def _leave(report: Report, findings: list[Finding], *notes: str) -> Report:
    return replace(
        report,
        findings=tuple(findings),
        hidden=report.hidden + len(report.findings) - len(findings),
        notes=(*report.notes, *notes),
    )


# The baseline


def _beyond_baseline(report: Report, gate: Gate, file: Path, run: Run) -> Report:
    from digestpin.baseline import (  # noqa: PLC0415
        make_entries,
        read_baseline,
        render_baseline,
        split,
    )

    entries = make_entries(report)
    if gate.write_baseline:
        emit(render_baseline(entries.values()), file)
        written = f"{number(len(entries), 'finding')} written to the baseline {file}"
        return _leave(report, [], written)
    known = read_baseline(file)
    gone = {
        name: entry
        for name, entry in known.items()
        if name not in entries and _was_looked_for(entry, run)
    }
    new, old = split(report, known)
    notes = []
    if old:
        notes.append(f"{number(len(old), 'finding')} of the baseline not shown")
    if gone and gate.update_baseline:
        left = [entry for name, entry in known.items() if name not in gone]
        emit(render_baseline(left), file)
        notes.append(
            f"{number(len(gone), 'finding')} taken out of the baseline, {len(left):,} "
            "left"
        )
    elif gone:
        notes.append(
            f"{number(len(gone), 'finding')} of the baseline found no more: "
            "--update-baseline takes them out"
        )
    return _leave(report, new, *notes)


def _was_looked_for(entry: Entry, run: Run) -> bool:
    """Say whether this run would have reported a finding of the baseline."""
    from digestpin.rules import find_rule  # noqa: PLC0415

    if not run.is_reported(PurePosixPath(entry.path)):
        return False
    rule = find_rule(entry.rule)
    if rule is None:
        return True
    is_online_rule = rule.info.code.startswith("DP2")
    return is_chosen(rule.info, run.configuration) and (
        run.is_online or not is_online_rule
    )


# The change


def _of_change(report: Report, ref: str, run: Run, project: Project) -> Report:
    from digestpin.baseline import make_entries, split  # noqa: PLC0415
    from digestpin.git_history import find_changes  # noqa: PLC0415
    from digestpin.past import open_past  # noqa: PLC0415

    if not run.root.is_git:
        raise UsageError(
            "--diff-base needs a git repository",
            hint=f"there is none at {run.root.path}",
        )
    changes = find_changes(
        run.root.path,
        ref,
        # The configuration of then is read too, wherever it was.
        lambda path: path.suffix == ".toml" or project.selection.selects(path),
    )
    if all(changes.touch(finding.location) for finding in report.findings):
        return report
    past_run, past = open_past(run, project, changes.before)
    inventory = past.gather()
    judgement = past_run.judge(past, inventory)
    before = past_run.report(past, inventory, judgement)
    caused, _ = split(report, make_entries(_where_it_is(before, changes.moved)))
    new = set(map(id, caused))
    kept = [
        finding
        for finding in report.findings
        if id(finding) in new or changes.touch(finding.location)
    ]
    hidden = len(report.findings) - len(kept)
    note = f"{number(hidden, 'finding')} not of the change since {ref} not shown"
    return _leave(report, kept, *([note] if hidden else []))


def _where_it_is(before: Report, moved: Mapping[str, str]) -> Report:
    """Return a report of then, with the findings of moved files where these are now."""
    now = {PurePosixPath(old): PurePosixPath(new) for new, old in moved.items()}
    sources = {now.get(path, path): source for path, source in before.sources.items()}
    findings = [
        replace(
            finding,
            location=replace(
                finding.location,
                path=now.get(finding.location.path, finding.location.path),
            ),
        )
        for finding in before.findings
    ]
    findings.sort(key=lambda finding: finding.sort_key)
    return replace(before, sources=sources, findings=tuple(findings))
