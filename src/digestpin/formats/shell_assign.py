"""Reads what assignments, declarations and loops give to shell variables."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role, Text
from digestpin.formats.shell_echo import written
from digestpin.formats.shell_expansions import bare_index
from digestpin.formats.shell_model import (
    Command,
    Place,
    is_interesting,
    names,
    split_assignment,
)
from digestpin.formats.shell_roles import image_options, is_image_option
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, HOLE, Template, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.formats.shell_words import WordReader
    from digestpin.shelltext import Node
    from digestpin.templates import Scope

DECLARATIONS = names("export readonly declare typeset local")
_INDEXED_READ = lazy_pattern(r"\$\{(\w+)\[[\"']?[\w.-]+[\"']?\]", re.ASCII)
_KEY = lazy_pattern(r"\[([^\]]*)\]=", re.ASCII)
_BRACES = lazy_pattern(r"(?<![$\\\"'])\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_NAME = lazy_pattern(r"[A-Za-z_]\w*", re.ASCII)
_READERS = names("read mapfile readarray getopts")


def indexed_arrays(text: str) -> frozenset[str]:
    """Return the arrays of which a single element is read by a fixed index."""
    return frozenset(_INDEXED_READ.findall(text))


class Assignments:
    """Makes the bindings of one script, and keeps count of names."""

    def __init__(self, reader: WordReader) -> None:
        self._reader = reader
        self._indexed = indexed_arrays(reader.text)
        self._locals: dict[Scope, set[str]] = {}
        self.exported: set[str] = set()
        self.assigned: set[str] = set()
        self.lists: dict[str, Template] = {}

    def scope_of(self, name: str, place: Place) -> Scope:
        """Return where an assignment to `name` is known."""
        local = place.function
        if local is not None and name in self._locals.get(local, ()):
            return local
        return place.home

    def declare(self, keyword: str, options: str, name: str, place: Place) -> None:
        """Note that `keyword` (`export`, `local`, …) declares a name."""
        if keyword == "export" or "x" in options:
            self.exported.add(name)
        elif (
            place.function is not None
            and keyword != "readonly"
            and ("g" not in options)
        ):
            self._locals.setdefault(place.function, set()).add(name)

    def read(self, node: Node, place: Place) -> Iterator[Fact]:
        """Yield the bindings of one `NAME=value`, `NAME+=value` or `NAME=(…)`."""
        named = node.child_by_field_name("name")
        if named is None:
            return
        text = self._reader.text
        name = text[named.start_byte : named.end_byte]
        value = node.child_by_field_name("value")
        added = text[named.end_byte : named.end_byte + 2] == "+="
        if value is not None and value.type == "array":
            yield from self._array(name, value, place)
        elif named.type == "subscript":
            stem, _, index = name.removesuffix("]").partition("[")
            element = f"{stem}[{bare_index(index)}]"
            found = self._value(value, place)
            yield from self._element(stem, element, found, place, is_named=True)
        elif HOLE not in name:
            template = self._value(value, place)
            yield from self._scalar(name, template, node, place, added=added)

    def _scalar(
        self, name: str, value: Template, node: Node, place: Place, *, added: bool
    ) -> Iterator[Fact]:
        if added:
            if is_interesting(value):
                yield Text(template=value, scope=place.scope, label="an assignment")
            value = self._reader.opaque(node.start_byte, node.end_byte, place)
        yield from image_options(value, place)
        yield self.bind(name, value, place)

    def _value(self, node: Node | None, place: Place) -> Template:
        return Template() if node is None else self._reader.read(node, place)

    def bind(
        self, name: str, value: Template, place: Place, *, what: str = "assignment"
    ) -> Binding:
        """Return the binding of a plain assignment."""
        self.assigned.add(name)
        if value.is_literal and place.is_sure:
            self.lists[name] = value
        else:
            self.lists.pop(name, None)
        return Binding(
            name=name,
            scope=self.scope_of(name, place),
            value=value,
            what=what,
            conditional=place.conditional,
            sequential=True,
            branches=place.branches,
            replaces=frozenset(text for key, text in place.equal if key == name),
        )

    def _array(self, name: str, node: Node, place: Place) -> Iterator[Fact]:
        position = 0
        role = Role.VALUE
        for child in node.named_children:
            if child.type == "comment":
                continue
            value = self._item(child, place)
            yield from image_options(value, place)
            key = _KEY.match(value.text)
            index = str(position) if key is None else bare_index(key[1])
            position += 1
            if key is not None:
                value = value.cut(key.end(), len(value.text))
            element, is_named = f"{name}[{index}]", key is not None
            for binding in self._element(
                name, element, value, place, is_named=is_named
            ):
                yield replace(binding, role=role)
            role = Role.IMAGE if is_image_option(value.text) else Role.VALUE

    def _element(
        self,
        name: str,
        element: str,
        value: Template,
        place: Place,
        *,
        is_named: bool,
    ) -> Iterator[Binding]:
        # A script that reads this one may ask for an element by its name.
        scope = self.scope_of(name, place)
        self.assigned.add(name)
        yield Binding(
            name=name,
            scope=scope,
            value=value,
            what="array",
            conditional=True,
            branches=place.branches,
        )
        if is_named or name in self._indexed:
            yield Binding(
                name=element,
                scope=scope,
                value=value,
                what="array",
                conditional=place.conditional,
                sequential=True,
                branches=place.branches,
            )

    def loop(self, node: Node, place: Place, scope: Scope) -> Iterator[Fact]:
        """Yield the values of a `for` loop's variable, known in `scope`."""
        named = node.child_by_field_name("variable")
        if named is None:
            return
        name = self._reader.text[named.start_byte : named.end_byte]
        for child in node.children_by_field_name("value"):
            for value in self._words(child, place):
                yield Binding(
                    name=name,
                    scope=scope,
                    value=value,
                    what="for loop",
                    conditional=True,
                )

    def _words(self, node: Node, place: Place) -> Iterator[Template]:
        """Yield the words that an unquoted list `$VERSIONS` is split into."""
        value = self._item(node, place)
        if node.type in {"simple_expansion", "expansion"}:
            variable = value.variable_at(0) if value.text == HOLE else None
            known = None if variable is None else self.lists.get(variable.name)
            if known is not None and len(known.text.split()) > 1:
                for match in re.finditer(r"\S+", known.text):
                    yield known.cut(*match.span())
                return
        yield value

    def _item(self, node: Node, place: Place) -> Template:
        """Return an item of a list; one in braces (`{1..3}`) is not followed."""
        if node.type in {"brace_expression", "concatenation"}:
            start, end = node.start_byte, node.end_byte
            if _BRACES.search(self._reader.text, start, end):
                return self._reader.opaque(start, end, place)
        return self._reader.read(node, place)

    def words(self, command: Command) -> Iterator[Binding]:
        """Yield what a declaration's words `NAME=value` set (`export "A=$B"`)."""
        options = "".join(a.text for a in command.args if a.text.startswith("-"))
        for arg in command.args:
            pair = split_assignment(arg)
            name = pair[0] if pair is not None else arg.text
            if _NAME.fullmatch(name):
                self.declare(command.name, options, name, command.place)
            if pair is not None:
                yield self.bind(name, pair[1], command.place)

    def printed(self, command: Command) -> Iterator[Fact]:
        """Yield the variable that `printf -v NAME form value` sets."""
        option, *words = [arg for arg in command.args if arg.text != "--"] or [EMPTY]
        if command.name != "printf" or option.text != "-v" or len(words) < 2:
            return
        name, form, *values = words
        if _NAME.fullmatch(name.text) is None:
            return
        value = written("printf", (form, *values))
        if value is None or "\\" in form.text:
            value = self._unknown(command, name)
            for arg in filter(is_interesting, (form, *values)):
                scope, label = command.place.scope, command.label
                yield Text(template=arg, scope=scope, role=Role.DISPLAY, label=label)
        yield self.bind(name.text, value, command.place, what="printf")

    def _unknown(self, command: Command, word: Template) -> Template:
        """Return a value that is not followed, which a command gives to a name."""
        scope = command.place.scope
        region = word.region or command.region
        unknown = Variable(name=command.name, scope=scope, region=region, opaque=True)
        return Template((unknown,))

    def filled(self, command: Command) -> Iterator[Binding]:
        """Yield the variables that `read` and the like fill, values unknown."""
        if command.name not in _READERS:
            return
        for arg in command.args:
            if _NAME.fullmatch(arg.text):
                value = self._unknown(command, arg)
                yield self.bind(arg.text, value, command.place, what=command.name)
