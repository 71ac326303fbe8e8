"""Finds the commands that create a kind cluster, and what they are given."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import ClusterConfig, ClusterRun
from digestpin.formats.shell_model import names
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, HOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from digestpin.facts import Fact
    from digestpin.formats.shell_model import Command
    from digestpin.shelltext import Node
    from digestpin.source import Region
    from digestpin.templates import Template

_TAKES_VALUE = names("--config --image --kubeconfig --name --wait -v --verbosity")
_AROUND = frozenset(
    names(
        "command_name command pipeline redirected_statement "
        "file_redirect heredoc_redirect herestring_redirect"
    )
)
_IN_ASSIGNMENT = frozenset(("command_substitution", "string", "subshell"))
_MODULE = lazy_pattern(r"sigs\.k8s\.io/kind(?:@|\Z)")
_WRITTEN_TO = lazy_pattern(
    r"(?:(?<![0-9&<>])>>?|\btee\b(?:\s+-\w+)*)\s*[\"']?(?P<file>[^\s\"'|&;<>()]+)"
)


def find_cluster_run(
    command: Command,
    written_words: Sequence[str],
    feed: Region | None,
    find: Callable[[str], str | None],
) -> ClusterRun | None:
    """Return the run of a cluster config that a command is, None when it is none.

    `written_words` are the command's words with their quotes; `find` gives the path
    from the root that a word as written names, where that is known.
    """
    start = _arguments(command)
    if start is None:
        return None
    offset = len(written_words) - len(command.args)
    given: dict[str, tuple[str, Template]] = {}
    is_open = False
    for index, flag, value in _options(command.args, start):
        if flag:
            given[flag] = (written_words[offset + index], value)
        else:
            is_open |= HOLE in value.text
    word, config = given.get("--config", ("", None))
    if config is None and not is_open:
        return None
    _, image = given.get("--image", ("", None))
    file = re.sub(r"\A--config=|[\"']", "", word)
    return ClusterRun(
        scope=command.place.scope,
        region=command.region,
        config=config,
        image=image if image is not None and image.text else None,
        file=file,
        path=find(file),
        feed=feed,
        is_open=is_open,
    )


def _arguments(command: Command) -> int | None:
    """Return where the arguments of `kind create cluster` start."""
    texts = [arg.text for arg in command.args]
    is_kind = command.name == "kind"
    if command.name == "go":
        is_kind = texts[:2] == ["tool", "kind"] or any(map(_MODULE.search, texts))
    for at in range(len(texts) - 1) if is_kind else ():
        if texts[at : at + 2] == ["create", "cluster"]:
            return at + 2
    return None


def _options(
    args: Sequence[Template], start: int
) -> Iterator[tuple[int, str, Template]]:
    """Give the index, the option and the value of each; an operand has no option."""
    index = start
    while index < len(args):
        text = args[index].text
        flag, equals, _ = text.partition("=")
        if flag in _TAKES_VALUE and equals:
            yield index, flag, args[index].cut(len(flag) + 1, len(text))
        elif flag in _TAKES_VALUE:
            # NOTE: a `-` before a here-document is no word to the grammar.
            index += 1
            is_last = index == len(args)
            yield min(index, len(args) - 1), flag, EMPTY if is_last else args[index]
        else:
            yield index, "", args[index]
        index += 1


def statement_of(node: Node) -> Node:
    """Return the node with all pipes and redirections around a command."""
    while node.parent is not None and node.parent.type in _AROUND:
        node = node.parent
    return node


def held_configs(facts: Iterable[Fact], document: Node, text: str) -> Iterator[Fact]:
    """Give the facts of a here-document; a cluster config with what it is put into.

    That is a file, or the variable that gets the output.
    """
    statement = statement_of(document)
    written = text[statement.start_byte : statement.end_byte].partition("\n")[0]
    holder = statement.parent
    while holder is not None and holder.type in _IN_ASSIGNMENT:
        holder = holder.parent
    name = None
    if holder is not None and holder.type == "variable_assignment":
        name = holder.child_by_field_name("name")
    for fact in facts:
        if isinstance(fact, ClusterConfig):
            variable = "" if name is None else text[name.start_byte : name.end_byte]
            file = _written_file(written)
            yield replace(fact, file=file, variable=variable)
        else:
            yield fact


def _written_file(statement: str) -> str:
    for match in _WRITTEN_TO.finditer(statement):
        if not match["file"].startswith("/dev/"):
            return match["file"]
    return ""
