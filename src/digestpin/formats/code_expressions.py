"""Reads the expressions of source code that make text, as templates.

Strings, names, concatenation, format functions, look-ups of the environment and their
defaults. Anything else in a concatenation is an opaque variable; the tokens passed over
are kept in `loose`, because strings in them count too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.code_calls import read_call, read_index, read_methods
from digestpin.formats.code_lexer import Kind, Token, match_brackets, tokenise
from digestpin.formats.code_names import is_name, variable_name
from digestpin.formats.code_strings import StringReader
from digestpin.formats.code_words import env_member
from digestpin.source import Span
from digestpin.templates import Template, Variable, join, literal, variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.formats.code_language import Language
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope

_DEFAULTS = frozenset({"||", "??", "?:", "or"})
_MAX_DEPTH = 3
_MAX_HOLE = 400
_MAX_LEVEL = 12
_END = Token(Kind.NEWLINE, 0, 0, "")

Read = tuple[Template, int]


class ExpressionReader:
    """Reads expressions from the tokens of one file, or of one hole in a string.

    `scope` and `hidden` (names of parameters, whose value is not known here) are set
    by whoever walks the tokens; `modules` says how a module is called that the file
    has another name for.
    """

    def __init__(
        self,
        source: SourceFile,
        language: Language,
        tokens: list[Token],
        depth: int = 0,
    ) -> None:
        self.source = source
        self.language = language
        self.tokens = tokens
        self.pairs = match_brackets(tokens)
        self.scope: Scope = (str(source.path),)
        self.hidden: frozenset[str] = frozenset()
        self.modules: Mapping[str, str] = {}
        self.loose: list[tuple[int, int]] = []
        self._depth = depth
        self._level = 0
        self._strings = StringReader(source, language, self._read_hole)

    def token(self, index: int) -> Token:
        """Return a token; beyond the ends, a line end."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END

    def read(self, index: int) -> Read | None:
        """Return the expression that starts at token `index`, and where it ends."""
        if self._level > _MAX_LEVEL:
            return None
        self._level += 1
        found = self._sum(index)
        self._level -= 1
        if found is None:
            return None
        template, at = found
        while self._operator(at) in _DEFAULTS:
            right = self._sum(self._after(at))
            if right is None:
                break
            template, at = _with_default(template, right[0]), right[1]
        return template, at

    def argument(self, start: int, end: int) -> Template:
        """Return tokens `start` to `end` as one value; opaque when they are more."""
        found = self.read(start)
        if found is not None and found[1] == end:
            return found[0]
        self.loose.append((start, end))
        return self.unknown(start, end)

    def unknown(self, start: int, end: int) -> Template:
        """Return an opaque variable for tokens `start` to `end`."""
        low, high = self.token(start).start, self.token(max(start, end - 1)).end
        name = next(
            (
                token.text
                for index, token in enumerate(self.tokens[start:end], start)
                if token.kind is Kind.NAME
                and is_name(token.text)
                and self.token(index + 1).text != "("
            ),
            self._called_on(start) or self.source.text[low : min(high, low + 60)],
        )
        return self.variable(name, low, max(low, high), opaque=True)

    def _called_on(self, index: int) -> str:
        """Return `x` of `x.split(…)`, which reads it."""
        token = self.token(index)
        is_method = token.kind is Kind.NAME and self.token(index + 1).text == "("
        return token.text.rpartition(".")[0] if is_method else ""

    def variable(
        self, text: str, start: int, end: int, *, opaque: bool = False
    ) -> Template:
        """Return the variable that a name reads."""
        name, out_of_reach = variable_name(text, self.language)
        head, dot, rest = name.partition(".")
        if out_of_reach and head in self.modules:
            name = f"{self.modules[head]}{dot}{rest}"
        return variable(
            Variable(
                name=name,
                scope=self.scope,
                region=self.source.region(start, end),
                opaque=opaque or out_of_reach or name in self.hidden,
                of_environment=env_member(text.replace("?.", ".")) is not None,
            )
        )

    def missing(self, name: str, region: Region | None) -> Template:
        """Return the value of a placeholder that no argument fills."""
        span = region.span if region is not None else Span(0, 0)
        captured = name.isidentifier() and self.language.id == "rust"
        return self.variable(name, span.start, span.end, opaque=not captured)

    def string(self, index: int) -> Read:
        """Return the string at `index` and, where they join, those behind it."""
        parts, at = [self._strings.read(self.tokens[index])], index + 1
        while self.language.adjacent and self.token(at).kind is Kind.STRING:
            parts.append(self._strings.read(self.tokens[at]))
            at += 1
        return (join(parts) if len(parts) > 1 else parts[0]), at

    def content(self, index: int) -> tuple[int, int]:
        """Return the offsets between which the content of a string stands."""
        return self._strings.body(self.tokens[index])

    def _operator(self, index: int) -> str:
        token = self.token(self._after_lines(index))
        return token.text if token.kind in {Kind.OPERATOR, Kind.NAME} else ""

    def _after_lines(self, index: int) -> int:
        """Return `index`, or the operator behind line ends from where one continues."""
        at = index
        while at < len(self.tokens) and self.tokens[at].kind is Kind.NEWLINE:
            at += 1
        token = self.token(at)
        joins = self.language.concatenation | _DEFAULTS
        return at if token.kind is Kind.OPERATOR and token.text in joins else index

    def _after(self, index: int) -> int:
        at = self._after_lines(index) + 1
        while at < len(self.tokens) and self.tokens[at].kind is Kind.NEWLINE:
            at += 1
        return at

    def _sum(self, index: int) -> Read | None:
        found = self._operand(index)
        if found is None:
            return None
        parts, at = [found[0]], found[1]
        while self._operator(at) in self.language.concatenation:
            start = self._after(at)
            right = self._operand(start)
            if right is None:
                parts.append(self.unknown(start, start + 1))
                at = start
                break
            parts.append(right[0])
            at = right[1]
        return (join(parts) if len(parts) > 1 else parts[0]), at

    def _operand(self, index: int) -> Read | None:
        token = self.token(index)
        if token.kind is Kind.OPERATOR and token.text in {"&", "*"}:
            index += 1
            token = self.token(index)
        found: Read | None = None
        if token.kind is Kind.STRING:
            found = self.string(index)
        elif token.kind is Kind.NAME and is_name(token.text):
            found = self._name(index)
        elif token.kind is Kind.NUMBER:
            region = self.source.region(token.start, token.end)
            found = literal(token.text, region), index + 1
        elif token.kind is Kind.OPEN:
            found = self._bracket(index)
        return None if found is None else read_methods(self, *found)

    def _name(self, index: int) -> Read | None:
        token = self.tokens[index]
        following = self.token(index + 1)
        if following.text == "(":
            return read_call(self, index)
        if following.text == "[":
            return read_index(self, index)
        return self.variable(token.text, token.start, token.end), index + 1

    def _bracket(self, index: int) -> Read | None:
        close = self.pairs.get(index, -1)
        text = self.tokens[index].text
        if text == "[" and close == index + 1 and self.token(close + 1).text == "byte":
            return self._name(close + 1)
        if text != "(" or close == -1:
            return None
        found = self.read(index + 1)
        return (found[0], close + 1) if found and found[1] == close else None

    def _read_hole(self, start: int, end: int) -> Template:
        if end - start > _MAX_HOLE or self._depth >= _MAX_DEPTH:
            return self.variable("", start, end, opaque=True)
        tokens = [
            token
            for token in tokenise(self.language, self.source.text, start, end)
            if token.kind is not Kind.NEWLINE
        ]
        inner = ExpressionReader(self.source, self.language, tokens, self._depth + 1)
        inner.scope, inner.hidden = self.scope, self.hidden
        inner.modules = self.modules
        found = inner.read(0) if tokens else None
        if found is not None and found[1] == len(tokens):
            return found[0]
        unknown = inner.unknown(0, len(tokens)).parts[0]
        name = unknown.name if isinstance(unknown, Variable) else ""
        return self.variable(name, start, end, opaque=True)


def _with_default(template: Template, default: Template) -> Template:
    """Return a variable that may be empty, with what holds instead."""
    part = template.parts[0] if len(template.parts) == 1 else None
    if not isinstance(part, Variable) or part.default is not None:
        return template
    return variable(
        Variable(
            name=part.name,
            scope=part.scope,
            region=part.region,
            default=default,
            opaque=part.opaque,
            of_environment=part.of_environment,
        )
    )
