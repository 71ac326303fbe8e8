"""Finds where a script reads its environment in another way than by `$NAME`.

Code of another language inside a script (`node -e`, a here-document for Python), and
commands that are given a variable's name: `printenv NAME`, `docker run -e NAME`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Role, Text
from digestpin.formats.shell_model import names
from digestpin.patterns import lazy_pattern
from digestpin.templates import Variable, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.shell_model import Command
    from digestpin.templates import Scope, Template

_CODE = lazy_pattern(
    r"""
    \b(?:process|Deno|Bun|import\.meta)\.env(?:\.(?:get\(\s*["'])?|\[\s*["'])(\w+)
    |\benviron(?:\.(?:get|pop)\(|\[)\s*["'](\w+)
    |\b(?:\w+_)?(?:getenv|lookupenv|env::var|get_?env(?:ironment_?variable)?)
        \(\s*["'](\w+)
    |\bENV(?:\.fetch\(|\[)\s*["'](\w+)
    |\$\{?env:(\w+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BATCH = lazy_pattern(r"%(\w+)%|!(\w+)!")
_NAME = lazy_pattern(r"([A-Za-z_]\w*)", re.ASCII)
_IN_QUOTES = lazy_pattern(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_CONTAINERS = names(
    "docker podman nerdctl buildah buildctl docker-compose podman-compose"
)
_HANDING = ("-e", "--env", "--build-arg")


def reads_in_code(text: Template, scope: Scope, shell: str = "") -> Iterator[Text]:
    """Yield each read of the environment in code of other languages than shell.

    `shell` is the program that runs the text, when that is not a Unix shell.
    """
    patterns = (_CODE, _BATCH) if shell.startswith("cmd") else (_CODE,)
    for pattern in patterns:
        for match in pattern.finditer(text.text):
            yield from _read(text, match, scope, "code that reads its environment")


def reads_by_command(command: Command) -> Iterator[Text]:
    """Yield each variable whose name a command is given."""
    label = f"`{command.name}`, which is given its name"
    for text, match in _given_names(command):
        yield from _read(text, match, command.own, label)


def filled_names(command: Command) -> frozenset[str] | None:
    """Return the only variables that a command fills in, None for all.

    `envsubst` fills in those of its argument, without one all that are exported; any
    other command none.
    """
    is_known = all(arg.is_literal for arg in command.args)
    if command.name != "envsubst" or not is_known:
        return frozenset()
    text = "".join(arg.text for arg in command.args)
    return frozenset(_IN_QUOTES.findall(text)) if text else None


def _given_names(
    command: Command,
) -> Iterator[tuple[Template, re.Match[str] | None]]:
    if command.name == "printenv":
        yield from ((arg, _NAME.fullmatch(arg.text)) for arg in command.args)
    elif command.name == "envsubst":
        for arg in command.args:
            yield from ((arg, match) for match in _IN_QUOTES.finditer(arg.text))
    elif command.name in _CONTAINERS:
        for value, flag in command.options():
            if flag in _HANDING:
                yield value, _NAME.fullmatch(value.text)


def _read(
    text: Template, match: re.Match[str] | None, scope: Scope, label: str
) -> Iterator[Text]:
    if match is None:
        return
    group = match.lastindex or 0
    region = text.cut(*match.span(group)).region
    if region is not None:
        read = Variable(name=match[group], scope=scope, region=region)
        yield Text(template=variable(read), scope=scope, role=Role.IGNORED, label=label)
