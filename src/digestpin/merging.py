"""Brings findings of all rules together: each said once, no two fixes in conflict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import PurePosixPath

    from digestpin.findings import Finding
    from digestpin.source import Location, Span


def say_once(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings that say the same of the same place once, with all they name.

    One value can be used in several places, and be judged for each.
    """
    found: dict[tuple[str, Location, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.location, finding.message)
        found.setdefault(key, []).append(finding)
    return [_merged(same) for same in found.values()]


def _merged(same: Sequence[Finding]) -> Finding:
    if len(same) == 1:
        return same[0]
    related = dict.fromkeys(item for finding in same for item in finding.related)
    help_lines = dict.fromkeys(line for finding in same for line in finding.help)
    return replace(same[0], related=tuple(related), help=tuple(help_lines))


def drop_conflicts(findings: Sequence[Finding]) -> list[Finding]:
    """Drop the fixes that want other text at the same bytes than another fix does.

    One value can be used with two kind versions that need two digests: then neither
    can be written there.
    """
    wanted: dict[tuple[str, PurePosixPath, Span], set[bytes]] = {}
    for finding in findings:
        for edit in finding.edits:
            key = (finding.rule, edit.path, edit.span)
            wanted.setdefault(key, set()).add(edit.replacement)
    result = []
    for finding in findings:
        if any(len(wanted[finding.rule, e.path, e.span]) > 1 for e in finding.edits):
            result.append(
                replace(
                    finding,
                    fix=None,
                    help=(
                        *finding.help,
                        "no automatic fix: the value is used with kind versions that "
                        "need different digests",
                    ),
                )
            )
        else:
            result.append(finding)
    return result
