"""Renders what `digestpin upgrade` has moved, and what it left."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from digestpin.reports.summary import number
from digestpin.reports.text import render_notes, render_problems
from digestpin.terminal import BOLD, CYAN, DIM, GREEN, YELLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.terminal import Style
    from digestpin.upgrade_plan import Planned
    from digestpin.upgrading import Upgraded

_TITLES = {"kind": "kind pins", "node image": "node images"}


def render_upgrade(upgraded: Upgraded, style: Style) -> str:
    """Return what was moved and what stays, for people."""
    parts = [
        *_moved(upgraded, style),
        render_left(upgraded, style),
        render_problems(upgraded.problems, style),
        f"{style.paint(_summary(upgraded), BOLD)}\n",
    ]
    return "\n".join(part for part in parts if part)


def _moved(upgraded: Upgraded, style: Style) -> Iterator[str]:
    for title, plans in groupby(upgraded.moved, key=lambda plan: plan.type):
        lines = [style.paint(_TITLES[title], BOLD)]
        for plan in plans:
            before, after = style.printable(plan.before), style.paint(plan.after, GREEN)
            what = style.paint(f"({style.printable(plan.what)})", DIM)
            place = style.printable(str(plan.location))
            lines.append(f"  {place}: {before or 'no tag'} -> {after} {what}")
            if plan.note:
                word = style.paint("note:", CYAN)
                lines.append(f"    {word} {style.printable(plan.note)}")
        yield "".join(f"{line}\n" for line in lines)


def render_left(upgraded: Upgraded, style: Style) -> str:
    """Return what stays as it is and why, and what else there is to know."""
    lines = []
    if upgraded.left:
        lines.append(style.paint("left as they are", BOLD))
    for plan in upgraded.left:
        place = style.printable(str(plan.location))
        what = style.printable(f"{plan.type} {plan.before} ({plan.what})")
        lines.append(f"  {place}: {what}")
        color = DIM if plan.ignored else YELLOW
        lines.append(f"    {style.paint(style.printable(plan.why_left), color)}")
    text = "".join(f"{line}\n" for line in lines)
    notes = render_notes(upgraded.notes, style)
    return f"{text}\n{notes}" if text and notes else text + notes


def render_choices(upgraded: Upgraded, style: Style) -> str:
    """Return what is to be said beside a difference: choices, what stays, problems."""
    notes = [f"{plan.location}: {plan.note}" for plan in upgraded.moved if plan.note]
    return (
        render_notes(notes, style)
        + render_left(upgraded, style)
        + render_problems(upgraded.problems, style)
    )


def _summary(upgraded: Upgraded) -> str:
    moved = [plan.type for plan in upgraded.moved]
    left = sum(not plan.ignored for plan in upgraded.left)
    rest = f"; {left:,} left" if left else ""
    if not moved:
        return f"Nothing to move to kind {upgraded.kind}{rest}."
    pins = number(moved.count("kind"), "kind pin")
    images = number(moved.count("node image"), "node image")
    files = number(len(upgraded.changes), "file")
    return f"Moved {pins} and {images} to kind {upgraded.kind} in {files}{rest}."


def upgrade_as_json(upgraded: Upgraded) -> str:
    """Return the same as JSON, schema version 1."""
    value = {
        "schema_version": 1,
        "kind": str(upgraded.kind),
        "moved": [_moved_as_json(plan) for plan in upgraded.moved],
        "left": [
            {**_place(plan), "reason": plan.why_left, "ignored": plan.ignored}
            for plan in upgraded.left
        ],
        "changed_files": [str(path) for path, _, _ in upgraded.changes],
        "notes": list(upgraded.notes),
        "problems": [
            {
                "path": None if it.path is None else str(it.path),
                "line": it.line,
                "message": it.message,
                "hint": it.hint,
            }
            for it in upgraded.problems
        ],
    }
    return json.dumps(value, indent=2) + "\n"


def _moved_as_json(plan: Planned) -> dict[str, object]:
    build = plan.build
    return {
        **_place(plan),
        "to": plan.after if build is None else str(build),
        "note": plan.note or None,
    }


def _place(plan: Planned) -> dict[str, object]:
    return {
        "type": plan.type,
        "path": str(plan.location.path),
        "line": plan.location.start.line,
        "column": plan.location.start.column,
        "what": plan.what,
        "from": plan.before,
    }
