"""Knows the files that digestpin itself has written: they quote, and use nothing.

A report, an inventory or a baseline names the references that it is about. To look into
one would be to judge, and to rewrite, the same reference twice.
"""

from __future__ import annotations

import json
from typing import Any

# What tells each JSON output from others that have a `schema_version`.
_SHAPES = (
    frozenset({"findings", "fixed", "problems", "notes", "summary"}),
    frozenset({"references", "kind_pins"}),
    frozenset({"kind", "moved", "left", "changed_files", "notes", "problems"}),
    frozenset({"resolved"}),
    frozenset({"file", "options"}),
    frozenset({"as_of", "table", "kind_releases"}),
    frozenset({"as_of", "kind_release", "too_old_for", "also_drives"}),
    frozenset({"as_of", "node_images"}),
)
_GITLAB = frozenset({"check_name", "description", "fingerprint", "location"})
# One of these is in each of them; most JSON need not be parsed.
_MARKS = (
    b'"digestpin_baseline"',
    b'"schema_version"',
    b'"digestpin"',
    b'"check_name"',
)


def is_own_output(data: bytes) -> bool:
    """Say whether a file is JSON that digestpin writes: a report, list or baseline."""
    if data[:1] not in (b"{", b"[") or not any(mark in data for mark in _MARKS):
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if isinstance(value, list):
        return bool(value) and all(map(_is_gitlab_finding, value))
    return (
        "digestpin_baseline" in value
        or (value.get("schema_version") == 1 and _is_own_shape(value))
        or _is_own_log(value)
    )


def _is_own_shape(value: dict[str, Any]) -> bool:
    return value.keys() - {"schema_version"} in _SHAPES


def _is_gitlab_finding(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() >= _GITLAB
        and str(value["check_name"]).startswith("DP")
    )


def _is_own_log(value: dict[str, Any]) -> bool:
    """Say whether it is a SARIF log of ours alone."""
    try:
        names = {run["tool"]["driver"]["name"] for run in value["runs"]}
    except (KeyError, TypeError):
        return False
    return names == {"digestpin"}
