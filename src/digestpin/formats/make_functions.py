"""Says what each of make's functions makes of its arguments.

A function whose result is one of its arguments is followed; the result of any other
is a variable that is read but not followed.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from digestpin.facts import Binding, DeclaredPin, Role
from digestpin.formats.line_text import only_variable, trim, unquote, words
from digestpin.formats.make_text import ASSIGNMENT, mask
from digestpin.patterns import lazy_pattern
from digestpin.selecting import select_word, words_of
from digestpin.templates import EMPTY, Template, Variable, variable
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.formats.make_expand import Expander
    from digestpin.source import Region

MOST_ARGUMENTS = {
    **dict.fromkeys(("and", "call", "or"), 0),
    **dict.fromkeys(("abspath", "basename", "dir", "error", "eval", "firstword"), 1),
    **dict.fromkeys(("flavor", "guile", "info", "lastword", "notdir", "origin"), 1),
    **dict.fromkeys(("realpath", "shell", "sort", "strip", "suffix", "value"), 1),
    **dict.fromkeys(("warning", "wildcard", "words"), 1),
    **dict.fromkeys(("addprefix", "addsuffix", "file", "filter", "filter-out"), 2),
    **dict.fromkeys(("findstring", "join", "word"), 2),
    **dict.fromkeys(("foreach", "if", "let", "patsubst", "subst", "wordlist"), 3),
    "intcmp": 5,
}
_NOT_AFFIX = lazy_pattern("[/:@]")
_NUMBER = lazy_pattern("[1-9][0-9]{0,3}")
_KIND_MODULE = "sigs.k8s.io/kind"


@frozen(kw_only=True, slots=False)
class Call:
    """`$(name argument,argument)`, with the text and bytes of the whole."""

    name: str
    arguments: list[Template]
    text: str
    region: Region


def substituted(
    subject: Variable | None, pattern: Template, replacement: Template
) -> Template | None:
    """Return `subject` with a fixed text taken off, or opaque for anything else."""
    if subject is None:
        return None
    prefix, found, suffix = pattern.text.strip().partition("%")
    fixed = (
        found
        and replacement.text.strip() == "%"
        and pattern.is_literal
        and not _NOT_AFFIX.search(prefix + suffix)
        and not (subject.strip_prefix or subject.strip_suffix or subject.default)
    )
    if not fixed:
        return variable(replace(subject, opaque=True))
    return variable(replace(subject, strip_prefix=prefix, strip_suffix=suffix))


def _or(expander: Expander, call: Call) -> Template:
    *firsts, result = [trim(expander.expand(each)) for each in call.arguments]
    for first in reversed(firsts):
        result = _either(expander, first, result, call)
    return result


def _either(
    expander: Expander, first: Template, other: Template, call: Call
) -> Template:
    if not first.text:
        return other
    if first.is_literal:
        return first
    subject = only_variable(first)
    if subject is not None and subject.default is None:
        return variable(replace(subject, default=other, is_last=True))
    return _one_of(expander, call, [first, other])


def _one_of(expander: Expander, call: Call, branches: list[Template]) -> Template:
    name = call.text
    expander.facts.extend(
        Binding(
            name=name,
            scope=expander.scope,
            value=branch,
            what=f"branch of $({call.name})",
            conditional=True,
        )
        for branch in branches
        if branch.text
    )
    return variable(Variable(name=name, scope=expander.scope, region=call.region))


def _if(expander: Expander, call: Call) -> Template:
    condition, *branches = [trim(expander.expand(each)) for each in call.arguments]
    subject = only_variable(condition)
    first = only_variable(branches[0]) if branches else None
    same = subject is not None and first is not None and subject.name == first.name
    if same and len(branches) == 2:
        return _either(expander, branches[0], branches[1], call)
    expander.note(condition, Role.IGNORED, "a condition")
    return _one_of(expander, call, branches)


def _and(expander: Expander, call: Call) -> Template:
    *conditions, last = [trim(expander.expand(each)) for each in call.arguments]
    for condition in conditions:
        expander.note(condition, Role.IGNORED, "a condition")
    return _one_of(expander, call, [last])


def _filter(expander: Expander, call: Call) -> Template:
    if len(call.arguments) != 2:
        return changed(expander, call)
    pattern, subject = [trim(expander.expand(each)) for each in call.arguments]
    expander.note(pattern, Role.PATTERN, "an argument of $(filter)")
    if pattern.is_literal and subject.is_literal:
        selected = select_word(subject, pattern.text)
        if selected is not None:
            return selected
    part = only_variable(subject)
    is_plain = part is not None and not (part.strip_prefix or part.strip_suffix)
    if part is not None and is_plain and part.default is None:
        return variable(replace(part, select=pattern))
    expander.note(subject, label="an argument of $(filter)")
    return expander.unknown(call.text, call.region)


def _numbered(subject: Template, number: int) -> Template | None:
    """Return the words of a number, see `Variable`; None when they are not followed."""
    if subject.is_literal and number:
        found = words_of(subject, number)
        return found[0] if found else EMPTY
    part = only_variable(subject)
    if part is None or part.strip_prefix or part.strip_suffix or part.takes_words:
        return None
    return variable(replace(part, word=number)) if part.default is None else None


def _word(expander: Expander, call: Call) -> Template:
    number = 1 if call.name == "firstword" else -1
    if call.name == "word":
        first = trim(expander.expand(call.arguments[0])).text
        if len(call.arguments) != 2 or _NUMBER.fullmatch(first) is None:
            return changed(expander, call)
        number = int(first)
    found = _numbered(trim(expander.expand(call.arguments[-1])), number)
    return changed(expander, call) if found is None else found


def _shell(expander: Expander, call: Call) -> Template:
    return expander.shell(call.arguments[0], call.text)


def _call(expander: Expander, call: Call) -> Template:
    function, *arguments = call.arguments
    expander.note(expander.named(trim(function), call.region), Role.IGNORED, "a call")
    values = [trim(expander.expand(each)) for each in arguments]
    for value in values:
        expander.note(value, label=f"an argument of $(call {function.text})")
    for package, version in pairwise(values):
        if package.text == _KIND_MODULE and version.region is not None:
            expander.facts.append(
                DeclaredPin(
                    mechanism="go install",
                    region=version.region,
                    scope=expander.scope,
                    version=version,
                )
            )
    return expander.unknown(call.text, call.region)


def _eval(expander: Expander, call: Call) -> Template:
    code = expander.expand(call.arguments[0])
    head = ASSIGNMENT.match(mask(code.text))
    if head is None or "\n" in code.text:
        expander.note(code)
        return EMPTY
    expander.facts.append(
        Binding(
            name=head["name"],
            scope=expander.home,
            value=unquote(trim(code.cut(head.end(), len(code.text)))),
            conditional=True,
            fallback=head["operator"] == "?=",
        )
    )
    return EMPTY


def _foreach(expander: Expander, call: Call) -> Template:
    if len(call.arguments) < 3:
        return changed(expander, call)
    name, items, body = call.arguments
    outer = expander.scope
    items = expander.expand(items)
    expander.scope = (*outer, "foreach", str(call.region.span.start))
    try:
        expander.facts.extend(
            Binding(
                name=trim(name).text,
                scope=expander.scope,
                value=_numbered(item, 0) or item,
                what="item of $(foreach)",
                conditional=True,
            )
            for item in words(items)
        )
        expander.note(expander.expand(body))
    finally:
        expander.scope = outer
    return expander.unknown(call.text, call.region)


def _message(expander: Expander, call: Call) -> Template:
    expander.note(expander.expand(call.arguments[0]), Role.DISPLAY, "a message")
    return EMPTY


def _strip(expander: Expander, call: Call) -> Template:
    return trim(expander.expand(call.arguments[0]))


def _value(expander: Expander, call: Call) -> Template:
    return expander.unknown(call.arguments[0].text, call.region)


def _origin(expander: Expander, call: Call) -> Template:
    return expander.unknown(call.text, call.region)


def _patsubst(expander: Expander, call: Call) -> Template:
    if len(call.arguments) < 3:
        return changed(expander, call)
    pattern, replacement, subject = [expander.expand(each) for each in call.arguments]
    expander.note(pattern, Role.PATTERN, "a pattern")
    expander.note(replacement, Role.PATTERN, "a pattern")
    result = substituted(only_variable(trim(subject)), pattern, replacement)
    if result is not None:
        return result
    expander.note(subject)
    return expander.unknown(call.text, call.region)


def changed(expander: Expander, call: Call) -> Template:
    """Return the value of a function that changes its last argument in some way."""
    *others, subject = [trim(expander.expand(each)) for each in call.arguments]
    for other in others:
        expander.note(other, Role.PATTERN, f"an argument of $({call.name})")
    part = only_variable(subject)
    if part is not None:
        return variable(replace(part, opaque=True))
    expander.note(subject, label=f"an argument of $({call.name})")
    return expander.unknown(call.text, call.region)


FUNCTIONS: dict[str, Callable[[Expander, Call], Template]] = {
    "and": _and,
    "call": _call,
    "error": _message,
    "eval": _eval,
    "filter": _filter,
    "firstword": _word,
    "flavor": _origin,
    "foreach": _foreach,
    "if": _if,
    "info": _message,
    "lastword": _word,
    "or": _or,
    "origin": _origin,
    "patsubst": _patsubst,
    "shell": _shell,
    "strip": _strip,
    "value": _value,
    "warning": _message,
    "word": _word,
}
