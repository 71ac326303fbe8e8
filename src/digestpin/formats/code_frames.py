"""Says where in source code one stands: brackets, blocks, keys, statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.formats import code_words as words
from digestpin.formats.code_lexer import Kind
from digestpin.formats.code_names import MODIFIERS, is_name, is_own
from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.facts import Role
    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.templates import Scope, Template

_FAR = 40
CONTROL = frozenset(
    """if for while switch catch using lock synchronized foreach elseif else with match
    when return until""".split()  # noqa: SIM905
)
INDENT = "indent"


@dataclass(slots=True)
class Key:
    """What a value is given to: `x = …`, `x: …`.

    `at` is the token of the `=` or `:`; `is_field` says that it is no variable.
    """

    name: str
    at: int
    is_field: bool
    operator: str = "="


@dataclass(slots=True)
class Frame:
    """One open bracket, or one indented block, or the whole file."""

    bracket: str
    scope: Scope
    start: int
    opening: int = -1
    callee: str = ""
    role: Role | None = None
    is_block: bool = False
    is_parameters: bool = False
    key: Key | None = None
    in_choice: bool = False
    names_before: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    plain_facts: list[int] = field(default_factory=list)
    fields: dict[str, tuple[int, Template]] = field(default_factory=dict)
    elements: str = ""
    prefix: str = ""
    hidden: frozenset[str] = frozenset()
    column: int = 0

    def restart(self, index: int) -> None:
        """Begin a statement or an element at token `index`."""
        self.start = index
        self.key = None
        self.in_choice = False
        self.names_before.clear()

    def key_before(self, index: int) -> Key | None:
        """Return the key whose `=` or `:` stands right before token `index`."""
        return self.key if self.key is not None and self.key.at == index - 1 else None


@frozen
class Target:
    """What stands left of an assignment. `name` is empty when it is not simple."""

    name: str
    is_field: bool = False
    is_own: bool = False


def find_target(reader: ExpressionReader, frame: Frame, index: int) -> Target:
    """Return what the `=` at token `index` assigns to."""
    tokens = reader.tokens
    before = reader.token(index - 1)
    if before.text == "]":
        return _environment_target(reader, index)
    start = max(frame.start, index - _FAR)
    name = _typed_name(reader, start, index) or (
        _first_name(reader, start, index)
        if reader.language.name_first
        else _name_of(reader, index - 1)
    )
    if reader.language.id == "toml" or (name and tokens[index - 1].kind is Kind.STRING):
        return Target(name, is_field=True)
    return _plain_target(name, reader)


def _plain_target(name: str, reader: ExpressionReader) -> Target:
    member = words.env_member(name)
    if member is not None:
        return Target(member)
    name = name.removeprefix("module.").removeprefix("exports.")
    if is_own(name) and reader.language.id != "powershell":
        rest = name.lstrip("@").split(".", 1)[-1]
        return Target(rest, is_own=True, is_field="." in rest)
    if "." in name:
        return Target(words.last_word(name), is_field=True)
    return Target(name)


def _environment_target(reader: ExpressionReader, index: int) -> Target:
    """Return the name in `os.environ["X"] = …`."""
    opening, name = reader.token(index - 3), reader.token(index - 4)
    if opening.text != "[" or reader.token(index - 2).kind is not Kind.STRING:
        return Target("")
    template, _ = reader.string(index - 2)
    return Target(template.text, is_field=not words.is_env_index(name.text))


def _name_of(reader: ExpressionReader, index: int) -> str:
    token = reader.token(index)
    if token.kind is Kind.STRING:
        template, _ = reader.string(index)
        return template.text if template.is_literal else ""
    known = is_name(token.text) or token.text == "default"
    return token.text if token.kind is Kind.NAME and known else ""


def _typed_name(reader: ExpressionReader, start: int, index: int) -> str:
    """Return `x` of `x: Type = …`."""
    for at in range(start + 1, index):
        token = reader.tokens[at]
        if token.text in {":", "?:"} and token.kind is Kind.OPERATOR:
            return _name_of(reader, at - 1)
        if token.kind is Kind.OPEN:
            return ""
    return ""


def _first_name(reader: ExpressionReader, start: int, index: int) -> str:
    for at in range(start, index):
        token = reader.tokens[at]
        if token.kind is Kind.NAME and token.text not in MODIFIERS | CONTROL:
            return token.text
    return ""


def key_name(reader: ExpressionReader, index: int) -> str:
    """Return the key that stands before the `:` or `=>` at token `index`."""
    before = reader.token(index - 1)
    if before.kind is Kind.NUMBER:
        return before.text
    if before.kind is Kind.NAME:
        return before.text.rsplit(".", 1)[-1]
    return _name_of(reader, index - 1)


def parameters(
    reader: ExpressionReader, ranges: list[tuple[int, int]]
) -> frozenset[str]:
    """Return the parameters of a function whose value is not known there."""
    names: set[str] = set()
    for start, end in ranges:
        tokens = reader.tokens[start:end]
        if any(token.text == "=" for token in tokens):
            continue
        names.update(token.text for token in tokens if token.kind is Kind.NAME)
    return frozenset(names)
