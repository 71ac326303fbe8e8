"""Reads GitHub Actions expressions (`${{ … }}`) as variables.

Followed: a context (`matrix.k8s`, `env['X']`), a literal, `||` with what follows as
the default, `&& … ||` as two choices, `format('…{0}', x)` and `fromJSON(x)`. All else
is opaque, but what it reads still counts as read. Grammar: docs.github.com, "Evaluate
expressions in workflows and actions".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Template, Variable, join, variable
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.templates import Scope

_EXPRESSION = lazy_pattern(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = lazy_pattern(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<path>[A-Za-z_][A-Za-z0-9_-]*(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*|\*)"
    r"|\[\s*'[^']*'\s*\])*)"
    r"|(?P<number>-?[0-9][0-9A-Za-z.]*)"
    r"|(?P<mark>\|\||&&|==|!=|<=|>=|[()!<>,]|\[|\]|\.))"
)
_INDEX = lazy_pattern(r"\[\s*'([^']*)'\s*\]")
# What `workflow_dispatch` gave inputs before `inputs` had them.
_EVENT_INPUTS = "github.event.inputs."
_SLOT = lazy_pattern(r"\{(\d+)\}")


def expand(text: Template, scope: Scope) -> Template:
    """Return `text` with every expression in it as variables."""
    if "${{" not in text.text:
        return text
    pieces: list[Template] = []
    done = 0
    for match in _EXPRESSION.finditer(text.text):
        pieces.append(text.cut(done, match.start()))
        whole = text.cut(*match.span())
        pieces.append(_Parser(text.cut(*match.span(1)), whole, scope).result())
        done = match.end()
    return join([*pieces, text.cut(done, len(text))])


def bare_expression(text: Template, scope: Scope) -> Template:
    """Return a text that is an expression without its braces, as `if:` may be."""
    if "${{" in text.text:
        return expand(text, scope)
    return _Parser(text, text, scope).result()


def variable_name(path: str) -> str:
    """Return the name by which a context's value is bound.

    `env.X` is the environment's `X`; other contexts keep their prefix and, as GitHub
    does, no difference between upper and lower case.

    >>> variable_name("env.K8S"), variable_name("Matrix['K8s']")
    ('K8S', 'matrix.k8s')
    """
    dotted = _INDEX.sub(r".\1", path)
    if dotted.lower().startswith(_EVENT_INPUTS):
        dotted = f"inputs.{dotted[len(_EVENT_INPUTS) :]}"
    head, dot, rest = dotted.partition(".")
    if head.lower() == "env" and dot:
        return rest
    if head.lower() == "vars" and dot:
        return f"vars.{rest}"
    return dotted.lower()


@frozen
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    """Parses one expression; gives up on it as a whole where it is not understood."""

    def __init__(self, inner: Template, whole: Template, scope: Scope) -> None:
        self.inner = inner
        self.scope = scope
        region = whole.region
        if region is None:
            raise ValueError("an expression that stands nowhere")
        self.region = region
        self.tokens: list[_Token] = []
        self.at = 0
        self.is_sound = True
        try:
            self.tokens.extend(_tokens(inner.text))
        except ValueError:
            self.is_sound = False

    def result(self) -> Template:
        try:
            value = self.alternatives() if self.is_sound else None
        except (IndexError, ValueError):
            value = None
        if value is None or self.at != len(self.tokens):
            return self.opaque(range(len(self.tokens)))
        if len(value.parts) == 1 and isinstance(value.parts[0], Variable):
            # The place of the whole expression, braces and all.
            return variable(replace(value.parts[0], region=self.region))
        return value

    def opaque(self, tokens: range) -> Template:
        """Return an unknown value that reads every context among the tokens."""
        reads = [
            variable(self.read(self.tokens[index]))
            for index in tokens
            if self.tokens[index].kind == "path" and not self.is_call(index)
        ]
        hidden = Variable(
            name=self.inner.text.strip(),
            scope=self.scope,
            region=self.region,
            default=join(reads) if reads else None,
            opaque=True,
        )
        return variable(hidden)

    def is_call(self, index: int) -> bool:
        after = self.tokens[index + 1 : index + 2]
        return bool(after) and after[0].text == "("

    def read(self, token: _Token) -> Variable:
        place = self.inner.cut(token.start, token.end).region or self.region
        return Variable(name=variable_name(token.text), scope=self.scope, region=place)

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def alternatives(self) -> Template:
        """`a || b || c`: the first, each further one as the default."""
        choices = [self.conjunction()]
        while self.peek() == "||":
            self.take()
            choices.append(self.conjunction())
        result = choices[-1]
        for choice in reversed(choices[:-1]):
            result = self.either(choice, result)
        return result

    def either(self, first: Template, second: Template) -> Template:
        """Return a template that can be one or the other."""
        if first.is_literal and not first.text:
            return second
        if len(first.parts) == 1 and isinstance(first.parts[0], Variable):
            part = first.parts[0]
            if part.name and part.default is None:
                return variable(replace(part, default=second))
        return variable(
            Variable(
                name="",
                scope=self.scope,
                region=self.region,
                others=(first, second),
            )
        )

    def conjunction(self) -> Template:
        """`condition && value`: the value. The condition's reads are kept with it."""
        start = self.at
        value = self.comparison()
        last = start
        while self.peek() == "&&":
            self.take()
            last = self.at
            value = self.comparison()
        if last == start:
            return value
        condition = self.opaque(range(start, last))
        return variable(
            Variable(
                name="",
                scope=self.scope,
                region=self.region,
                others=(value, condition),
            )
        )

    def comparison(self) -> Template:
        start = self.at
        value = self.operand()
        if self.peek() in ("==", "!=", "<", ">", "<=", ">="):
            while self.peek() in ("==", "!=", "<", ">", "<=", ">="):
                self.take()
                self.operand()
            return self.opaque(range(start, self.at))
        return value

    def operand(self) -> Template:
        start = self.at
        token = self.take()
        if token.text == "!":
            self.operand()
            return self.opaque(range(start, self.at))
        if token.text == "(":
            value = self.alternatives()
            self.expect(")")
            return value
        if token.kind == "string":
            return self.string(token)
        if token.kind == "number":
            return self.inner.cut(token.start, token.end)
        if token.kind == "path":
            return (
                self.call(start) if self.peek() == "(" else variable(self.read(token))
            )
        raise ValueError(token.text)

    def string(self, token: _Token) -> Template:
        if "''" in token.text[1:-1]:
            return self.opaque(range(self.at, self.at))
        return self.inner.cut(token.start + 1, token.end - 1)

    def expect(self, text: str) -> None:
        if self.take().text != text:
            raise ValueError(text)

    def call(self, start: int) -> Template:
        name = self.tokens[start].text.lower()
        self.take()
        arguments: list[Template] = []
        while self.peek() != ")":
            arguments.append(self.alternatives())
            if self.peek() == ",":
                self.take()
        self.take()
        if self.peek() in (".", "["):
            raise ValueError("an index of a call's result")
        if name == "format" and arguments:
            return _fill(arguments[0], arguments[1:])
        if name == "fromjson" and len(arguments) == 1:
            return _from_json(arguments[0])
        return self.opaque(range(start, self.at))


def _fill(pattern: Template, arguments: list[Template]) -> Template:
    """Return what `format` makes of its arguments."""
    pieces: list[Template] = []
    done = 0
    for match in _SLOT.finditer(pattern.text):
        pieces.append(pattern.cut(done, match.start()))
        index = int(match[1])
        argument = arguments[index] if index < len(arguments) else EMPTY
        pieces.append(_at_slot(argument, pattern.cut(*match.span())))
        done = match.end()
    return join([*pieces, pattern.cut(done, len(pattern))])


def _at_slot(argument: Template, slot: Template) -> Template:
    """Return an argument's variable as if it stood in the pattern."""
    part = argument.parts[0] if len(argument.parts) == 1 else None
    if isinstance(part, Variable) and slot.region is not None:
        return variable(replace(part, region=slot.region))
    return argument


def _from_json(argument: Template) -> Template:
    """Return the strings in a JSON text that a variable holds."""
    if len(argument.parts) == 1 and isinstance(argument.parts[0], Variable):
        return variable(replace(argument.parts[0], json_path=()))
    return argument


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(text[at : at + 10])
        kind = match.lastgroup or ""
        start, stop = match.span(kind)
        yield _Token(kind, match[kind], start, stop)
        at = match.end()
