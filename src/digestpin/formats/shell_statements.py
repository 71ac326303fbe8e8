"""Reads the statements of one script: assignments, commands, here-documents.

Where a statement stands is the walk's business (`shell_walk`); what it says is told
here, in facts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link, Role, Text
from digestpin.formats.shell_assign import DECLARATIONS, Assignments
from digestpin.formats.shell_calls import Calls, inner_script
from digestpin.formats.shell_clusters import held_configs, statement_of
from digestpin.formats.shell_cutting import cut_document
from digestpin.formats.shell_functions import Functions
from digestpin.formats.shell_links import SHELLS
from digestpin.formats.shell_model import (
    Command,
    Place,
    is_interesting,
    names,
    split_assignment,
    unwrap,
)
from digestpin.formats.shell_output import describe_document
from digestpin.formats.shell_paths import Folders
from digestpin.formats.shell_redirects import document_bodies
from digestpin.formats.shell_templates import FilledTemplates
from digestpin.formats.shell_words import WordReader
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digestpin.facts import Fact
    from digestpin.formats.shell_redirects import Redirects
    from digestpin.shelltext import Node
    from digestpin.source import Region
    from digestpin.templates import Template

_ALL_EXPORTED = lazy_pattern(r"\bset\s+(?:-\w*a|-o\s+allexport)")
_PASSES_ON = names("cat envsubst sed tee")
_DATA = lazy_pattern(r"^\s*(?:apiVersion|kind|image)\s*:", re.MULTILINE)
_NOT_WORDS = frozenset(("variable_assignment", "variable_name", "comment"))


class Statements:
    """The statements of one script, turned into `facts` as they are read."""

    def __init__(
        self,
        script: Template,
        root: Node,
        *,
        base: str,
        path: str,
        walk_inner: Callable[[Template, Place], list[Fact]],
    ) -> None:
        self._text = script.text
        functions = Functions.of(root, self._text)
        self._folders = Folders(path)
        self._calls = Calls(functions, self._folders, base)
        self._reader = WordReader(script, functions.speaking, self._calls.read_target)
        self._assignments = Assignments(self._reader)
        self._walk_inner = walk_inner
        self.facts: list[Fact] = []
        self._filled = FilledTemplates()

    def source(self, node: Node) -> str:
        """Return the characters of a node as written."""
        return self._text[node.start_byte : node.end_byte]

    def take_nested(self) -> list[Node]:
        """Return the nodes with commands inside the words read since the last call."""
        self.facts += self._reader.facts
        nested = self._reader.nested
        self._reader.facts, self._reader.nested = [], []
        return nested

    def finish(self) -> list[Fact]:
        """Return all facts; only now is it known which names are exported."""
        exported = frozenset(self._assignments.exported)
        hidden = self._assignments.assigned - exported
        if _ALL_EXPORTED.search(self._text) is not None:
            exported, hidden = exported | hidden, set()
        for index, link in enumerate(self.facts):
            if isinstance(link, Link) and link.type is Link.Type.RUN:
                handed = link.handed | exported
                hidden_here = frozenset(hidden - handed)
                hidden_here |= self._filled.hidden(link, self.facts)
                self.facts[index] = replace(link, handed=handed, hidden=hidden_here)
        return self.facts

    def say(self, node: Node, place: Place, role: Role, label: str) -> None:
        """Tell a word that stands by itself."""
        self._tell(self.skip(node, place), place, role, label)

    def skip(self, node: Node, place: Place) -> Template:
        """Read a word for what is nested in it."""
        return self._reader.read(node, place)

    def _tell(self, template: Template, place: Place, role: Role, label: str) -> None:
        if is_interesting(template):
            self.facts.append(
                Text(template=template, scope=place.scope, role=role, label=label)
            )

    def loop(self, node: Node, place: Place) -> Place:
        """Tell the values of a `for` loop; return the place of its body."""
        at = self.offset(node)
        scope = (*place.scope, "for", str(at))
        self.facts += self._assignments.loop(node, place, scope)
        return replace(place, scope=scope).branch(at)

    def offset(self, node: Node) -> int:
        """Return where in the file a node begins."""
        region = self._reader.cut(node.start_byte, node.start_byte + 1).region
        return node.start_byte if region is None else region.span.start

    def assign(self, node: Node, place: Place) -> None:
        """Tell one assignment."""
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is not None and value is not None:
            self._folders.learn(self.source(name), self.source(value))
        self.facts += self._assignments.read(node, place)

    def declare(self, node: Node, place: Place) -> None:
        """Tell what `export`, `local` and the like declare and set."""
        keyword = node.children[0].type if node.children else ""
        words = [c for c in node.named_children if c.type not in _NOT_WORDS]
        options = "".join(s for s in map(self.source, words) if s.startswith("-"))
        for child in node.named_children:
            if child.type == "variable_assignment":
                name = child.child_by_field_name("name")
                if name is not None:
                    self._declare_name(keyword, options, self.source(name), place)
                self.assign(child, place)
            elif child.type == "variable_name":
                self._declare_name(keyword, options, self.source(child), place)
            elif child.type != "comment":
                self._declare_word(keyword, options, child, place)

    def _declare_word(
        self, keyword: str, options: str, node: Node, place: Place
    ) -> None:
        word = self._reader.read(node, place)
        pair = split_assignment(word)
        if pair is None:
            self._tell(word, place, Role.VALUE, f"an argument of {keyword}")
            return
        self._declare_name(keyword, options, pair[0], place)
        self.facts.append(self._assignments.bind(*pair, place))

    def _declare_name(
        self, keyword: str, options: str, name: str, place: Place
    ) -> None:
        self._assignments.declare(keyword, options, name, place)

    def command(
        self,
        words: Sequence[Node],
        prefixes: Sequence[Node],
        place: Place,
        redirects: Redirects,
    ) -> None:
        """Tell a command with at least one word."""
        read = tuple(self._reader.read(word, place) for word in words)
        command = self._made(read, prefixes, words[0], place)
        if command is None:
            for word in words:
                self.say(word, place, Role.VALUE, "a word")
            return
        as_written = tuple(self.source(word) for word in words)
        self._bind_given(prefixes, command)
        self._run(command, as_written)
        self.facts += self._calls.link(command, as_written)
        for file in redirects.inputs:
            filled = self._calls.filled_in(command, self.source(file))
            self.facts += self._filled.noted(filled)
        self.facts += self._calls.cluster(command, as_written, self._feed(words[0]))
        self._calls.cd(command, as_written)
        for document in redirects.documents:
            self.document(document, place, self._reads(command, redirects))

    def _made(
        self,
        read: tuple[Template, ...],
        prefixes: Sequence[Node],
        first: Node,
        place: Place,
    ) -> Command | None:
        region = self._reader.cut(first.start_byte, first.end_byte).region
        if region is None:
            return None
        rest, given = unwrap(read)
        for prefix in prefixes:
            name = prefix.child_by_field_name("name")
            if name is not None:
                given = (*given, (self.source(name), EMPTY))
        return Command(words=rest, place=place, region=region, given=given)

    def _bind_given(self, prefixes: Sequence[Node], command: Command) -> None:
        if not command.given:
            return
        inside = replace(command.place, home=command.own, function=None)
        own = set(self._assignments.assigned)
        for prefix in prefixes:
            self.facts += [
                replace(fact, scope=command.own, conditional=False, branches=())
                if isinstance(fact, Binding)
                else fact
                for fact in self._assignments.read(prefix, command.place)
            ]
        for name, value in command.given:
            if value.parts:
                self.facts.append(self._assignments.bind(name, value, inside))
        self._assignments.assigned.intersection_update(own)

    def _run(self, command: Command, as_written: tuple[str, ...]) -> None:
        if command.name in DECLARATIONS:
            self.facts += self._assignments.words(command)
            for arg in command.args:
                if split_assignment(arg) is None:
                    self._tell(arg, command.place, Role.VALUE, command.label)
            return
        filled = [
            *self._assignments.filled(command),
            *self._assignments.printed(command),
        ]
        self.facts += filled
        inner = inner_script(command)
        if inner is not None:
            self._inner(inner, command.place)
            for arg in command.args:
                if arg is not inner:
                    self._tell(arg, command.place, Role.VALUE, command.label)
        if not filled and inner is None:
            self.facts += self._calls.read(command, as_written)

    def _reads(self, command: Command, redirects: Redirects) -> str:
        if command.name in _PASSES_ON and redirects.piped:
            return _first_command(redirects.piped[0], self._text)
        return command.name

    def document(self, node: Node, place: Place, reader: str) -> None:
        """Tell a here-document that the program `reader` reads."""
        start = next((c for c in node.children if c.type == "heredoc_start"), None)
        mode = "bare" if start is None else "heredoc"
        if start is not None and self.source(start)[:1] in {"'", '"', "\\"}:
            mode = "raw"
        bodies = [
            self._reader.read_span(low, high, nodes, place, mode)
            for low, high, nodes in document_bodies(node, self._text)
        ]
        facts: list[Fact] = []
        for body in bodies:
            if node.type == "herestring_redirect":
                facts += cut_document(body, place.scope, reader)
            if reader in SHELLS or reader == "ssh":
                self._inner(body, place)
            elif reader == "cat" and _DATA.search(body.text):
                facts += describe_document(body, place, "a program")
            else:
                facts += describe_document(body, place, reader)
        self.facts += held_configs(facts, node, self._text)

    def _feed(self, node: Node) -> Region | None:
        whole = statement_of(node)
        return self._reader.cut(whole.start_byte, whole.end_byte).region

    def _inner(self, script: Template, place: Place) -> None:
        if script.region is not None:
            self.facts += self._walk_inner(script, place)


def _first_command(node: Node, text: str) -> str:
    """Return the name of the first command that does not just pass text on."""
    stack = [node]
    while stack:
        part = stack.pop()
        if part.type == "command_name":
            name = text[part.start_byte : part.end_byte].rsplit("/", 1)[-1]
            if name not in _PASSES_ON and name != "sudo":
                return name
        stack.extend(reversed(part.named_children))
    return "a pipe"
