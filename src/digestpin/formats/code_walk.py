"""Walks the tokens of a file and hands every text over with the place it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats import code_words as words
from digestpin.formats.code_blocks import Blocks
from digestpin.formats.code_calls import is_readable_call
from digestpin.formats.code_emit import Emitter
from digestpin.formats.code_expressions import ExpressionReader
from digestpin.formats.code_frames import Frame, Key, find_target, key_name
from digestpin.formats.code_lexer import Kind, Token, tokenise
from digestpin.formats.code_names import CLASSES, FUNCTIONS, KEYWORDS, variable_name

if TYPE_CHECKING:
    from digestpin.formats.code_language import Language
    from digestpin.source import SourceFile

_ASSIGNMENTS = frozenset({"=", ":=", "?=", "??=", "||="})
_CHOICES = frozenset({"javascript", "groovy", "java", "csharp", "hcl", "ruby", "dart"})
_COLONS = {"?:": "javascript", "::": "jsonnet"}
_MAX_NAMES = 16
_MAX_LOOSE = 8
_ANY = frozenset(Kind)
_CALLS = frozenset({Kind.OPEN, Kind.OPERATOR})
_EQUALLED = frozenset({"nix", "powershell"})
"""Languages of code in whose maps a string before `=` is a key."""
_LABELS = frozenset({"case", "default"})
_CONTINUING = frozenset({"+", "..", "||", "??", "?", ":", "?:", "&&"})


class Walker:
    """Walks one file once, from its first token to its last."""

    def __init__(self, source: SourceFile, language: Language) -> None:
        text = source.text
        self.language = language
        tokens = tokenise(language, text, 0, len(text))
        self.reader = ExpressionReader(source, language, tokens)
        top = Frame("", (str(source.path),), 0, is_block=language.id != "json")
        if str(source.path).endswith(".tfvars"):
            top.prefix = "var."
        self.emitter = Emitter(self.reader, top)
        self.blocks = Blocks(self.reader, self.emitter, top)
        self._loose_depth = 0
        self._handlers = {
            Kind.NAME: self._on_name,
            Kind.STRING: self._on_value,
            Kind.OPEN: self.blocks.open,
            Kind.CLOSE: self.blocks.close,
            Kind.OPERATOR: self._on_operator,
            Kind.NEWLINE: self._on_newline,
            Kind.NUMBER: self._on_other,
            Kind.PATTERN: self._on_pattern,
        }

    def walk(self) -> Emitter:
        """Walk the whole file."""
        self._range(0, len(self.reader.tokens))
        while len(self.blocks.frames) > 1:
            self.blocks.pop()
        self.emitter.close(self.frame)
        return self.emitter

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.blocks.frames[-1]

    def _range(self, start: int, end: int) -> None:
        tokens, handlers = self.reader.tokens, self._handlers
        index = start
        while index < end:
            index = handlers[tokens[index].kind](index)

    def _on_other(self, index: int) -> int:
        return index + 1

    def _on_pattern(self, index: int) -> int:
        self.emitter.pattern(index, self.frame)
        return index + 1

    def _on_value(self, index: int) -> int:
        reader, frame = self.reader, self.frame
        if reader.token(index).kind is Kind.STRING and self._is_key(index):
            self.emitter.key_text(index, frame)
            return index + 1
        found = reader.read(index)
        if found is None:
            return index + 1
        template, end = found
        self.emitter.text(index, template, end, frame)
        loose, reader.loose = _outermost(reader.loose, end), []
        self.emitter.loose += loose
        for start, stop in loose:
            self._loose(start, stop)
        return max(end, index + 1)

    def _loose(self, start: int, stop: int) -> None:
        """Walk tokens that an expression passed over, as arguments of their call."""
        frames, frame = self.blocks.frames, self.frame
        depth = len(frames)
        if self._loose_depth >= _MAX_LOOSE:
            return
        self._loose_depth += 1
        inner = Frame("(", frame.scope, start, role=frame.role, hidden=frame.hidden)
        inner.is_block = False
        frames.append(inner)
        self._range(start, stop)
        while len(frames) > depth:
            self.blocks.pop()
        self._loose_depth -= 1

    def _is_key(self, index: int) -> bool:
        frame, following = self.frame, self.reader.token(index + 1).text
        if self.language.id == "toml" and not frame.bracket and frame.key is None:
            return True
        if following == "]":
            return self._is_index(index)
        if following == "=":
            return self.language.style != "code" or self.language.id in _EQUALLED
        if following not in {":", "::", "=>"} or frame.in_choice:
            return False
        if self.reader.token(frame.start).text in _LABELS:
            return False
        return frame.key_before(index) is None

    def _is_index(self, index: int) -> bool:
        """Whether `["…"]` says which element is meant."""
        reader = self.reader
        if reader.token(index - 1).text != "[":
            return False
        if reader.token(index + 2).text in {"=", ":", "=>", ":="}:
            return True
        owner = reader.token(index - 2)
        if owner.text.endswith("!"):  # a macro of Rust that makes a list
            return False
        is_value = owner.kind is Kind.CLOSE or (
            owner.kind is Kind.NAME and owner.text not in KEYWORDS
        )
        return is_value and owner.end == reader.token(index - 1).start

    def _on_name(self, index: int) -> int:
        reader = self.reader
        token, following = reader.tokens[index], reader.token(index + 1)
        text = token.text
        if text in FUNCTIONS:
            self.blocks.begin_function(index + 1)
        elif text in CLASSES and following.kind is Kind.NAME:
            self.blocks.begin_class(index, following.text)
        elif text in {"in", "of", "range"}:
            self._bind_loop(index)
        if text in KEYWORDS or following.kind not in self._before_value(index):
            self.emitter.lone_name(index, self.frame)
            return index + 1
        if self._starts_value(index, following):
            return self._on_value(index)
        return index + 1

    def _before_value(self, index: int) -> frozenset[Kind]:
        """Return what may follow the name at `index` when a value begins there."""
        key = self.frame.key
        if key is not None and key.at == index - 1:
            return _ANY
        return _CALLS

    def _starts_value(self, index: int, following: Token) -> bool:
        text = self.reader.tokens[index].text
        key = self.frame.key_before(index)
        if key is not None and key.operator == "in" and following.text != "(":
            return True
        if following.kind is Kind.OPEN:
            if following.text == "(":
                return is_readable_call(text) and index != self.blocks.function
            return following.text == "[" and words.is_env_index(text)
        if following.text in self.language.concatenation or following.text in {
            "||",
            "??",
            "or",
            "?:",
        }:
            return True
        if words.env_member(text) is not None:
            return following.text != "="
        return key is not None

    def _bind_loop(self, index: int) -> None:
        reader, frame = self.reader, self.frame
        near = [token.text for token in reader.tokens[max(0, index - 8) : index - 1]]
        if "for" not in near or (near[-1] == "," and "range" not in near[-1:]):
            return
        if reader.tokens[index].text == "range":
            names = [
                token for token in reader.tokens[frame.start : index] if token.text
            ]
            name = next((t.text for t in reversed(names) if t.kind is Kind.NAME), "")
        else:
            before = reader.token(index - 1)
            name = before.text if before.kind is Kind.NAME else ""
        if name and name not in KEYWORDS:
            frame.key = Key(name, index, is_field=False, operator="in")

    def _on_operator(self, index: int) -> int:
        frame, text = self.frame, self.reader.tokens[index].text
        if text in _ASSIGNMENTS:
            self._assign(index, frame)
        elif text == ":" or self.language.id == _COLONS.get(text):
            self._colon(index, frame)
        elif text == ",":
            self._comma(index, frame)
        elif text == ";":
            frame.restart(index + 1)
        elif text == "=>" and self.reader.token(index - 1).kind is not Kind.CLOSE:
            self._arrow(index, frame)
        elif text == "?" and self.language.id in _CHOICES:
            frame.in_choice = True
        return index + 1

    def _arrow(self, index: int, frame: Frame) -> None:
        before = self.reader.token(index - 1)
        if before.kind is Kind.STRING or self.language.id == "ruby":
            frame.key = Key(key_name(self.reader, index), index, is_field=True)

    def _comma(self, index: int, frame: Frame) -> None:
        before = self.reader.token(index - 1)
        names = frame.names_before[-_MAX_NAMES:] if frame.is_block else []
        if frame.is_block and before.kind is Kind.NAME:
            names.append(before.text)
        frame.restart(index + 1)
        frame.names_before.extend(names)

    def _assign(self, index: int, frame: Frame) -> None:
        reader = self.reader
        target = find_target(reader, frame, index)
        if self.reader.token(index + 1).text == "range":
            return
        if frame.names_before:
            for name in (*frame.names_before, target.name):
                self.emitter.assigned(name, frame)
            frame.restart(index + 1)
            return
        name, _ = variable_name(target.name, self.language)
        in_call = frame.bracket in {"(", "["} and not (
            frame.is_block or frame.is_parameters
        )
        is_map = frame.bracket == "{" and not frame.is_block
        is_field = target.is_field or in_call or is_map or self.language.style == "hcl"
        frame.key = Key(name, index, is_field=is_field, operator="=")
        if target.is_own:
            frame.key.operator = "own"
        if name and not is_field:
            self.emitter.assigning(name, index, frame)

    def _colon(self, index: int, frame: Frame) -> None:
        first = self.reader.token(frame.start).text
        if frame.in_choice and self.reader.tokens[index].text == ":":
            return
        if first in _LABELS or (
            self.language.indented and frame.is_block and first in KEYWORDS
        ):
            frame.restart(index + 1)
        elif not frame.is_parameters:
            frame.key = Key(key_name(self.reader, index), index, is_field=True)

    def _on_newline(self, index: int) -> int:
        frame, reader = self.frame, self.reader
        following = reader.token(index + 1)
        if following.kind is Kind.NEWLINE:
            return index + 1
        if self.language.indented:
            self.blocks.indent(index, following)
            return index + 1
        if frame.is_block or frame.bracket == "{":
            before = self._before_lines(index)
            goes_on = before.kind is Kind.OPERATOR or (
                following.kind is Kind.OPERATOR and following.text in _CONTINUING
            )
            if not goes_on:
                self.emitter.line_end(index, frame)
                frame.restart(index + 1)
        return index + 1

    def _before_lines(self, index: int) -> Token:
        while index > 0 and self.reader.tokens[index].kind is Kind.NEWLINE:
            index -= 1
        return self.reader.tokens[index]


def _outermost(ranges: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Return the ranges before token `end` that are not inside another, in order."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(ranges, key=lambda bounds: (bounds[0], -bounds[1])):
        if start < end and (not found or start >= found[-1][1]):
            found.append((start, min(stop, end)))
    return found
