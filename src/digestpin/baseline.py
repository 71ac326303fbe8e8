"""Keeps the findings that were there when a repository began to use the gate.

A baseline is a JSON file to commit: sorted, with the rule, path and message of each
finding for those who review it. What counts is the fingerprint, which survives when
lines move.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from digestpin.errors import ConfigError, UsageError
from digestpin.reports.fingerprint import fingerprints
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from digestpin.findings import Finding, Report

SCHEMA_VERSION = 1
MARK = "digestpin_baseline"
"""The first key of the file, by which it is known and never looked into."""

_KEYS = ("rule", "path", "message", "fingerprint")


@frozen(kw_only=True)
class Entry:
    """One finding of a baseline."""

    fingerprint: str
    rule: str
    path: str
    message: str


def read_baseline(path: Path) -> dict[str, Entry]:
    """Return the entries of a baseline by fingerprint.

    Raises:
        UsageError: there is no such file, or it is no baseline.
    """
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(
            f"there is no baseline {path}",
            hint="make one: --baseline FILE --write-baseline",
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError("is no JSON", path=str(path)) from error
    try:
        if value[MARK] != SCHEMA_VERSION:
            raise ConfigError(
                f"version {SCHEMA_VERSION} is what this digestpin reads", path=str(path)
            )
        entries = [
            Entry(**{name: str(item[name]) for name in _KEYS})
            for item in value["findings"]
        ]
    except (TypeError, KeyError) as error:
        raise ConfigError("is no baseline", path=str(path)) from error
    return {entry.fingerprint: entry for entry in entries}


def render_baseline(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline."""
    ordered = sorted(
        entries, key=lambda it: (it.path, it.rule, it.message, it.fingerprint)
    )
    findings = [{name: getattr(entry, name) for name in _KEYS} for entry in ordered]
    value = {MARK: SCHEMA_VERSION, "findings": findings}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def make_entries(report: Report) -> dict[str, Entry]:
    """Return an entry for each finding of a report, by fingerprint."""
    return {
        name: Entry(
            fingerprint=name,
            rule=finding.rule,
            path=str(finding.location.path),
            message=finding.message,
        )
        for name, finding in zip(fingerprints(report), report.findings, strict=True)
    }


def split(
    report: Report, known: Mapping[str, Entry]
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that a baseline does not hold, and those that it does."""
    new: list[Finding] = []
    old: list[Finding] = []
    for name, finding in zip(fingerprints(report), report.findings, strict=True):
        (old if name in known else new).append(finding)
    return new, old
