"""Knows the names that GitHub gives to the checks of a job with a matrix.

`e2e (v1.31.4, ubuntu-latest)`: the job's name, or else its key, and the values of its
row. Rules that protect a branch or merge by themselves name them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import MATRIX, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Binding, Fact

JOB_NAME = "the job's name"
"""What reads the name of a job."""

_NAMING = ("mergify", ".github/settings.", "ruleset", "protection")


def may_name_checks(path: PurePosixPath) -> bool:
    """Say whether a file is one of those that usually name checks."""
    return any(word in path.as_posix().lower() for word in _NAMING)


def check_starts(binding: Binding, facts: Iterable[Fact]) -> Iterator[str]:
    """Give what the names of the checks that show a matrix value begin with.

    `facts` are those of the binding's file.
    """
    scope = binding.scope
    if binding.what != MATRIX or scope[1:2] != ("jobs",):
        return
    yield f"{scope[2]} ("
    for fact in facts:
        if isinstance(fact, Text) and fact.label == JOB_NAME and fact.scope == scope:
            yield f"{fact.template.text.strip()} ("


def find_checks(text: str, starts: Iterable[str], value: str) -> Iterator[slice]:
    """Give where a text names a check that shows a value."""
    for start in dict.fromkeys(start for start in starts if start in text):
        within = rf"[^()\n]*?(?<![\w.]){re.escape(value)}(?![\w.@])[^()\n]*\)"
        for match in re.finditer(rf"(?<![\w-]){re.escape(start)}{within}", text):
            yield slice(*match.span())
