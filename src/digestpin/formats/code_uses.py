"""Finds where source code reads a variable by itself, outside of any text.

What takes the value apart, or compares it, counts as another use of it, whatever the
value is; other reads hand it on.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from digestpin.facts import Fact, Role, Text
from digestpin.formats import code_words as words
from digestpin.formats.code_lexer import Kind, Token
from digestpin.formats.code_names import (
    COMPARISONS,
    KEYWORDS,
    is_own,
    variable_name,
)
from digestpin.templates import Variable, variable

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from digestpin.formats.code_emit import Emitter
    from digestpin.formats.code_imports import Imports
    from digestpin.templates import Scope, Template

_NOTHING = frozenset({"nil", "null", "None", "undefined", "not"})
_TESTS = frozenset(
    {"if", "elif", "not", "!", "while", "unless", "and", "or", "&&", "("}
)
_TEST_ENDS = frozenset({":", "{", "&&", "||", "and", "or", "then", "?"})
_TARGETS = frozenset({"=", ":=", ":", "?=", "=>", "(", "{", "[", "!"})
_FAR = 16


def find_uses(
    emitter: Emitter, bound: AbstractSet[str], imports: Imports
) -> list[Fact]:
    """Return a text for each place that reads a name of `bound` or an imported one."""
    finder = _Finder(emitter, imports.names | bound)
    return [
        use
        for index, token in enumerate(emitter.reader.tokens)
        if token.kind is Kind.NAME and not imports.covers(token.start)
        for use in finder.uses(index, token)
    ]


class _Finder:
    def __init__(self, emitter: Emitter, names: AbstractSet[str]) -> None:
        self._reader = emitter.reader
        self._scopes = emitter.scopes
        self._offsets = [offset for offset, _, _ in emitter.scopes]
        self._names = names
        self._taken = _taken(emitter)
        language = emitter.reader.language
        self._in_package = bool(language.package)
        self._elsewhere = ("var.", "local.") if language.style == "hcl" else ()

    def uses(self, index: int, token: Token) -> list[Fact]:
        """Return the use that the name at `index` is, if it is one."""
        if token.text in KEYWORDS or self._taken[index]:
            return []
        name, out_of_reach = variable_name(token.text, self._reader.language)
        if out_of_reach:
            return self._member(index, token, name)
        known = name in self._names or name.startswith(self._elsewhere)
        known = known or _member_of_environment(token)
        wanted = known or (self._in_package and words.is_telling_name(name))
        if not wanted or not self._is_read(index, known=known):
            return []
        return self._use(token, name, self._role(index))

    def _member(self, index: int, token: Token, name: str) -> list[Fact]:
        """Return the use of `x` in `x.split(…)`, or of what another module has."""
        head, _, last = name.rpartition(".")
        if self._reader.token(index + 1).text == "(":
            is_same = f".{last}" in words.SAME_METHODS
            return [] if is_same else self._use(token, head, Role.IGNORED)
        is_wanted = last.isupper() or words.is_telling_name(last)
        is_read = is_wanted and self._is_read(index, known=False)
        if not is_read or is_own(token.text):
            return []
        part = self._reader.variable(token.text, token.start, token.end)
        return [_text(part, self._scope(token), self._role(index))]

    def _is_read(self, index: int, *, known: bool) -> bool:
        reader = self._reader
        before, after = reader.token(index - 1), reader.token(index + 1)
        if after.text in _TARGETS or before.text in {".", "def", "func", "fn", "fun"}:
            return after.text == "[" and known
        is_command = reader.language.id == "powershell"
        if before.kind is Kind.NAME and before.text not in KEYWORDS and not is_command:
            return False
        if after.kind is Kind.NAME and after.text not in KEYWORDS:
            return False
        if self._is_tested(index):
            return False
        return known or before.text in {"(", ",", "=", ":=", ":", "+", "return"}

    def _is_tested(self, index: int) -> bool:
        """Whether a name is only asked for whether it has a value."""
        reader = self._reader
        before, after = reader.token(index - 1), reader.token(index + 1)
        if after.text in COMPARISONS or after.text == "is":
            other = reader.token(index + 2)
            if other.text == "not":
                other = reader.token(index + 3)
            return other.text in _NOTHING or (
                other.kind is Kind.STRING and other.end - other.start == 2
            )
        return before.text in _TESTS and (
            after.text in _TEST_ENDS or after.kind is Kind.NEWLINE
        )

    def _role(self, index: int) -> Role:
        """Return what a read is for: to compare and take apart, or anything else."""
        around = (self._reader.token(index - 1), self._reader.token(index + 1))
        is_cut = any(token.text in COMPARISONS for token in around)
        callee = self._callee(index)
        if words.is_pattern_call(callee):
            # What is put in the place of something is not taken apart.
            is_cut = around[0].text == "(" or not words.puts_in(callee)
        return Role.IGNORED if is_cut else Role.VALUE

    def _callee(self, index: int) -> str:
        """Return the function among whose arguments the token at `index` stands."""
        depth = 0
        for at in range(index - 1, max(0, index - _FAR), -1):
            token = self._reader.token(at)
            if token.kind is Kind.CLOSE:
                depth += 1
            elif token.kind is Kind.OPEN and depth:
                depth -= 1
            elif token.kind is Kind.OPEN:
                before = self._reader.token(at - 1)
                is_call = token.text == "(" and before.kind is Kind.NAME
                return before.text if is_call else ""
        return ""

    def _scope(self, token: Token) -> Scope:
        return self._scopes[bisect_right(self._offsets, token.start) - 1][1]

    def _use(self, token: Token, name: str, role: Role) -> list[Fact]:
        at = bisect_right(self._offsets, token.start) - 1
        _, scope, hidden = self._scopes[at]
        if name in hidden or (role is Role.IGNORED and name not in self._names):
            return []
        region = self._reader.source.region(token.start, token.end)
        read = Variable(
            name=name,
            scope=scope,
            region=region,
            of_environment=_member_of_environment(token),
        )
        return [_text(variable(read), scope, role)]


def _text(part: Template, scope: Scope, role: Role) -> Text:
    label = "an expression"
    if role is Role.IGNORED:
        label = "an expression that compares it or takes it apart"
    return Text(template=part, scope=scope, role=role, label=label)


def _member_of_environment(token: Token) -> bool:
    return words.env_member(token.text.replace("?.", ".")) is not None


def _taken(emitter: Emitter) -> bytearray:
    taken = bytearray(len(emitter.reader.tokens) + 1)
    for start, end in emitter.used:
        taken[start:end] = b"\1" * (min(end, len(taken)) - start)
    for start, end in emitter.loose:
        taken[start:end] = bytes(min(end, len(taken)) - start)
    return taken
