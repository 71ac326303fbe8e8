"""Holds what is known about one shell command, and where it stands.

Shared by the modules that say what a command's words, output and paths are for.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.branches import Branch, branches_of, enter_branch
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Scope, Template, Variable
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.source import Region


def names(text: str) -> frozenset[str]:
    """Return a set of names that are written with spaces between them."""
    return frozenset(text.split())


_INTERESTING = lazy_pattern(r"[/@\0]|:\S|\d\.\d")
_ASSIGNMENT = lazy_pattern(r"([A-Za-z_]\w*)=", re.ASCII)
_WRAPPERS = names(
    "sudo env time exec command builtin nohup nice timeout xargs run doas retry "
    "unbuffer stdbuf chronic gtimeout caffeinate eatmydata"
)
_PROGRAMS = names("kind docker podman nerdctl buildah skopeo crane make kubectl helm")
_PROGRAM_SUFFIX = lazy_pattern(r"_(?:bin|cmd|exe|path|cli|binary)")
_CONTAINER_TOOL = lazy_pattern(
    r"(?:container|oci|docker|build|image)_?"
    r"(?:tool|runtime|engine|cli|cmd|bin|builder|exe|command)",
    re.IGNORECASE,
)
_TAKES_VALUE = names("-u -g -n -k -s -I -P -L -d")


class Sink(StrEnum):
    """Where the standard output of a command goes."""

    TERMINAL = "terminal"
    PEOPLE = "people"
    """A job summary, a log, a Markdown file."""
    FILE = "file"
    PIPE = "pipe"
    CUT = "cut"
    """A program that takes its input apart: `cut`, `sed`."""
    CAPTURE = "capture"
    GITHUB_OUTPUT = "GITHUB_OUTPUT"
    GITHUB_ENV = "GITHUB_ENV"


@frozen(kw_only=True)
class Place:
    """Where a command stands.

    Names are read in `scope`, which tells the branches too; what is assigned is known
    in `home`, what is `local` in `function`. `equal`: names with a value for which it
    is sure to be reached, as the branch that it opens is taken for them.
    """

    scope: Scope
    home: Scope
    function: Scope | None = None
    conditional: bool = False
    sink: Sink = Sink.TERMINAL
    equal: frozenset[tuple[str, str]] = frozenset()

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches in which it stands, outermost first."""
        return branches_of(self.scope)

    @property
    def is_sure(self) -> bool:
        """Whether it is sure to be reached."""
        return not (self.conditional or self.branches)

    def branch(self, at: int, number: int = 0, count: int = 0) -> Place:
        """The place in a branch of the statement at an offset; see `Branch`."""
        scope = enter_branch(self.scope, at, number, count)
        return replace(self, scope=scope, equal=frozenset())

    def into(self, sink: Sink | None) -> Place:
        """Return the same place with its output going to `sink`, None for as is."""
        if sink is None or sink is self.sink:
            return self
        return replace(self, sink=sink)


@frozen(kw_only=True, slots=False)
class Command:
    """A simple command: words without quotes, wrappers such as `sudo` taken off.

    `given` are the assignments before it, known in the scope `own` alone. `reads`
    says that a here-document or a pipe feeds it.
    """

    words: tuple[Template, ...]
    place: Place
    region: Region
    given: tuple[tuple[str, Template], ...] = field(default=())

    @cached_property
    def own(self) -> Scope:
        """The scope in which the assignments before the command hold."""
        return self.alone if self.given else self.place.scope

    @property
    def alone(self) -> Scope:
        """A scope for this command only."""
        return (*self.place.scope, "cmd", str(self.region.span.start))

    @cached_property
    def name(self) -> str:
        """The program's name without its folders; "" when it is not known.

        A variable that names it counts by its default or its own name: `$KIND`,
        `${DOCKER:-docker}`, `$(MAKE)`.
        """
        if not self.words:
            return ""
        name = self.words[0].text.rsplit("/", 1)[-1]
        if name != HOLE:
            return "" if HOLE in name else name
        variable = self.words[0].variable_at(len(self.words[0].text) - 1)
        return "" if variable is None else _program(variable)

    @property
    def label(self) -> str:
        """What reads the words, for a message."""
        return f"an argument of {self.name}" if self.name else "an argument"

    @property
    def args(self) -> tuple[Template, ...]:
        """The words after the name."""
        return self.words[1:]

    @cached_property
    def operands(self) -> tuple[str, ...]:
        """The arguments' texts that are no options, in order."""
        return tuple(arg.text for arg in self.args if not arg.text.startswith("-"))

    def starts(self, *operands: str) -> bool:
        """Whether the first operands are these (`kind build node-image`)."""
        return self.operands[: len(operands)] == operands

    def option(self, *flags: str) -> Template | None:
        """Return the value of the first of these options: `-t X` or `--tag=X`."""
        for value, flag in self.options():
            if flag in flags:
                return value
        return None

    def options(self) -> Iterator[tuple[Template, str]]:
        """Yield each long or short option's value, as if each took one."""
        for index, arg in enumerate(self.args):
            text = arg.text
            if not text.startswith("-"):
                continue
            flag, equals, _ = text.partition("=")
            if equals:
                yield arg.cut(len(flag) + 1, len(text)), flag
            elif index + 1 < len(self.args):
                yield self.args[index + 1], text


def _program(variable: Variable) -> str:
    default = variable.default
    if default is not None and default.text.strip() and default.is_literal:
        return default.text.split()[0].rsplit("/", 1)[-1]
    if _CONTAINER_TOOL.fullmatch(variable.name):
        return "docker"
    name = _PROGRAM_SUFFIX.sub("", variable.name.lower())
    return name if name in _PROGRAMS else ""


def is_interesting(template: Template) -> bool:
    """Whether anything could be found in it: a variable, a path, a tag, a version."""
    return _INTERESTING.search(template.text) is not None


def split_assignment(template: Template) -> tuple[str, Template] | None:
    """Return the name and the value of a word `NAME=value`."""
    match = _ASSIGNMENT.match(template.text)
    if match is None:
        return None
    return match[1], template.cut(match.end(), len(template.text))


def strip(template: Template) -> Template:
    """Return the template without white space at its ends."""
    text = template.text
    start = len(text) - len(text.lstrip())
    return template.cut(start, len(text.rstrip()))


def split_lines(template: Template) -> Iterator[Template]:
    r"""Yield the lines, without line ends and the white space around them."""
    start = 0
    text = template.text
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end == -1 else end
        yield strip(template.cut(start, end)) if start < end else Template()
        start = end + 1


def unwrap(
    words: tuple[Template, ...],
) -> tuple[tuple[Template, ...], tuple[tuple[str, Template], ...]]:
    """Take `sudo`, `env A=b` and the like off; return the rest and what they set."""
    given: list[tuple[str, Template]] = []
    while len(words) > 1 and words[0].text.rsplit("/", 1)[-1] in _WRAPPERS:
        wrapper = words[0].text.rsplit("/", 1)[-1]
        at = 1
        while at < len(words) - 1 and words[at].text.startswith("-"):
            at += 2 if words[at].text in _TAKES_VALUE else 1
        if wrapper in {"timeout", "gtimeout"}:
            at += 1
        while at < len(words) and (pair := split_assignment(words[at])) is not None:
            given.append(pair)
            at += 1
        words = words[at:]
    return words, tuple(given)
