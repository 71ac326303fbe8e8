"""Finds the variables that other programs replace inside YAML scalars and templates.

Each syntax is known by what opens and closes it; a format names those that it has.
What stands between `{{` and `}}` is read as Go templates (Helm, Taskfile) and Jinja
(Ansible) write it: a path, `default`, and filters that do not change the value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, HOLE, Template, Variable, join, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.source import Region
    from digestpin.templates import Scope


class Syntax(Enum):
    """A way to write a variable."""

    SHELL = "$X"
    BRACED = "${X}"
    ROUND = "$(X)"
    DOTTED = "$(x.y)"
    """As `ROUND`, for names with a dot alone: a shell knows no such command."""
    EXPRESSION = "${{ x }}"
    RUNTIME = "$[x]"
    INPUT = "$[[ x ]]"
    TEMPLATE = "{{ x }}"
    STATEMENT = "{% x %}"
    ANGLED = "<< x >>"


Syntaxes = frozenset[Syntax]

GENERIC: Syntaxes = frozenset(
    (
        Syntax.SHELL,
        Syntax.BRACED,
        Syntax.ROUND,
        Syntax.EXPRESSION,
        Syntax.TEMPLATE,
        Syntax.STATEMENT,
    )
)
OUTER: Syntaxes = frozenset(
    (Syntax.EXPRESSION, Syntax.TEMPLATE, Syntax.STATEMENT, Syntax.DOTTED)
)
"""What is replaced before a shell sees a script."""

_OPENERS = lazy_pattern(
    r"\$\$|\$\{\{|\$\[\[|\{\{|\{%|<<|\$\(|\$\{|\$\[|\$(?=[A-Za-z_])"
)
_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_DOTTED = lazy_pattern(r"[A-Za-z_][\w.-]*(?:\[\s*['\"][\w.-]+['\"]\s*\][\w.-]*)*")
_INDEX = lazy_pattern(r"\[\s*['\"]([\w.-]+)['\"]\s*\]")
_BY_OPENER: dict[str, tuple[str, tuple[Syntax, ...]]] = {
    "$": ("", (Syntax.SHELL,)),
    "${": ("}", (Syntax.BRACED,)),
    "$(": (")", (Syntax.ROUND, Syntax.DOTTED)),
    "${{": ("}}", (Syntax.EXPRESSION,)),
    "$[": ("]", (Syntax.RUNTIME,)),
    "$[[": ("]]", (Syntax.INPUT,)),
    "{{": ("}}", (Syntax.TEMPLATE,)),
    "{%": ("%}", (Syntax.STATEMENT,)),
    "<<": (">>", (Syntax.ANGLED,)),
}
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|`[^`]*`"
_PIPE = lazy_pattern(rf"{_STRING}|(?P<pipe>\|\|?)")
_TOKEN = lazy_pattern(rf"{_STRING}|[^\s(),]+|[(),]")
_PATH = lazy_pattern(
    r"\$?\.?[A-Za-z_][\w-]*(?:\.[A-Za-z_0-9][\w-]*|\[\s*['\"][\w.-]+['\"]\s*\])*"
)
_UNCHANGING = frozenset(
    ("quote", "squote", "trim", "toString", "tostring", "string", "int")
)
_STRIPS = frozenset(("trimPrefix", "trimSuffix"))
_MAX_NAME = 60
_MAX_SIZE = 2000
_MAX_DEPTH = 8
_BRACE = lazy_pattern(r"[{}]")
# With a dot: `cat <<EOF >>file` holds no variable.
_ANGLED = lazy_pattern(r"\s*[#/^]?\s*[\w-]+\.[\w.-]+\s*")
_SPACES = lazy_pattern(r"\s+")


def expand(template: Template, scope: Scope, syntaxes: Syntaxes = GENERIC) -> Template:
    """Return `template` with what is written in one of the syntaxes as variables."""
    text = template.text
    if "$" not in text and "{{" not in text and "<<" not in text and "{%" not in text:
        return template
    return join(_pieces(template, scope, syntaxes))


def _pieces(template: Template, scope: Scope, syntaxes: Syntaxes) -> Iterator[Template]:
    text, at, search = template.text, 0, 0
    while (opener := _OPENERS.search(text, search)) is not None:
        search = opener.end()
        closer, known = _BY_OPENER.get(opener.group(), ("", ()))
        syntax = next((one for one in known if one in syntaxes), None)
        if syntax is None:
            search = opener.start() + (2 if opener.group() == "$$" else 1)
            continue
        end = _close(text, opener, closer)
        region = template.cut(opener.start(), end).region if end else None
        found = None
        if region is not None:
            inner = template.cut(opener.end(), end - len(closer))
            found = _read(inner, syntax, region, (scope, syntaxes))
        if found is None:
            continue
        yield template.cut(at, opener.start())
        yield found
        at = search = end
    if at < len(text):
        yield template.cut(at, len(text))


def _close(text: str, opener: re.Match[str], closer: str) -> int:
    """Return where the variable ends, 0 when it does not."""
    if not closer:
        name = _NAME.match(text, opener.end())
        return name.end() if name else 0
    if closer != "}":
        end = text.find(closer, opener.end(), opener.end() + _MAX_SIZE)
        return end + len(closer) if end != -1 else 0
    depth = 1
    for brace in _BRACE.finditer(text, opener.end(), opener.end() + _MAX_SIZE):
        depth += 1 if brace.group() == "{" else -1
        if depth in (0, _MAX_DEPTH):
            return brace.end() if depth == 0 else 0
    return 0


_Where = tuple["Scope", Syntaxes]


def _read(
    inner: Template, syntax: Syntax, region: Region, where: _Where
) -> Template | None:
    scope, _ = where
    if syntax is Syntax.SHELL:
        return variable(Variable(name=inner.text, scope=scope, region=region))
    if syntax is Syntax.BRACED:
        return _braced(inner, region, where)
    if syntax is Syntax.ANGLED and not _ANGLED.fullmatch(inner.text):
        return None
    if syntax in (Syntax.ROUND, Syntax.DOTTED, Syntax.RUNTIME):
        return _plain(inner, syntax, region, scope)
    if syntax is Syntax.STATEMENT or HOLE in inner.text:
        return opaque_expression(inner, region, scope)
    return read_expression(inner, region, scope)


def _plain(
    inner: Template, syntax: Syntax, region: Region, scope: Scope
) -> Template | None:
    """Return `$(X)` as a variable, when what it holds is a name."""
    text = inner.text.strip()
    if not _DOTTED.fullmatch(text) or (syntax is Syntax.DOTTED and "." not in text):
        return None
    return variable(Variable(name=plain_name(text), scope=scope, region=region))


def _braced(inner: Template, region: Region, where: _Where) -> Template | None:
    """Return `${X}`, `${X:-default}`, `${X#text}` as a variable."""
    scope, syntaxes = where
    name = _NAME.match(inner.text)
    if name is None:
        dotted = _DOTTED.fullmatch(inner.text)
        if dotted is None:
            return None
        return variable(Variable(name=inner.text, scope=scope, region=region))
    found = Variable(name=name.group(), scope=scope, region=region)
    change = inner.text[name.end() :]
    if not change or change.startswith(("?", ":?")):
        return variable(found)
    if change.startswith((":-", "-", ":=", "=")):
        start = name.end() + (2 if change[0] == ":" else 1)
        default = expand(inner.cut(start, len(inner)), scope, syntaxes)
        return variable(replace(found, default=default))
    if _DOTTED.fullmatch(inner.text):
        return variable(replace(found, name=inner.text))
    return variable(replace(found, opaque=True))


def read_expression(inner: Template, region: Region, scope: Scope) -> Template:
    """Return what stands between `{{` and `}}` as a variable, or as its literal."""
    start, end = 0, len(inner)
    while start < end and inner.text[start] in "-~ \t\r\n":
        start += 1
    while end > start and inner.text[end - 1] in "-~ \t\r\n":
        end -= 1
    inner = inner.cut(start, end) if start < end else EMPTY
    stages = _split(inner)
    made = _first(inner.cut(*stages[0]), region, scope) if stages else None
    for stage in stages[1:]:
        if made is not None:
            made = _filtered(made, inner.cut(*stage), region, scope)
    return opaque_expression(inner, region, scope) if made is None else made


def _split(inner: Template) -> list[tuple[int, int]]:
    """Return the stages of a pipeline; `||` counts as one, as a default."""
    stages, at = [], 0
    for found in _PIPE.finditer(inner.text):
        if found["pipe"]:
            stages.append((at, found.start()))
            at = found.end() if found["pipe"] == "|" else found.start() + 1
    stages.append((at, len(inner.text)))
    return [stage for stage in stages if stage[0] < stage[1]]


def _first(stage: Template, region: Region, scope: Scope) -> Template | None:
    tokens = list(_TOKEN.finditer(stage.text))
    if len(tokens) == 1:
        return _operand(stage, tokens[0], region, scope)
    if len(tokens) == 3 and tokens[0].group() in {"default", "dig"}:
        value = _operand(stage, tokens[2], region, scope)
        return _defaulted(value, _operand(stage, tokens[1], region, scope))
    return None


def _operand(
    stage: Template, token: re.Match[str], region: Region, scope: Scope
) -> Template | None:
    text = token.group()
    if text[0] in "\"'`":
        return stage.cut(token.start() + 1, token.end() - 1) if len(text) > 2 else EMPTY
    if _PATH.fullmatch(text):
        return variable(Variable(name=plain_name(text), scope=scope, region=region))
    if re.fullmatch(r"[\w.-]+", text):
        return stage.cut(*token.span())
    return None


def _filtered(
    made: Template, stage: Template, region: Region, scope: Scope
) -> Template | None:
    """Return what a filter makes of a value, None when that is not followed."""
    if stage.text.startswith("|"):
        return _defaulted(made, _first(stage.cut(1, len(stage)), region, scope))
    tokens = [one for one in _TOKEN.finditer(stage.text) if one.group() not in "(),"]
    name = tokens[0].group() if tokens else ""
    if name in _UNCHANGING and len(tokens) == 1:
        return made
    argument = _operand(stage, tokens[1], region, scope) if len(tokens) > 1 else None
    if name in {"default", "d"}:
        return _defaulted(made, argument)
    if name in _STRIPS and argument is not None and argument.is_literal:
        part = made.parts[0] if len(made.parts) == 1 else None
        if isinstance(part, Variable) and not part.strip_prefix + part.strip_suffix:
            if name == "trimPrefix":
                return variable(replace(part, strip_prefix=argument.text))
            return variable(replace(part, strip_suffix=argument.text))
    return None


def _defaulted(value: Template | None, default: Template | None) -> Template | None:
    part = value.parts[0] if value is not None and len(value.parts) == 1 else None
    if not isinstance(part, Variable) or part.default is not None:
        return None
    return variable(replace(part, default=default))


def opaque_expression(inner: Template, region: Region, scope: Scope) -> Template:
    """Return an expression that is not followed; what it reads counts as read."""
    text = _SPACES.sub(" ", inner.text.replace(HOLE, "_")).strip()
    name = text if len(text) <= _MAX_NAME else f"{text[: _MAX_NAME - 1]}..."
    outside = re.sub(_STRING, " ", _INDEX.sub(r".\1", inner.text))
    reads = [
        Variable(name=plain_name(path), scope=scope, region=region)
        for path in dict.fromkeys(_PATH.findall(outside))
        if "." in path
    ]
    default = Template(tuple(reads)) if reads else None
    return variable(
        Variable(name=name, scope=scope, region=region, default=default, opaque=True)
    )


def plain_name(path: str) -> str:
    """Return a path without what only says where it starts.

    >>> plain_name("$.Values.image"), plain_name(".X"), plain_name("variables['X']")
    ('Values.image', 'X', 'variables.X')
    """
    return _INDEX.sub(r".\1", path).lstrip("$.")
