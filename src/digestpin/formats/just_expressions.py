"""Reads the expressions of justfiles: strings, names, calls and concatenation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role
from digestpin.formats.line_text import only_variable, texts, trim
from digestpin.formats.shell import extract_shell
from digestpin.patterns import lazy_pattern
from digestpin.templates import (
    EMPTY,
    Template,
    Variable,
    inexact,
    join,
    made_up,
    variable,
)

if TYPE_CHECKING:
    from digestpin.facts import Fact
    from digestpin.templates import Scope

_BLANKS = lazy_pattern(r"(?:[ \t]|\\\r?\n)*")
_ANY_BLANKS = lazy_pattern(r"[ \t\r\n]*")
_STRING = lazy_pattern(
    r"[xf]?(?P<quote>\"\"\"|'''|```|[\"'`])", re.DOTALL
)  # an `x` expands the shell's variables, an `f` just's own
_ENDS = {
    '"': re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL),
    "'": re.compile(r"[^']*"),
    "`": re.compile(r"[^`]*"),
}
_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_COMPARISON = lazy_pattern(r"==|!=|=~|!~")
_FIRST_ARGUMENT = frozenset({"trim", "trim_start", "trim_end"})
_ENVIRONMENT = frozenset({"env", "env_var", "env_var_or_default"})
_DEEPEST = 24


@dataclass
class ExpressionReader:
    """Reads expressions out of `text` from `at` on; what else they say is in `facts`.

    It stops where it does not understand; `at` is then there.
    """

    text: Template
    base: str
    scope: Scope
    at: int = 0
    facts: list[Fact] = field(default_factory=list)
    depth: int = 0

    def read(self) -> Template:
        """Return the expression at `at`."""
        self.depth += 1
        pieces = [self._term()] if self.depth < _DEEPEST else []
        while pieces and (sign := self.peek()) in {"+", "/"} and sign:
            self.at += 1
            if sign == "/":
                pieces.append(made_up("/"))
            pieces.append(self._term())
        self.depth -= 1
        return join(pieces)

    def peek(self) -> str:
        """Return the next character that is no blank; a newline counts only inside."""
        blanks = _ANY_BLANKS if self.depth > 1 else _BLANKS
        found = blanks.match(self.text.text, self.at)
        self.at = found.end() if found else self.at
        return self.text.text[self.at : self.at + 1]

    def _term(self) -> Template:
        sign = self.peek()
        if sign == "(":
            return self._enclosed(")")
        string = _STRING.match(self.text.text, self.at)
        if string:
            return self._string(string)
        name = _NAME.match(self.text.text, self.at)
        if name is None:
            return EMPTY
        start, self.at = self.at, name.end()
        if name.group() == "if":
            return self._condition(start)
        if self.text.text.startswith("(", self.at):
            return self._call(name.group(), start)
        return self._variable(name.group(), start)

    def _enclosed(self, closer: str) -> Template:
        self.at += 1
        value = self.read()
        if self.peek() == closer:
            self.at += 1
        return value

    def _string(self, string: re.Match[str]) -> Template:
        text, quote, start = self.text.text, string["quote"], string.end()
        if len(quote) == 3:
            end = text.find(quote, start)
        else:
            body = _ENDS[quote].match(text, start)
            end = body.end() if body else -1
        if end == -1 or not text.startswith(quote, end):
            self.at = start
            return EMPTY
        self.at = end + len(quote)
        value = self.text.cut(start, end)
        value = trim(value) if len(quote) == 3 else value
        if quote[0] == "`":
            key = ("command", str(start))
            self.facts.extend(extract_shell(value, self.scope + key, base=self.base))
            return self._opaque(text[string.start() : self.at], string.start())
        if quote[0] == '"' and "\\" in value.text:
            return inexact(value)
        return value

    def _variable(self, name: str, start: int, *, opaque: bool = False) -> Template:
        region = self.text.cut(start, self.at).region
        if region is None:
            return EMPTY
        return variable(
            Variable(name=name, scope=self.scope, region=region, opaque=opaque)
        )

    def _opaque(self, name: str, start: int) -> Template:
        return self._variable(name, start, opaque=True)

    def _call(self, name: str, start: int) -> Template:
        arguments = self._arguments()
        text = self.text.text[start : self.at]
        if name in _ENVIRONMENT and arguments and arguments[0].is_literal:
            read = only_variable(self._variable(arguments[0].text, start))
            default = arguments[1] if len(arguments) > 1 else None
            return variable(replace(read, default=default)) if read else EMPTY
        if name in _FIRST_ARGUMENT and arguments:
            return arguments[0]
        subject = only_variable(arguments[0]) if arguments else None
        for argument in arguments:
            self.facts.extend(texts(argument, self.scope))
        if subject is not None:
            return variable(replace(subject, opaque=True))
        return self._opaque(text, start)

    def _arguments(self) -> list[Template]:
        self.at += 1
        self.depth += 1
        arguments = []
        while self.peek() not in {")", ""}:
            before = self.at
            arguments.append(self.read())
            if self.peek() == ",":
                self.at += 1
            elif self.at == before:
                break
        self.at += self.peek() == ")"
        self.depth -= 1
        return arguments

    def _condition(self, start: int) -> Template:
        self.depth += 1
        for _ in range(2):
            condition = self.read()
            self.facts.extend(texts(condition, self.scope, Role.IGNORED))
            self.peek()
            sign = _COMPARISON.match(self.text.text, self.at)
            self.at = sign.end() if sign else self.at
        branches = []
        end = self.at
        while self.peek() == "{":
            branches.append(self._enclosed("}"))
            end = self.at
            self.peek()
            if self.text.text.startswith("else", self.at):
                self.at += 4
            if self.peek() == "i":
                branches.append(self.read())
                end = self.at
        self.depth -= 1
        self.at = end
        name = self.text.text[start : self.at]
        self.facts.extend(
            Binding(
                name=name,
                scope=self.scope,
                value=branch,
                what="branch of if",
                conditional=True,
            )
            for branch in branches
        )
        return self._variable(name, start)
