"""Cuts source code into tokens with one regular expression for each language.

Linear by construction: every repetition is possessive, and a string that is not
closed ends at the end of its line, or of the file when it may span lines.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from digestpin.formats.code_language import Language, Quote


class Kind(IntEnum):
    """What a token is."""

    NAME = 1
    STRING = 2
    OPEN = 3
    CLOSE = 4
    OPERATOR = 5
    NEWLINE = 6
    NUMBER = 7
    PATTERN = 8


class Token(NamedTuple):
    """One token; `quote` is the number of the quote of a string, else -1."""

    kind: Kind
    start: int
    end: int
    text: str
    quote: int = -1


_JS_BODY = r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/[a-z]*"
_JS_REGEX = (
    rf"(?:(?<=[=(,:\[!&|?{{}};+\n])[ \t]*+{_JS_BODY})"
    rf"|(?:\breturn[ \t]++{_JS_BODY})"
)
"""A regular expression literal: only where an operand may stand."""
_OPERATORS = (
    r":=|\?=|\+=|-=|\*=|/=|==~|===|!==|==|!=|<=|>=|=>|->|<-|=~|\|\||\?\?=?|\?:|&&|"
    r"\.\.+|::|[-=:,;+%?|&*/<>!~.@#$^\\]"
)
_NESTED = (
    r"\{(?:[^{}\"'`\n]{1,200}+|\n|\"(?:[^\"\\\n]|\\.){0,400}+\"|'(?:[^'\\\n]|\\.){0,400}+'|"
    r"`[^`]{0,400}+`|\{[^{}]{0,400}+\}|[\"'`]){0,80}+\}"
)
_ROUND = r"\([^()\n]{0,400}+(?:\([^()\n]{0,400}+\)[^()\n]{0,400}+){0,20}+\)"
_HOLE_BODIES = {"powershell": _ROUND, "cue": _ROUND}
_HOLE_STARTS = {
    "cue": r"\\",
    "dollar": r"\$",
    "dollar-name": r"\$",
    "dollar-brace": r"\$",
    "hcl": r"\$",
    "hash": "#",
    "powershell": r"\$",
}
_OPEN_TOKENS = 50
"""How far a bracket that is never closed reaches."""
_KINDS = {
    "name": Kind.NAME,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "operator": Kind.OPERATOR,
    "newline": Kind.NEWLINE,
    "number": Kind.NUMBER,
    "pattern": Kind.PATTERN,
}


def _item(quote: Quote, first: str) -> str:
    """Return what may stand in a string beside plain characters."""
    items = []
    if quote.escape in {"backslash", "raw"}:
        items.append(r"\\(?:.|\Z)")
    elif quote.escape == "cue":
        items.append(r"\\(?:[^(]|\Z)")
    elif quote.escape == "backtick":
        items.append(r"`(?:.|\Z)")
    elif quote.escape == "nix":
        items.append(r"''(?:\$|'|\\.)")
    if start := _HOLE_STARTS.get(quote.holes):
        items += [start + _HOLE_BODIES.get(quote.holes, _NESTED), start]
    if quote.doubled:
        items.append(re.escape(quote.close * 2))
    if len(quote.close) > 1:
        items.append(f"{first}(?!{re.escape(quote.close[1:])})")
    return "|".join(items) or "(?!)"


def _string_pattern(quote: Quote) -> str:
    if quote.bare:
        return quote.bare
    if quote.heredoc:
        return (
            quote.open
            + r"(?:(?![ \t]*(?P=tag)\b)[^\n]*+\n)*+(?:[ \t]*(?P=tag)\b|[^\n]*\Z)?"
        )
    first = re.escape(quote.close[0])
    specials = first + {"backslash": r"\\", "raw": r"\\", "backtick": "`"}.get(
        quote.escape, ""
    )
    specials += _HOLE_STARTS.get(quote.holes, "")
    if not quote.multiline:
        specials += r"\n"
    plain = f"[^{specials}]*+"
    ending = re.escape(quote.close) + ("" if quote.multiline else r"|(?=\n)") + r"|\Z"
    return f"{quote.open}{plain}(?:(?:{_item(quote, first)}){plain})*+(?:{ending})"


@cache
def token_pattern(language: Language) -> re.Pattern[str]:
    """Return the one expression that cuts `language` into tokens."""
    parts = [
        rf"{re.escape(opener)}(?s:.*?)(?:{re.escape(closer)}|\Z)"
        for opener, closer in language.block_comments
    ]
    parts += [rf"{re.escape(mark)}[^\n]*+" for mark in language.line_comments]
    groups = [f"(?P<comment>{'|'.join(parts)})"]
    if language.id == "javascript":
        groups.append(f"(?P<pattern>{_JS_REGEX})")
    groups += [
        f"(?P<q{number}>{_string_pattern(quote)})"
        for number, quote in enumerate(language.quotes)
    ]
    groups += [
        f"(?P<name>{language.name})",
        r"(?P<open>[(\[{])",
        r"(?P<close>[)\]}])",
        r"(?P<newline>\n)",
        r"(?P<number>\d[\w.]*+)",
        f"(?P<operator>{_OPERATORS})",
    ]
    return re.compile("|".join(groups), re.DOTALL)


def tokenise(language: Language, text: str, start: int, end: int) -> list[Token]:
    """Return the tokens of `text` from `start` to `end`, comments left out.

    Where indentation counts, line ends inside brackets are left out too.
    """
    tokens: list[Token] = []
    make = Token._make
    depth = 0
    for match in token_pattern(language).finditer(text, start, end):
        group = match.lastgroup or ""
        if group == "comment":
            continue
        kind = _KINDS.get(group)
        if kind is None:
            begin, stop = match.span()
            tokens.append(make((Kind.STRING, begin, stop, "", int(group[1:]))))
            continue
        if kind is Kind.NEWLINE and depth > 0 and language.indented:
            continue
        depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
        begin, stop = match.span()
        tokens.append(make((kind, begin, stop, text[begin:stop], -1)))
    return tokens


def match_brackets(tokens: list[Token]) -> dict[int, int]:
    """Return the index of the closing token for that of each opening one."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            stack.append(index)
        elif token.kind is Kind.CLOSE and stack:
            pairs[stack.pop()] = index
    for index in stack:
        pairs[index] = min(len(tokens), index + _OPEN_TOKENS)
    return pairs
