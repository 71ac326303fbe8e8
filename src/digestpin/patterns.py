"""Regular expressions that are compiled when they are first used.

A run uses few of the expressions that its modules define, and compiling all of them
takes longer than checking a small repository.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    """Stands for a pattern until one of its methods is wanted."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever `re.Pattern` has
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(re.compile(*self._source), name)
        # Found here from now on, with no further look at the pattern.
        setattr(self, name, found)
        return found


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern that `re.compile` would, compiled at its first use.

    >>> lazy_pattern(r"[0-9]+").findall("v1.31")
    ['1', '31']
    """
    return cast("re.Pattern[str]", _Pattern(text, flags))
