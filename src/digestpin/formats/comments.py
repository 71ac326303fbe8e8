"""Takes the comments away from text of which nothing but its file's name is known."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import join
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.templates import Template

_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_SPACED = r"(?:(?<=\s)|\A)"
_ALONE = r"^[ \t]*+"


@frozen
class _Syntax:
    """How the files of some names write comments, as regular expressions.

    `opener` begins one that goes to the end of its line, `blocks` are whole.
    """

    files: str
    opener: str = ""
    blocks: str = ""
    has_strings: bool = True


_SYNTAXES = (
    _Syntax(
        files="c|cc|cpp|css|cxx|d|h|hh|hpp|less|m|mm|php|prisma|proto|sc|scala|scss|swift"
        "|thrift|vala|zig",
        opener=rf"{_SPACED}//",
        blocks=r"/\*(?s:.*?)(?:\*/|\Z)",
    ),
    _Syntax(files="ini|cfg|cnf|inf|reg|editorconfig|gitconfig", opener=rf"{_SPACED};"),
    _Syntax(files="properties", opener=rf"{_ALONE}!", has_strings=False),
    _Syntax(
        files="adb|ads|dhall|elm|hs|sql",
        opener=rf"{_SPACED}--(?=[ \t\r\n]|\Z)",
        blocks=r"/\*(?s:.*?)(?:\*/|\Z)|\{-(?s:.*?)(?:-\}|\Z)",
    ),
    _Syntax(
        files="astro|ftl|html?|jsp|svelte|vue",
        blocks=r"<!--(?s:.*?)(?:-->|\Z)",
        has_strings=False,
    ),
    _Syntax(
        files="bat|cmd",
        opener=rf"{_ALONE}@?(?i:rem)(?=[ \t\r\n]|\Z)|{_ALONE}::",
        has_strings=False,
    ),
    _Syntax(files="asm|cl|clj[cs]?|edn|el|lisp|rkt|scm", opener=rf"{_SPACED};"),
    _Syntax(files="erl|hrl", opener=rf"{_SPACED}%"),
    _Syntax(files="m4", opener=rf"{_SPACED}dnl\b"),
    _Syntax(files="vim|vimrc", opener=rf'{_ALONE}"', has_strings=False),
)
_ANY = _Syntax(files="", opener=rf"{_ALONE};", has_strings=False)
_SUFFIX = lazy_pattern(r"(?:.*\.)?([a-z_]+)")


@cache
def _syntax_of(suffix: str) -> _Syntax:
    known = (it for it in _SYNTAXES if re.fullmatch(it.files, suffix))
    return next(known, _ANY)


@cache
def _pattern(syntax: _Syntax) -> re.Pattern[str]:
    kinds = [rf"(?P<line>{syntax.opener})[^\n]*+"] if syntax.opener else []
    kinds += [f"(?P<block>{syntax.blocks})"] if syntax.blocks else []
    kinds += [_STRING] if syntax.has_strings else []
    return re.compile("|".join(kinds), re.MULTILINE)


def without_comments(text: Template, path: PurePosixPath) -> Template:
    """Return the text of a file without the comments that its name tells of.

    Those behind a `#` stay in it.
    """
    return join(_outside(text, _pattern(_syntax_of(_suffix(path)))))


def _suffix(path: PurePosixPath) -> str:
    found = _SUFFIX.fullmatch(path.name.lower())
    return "" if found is None else found[1]


def _outside(text: Template, pattern: re.Pattern[str]) -> Iterator[Template]:
    at = 0
    for match in pattern.finditer(text.text):
        if match.lastgroup is not None:
            yield text.cut(at, match.start())
            at = match.end()
    yield text.cut(at, len(text))
