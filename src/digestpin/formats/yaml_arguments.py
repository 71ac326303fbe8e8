"""Reads commands that YAML gives word by word: `command: [sh, -c]`, `args: [...]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digestpin.facts import Role
from digestpin.formats.yaml_keys import ARGUMENTS
from digestpin.patterns import lazy_pattern
from digestpin.yamltext import Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as ListOf

    from digestpin.templates import Template
    from digestpin.yamltext import Mapping, Node

_SHELL = lazy_pattern(r"(?:\S*/)?(?:ba|da|k|z|a)?sh")
_RUNS_SCRIPT = lazy_pattern(r"-[a-z]*c")
_IMAGE_OPTION = lazy_pattern(r"--(?:[a-z-]*-)?im(?:a)?g(?:e)?")


class Arguments(NamedTuple):
    """The words of a command, and the nodes of the mapping that hold them."""

    words: tuple[Scalar, ...]
    nodes: tuple[Node, ...]


class Argument(NamedTuple):
    """One word: a script that a shell is given, or a value."""

    content: Template
    role: Role = Role.VALUE
    is_script: bool = False


def find_arguments(mapping: Mapping) -> Arguments | None:
    """Return the command of a mapping whose words are items of sequences."""
    words: list[Scalar] = []
    nodes: list[Node] = []
    values = mapping.values
    if ARGUMENTS.isdisjoint(values):
        return None
    # A command goes before its arguments, wherever they are written.
    for key, value in sorted(
        values.items(), key=lambda item: item[0] in {"args", "arguments"}
    ):
        if key not in ARGUMENTS or not isinstance(value, Sequence):
            continue
        scalars = [item for item in value.items if isinstance(item, Scalar)]
        if scalars and len(scalars) == len(value.items):
            words += scalars
            nodes.append(value)
    return Arguments(tuple(words), tuple(nodes)) if nodes else None


def read_arguments(words: ListOf[Template]) -> Iterator[Argument]:
    """Give the words with what each is for, options apart from their values."""
    is_shell, before = False, ""
    for number, word in enumerate(words):
        text = word.text
        option, equals, _ = text.partition("=")
        if _RUNS_SCRIPT.fullmatch(before) and (is_shell or number == 1):
            yield Argument(word, is_script=True)
        elif equals and _IMAGE_OPTION.fullmatch(option):
            yield Argument(word.cut(len(option) + 1, len(text)), Role.IMAGE)
        elif _IMAGE_OPTION.fullmatch(before):
            yield Argument(word, Role.IMAGE)
        else:
            yield Argument(word)
        is_shell = is_shell or _SHELL.fullmatch(text) is not None
        before = text
