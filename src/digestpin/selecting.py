"""Takes words out of a list: by a pattern as `$(filter)` of make does, or by number."""

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


def words_of(words: Template, number: int) -> list[Template]:
    """Return the word of a number, -1 for the last, or all words for 0.

    Empty when there is no such word.
    """
    found = [words.cut(*word.span()) for word in re.finditer(r"\S+", words.text)]
    if not number:
        return found
    return found[-1:] if number < 0 else found[number - 1 : number]


def _matcher(pattern: str) -> re.Pattern[str]:
    before, percent, after = pattern.partition("%")
    middle = ".*" if percent else ""
    return re.compile(re.escape(before) + middle + re.escape(after))
