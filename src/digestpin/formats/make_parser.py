"""Reads a makefile line by line, as GNU make does.

Nothing is evaluated: what a branch or a target sets is a binding that may hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.branches import branches_of
from digestpin.facts import APPENDED, RULE, Binding, DeclaredPin, Fact, Link, Role, Rule
from digestpin.formats.cluster_text import find_held_configs
from digestpin.formats.line_text import folder_of, trim, unquote, words, written
from digestpin.formats.make_conditions import Conditions
from digestpin.formats.make_expand import Expander
from digestpin.formats.make_lines import (
    Definition,
    from_folder,
    handed_over,
    plain_words,
    uncommented,
)
from digestpin.formats.make_text import (
    ASSIGNMENT,
    joined_line,
    mask,
    recipe_line,
    recipe_lines,
    unset_name,
)
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.formats.make_text import Lines
    from digestpin.source import SourceFile
    from digestpin.templates import Scope

_DIRECTIVE = lazy_pattern(
    r"(?P<word>ifn?eq|ifn?def|else|endif|define|-?include|sinclude|export|unexport"
    r"|override[ \t]+define|undefine)(?=[ \t(]|$)[ \t]*"
)
_RULE = lazy_pattern(r"(?P<targets>[^:=]*?)&?::?")
_PREFIX = lazy_pattern(r"^\.RECIPEPREFIX[ \t]*:?=[ \t]*(\S)", re.MULTILINE)
_ONE_SHELL = lazy_pattern(r"^\.ONESHELL[ \t]*:", re.MULTILINE)
_SHELL_LIKE = lazy_pattern(r"^[\t@]|[;&|\\]\r?$|&&", re.MULTILINE)
_MODULE_PIN = lazy_pattern(r"(?:^|(?<=[ \t]))kind=(?P<version>v?[0-9]\S*)(?![^ \t])")


class MakefileParser:
    """Reads one makefile, one logical line after the other."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.expander = Expander(source, (str(source.path),), folder_of(source.path))
        prefix = _PREFIX.search(source.text)
        self.prefix = prefix[1] if prefix else "\t"
        self.one_shell = _ONE_SHELL.search(source.text) is not None
        self.recipe: list[Template] = []
        self.in_rule = False
        self.rule: Scope = ()
        self.conditions = Conditions()
        self.exported: set[str] = set()
        self.exports_all = False
        self.definition: Definition | None = None
        self.directives: dict[str, Callable[[str, Template], None]] = {
            **dict.fromkeys(("ifeq", "ifneq", "ifdef", "ifndef"), self._open),
            "else": self._else,
            "endif": self._close,
            "define": self._define,
            **dict.fromkeys(("include", "-include", "sinclude"), self._include),
            **dict.fromkeys(("export", "unexport"), self._export),
        }

    def feed(self, lines: Lines) -> None:
        """Read the next logical line."""
        start, end = lines[0]
        if self.definition is not None:
            self._continue_definition(self.definition, lines)
        elif self.in_rule and self.source.text.startswith(self.prefix, start, end):
            self._recipe(recipe_line(self.source, lines, self.prefix))
        else:
            line = trim(joined_line(self.source, lines))
            self.expander.scope = self.conditions.enter(self.expander.home)
            if line.text and line.text[0] != "#":
                self._statement(line)

    def finish(self) -> Iterator[Fact]:
        """Yield all facts; what is exported is known only now."""
        self._flush()
        if self.definition is not None:
            self._end_definition(self.definition)
        bindings = [fact for fact in self.expander.facts if isinstance(fact, Binding)]
        own = {fact.name for fact in bindings if fact.scope == self.expander.home}
        for fact in self.expander.facts:
            if isinstance(fact, Link):
                yield from self._reachable(fact, own)
            else:
                yield fact

    def _statement(self, line: Template) -> None:
        masked = mask(line.text)
        head = ASSIGNMENT.match(masked)
        directive = _DIRECTIVE.match(line.text)
        if head:
            self.in_rule = False
            self._assign(line, masked, head, conditional=False)
        elif directive:
            word = directive["word"].rpartition(" ")[2].strip()
            rest = uncommented(line.cut(directive.end(), len(line.text)))
            self.directives.get(word, self._ignore)(word, rest)
        elif rule := _RULE.match(masked):
            self._rule(line, masked, rule)
        else:
            self.expander.note(self.expander.expand(uncommented(line)), Role.IGNORED)

    def _assign(
        self, line: Template, masked: str, head: re.Match[str], *, conditional: bool
    ) -> None:
        name = line.text[head.start("name") : head.end("name")]
        if "export" in head["modifiers"].split():
            self.exported.add(name)
        raw, operator = uncommented(line.cut(head.end(), len(masked))), head["operator"]
        if operator == "!=":
            value = self.expander.shell(raw, f"$(shell {trim(raw).text})")
        else:
            value = unquote(trim(self.expander.assigned(trim(raw), operator)))
        self._bind(
            Binding(
                name=name,
                scope=self.expander.home,
                value=value,
                what=APPENDED if operator == "+=" else "assignment",
                conditional=conditional or operator == "+=",
                fallback=operator == "?=" or self.conditions.is_guard(name),
                sequential=not conditional,
                branches=branches_of(self.expander.scope),
            )
        )

    def _bind(self, binding: Binding) -> None:
        facts, value = self.expander.facts, binding.value
        facts.append(binding)
        for pin in _MODULE_PIN.finditer(value.text):
            version = value.cut(pin.start("version"), pin.end())
            if version.region is not None:
                facts.append(
                    DeclaredPin(
                        mechanism="makefile-modules",
                        region=version.region,
                        scope=binding.scope,
                        version=version,
                    )
                )

    def _rule(self, line: Template, masked: str, rule: re.Match[str]) -> None:
        self._flush()
        self.in_rule = True
        targets = line.cut(0, rule.end("targets"))
        self.exports_all |= ".EXPORT_ALL_VARIABLES" in targets.text
        goals = self.expander.expand(targets)
        self.expander.note(goals, Role.IGNORED, "a target")
        rest = line.cut(rule.end(), len(line.text))
        masked = masked[rule.end() :]
        if head := ASSIGNMENT.match(masked):
            self._assign(rest, masked, head, conditional=True)
            return
        comment, recipe = masked.find("#"), masked.find(";")
        if recipe == -1 or -1 < comment < recipe:
            recipe = len(masked)
        needs = self.expander.expand(uncommented(rest.cut(0, recipe)))
        self.expander.note(needs, Role.IGNORED, "a prerequisite")
        self._made(goals, needs)
        self._recipe(trim(rest.cut(recipe + 1, len(masked))))

    def _made(self, targets: Template, needs: Template) -> None:
        region = targets.region
        if region is None:
            return
        self.rule = (RULE, str(region.span.start))
        scope = (*self.expander.home, *self.rule)
        made, needed = plain_words(targets), plain_words(needs)
        rule = Rule(scope=scope, region=region, targets=made, needs=needed)
        self.expander.facts.append(rule)

    def _recipe(self, raw: Template) -> None:
        text = raw.text.lstrip("@-+ \t")
        raw = raw.cut(len(raw.text) - len(text), len(raw.text))
        if text.strip() and not text.startswith("#"):
            self.recipe.append(raw)
            if not self.one_shell:
                self._flush()

    def _flush(self) -> None:
        raw, self.recipe = join(self.recipe), []
        if raw.region is not None:
            inside = self.conditions.enter(self.expander.home)
            self.expander.scope = (*inside, *self.rule)
            script = self.expander.expand(raw)
            self.expander.run(script, "recipe", str(raw.region.span.start))

    def _open(self, word: str, rest: Template) -> None:
        region = rest.region
        at = 0 if region is None else region.span.start
        self.conditions.open(at, unset_name(word, rest.text))
        self._condition(word, rest)

    def _condition(self, word: str, rest: Template) -> None:
        if word in {"ifeq", "ifneq"} and not unset_name("ifeq", rest.text):
            condition = self.expander.expand(rest)
            self.expander.note(condition, Role.PATTERN, "a condition")

    def _else(self, word: str, rest: Template) -> None:
        del word
        nested = _DIRECTIVE.match(rest.text)
        if nested and nested["word"].startswith("if"):
            condition = rest.cut(nested.end(), len(rest.text))
            self.conditions.turn(unset_name(nested["word"], condition.text))
            self._condition(nested["word"], condition)
        else:
            self.conditions.turn()

    def _close(self, word: str, rest: Template) -> None:
        del word, rest
        self.conditions.close()

    def _ignore(self, word: str, rest: Template) -> None:
        del word, rest
        self.in_rule = False

    def _include(self, word: str, rest: Template) -> None:
        del word
        self.in_rule = False
        for target in words(self.expander.expand(rest)):
            if target.region is not None:
                self.expander.facts.append(
                    Link(
                        type=Link.Type.INCLUDE,
                        scope=self.expander.scope,
                        target=from_folder(target),
                        base=self.expander.base,
                        region=target.region,
                    )
                )

    def _export(self, word: str, rest: Template) -> None:
        self.in_rule = False
        names = rest.text.split()
        if word == "export":
            self.exported.update(names)
            self.exports_all |= not names

    def _define(self, word: str, rest: Template) -> None:
        del word
        self.in_rule = False
        self.definition = Definition(rest.text.strip(" \t:=?+!"))

    def _continue_definition(self, definition: Definition, lines: Lines) -> None:
        line = self.source.text[lines[0][0] : lines[-1][1]].strip()
        if definition.closes(line):
            self._end_definition(definition)
        else:
            definition.lines.append(lines)

    def _end_definition(self, definition: Definition) -> None:
        self.definition = None
        if not definition.lines:
            return
        start, end = definition.lines[0][0][0], definition.lines[-1][-1][1]
        text = written(self.source, start, end)
        scope = self.expander.scope
        configs = list(find_held_configs(text, scope, definition.name))
        self.expander.facts += configs
        if not configs and _SHELL_LIKE.search(self.source.text, start, end):
            raw = recipe_lines(self.source, definition.lines, self.prefix)
            self.expander.run(self.expander.assigned(raw, "="), "define", str(start))
            return
        self._bind(
            Binding(
                name=definition.name,
                scope=self.expander.home,
                value=self.expander.assigned(text, "="),
                sequential=True,
                branches=branches_of(scope),
            )
        )

    def _reachable(self, link: Link, own: set[str]) -> Iterator[Link]:
        """Yield `link` with what it hands over.

        The folder in which an included makefile's recipes run may be the root.
        """
        link = handed_over(link, own, None if self.exports_all else self.exported)
        yield link
        if link.base and self.source.path.suffix in {".mk", ".make", ".mak"}:
            yield replace(link, base="")
