"""Says what the words of a shell command are for: an image, a pattern, a message."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from digestpin.facts import Role, Text
from digestpin.formats.shell_model import Command, Sink, is_interesting, names
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.shell_model import Place
    from digestpin.templates import Template

_SPEAKING_WORDS = (
    "echo|printf|log|logs|info|infof|warn|warning|err|error|fail|failed|fatal|die|debug"
    "|abort|panic|usage|help|notice|notify|title|header|heading|banner|section|step"
    "|message|msg|say|success|ok|status|progress|trace|verbose|bail|skip|note"
)
_SPEAKS = lazy_pattern(
    rf"_*(?:\w+?[_:.-]+)?(?:{_SPEAKING_WORDS})(?:[_:.-]+\w+)*", re.ASCII
)
_MATCHERS = names(
    "grep egrep fgrep zgrep rg ag ack sed gsed awk gawk mawk test [ [[ expr"
)
_SEDS = names("sed gsed")
_SUBSTITUTION = lazy_pattern(
    r"(?:[^;]*[\s/;{])?s([|#,!:;~/])(?:\\.|(?!\1).)*\1", re.DOTALL
)
_IMAGE_OPTION = lazy_pattern(r"--?(?:[\w-]*[-_])?(?:image|img)", re.IGNORECASE)
_IMAGE_IN_TEXT = lazy_pattern(
    r"(?<!\S)(--(?:[\w-]*[-_])?(?:image|img))(?:=|[ \t]+)[\"']?([^\s\"']+)"
)
_NOT_AN_IMAGE = lazy_pattern(r"--(?:load|save|push|pull|list|no|skip|delete)-image")
_BUILDERS = names("docker podman nerdctl buildah buildx finch img kaniko")
_BUILT_BY_KIND = "kindest/node:latest"
_BUILD_VERBS = names("build bud buildx image builder")
_EMPTY_TESTS = frozenset(("-z", "-n", "-v", "-f", "-e", "-d", "-x", "-s", "-r"))
_SILENT = frozenset((":", "true", "false", "shift", "exit", "return", "unset", "set"))
_PROGRAM = lazy_pattern(r"[/@\0]")
_ONE_WORD = lazy_pattern(r"\S+")


def is_message(command: Command) -> bool:
    """Whether what the command is given is shown to people."""
    if command.place.sink not in {Sink.TERMINAL, Sink.PEOPLE}:
        return False
    return _SPEAKS.fullmatch(command.name.lower()) is not None


def describe(command: Command) -> Iterator[Text]:
    """Yield the words of a command in which something can be found."""
    if command.name in _SILENT or not command.words:
        return
    if _PROGRAM.search(command.words[0].text):
        yield _text(command.words[0], command, Role.VALUE, "a command")
    if is_message(command):
        yield from _messages(command)
    elif command.name in _MATCHERS:
        yield from _patterns(command)
    else:
        yield from _values(command)


def _text(template: Template, command: Command, role: Role, label: str) -> Text:
    return Text(template=template, scope=command.place.scope, role=role, label=label)


def _messages(command: Command) -> Iterator[Text]:
    args = [arg for arg in command.args if arg.text not in {"-n", "-e", "-E"}]
    role = Role.DISPLAY
    is_output = command.name in {"echo", "printf"}
    if is_output and command.place.sink is Sink.TERMINAL and _is_returned(args):
        role = Role.VALUE
    for arg in args:
        if is_interesting(arg):
            yield _text(arg, command, role, f"the output of {command.name}")


def _is_returned(args: list[Template]) -> bool:
    if len(args) == 2 and args[0].text in {"%s", "%s\\n"}:
        args = args[1:]
    return len(args) == 1 and _ONE_WORD.fullmatch(args[0].text) is not None


def _patterns(command: Command) -> Iterator[Text]:
    is_test = command.name in {"test", "[", "[["}
    if is_test and any(not arg.text for arg in command.args):
        return  # whether something is empty says nothing of a value
    previous = ""
    for arg in command.args:
        if previous not in _EMPTY_TESTS and is_interesting(arg):
            yield from _pattern(arg, command)
        previous = arg.text if is_test else ""


def _pattern(arg: Template, command: Command) -> Iterator[Text]:
    """Yield a pattern; what `sed` puts in its place is shown, unless `@` ends it."""
    found = _SUBSTITUTION.match(arg.text) if command.name in _SEDS else None
    end = len(arg)
    if found is not None and HOLE in arg.text[found.end() :]:
        end = found.end()
        rest = arg.cut(end, len(arg))
        yield _text(rest, command, Role.DISPLAY, command.label)
    if is_interesting(arg.cut(0, end)):
        yield _text(arg.cut(0, end), command, Role.PATTERN, command.label)


def _values(command: Command) -> Iterator[Text]:
    built = set(_built(command))
    yield from _built_by_name(command, built)
    roles = dict.fromkeys(_taken(command), Role.IMAGE)
    roles |= dict.fromkeys(_looked_for(command), Role.PATTERN)
    roles |= dict.fromkeys(built, Role.BUILT)
    for index, arg in enumerate(command.args):
        role = roles.get(index, Role.VALUE)
        option, equals, _ = arg.text.partition("=")
        value = arg.cut(len(option) + 1, len(arg.text))
        if equals and is_image_option(option):
            role = Role.BUILT if index in built else Role.IMAGE
            yield _text(value, command, role, f"the {option} of {command.name}")
        elif equals and index in built and option.startswith("-"):
            yield _text(value, command, Role.BUILT, command.label)
        elif role is not Role.VALUE or is_interesting(arg):
            yield _text(arg, command, role, command.label)


def _taken(command: Command) -> Iterator[int]:
    """Yield the indexes of the arguments behind an option that takes an image."""
    texts = [arg.text for arg in command.args]
    for index, (option, text) in enumerate(pairwise(texts), 1):
        if is_image_option(option) and not text.startswith("-"):
            yield index


def _looked_for(command: Command) -> Iterator[int]:
    """Yield the indexes of the arguments to look for, among names without digest."""
    if command.name not in _BUILDERS:
        return
    if command.starts("images") or command.starts("image", "ls"):
        args = enumerate(command.args)
        yield from (index for index, arg in args if is_interesting(arg))
    yield from _option_values(command, ("--filter",))


def image_options(value: Template, place: Place) -> Iterator[Text]:
    """Yield the images that options in a value name: `ARGS="--image=X"`."""
    for match in _IMAGE_IN_TEXT.finditer(value.text):
        yield Text(
            template=value.cut(*match.span(2)),
            scope=place.scope,
            role=Role.IMAGE,
            label=f"the {match[1]} in a value",
        )


def is_image_option(option: str) -> bool:
    """Whether an option takes an image: `--image`, `--node-image`."""
    if not option.startswith("-") or HOLE in option:
        return False
    return (
        _IMAGE_OPTION.fullmatch(option) is not None
        and _NOT_AN_IMAGE.fullmatch(option) is None
    )


def _built(command: Command) -> Iterator[int]:
    """Yield the indexes of the arguments that name an image made by the command."""
    if command.name == "kind" and command.starts("build", "node-image"):
        yield from _option_values(command, ("--image",))
    elif command.name in _BUILDERS:
        yield from _built_by_docker(command)
    elif command.name in {"crane", "skopeo", "gcrane"} and command.operands:
        if command.operands[0] in {"copy", "cp", "push", "mutate", "append", "tag"}:
            yield from _last_operand(command)
            yield from _option_values(command, ("-t", "--tag", "--new_tag"))
    elif command.name in {"kaniko", "executor"}:
        yield from _option_values(command, ("--destination",))


def _built_by_name(command: Command, built: set[int]) -> Iterator[Text]:
    """Yield the image that kind builds when it is not told which."""
    if command.name == "kind" and command.starts("build", "node-image") and not built:
        yield _text(made_up(_BUILT_BY_KIND), command, Role.BUILT, command.label)


def _built_by_docker(command: Command) -> Iterator[int]:
    verbs = list(command.operands[:3])
    while verbs and verbs[0] in {"image", "buildx", "imagetools", "builder"}:
        verbs.pop(0)
    if not verbs:
        return
    if verbs[0] in {"build", "bud", "create"}:
        is_container = verbs[0] == "create" and "imagetools" not in command.operands
        if not is_container:
            yield from _option_values(command, ("-t", "--tag"))
    elif verbs[0] in {"tag", "push", "commit", "import"}:
        yield from _last_operand(command)


def _option_values(command: Command, flags: tuple[str, ...]) -> Iterator[int]:
    for index, arg in enumerate(command.args):
        if arg.text in flags:
            yield index + 1
        elif arg.text.partition("=")[0] in flags:
            yield index


def _last_operand(command: Command) -> Iterator[int]:
    for index in range(len(command.args) - 1, 0, -1):
        if not command.args[index].text.startswith("-"):
            yield index
            return
