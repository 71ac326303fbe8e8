"""Says which text `echo` and `printf` write, as far as that is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, join, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ECHO_OPTION = lazy_pattern(r"-[neE]+")
_DIRECTIVE = lazy_pattern(r"%(.)")
_LINE_END = lazy_pattern(r"\\n|\n")


def written(name: str, args: Sequence[Template]) -> Template | None:
    """Return what the command writes, escapes as written; None when not plain."""
    if name == "echo":
        return _echo(args)
    if name == "printf":
        return _printf(args)
    return None


def _echo(args: Sequence[Template]) -> Template:
    start = 0
    while start < len(args) and _ECHO_OPTION.fullmatch(args[start].text):
        start += 1
    pieces: list[Template] = []
    for arg in args[start:]:
        if pieces:
            pieces.append(made_up(" "))
        pieces.append(arg)
    return join(pieces)


def _printf(args: Sequence[Template]) -> Template | None:
    if args and args[0].text == "--":
        args = args[1:]
    if not args or args[0].text.startswith("-"):
        return None
    form, values = args[0], list(args[1:])
    directives = list(_DIRECTIVE.finditer(form.text))
    if len(directives) != len(values) or any(match[1] != "s" for match in directives):
        return None
    pieces, at = [], 0
    for match, value in zip(directives, values, strict=True):
        pieces += [form.cut(at, match.start()), value]
        at = match.end()
    pieces.append(form.cut(at, len(form.text)))
    return join(pieces)


def lines_of(template: Template) -> Iterator[Template]:
    r"""Yield the lines of a written text; `\n` in it counts as a line's end."""
    at, text = 0, template.text
    for match in _LINE_END.finditer(text):
        yield template.cut(at, match.start())
        at = match.end()
    if at < len(text):
        yield template.cut(at, len(text))


def value_of(template: Template) -> Template | None:
    """Return the one line that a substitution of the text stands for."""
    lines = list(lines_of(template))
    return lines[0] if len(lines) == 1 else None
