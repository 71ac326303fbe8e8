"""Reads redirections: where output goes, which documents come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.formats.shell_cutting import is_cutting
from digestpin.formats.shell_model import Sink
from digestpin.formats.shell_output import sink_of
from digestpin.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digestpin.shelltext import Node

REDIRECTS = frozenset(("file_redirect", "heredoc_redirect", "herestring_redirect"))
_TEE = lazy_pattern(r"\btee\b([^|;&]*)")
_OUTWARD = frozenset((">", ">>", "&>", "&>>", ">|"))


@dataclass(slots=True)
class Redirects:
    """What redirections give to the command or group that they stand at.

    `files` are words that name files, `inputs` those that are read; `words` are
    arguments that the grammar counts to a redirection; `piped` and `after` the commands
    behind the first line of a here-document.
    """

    sink: Sink | None = None
    words: list[Node] = field(default_factory=list)
    files: list[Node] = field(default_factory=list)
    inputs: list[Node] = field(default_factory=list)
    documents: list[Node] = field(default_factory=list)
    piped: list[Node] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)

    def add(self, node: Node, text: str) -> None:
        """Take one redirection in."""
        if node.type == "file_redirect":
            self._add_file(node, text)
            return
        self.documents.append(node)
        if node.type == "herestring_redirect":
            return
        for child in node.named_children:
            if child.type in REDIRECTS:
                self.add(child, text)
            elif child.type == "pipeline":
                self.piped.append(child)
            elif child.type not in {"heredoc_start", "heredoc_body", "heredoc_end"}:
                self._add_rest(node, child)

    def _add_rest(self, node: Node, child: Node) -> None:
        if child in node.children_by_field_name("argument"):
            self.words.append(child)
        else:
            self.after.append(child)

    def _add_file(self, node: Node, text: str) -> None:
        # NOTE: behind a here-document's first line the grammar may count words of
        # the document to a redirection.
        line_end = node.end_byte
        if node.parent is not None and node.parent.type == "heredoc_redirect":
            source = _source(node, text)
            line_end = node.start_byte + len(source.partition("\n")[0])
        destinations = [
            child
            for child in node.children_by_field_name("destination")
            if child.start_byte < line_end
        ]
        self.words += destinations[1:]
        operator = next((c.type for c in node.children if not c.is_named), "")
        descriptor = node.child_by_field_name("descriptor")
        number = "" if descriptor is None else _source(descriptor, text)
        if not destinations:
            return
        destination = _source(destinations[0], text)
        if operator in _OUTWARD and number in {"", "1"}:
            self.sink = sink_of(destination)
        elif operator == ">&" and number in {"", "1"} and destination == "2":
            self.sink = Sink.PEOPLE
        if operator == "<" and number in {"", "0"}:
            self.inputs.append(destinations[0])
        if sink_of(destination) is Sink.FILE or any(map(str.isspace, destination)):
            self.files.append(destinations[0])


def document_bodies(node: Node, text: str) -> list[tuple[int, int, list[Node]]]:
    """Return where the bodies of a here-document stand, and the nodes in them."""
    if node.type == "herestring_redirect":
        return [(c.start_byte, c.end_byte, [c]) for c in node.named_children]
    bodies = [child for child in node.children if child.type == "heredoc_body"]
    for child in node.children:
        line_end = text.find("\n", child.start_byte, child.end_byte)
        if child.type == "file_redirect" and line_end != -1 and bodies:
            return [(line_end + 1, bodies[-1].end_byte, node.children)]
    end = _unclosed_end(node, text)
    return [(body.start_byte, end or body.end_byte, body.children) for body in bodies]


def _unclosed_end(node: Node, text: str) -> int | None:
    """Return where a here-document ends that nothing closes; the grammar guesses."""
    named = {child.type: child for child in node.children}
    start, end = named.get("heredoc_start"), named.get("heredoc_end")
    if start is None or end is None:
        return None
    delimiter = _source(start, text).strip("'\"\\")
    return None if delimiter in _source(end, text) else end.end_byte


def _source(node: Node, text: str) -> str:
    return text[node.start_byte : node.end_byte]


def pipe_sink(following: Iterable[Node], text: str) -> Sink:
    """Return where output goes that is piped into the commands `following`."""
    sink = Sink.PIPE
    for number, node in enumerate(following):
        if not number and is_cutting(_source(node, text)):
            sink = Sink.CUT
        match = _TEE.match(_source(node, text).lstrip())
        if match is not None:
            written_to = sink_of(match[1].strip())
            if written_to is not Sink.FILE:
                return written_to
    return sink
