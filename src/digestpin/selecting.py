"""Takes the word out of a list that is like a pattern, as `$(filter)` of make does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.templates import EMPTY

if TYPE_CHECKING:
    from digestpin.templates import Template


def select_word(words: Template, patterns: str) -> Template | None:
    """Return the one word that is like a pattern, nothing when there is none.

    None when there are several: which of them counts is not known.
    """
    likes = [_matcher(pattern) for pattern in patterns.split()]
    found = [
        words.cut(*word.span())
        for word in re.finditer(r"\S+", words.text)
        if any(like.fullmatch(word[0]) for like in likes)
    ]
    if len(found) > 1:
        return None
    return found[0] if found else EMPTY


def _matcher(pattern: str) -> re.Pattern[str]:
    before, percent, after = pattern.partition("%")
    middle = ".*" if percent else ""
    return re.compile(re.escape(before) + middle + re.escape(after))
