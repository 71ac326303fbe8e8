"""Reads shell words: quotes and escapes taken away, expansions made variables.

Every character of what is read is cut from the script, so that it stays tied to its
byte. What a word holds beside its value (commands inside `$(…)`, defaults that are
assigned, patterns) is kept aside for the caller.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.formats.file_content import printed_file, read_file
from digestpin.formats.shell_echo import value_of, written
from digestpin.formats.shell_expansions import Expansion, expand, parse_expansion
from digestpin.formats.shell_loose import read_loosely
from digestpin.patterns import lazy_pattern
from digestpin.source import Region, Span
from digestpin.templates import EMPTY, HOLE, Literal, Template, Variable, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Place
    from digestpin.shelltext import Node

_SPECIAL = frozenset(
    (
        "string",
        "raw_string",
        "ansi_c_string",
        "simple_expansion",
        "expansion",
        "command_substitution",
        "process_substitution",
        "arithmetic_expansion",
    )
)
_ESCAPES = {
    "bare": re.compile(r"\\\r?\n|\\([^\r\n])|'([^']*)'|\"", re.DOTALL),
    "quoted": re.compile(r"\\\r?\n|\\([$`\"\\])"),
    "heredoc": re.compile(r"\\\r?\n|\\([$`\\])"),
    "ansi": re.compile(r"\\([\\'\"?])"),
}
_PLAIN = frozenset(("word", "number", "variable_name"))
_ESCAPED = lazy_pattern(r"[\\'\"]")
_ANSI_CONTROL = lazy_pattern(r"\\([abeEfnrtv])")
_CONTROLS = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_TAKES_OFF = lazy_pattern(
    r"sed\s+(?:-[Er]\s+|-e\s+)*['\"]?s([/|,#])(?:\^(\w+)|(v))\1\1['\"]?"
    r"|tr\s+(?:-d|--delete)\s+['\"]?(v)['\"]?"
)
_SPACES = lazy_pattern(r"\s+")
_NAME = lazy_pattern(r"[A-Za-z_][\w:.-]*(?:\(\))?|\d+|[@*#?$!_-]", re.ASCII)
_MAX_DEPTH = 30
_MAX_NAME = 60


class WordReader:
    """Reads the words of one script.

    `nested` are nodes with commands in them that still have to be walked; `facts`
    are what words tell beside their value; `speaking` are the functions whose output
    is followed, `find` gives the path of a file that is read, and the path's base.
    """

    def __init__(
        self,
        script: Template,
        speaking: frozenset[str],
        find: Callable[[str], tuple[str, str] | None],
    ) -> None:
        self.text = script.text
        self.nested: list[Node] = []
        self.facts: list[Fact] = []
        self._script = script
        self._speaking = speaking
        self._find = find
        self._depth = 0
        self._whole: Region | None = None
        part = script.parts[0] if len(script.parts) == 1 else None
        if isinstance(part, Literal) and part.exact:
            self._whole = part.region

    def cut(self, start: int, end: int) -> Template:
        """Return characters `start` to `end` of the script."""
        if self._whole is None:
            return self._script.cut(start, end)
        if start >= end:
            return EMPTY
        # NOTE: a script in one piece is the common case; this is the hot path.
        base = self._whole.span.start
        region = Region(self._whole.path, Span(base + start, base + end))
        return Template((Literal(self.text[start:end], region),))

    def read(self, node: Node, place: Place) -> Template:
        """Return what the word stands for."""
        start, end = node.start_byte, node.end_byte
        if node.type == "command_name" and node.child_count == 1:
            node = node.children[0]
        if node.type in _PLAIN and not node.child_count:
            if _ESCAPED.search(self.text, start, end) is None:
                return self.cut(start, end)
        elif node.type == "regex" and not node.child_count:
            return read_loosely(self.cut(start, end), place)
        elif node.type == "raw_string":
            return self.cut(start + 1, max(start + 1, end - 1))
        return self.read_span(node.start_byte, node.end_byte, (node,), place, "bare")

    def read_span(
        self, start: int, end: int, nodes: Iterable[Node], place: Place, mode: str
    ) -> Template:
        """Return characters `start` to `end`, in which `nodes` stand."""
        if self._depth >= _MAX_DEPTH or mode == "raw":
            return self.cut(start, end)
        self._depth += 1
        try:
            return join(self._pieces((start, end), nodes, place, mode))
        finally:
            self._depth -= 1

    def _pieces(
        self, span: tuple[int, int], nodes: Iterable[Node], place: Place, mode: str
    ) -> Iterator[Template]:
        at, end = span
        for node in _specials(nodes):
            start = node.start_byte
            if node.type in {"simple_expansion", "expansion"}:
                # NOTE: the grammar counts white space before `$` in strings in.
                start = max(start, self.text.find("$", start))
            if start < at or start >= end:
                continue
            yield from self._unescaped(at, start, mode)
            yield self._special(node, start, place, mode)
            at = node.end_byte
        yield from self._unescaped(at, end, mode)

    def _unescaped(self, start: int, end: int, mode: str) -> Iterator[Template]:
        at = start
        for match in _ESCAPES[mode].finditer(self.text, start, end):
            yield self.cut(at, match.start())
            group = match.lastindex
            if group is not None:
                yield self.cut(*match.span(group))
            at = match.end()
        if at < end:
            yield self.cut(at, end)

    def _special(self, node: Node, start: int, place: Place, mode: str) -> Template:
        end = node.end_byte
        if node.type.endswith("string"):
            return self._string(node, start, end, place)
        match node.type:
            case "simple_expansion":
                return self._variable(self.text[start + 1 : end], start, end, place)
            case "expansion":
                return self._expansion(node, start, place, mode)
            case "command_substitution":
                return self._substitution(node, place)
        if node.type == "process_substitution":
            self.nested.append(node)
        return self.opaque(start, end, place)

    def _string(self, node: Node, start: int, end: int, place: Place) -> Template:
        if node.type == "raw_string":
            return self.cut(start + 1, max(start + 1, end - 1))
        if node.type == "ansi_c_string":
            return join(self._ansi(start + 2, max(start + 2, end - 1)))
        close = end - 1 if self.text[end - 1] == '"' else end
        inner = min(start + 1, close)
        return self.read_span(inner, close, node.children, place, "quoted")

    def _ansi(self, start: int, end: int) -> Iterator[Template]:
        at = start
        for match in _ANSI_CONTROL.finditer(self.text, start, end):
            if self.text[match.start() - 1] == "\\":
                continue
            yield from self._unescaped(at, match.start(), "ansi")
            region = self.cut(*match.span()).region
            yield Template((Literal(_CONTROLS[match[1]], region, exact=False),))
            at = match.end()
        yield from self._unescaped(at, end, "ansi")

    def _variable(self, name: str, start: int, end: int, place: Place) -> Template:
        region = self.cut(start, end).region
        if region is None or _NAME.fullmatch(name) is None:
            return self.cut(start, end)
        return Template((Variable(name=name, scope=place.scope, region=region),))

    def opaque(self, start: int, end: int, place: Place, name: str = "") -> Template:
        """Return characters that stand for a value which is not followed."""
        written_text = self.cut(start, end)
        if written_text.region is None:
            return written_text
        if not name:
            name = _SPACES.sub(" ", written_text.text.replace(HOLE, "_"))
            name = name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1] + "…"
        region = written_text.region
        return Template(
            (Variable(name=name, scope=place.scope, region=region, opaque=True),)
        )

    def _expansion(self, node: Node, start: int, place: Place, mode: str) -> Template:
        parsed = parse_expansion(self.text, start, node.end_byte)
        if parsed is None:
            return self.opaque(start, node.end_byte, place)
        operand = Template()
        if parsed.operator:
            inner = [child for child in node.children if child.start_byte >= parsed.at]
            operand = self.read_span(parsed.at, parsed.end, inner, place, mode)
        region = self.cut(start, node.end_byte).region
        if region is None:
            return self.cut(start, node.end_byte)
        return self._expanded(parsed, operand, region, place)

    def _expanded(
        self, parsed: Expansion, operand: Template, region: Region, place: Place
    ) -> Template:
        value = Variable(name=parsed.name, scope=place.scope, region=region)
        made, facts = expand(parsed, value, operand, place)
        self.facts += facts
        return Template((made,))

    def _substitution(self, node: Node, place: Place) -> Template:
        inside = [child for child in node.children if child.is_named]
        if len(inside) == 1 and inside[0].type == "command":
            name, words = self._simple_command(inside[0])
            if name in {"echo", "printf"} and words is not None:
                text = written(name, [self.read(word, place) for word in words])
                value = None if text is None else value_of(text)
                if value is not None:
                    return value
            if name in self._speaking:
                self.nested.append(node)
                return self._variable(
                    f"{name}()", node.start_byte, node.end_byte, place
                )
        if len(inside) == 1 and inside[0].type == "pipeline":
            stripped = self._filtered(inside[0], place)
            if stripped is not None:
                return Template((stripped,))
        self.nested.append(node)
        return self._content(node, place) or self.opaque(
            node.start_byte, node.end_byte, place
        )

    def _content(self, node: Node, place: Place) -> Template | None:
        """Return the content of the file that `$(cat file)` prints."""
        whole = self.cut(node.start_byte, node.end_byte)
        word = printed_file(whole.text.strip("`").removeprefix("$(").removesuffix(")"))
        target = None if word is None else self._find(word)
        if target is None or whole.region is None:
            return None
        read = read_file(*target, place.scope, whole.region)
        self.facts.append(read.link)
        return Template((read.value,))

    def _filtered(self, node: Node, place: Place) -> Variable | None:
        """Return what `echo "$X" | sed 's/^v//'` stands for."""
        commands = node.named_children
        if len(commands) != 2 or commands[0].type != "command":
            return None
        end = commands[1]
        match = _TAKES_OFF.fullmatch(self.text, end.start_byte, end.end_byte)
        name, words = self._simple_command(commands[0])
        if match is None or name not in {"echo", "printf"} or words is None:
            return None
        text = written(name, [self.read(word, place) for word in words])
        value = None if text is None else value_of(text)
        variable = None if value is None else value.variable_at(0)
        if value is None or variable is None or value.text != HOLE:
            return None
        if variable.opaque or variable.strip_prefix:
            return None
        return replace(variable, strip_prefix=match[match.lastindex or 0])

    def _simple_command(self, node: Node) -> tuple[str, list[Node] | None]:
        name = ""
        words: list[Node] = []
        for child in node.children:
            if child.type == "command_name":
                name = self.text[child.start_byte : child.end_byte]
            elif child.type in {"herestring_redirect", "variable_assignment"}:
                return name, None
            else:
                words.append(child)
        return name, words


def _specials(nodes: Iterable[Node]) -> Iterator[Node]:
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        if node.type in _SPECIAL:
            yield node
        elif node.child_count:
            stack.extend(reversed(node.children))
