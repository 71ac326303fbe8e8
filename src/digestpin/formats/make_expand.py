"""Expands make's references into variables, without running anything.

What a reference says beside its value (a shell script, an argument, a message) is
gathered in `Expander.facts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digestpin.facts import LATE, Link, Role
from digestpin.formats.file_content import plain_path, printed_file, read_file
from digestpin.formats.go_list import find_go_list
from digestpin.formats.line_text import only_variable, texts, trim
from digestpin.formats.make_functions import (
    FUNCTIONS,
    MOST_ARGUMENTS,
    Call,
    changed,
    substituted,
)
from digestpin.formats.make_text import mask, reference_end, split_arguments
from digestpin.formats.shell import extract_shell
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Template, Variable, join, literal, variable

if TYPE_CHECKING:
    from digestpin.facts import Fact
    from digestpin.source import Region, SourceFile
    from digestpin.templates import Scope

_FUNCTION = lazy_pattern(r"([a-z-]+)(?:[ \t\n]|\\\n)+")
_UNSET = lazy_pattern(r"[@<^?*+|%0-9][DF]?")
_DEEPEST = 24
_AT_ONCE = frozenset({":=", "::=", ":::=", "+="})


@dataclass
class Expander:
    """Expands the references of one makefile; names are looked up in `scope`.

    What is assigned is known in `home`.
    """

    source: SourceFile
    scope: Scope
    base: str
    facts: list[Fact] = field(default_factory=list)
    depth: int = 0

    def __post_init__(self) -> None:
        self.home = self.scope

    def expand(self, raw: Template) -> Template:
        """Return `raw` with its references as variables."""
        text, pieces, at = raw.text, [], 0
        while (dollar := text.find("$", at)) != -1:
            end = reference_end(text, dollar)
            if end is None:
                break
            pieces += [raw.cut(at, dollar), self._reference(raw.cut(dollar, end))]
            at = end
        return join([*pieces, raw.cut(at, len(text))])

    def assigned(self, raw: Template, operator: str) -> Template:
        """Return what is assigned to a variable.

        What is not expanded at once is when it is read: mostly in a recipe, once all
        of the makefile is known.
        """
        if operator in _AT_ONCE:
            return self.expand(raw)
        scope, self.scope = self.scope, (*self.scope, LATE)
        value = self.expand(raw)
        self.scope = scope
        return value

    def note(
        self, template: Template, role: Role = Role.VALUE, label: str = ""
    ) -> None:
        """Keep `template` as a text, when it can matter."""
        self.facts.extend(texts(trim(template), self.scope, role, label))

    def run(self, script: Template, *keys: str) -> None:
        """Keep what a shell script says; its own names are known inside `keys`."""
        self.facts.extend(extract_shell(script, (*self.scope, *keys), base=self.base))

    def shell(self, raw: Template, name: str) -> Template:
        """Return the output of a shell command as a variable."""
        script = self.expand(raw)
        region = raw.region or script.region
        if region is None:
            return EMPTY
        self.run(script, "shell", str(region.span.start))
        module = find_go_list(script.text)
        if module is None:
            return self._content(script, region) or self.unknown(name, region)
        self.facts.append(
            Link(
                type=Link.Type.INCLUDE,
                scope=self.scope,
                target=module.go_mod,
                base=self.base,
                region=region,
            )
        )
        return variable(Variable(name=module.name, scope=self.scope, region=region))

    def _content(self, script: Template, region: Region) -> Template | None:
        """Return the content of the file that a shell command prints."""
        word = printed_file(script.text)
        path = None if word is None else plain_path(word)
        if path is None:
            return None
        read = read_file(path, self.base, self.scope, region)
        self.facts.append(read.link)
        return variable(read.value)

    def _reference(self, whole: Template) -> Template:
        text, region = whole.text, whole.region
        if region is None:
            return EMPTY
        if text == "$$":
            return literal("$", region, exact=False)
        if text[1] not in "({":
            return self.named(whole.cut(1, 2), region)
        if self.depth >= _DEEPEST:
            return self.unknown(text, region)
        self.depth += 1
        try:
            return self._bracketed(whole, region)
        finally:
            self.depth -= 1

    def _bracketed(self, whole: Template, region: Region) -> Template:
        body = whole.cut(2, len(whole.text) - 1)
        function = _FUNCTION.match(body.text)
        if function and function[1] in MOST_ARGUMENTS:
            name = function[1]
            rest = body.cut(function.end(), len(body.text))
            call = Call(
                name=name,
                arguments=split_arguments(rest, whole.text[1], MOST_ARGUMENTS[name]),
                text=whole.text,
                region=region,
            )
            return FUNCTIONS.get(name, changed)(self, call)
        masked = mask(body.text)
        colon = masked.find(":")
        equals = masked.find("=", colon + 1)
        if colon > 0 and equals > 0:
            return self._substitution(body, colon, equals, region)
        return self.named(body, region)

    def named(self, body: Template, region: Region) -> Template:
        """Return the variable that `body` names."""
        name = body.text
        if "$" in name:
            self.note(self.expand(body), Role.IGNORED, "the name of a variable")
            return self.unknown(name, region)
        opaque = _UNSET.fullmatch(name) is not None
        return variable(
            Variable(name=name, scope=self.scope, region=region, opaque=opaque)
        )

    def unknown(self, name: str, region: Region) -> Template:
        """Return a value that is not followed, under the name `name`."""
        return variable(
            Variable(name=name, scope=self.scope, region=region, opaque=True)
        )

    def _substitution(
        self, body: Template, colon: int, equals: int, region: Region
    ) -> Template:
        pattern = self.expand(body.cut(colon + 1, equals))
        replacement = self.expand(body.cut(equals + 1, len(body.text)))
        label = "a substitution"
        self.note(pattern, Role.PATTERN, label)
        self.note(replacement, Role.PATTERN, label)
        if "%" not in pattern.text:
            pattern, replacement = literal("%") + pattern, literal("%") + replacement
        subject = only_variable(self.named(body.cut(0, colon), region))
        return substituted(subject, pattern, replacement) or EMPTY
