"""Reads the calls and methods that make text: formats, environment, affixes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.formats import code_words as words
from digestpin.formats.code_lexer import Kind
from digestpin.formats.code_placeholders import Arguments, fill, opaque
from digestpin.templates import Template, Variable, variable

if TYPE_CHECKING:
    from digestpin.formats.code_expressions import ExpressionReader, Read

_MAX_ARGUMENTS = 2000
"""Tokens in one bracket that are read as arguments."""
_SEPARATORS = frozenset({",", ";"})


def split_arguments(reader: ExpressionReader, index: int) -> list[tuple[int, int]]:
    """Return the token ranges of the arguments in the bracket at `index`."""
    close = min(reader.pairs.get(index, index + 1), index + _MAX_ARGUMENTS)
    ranges: list[tuple[int, int]] = []
    start = at = index + 1
    while at < close:
        token = reader.tokens[at]
        if token.text in _SEPARATORS and token.kind is Kind.OPERATOR:
            ranges.append(_trim(reader, start, at))
            start = at + 1
        at = max(at, reader.pairs.get(at, at)) + 1
    ranges.append(_trim(reader, start, close))
    return [bounds for bounds in ranges if bounds[0] < bounds[1]]


def _trim(reader: ExpressionReader, start: int, end: int) -> tuple[int, int]:
    while start < end and reader.tokens[start].kind is Kind.NEWLINE:
        start += 1
    while end > start and reader.tokens[end - 1].kind is Kind.NEWLINE:
        end -= 1
    return start, end


def _end(reader: ExpressionReader, opening: int) -> int:
    return min(reader.pairs.get(opening, len(reader.tokens)) + 1, len(reader.tokens))


def read_call(reader: ExpressionReader, index: int) -> Read:
    """Return what the call whose name stands at `index` gives."""
    name = reader.tokens[index].text
    end = _end(reader, index + 1)
    template: Template | None = None
    if words.is_format_call(name):
        template = _format_call(reader, index + 1)
    elif words.is_env_call(name):
        template = _env(reader, split_arguments(reader, index + 1))
    elif name in words.CUT_CALLS:
        template = _cut_call(reader, index + 1, words.CUT_CALLS[name])
    elif name in {"coalesce", "cmp.Or", "firstNonEmpty", "try"}:
        template = _first_of(reader, index + 1)
    elif words.is_wrapper(name):
        template = _wrapped(reader, index + 1)
    else:
        template = _called_on_name(reader, index)
    if template is None:
        reader.loose.append((index + 1, end))
        template = reader.unknown(index, end)
    return template, end


def _called_on_name(reader: ExpressionReader, index: int) -> Template | None:
    """Return what `name.strip()` and the like give."""
    token = reader.tokens[index]
    base, _, method = token.text.rpartition(".")
    ranges = split_arguments(reader, index + 1)
    if not base or f".{method}" not in words.SAME_METHODS | words.CUT_METHODS.keys():
        return None
    value = reader.variable(base, token.start, token.start + len(base))
    if not ranges:
        return value if f".{method}" in words.SAME_METHODS else None
    affix = _text(reader, ranges[0]) if len(ranges) == 1 else None
    side = words.CUT_METHODS.get(f".{method}")
    return None if affix is None or side is None else _cut(value, side, affix)


@lru_cache(maxsize=4096)
def is_readable_call(name: str) -> bool:
    """Whether a call of this name gives text that can be read."""
    return (
        words.is_format_call(name)
        or words.is_env_call(name)
        or name in words.CUT_CALLS
        or name in {"coalesce", "cmp.Or", "firstNonEmpty"}
        or words.is_wrapper(name)
    )


def _text(reader: ExpressionReader, bounds: tuple[int, int]) -> str | None:
    """Return the characters of an argument that is one string."""
    start, end = bounds
    if reader.token(start).kind is not Kind.STRING:
        return None
    template, at = reader.string(start)
    return template.text if at == end and template.is_literal else None


def _format_call(reader: ExpressionReader, opening: int) -> Template | None:
    ranges = split_arguments(reader, opening)
    if not ranges or reader.token(ranges[0][0]).kind is not Kind.STRING:
        return None
    first = reader.read(ranges[0][0])
    if first is None or first[1] != ranges[0][1]:
        return None
    style = "brace" if reader.language.formats == "python" else reader.language.formats
    return fill(first[0], style, _arguments(reader, ranges[1:]))


def _arguments(reader: ExpressionReader, ranges: list[tuple[int, int]]) -> Arguments:
    positional: list[Template] = []
    named: dict[str, Template] = {}
    for start, end in ranges:
        if reader.token(start + 1).text in {"=", ":"} and end > start + 2:
            name = reader.token(start).text or _text(reader, (start, start + 1)) or ""
            named[name] = reader.argument(start + 2, end)
        else:
            positional.append(reader.argument(start, end))
    return Arguments(reader.missing, tuple(positional), named)


def _env(reader: ExpressionReader, ranges: list[tuple[int, int]]) -> Template | None:
    name = _text(reader, ranges[0]) if ranges else None
    if not name or not name.isidentifier() or len(ranges) > 2:
        return None
    default = reader.read(ranges[1][0]) if len(ranges) == 2 else None
    if default is not None and default[1] != ranges[1][1]:
        default = None
    low, high = reader.content(ranges[0][0])
    return variable(
        Variable(
            name=name,
            scope=reader.scope[:1],
            region=reader.source.region(low, high),
            default=default[0] if default else None,
            of_environment=True,
        )
    )


def _cut_call(reader: ExpressionReader, opening: int, side: str) -> Template | None:
    ranges = split_arguments(reader, opening)
    if len(ranges) != 2:
        return None
    if side == "prefix-first":
        ranges.reverse()
        side = "prefix"
    affix = _text(reader, ranges[1])
    value = reader.read(ranges[0][0])
    if affix is None or value is None or value[1] != ranges[0][1]:
        return None
    return _cut(value[0], side, affix)


def _cut(template: Template, side: str, affix: str) -> Template:
    """Return `template` without a fixed text at one side."""
    if template.is_literal:
        text = template.text
        if side == "prefix":
            return template.cut(len(affix) * text.startswith(affix), len(text))
        return template.cut(0, len(text) - len(affix) * text.endswith(affix))
    part = template.parts[0]
    if len(template.parts) > 1 or not isinstance(part, Variable):
        return opaque(template)
    if side == "prefix":
        return variable(replace(part, strip_prefix=affix))
    return variable(replace(part, strip_suffix=affix))


def _first_of(reader: ExpressionReader, opening: int) -> Template | None:
    ranges = split_arguments(reader, opening)
    values = [reader.read(start) for start, _ in ranges]
    first = values[0][0] if values and values[0] else None
    last = values[-1][0] if values and values[-1] else None
    if first is None or last is None or len(values) != 2:
        return None
    part = first.parts[0]
    if len(first.parts) > 1 or not isinstance(part, Variable):
        return None
    return variable(replace(part, default=last))


def _wrapped(reader: ExpressionReader, opening: int) -> Template | None:
    ranges = split_arguments(reader, opening)
    if len(ranges) != 1:
        return None
    found = reader.read(ranges[0][0])
    return found[0] if found is not None and found[1] == ranges[0][1] else None


def read_index(reader: ExpressionReader, index: int) -> Read | None:
    """Return what `name[…]` gives: the environment's variable, else out of reach."""
    end = _end(reader, index + 1)
    ranges = split_arguments(reader, index + 1)
    template: Template | None = None
    if words.is_env_index(reader.tokens[index].text):
        template = _env(reader, ranges)
    if template is None:
        token = reader.tokens[index]
        template = reader.variable(token.text, token.start, token.end, opaque=True)
        reader.loose.append((index + 1, end))
    return template, end


def read_methods(reader: ExpressionReader, template: Template, at: int) -> Read:
    """Return `template` after the methods called on it, and where they end."""
    while True:
        step = _method(reader, template, at)
        if step is None:
            return template, at
        template, at = step


def _method(reader: ExpressionReader, template: Template, at: int) -> Read | None:
    token = reader.token(at)
    if token.text == "%" and _formats_with_percent(reader, at):
        return _percent(reader, template, at + 1)
    if token.text == "-f" and reader.language.id == "powershell":
        return _listed(reader, template, at + 1)
    is_call = token.kind is Kind.NAME and reader.token(at + 1).text == "("
    if not is_call or not token.text.startswith((".", "?.")):
        return None
    name = "." + token.text.lstrip("?.")
    if name in words.FORMAT_METHODS:
        return _format_method(reader, template, at + 1)
    return _same_or_cut(reader, template, at, name)


def _same_or_cut(
    reader: ExpressionReader, template: Template, at: int, name: str
) -> Read | None:
    end = _end(reader, at + 1)
    ranges = split_arguments(reader, at + 1)
    if name in words.SAME_METHODS and not ranges:
        return template, end
    affix = _text(reader, ranges[0]) if len(ranges) == 1 else None
    if name in words.CUT_METHODS and affix is not None:
        return _cut(template, words.CUT_METHODS[name], affix), end
    if template.is_literal:
        return None
    reader.loose.append((at + 1, end))
    return opaque(template), end


def _formats_with_percent(reader: ExpressionReader, at: int) -> bool:
    return (
        reader.language.formats == "python" or reader.language.id == "ruby"
    ) and reader.token(at - 1).kind is Kind.STRING


def _percent(reader: ExpressionReader, template: Template, at: int) -> Read | None:
    opener = reader.token(at).text
    if opener in {"(", "[", "{"}:
        ranges, end = split_arguments(reader, at), _end(reader, at)
        return fill(template, "percent", _arguments(reader, ranges)), end
    found = reader.read(at)
    if found is None:
        return None
    return fill(template, "percent", Arguments(reader.missing, (found[0],))), found[1]


def _listed(reader: ExpressionReader, template: Template, at: int) -> Read | None:
    values: list[Template] = []
    found = reader.read(at)
    while found is not None:
        values.append(found[0])
        at = found[1]
        found = reader.read(at + 1) if reader.token(at).text == "," else None
    if not values:
        return None
    return fill(template, "brace", Arguments(reader.missing, tuple(values))), at


def _format_method(reader: ExpressionReader, template: Template, opening: int) -> Read:
    style = reader.language.formats
    ranges, end = split_arguments(reader, opening), _end(reader, opening)
    style = "brace" if style == "python" else "percent"
    return fill(template, style, _arguments(reader, ranges)), end
