"""Turns the texts that the walk comes by into facts: what each is for or binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role, Text
from digestpin.formats import code_words as words
from digestpin.formats.cluster_text import find_quoted_configs
from digestpin.formats.code_fields import FieldReader, record_field
from digestpin.formats.code_lexer import Kind
from digestpin.formats.code_lines import read_lines
from digestpin.formats.code_roles import RoleReader
from digestpin.formats.code_terraform import names_built, open_block, owned_name
from digestpin.patterns import lazy_pattern
from digestpin.templates import Literal, Template, Variable, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.facts import Fact
    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.formats.code_frames import Frame, Key
    from digestpin.templates import Scope

_REFERENCE_MARK = lazy_pattern(r"[:@\0]")


class Emitter:
    """Collects the facts of one file."""

    def __init__(self, reader: ExpressionReader, top: Frame) -> None:
        self.reader = reader
        self.facts: list[Fact | None] = []
        self.scopes: list[tuple[int, Scope, frozenset[str]]] = [
            (0, top.scope, top.hidden)
        ]
        self.used: list[tuple[int, int]] = []
        self.unbound: dict[int, tuple[str, Scope]] = {}
        self.loose: list[tuple[int, int]] = []
        self.last_closed = -1
        self._roles = RoleReader(reader)
        self._fields = FieldReader(reader, self.facts)

    def assigning(self, name: str, index: int, frame: Frame) -> None:
        """Note an assignment whose value is not known yet."""
        self.unbound[index] = (name, frame.scope)

    def assigned(self, name: str, frame: Frame) -> None:
        """Note an assignment whose value cannot be read."""
        self.unbound[-1 - len(self.unbound)] = (name, frame.scope)

    def pattern(self, index: int, frame: Frame) -> None:
        """Take a regular expression literal."""
        token = self.reader.tokens[index]
        start = token.start + len(token.text) - len(token.text.lstrip())
        region = self.reader.source.region(start, token.end)
        template = Template(
            (Literal(self.reader.source.text[start : token.end], region),)
        )
        self._add(Text(template=template, scope=frame.scope, role=Role.PATTERN))

    def key_text(self, index: int, frame: Frame) -> None:
        """Take a string that is a key: it is no reference, whatever it is for."""
        template, _ = self.reader.string(index)
        if not template.is_literal:
            self._add(
                Text(
                    template=template,
                    scope=frame.scope,
                    role=Role.IGNORED,
                    label="a key",
                )
            )

    def opened(self, index: int, frame: Frame, parent: Frame) -> None:
        """Note that a bracket opens: what its content is for, what it is bound to."""
        key = parent.key_before(index)
        if key is None and self.reader.language.id == "go" and frame.bracket == "{":
            key = parent.key_before(index - 3) if frame.callee else None
            key = key if self.reader.token(index - 2).text == "]" else None
        if self.reader.language.style == "hcl" and frame.bracket == "{":
            open_block(self.reader, index, frame, parent)
        if key is None:
            return
        if words.is_display_key(key.name) and key.is_field:
            frame.role = Role.DISPLAY
        elif names_built(self.reader, key, parent):
            frame.role = Role.BUILT
        if not key.is_field and frame.bracket in {"[", "{"}:
            looped = key.operator == "in"
            frame.elements = key.name if looped else f"{key.name}[]"
            self.unbound.pop(key.at, None)

    def lone_name(self, index: int, frame: Frame) -> None:
        """Take a variable among arguments: it can name the image that they build."""
        if not frame.texts or not self._roles.is_output(index, frame):
            return
        found = self.reader.read(index)
        if found is not None and _is_bare(found[0]):
            self.used.append((index, found[1]))
            self._add(Text(template=found[0], scope=frame.scope, role=Role.BUILT))

    def close(self, frame: Frame) -> None:
        """Note that a bracket closes, and read what its fields say together."""
        self._fields.close(frame)

    def line_end(self, index: int, frame: Frame) -> None:
        """Note the end of a line; in TOML a header may begin another table."""
        if (
            self.reader.language.id == "toml"
            and self.reader.token(index + 1).text == "["
        ):
            self._fields.close(frame)
            frame.fields.clear()

    def text(self, index: int, template: Template, end: int, frame: Frame) -> None:
        """Take an expression of tokens `index` to `end` that makes text."""
        if frame.role is Role.IGNORED or not template.text:
            return
        key = frame.key_before(index)
        if self.reader.token(index).kind is Kind.NAME and _is_bare(template):
            self._bare(index, template, end, frame)
            return
        self.used.append((index, end))
        if self._roles.is_tag(index, key) or self._roles.is_import(index, frame):
            return
        name = self._roles.place(index, frame, key)
        role = self._roles.role(index, template, frame, name)
        if self._roles.is_shell(index, template, frame, name, role):
            self._shell(template, frame)
        elif role in {Role.VALUE, Role.IMAGE} and "\n" in template.text.strip():
            self.unbound.pop(key.at if key else -1, None)
            self.facts.extend(find_quoted_configs(template, frame.scope))
            self.facts.extend(read_lines(template, frame.scope))
        else:
            self._single(index, template, end, frame, role)
        if template.is_literal:
            self._roles.note(template.text, frame)
            frame.texts.append(template.text)

    def _single(
        self, index: int, template: Template, end: int, frame: Frame, role: Role
    ) -> None:
        key = frame.key_before(index)
        choice = frame.key if self._roles.is_choice(index, end, frame) else None
        if key is not None and (self._roles.ends(end) or choice is not None):
            self._bind(frame, key, template, role, conditional=choice is not None)
        elif choice is not None:
            self._bind(frame, choice, template, role, conditional=True)
        elif frame.elements and role in {Role.VALUE, Role.IMAGE}:
            fact = Binding(
                name=frame.elements, scope=frame.scope, value=template, what="list",
                role=role, conditional=True,
            )  # fmt: skip
            self._add(fact)
        else:
            frame.plain_facts.append(len(self.facts))
            self._add(Text(template=template, scope=frame.scope, role=role))

    def _bare(self, index: int, template: Template, end: int, frame: Frame) -> None:
        """Take a lone variable: another name for it, or a use of it."""
        key = frame.key_before(index)
        if key is None or not self._roles.ends(end):
            if any(part.of_environment for part in template.variables):
                self.used.append((index, end))
                label = "an expression"
                self._add(Text(template=template, scope=frame.scope, label=label))
            return
        if key.operator == "in":
            part = template.parts[0]
            if isinstance(part, Variable) and not part.opaque:
                self.used.append((index, end))
                elements = variable(
                    Variable(
                        name=f"{part.name}[]", scope=part.scope, region=part.region
                    )
                )
                self._bind(frame, key, elements, Role.VALUE, conditional=True)
            return
        role = self._roles.role(index, template, frame, key.name)
        if (
            not key.is_field
            or role is Role.IMAGE
            or _is_environment(template, self.reader, index)
        ):
            self.used.append((index, end))
            self._bind(frame, key, template, role, conditional=False)
        else:
            record_field(frame, key.name, len(self.facts), template)
            self.facts.append(None)

    def _bind(
        self,
        frame: Frame,
        key: Key,
        template: Template,
        role: Role,
        *,
        conditional: bool,
    ) -> None:
        self.unbound.pop(key.at, None)
        owned = owned_name(frame, key)
        if key.is_field and owned is None:
            self._field(frame, key, template, role)
            return
        name, scope = owned or (key.name, frame.scope)
        if key.operator == "own" and "class" in scope:
            last = len(scope) - scope[::-1].index("class")
            scope = scope[: last + 1]
        if role is Role.IMAGE and not _REFERENCE_MARK.search(template.text):
            role = Role.VALUE
        if not name:
            self._add(Text(template=template, scope=frame.scope, role=role))
            return
        record_field(frame, key.name, len(self.facts), template)
        fallback = frame.is_parameters or frame.callee == "variable"
        what = "default" if fallback else "assignment"
        fact = Binding(
            name=name, scope=scope, value=template, what=what, role=role,
            conditional=conditional, fallback=fallback,
        )  # fmt: skip
        self._add(fact)

    def _field(self, frame: Frame, key: Key, template: Template, role: Role) -> None:
        record_field(frame, key.name, len(self.facts), template)
        if not key.name or role not in {Role.VALUE, Role.IMAGE} or _is_bare(template):
            self._add(Text(template=template, scope=frame.scope, role=role))
            return
        offset = self.reader.tokens[key.at].start
        scope = (*frame.scope, "field", str(offset))
        self._add(
            Binding(name=key.name, scope=scope, value=template, what="field", role=role)
        )

    def _add(self, fact: Fact) -> None:
        self.facts.append(fact)

    def _shell(self, template: Template, frame: Frame) -> None:
        region = template.region
        offset = str(region.span.start if region is not None else 0)
        scope = (*frame.scope, "shell", offset)
        self.facts.extend(shell_facts(template, scope, self._base()))

    def _base(self) -> str:
        if not self.reader.language.shell_in_folder:
            return ""
        parent = str(self.reader.source.path.parent)
        return "" if parent == "." else parent


def shell_facts(template: Template, scope: Scope, base: str) -> Iterator[Fact]:
    """Yield what a shell command in source code says."""
    from digestpin.formats.shell import extract_shell  # noqa: PLC0415 (loads a grammar)

    yield from extract_shell(template, scope, base=base)


def _is_bare(template: Template) -> bool:
    return len(template.parts) == 1 and isinstance(template.parts[0], Variable)


def _is_environment(template: Template, reader: ExpressionReader, index: int) -> bool:
    part = template.parts[0]
    return (
        isinstance(part, Variable)
        and not part.opaque
        and (
            part.default is not None
            or words.env_member(reader.tokens[index].text) is not None
        )
    )
