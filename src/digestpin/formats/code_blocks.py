"""Keeps the stack of open brackets and indented blocks, and what each stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Role
from digestpin.formats import code_words as words
from digestpin.formats.code_calls import is_readable_call, split_arguments
from digestpin.formats.code_frames import CONTROL, INDENT, Frame, parameters
from digestpin.formats.code_lexer import Kind, Token
from digestpin.formats.code_roles import THROWS

if TYPE_CHECKING:
    from digestpin.formats.code_emit import Emitter
    from digestpin.formats.code_expressions import ExpressionReader

_MAX_NESTING = 100
_METHODS = frozenset({"java", "csharp", "dart", "javascript"})
_GO_GROUPS = frozenset({"const", "var", "import", "type"})
_IMPORTS = frozenset(
    {"import", "require", "load", "include", "from", "require_relative"}
)
_OPENERS = {")": "(", "]": "[", "}": "{"}


class Blocks:
    """The frames from the whole file to the innermost bracket."""

    def __init__(self, reader: ExpressionReader, emitter: Emitter, top: Frame) -> None:
        self.reader = reader
        self.emitter = emitter
        self.language = reader.language
        self.frames = [top]
        self.function = -1
        self._class = ""
        self._class_column = 0
        self._pending: Frame | None = None

    def begin_class(self, index: int, name: str) -> None:
        """Note that the body of a class follows."""
        self._class, self._class_column = name, self.column(index)

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    def push(self, index: int, frame: Frame) -> None:
        """Enter a frame at token `index`."""
        self.frames.append(frame)
        self._enter(index)

    def _enter(self, index: int) -> None:
        self.reader.scope, self.reader.hidden = self.frame.scope, self.frame.hidden
        offset = self.reader.token(index).start
        self.emitter.scopes.append((offset, self.frame.scope, self.frame.hidden))

    def _open_call(self, index: int, frame: Frame, parent: Frame) -> None:
        name = frame.callee
        if index - 1 == self.function and index and len(self.frames) < _MAX_NESTING:
            frame.is_parameters = True
            hidden = parameters(self.reader, split_arguments(self.reader, index))
            self._pending = Frame(INDENT, (*parent.scope, "function", name), index)
            self._pending.hidden = parent.hidden | hidden
            self._pending.column = self.column(parent.start)
            frame.scope = self._pending.scope
            self.function = -1
            return
        if self.language.id == "powershell" and name.lower() == "param":
            frame.is_parameters = True
            return
        frame.is_block = name in _GO_GROUPS and self.language.name_first
        frame.role = self._call_role(name, parent)

    def _call_role(self, name: str, parent: Frame) -> Role | None:
        if name in _IMPORTS:
            return Role.IGNORED
        if parent.is_block and self.reader.token(parent.start).text in THROWS:
            return Role.DISPLAY
        if words.is_pattern_call(name):
            return Role.PATTERN
        if words.is_display_call(name):
            return Role.DISPLAY
        return parent.role if not name or is_readable_call(name) else None

    def _is_header(self, parent: Frame) -> bool:
        """Whether a bracket in `parent` names a table of TOML."""
        in_file = not parent.bracket and parent.key is None
        return self.language.id == "toml" and in_file

    def _open_brace(self, index: int, frame: Frame, parent: Frame) -> None:
        language, before = self.language, self.reader.token(index - 1)
        is_map = (
            language.style == "data"
            or language.braces_are_maps
            or before.text == "@"
            or (language.id == "csharp" and self._has_new(parent, index))
        )
        frame.is_block = not is_map
        if before.text in {"(", "[", ",", "{"} or parent.key_before(index):
            frame.role = parent.role
        if frame.is_block and parent.bracket != "(":
            self._name_block(index, frame, parent)

    def _has_new(self, parent: Frame, index: int) -> bool:
        start = max(parent.start, index - 8)
        return any(token.text == "new" for token in self.reader.tokens[start:index])

    def _name_block(self, index: int, frame: Frame, parent: Frame) -> None:
        """Give a block the scope of the function or class it belongs to."""
        if self._pending is not None:
            frame.scope, frame.hidden = self._pending.scope, self._pending.hidden
            self._pending = None
        elif self._class:
            frame.scope = (*parent.scope, "class", self._class)
            self._class = ""
        elif self.language.id in _METHODS and self.reader.token(index - 1).text == ")":
            opening = self.emitter.last_closed
            name = self.reader.token(opening - 1)
            if name.kind is Kind.NAME and name.text not in CONTROL:
                ranges = split_arguments(self.reader, opening)
                frame.scope = (*parent.scope, "function", name.text)
                frame.hidden = parent.hidden | parameters(self.reader, ranges)

    def pop(self) -> None:
        """Leave the innermost frame."""
        frame = self.frames.pop()
        self.emitter.last_closed = frame.opening
        self.emitter.close(frame)

    def column(self, index: int) -> int:
        """Return how far a token stands from the start of its line."""
        start = self.reader.token(index).start
        return start - (self.reader.source.text.rfind("\n", 0, start) + 1)

    def begin_function(self, index: int) -> None:
        """Note that a function's name follows at token `index`."""
        reader = self.reader
        if reader.token(index).text == "(" and self.language.id == "go":
            index = reader.pairs.get(index, index) + 1
        self.function = index if reader.token(index).kind is Kind.NAME else -1

    def open(self, index: int) -> int:
        """Open the bracket at token `index`; return the index behind it."""
        parent, token = self.frame, self.reader.tokens[index]
        before = self.reader.token(index - 1)
        frame = Frame(token.text, parent.scope, index + 1, index, hidden=parent.hidden)
        frame.callee = before.text if before.kind is Kind.NAME else ""
        if token.text == "(":
            self._open_call(index, frame, parent)
        elif token.text == "{":
            self._open_brace(index, frame, parent)
        else:
            frame.role = Role.IGNORED if self._is_header(parent) else parent.role
        self.emitter.opened(index, frame, parent)
        self.push(index, frame)
        return index + 1

    def close(self, index: int) -> int:
        """Close the bracket at token `index`; return the index behind it."""
        opener = _OPENERS[self.reader.tokens[index].text]
        for depth in range(len(self.frames) - 1, 0, -1):
            if self.frames[depth].bracket == opener:
                while len(self.frames) > depth:
                    self.pop()
                self._enter(index)
                break
            if self.frames[depth].bracket == INDENT:
                break
        return index + 1

    def indent(self, index: int, following: Token) -> None:
        """Begin the line behind the line end at token `index`, by its indentation."""
        if self._class:
            name, self._class = self._class, ""
            frame = Frame(INDENT, (*self.frame.scope, "class", name), index + 1)
            frame.column, frame.hidden = (
                self._class_column,
                self.frame.hidden,
            )
            self._pending = frame
        self.frame.restart(index + 1)
        column = self.column(index + 1)
        if self._pending is not None:
            pending, self._pending = self._pending, None
            while self.frame.bracket == INDENT and pending.column <= self.frame.column:
                self.pop()
            pending.is_block = True
            self.push(index + 1, pending)
            pending.restart(index + 1)
        if following.kind is Kind.NEWLINE:
            return
        while self.frame.bracket == INDENT and column <= self.frame.column:
            self.pop()
            self._enter(index + 1)
        self.frame.restart(index + 1)
