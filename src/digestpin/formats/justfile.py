"""Justfiles: variables, parameters, and recipes as shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Link
from digestpin.formats.interface import FileFormat
from digestpin.formats.just_expressions import ExpressionReader
from digestpin.formats.line_text import folder_of, physical_lines, texts, trim, written
from digestpin.formats.shell import extract_shell
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, join, literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile
    from digestpin.templates import Scope

_ASSIGNMENT = lazy_pattern(
    r"(?P<export>export[ \t]+)?(?P<name>[A-Za-z_][\w-]*)[ \t]*:="
)
_HEADER = lazy_pattern(
    r"(?!(?:alias|export|import|mod|set)\b[^:]*:=)@?(?P<name>[A-Za-z_][\w-]*)(?=[ \t:])"
)
_PARAMETER = lazy_pattern(r"[ \t]*[+*]?\$?(?P<name>[A-Za-z_][\w-]*)[ \t]*(?P<value>=)?")
_DEPENDENCY = lazy_pattern(r"\([ \t]*[\w:-]+")
_IMPORT = lazy_pattern(r"import\??[ \t]+(?P<quote>['\"])(?P<path>[^'\"]*)(?P=quote)")
_DOTENV = lazy_pattern(
    r"set[ \t]+dotenv-(?:load|required)(?:[ \t]*:=[ \t]*true)?[ \t]*(?:#|$)"
    r"|set[ \t]+dotenv-(?:filename|path)[ \t]*:=[ \t]*['\"](?P<path>[^'\"]*)['\"]"
)
_OPEN = lazy_pattern(r"\{\{\{\{|\{\{")
_SHEBANG = lazy_pattern(r"#!.*?\b(?:ba|da|k|z)?sh\b")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is one that just looks for, or ends in `.just`."""
    del head
    name = path.name.lower()
    return name in {"justfile", ".justfile"} or name.endswith(".just")


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the justfile says; see `FileFormat.extract`."""
    return _Reader(source).read()


FORMAT = FileFormat(
    id="justfile",
    summary="Justfiles: variables, parameters, and recipes as shell.",
    matches=matches,
    extract=extract,
)


class _Reader:
    """Reads one justfile."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.root: Scope = (str(source.path),)
        self.base = folder_of(source.path)
        self.whole = literal(source.text, source.region(0, len(source.data)))
        self.lines = list(physical_lines(source))

    def read(self) -> Iterator[Fact]:
        """Yield the facts of all statements."""
        number = done = 0
        while number < len(self.lines):
            start, end = self.lines[number]
            number += 1
            if start < done:
                continue
            assignment = _ASSIGNMENT.match(self.source.text, start, end)
            header = _HEADER.match(self.source.text, start, end)
            if assignment:
                reader = self._expression(assignment.end(), self.root)
                yield from self._assign(assignment["name"], reader, "assignment")
                done = reader.at
            elif header and ":" in self.source.text[start:end]:
                body = self._body(number)
                yield from self._recipe((header.end(), end), body)
                number += len(body)
            else:
                yield from self._setting(start, end)

    def _expression(self, at: int, scope: Scope) -> ExpressionReader:
        return ExpressionReader(self.whole, self.base, scope, at)

    def _assign(self, name: str, reader: ExpressionReader, what: str) -> Iterator[Fact]:
        value = reader.read()
        yield from reader.facts
        yield Binding(
            name=name,
            scope=reader.scope,
            value=value,
            what=what,
            fallback=what == "parameter default",
        )

    def _setting(self, start: int, end: int) -> Iterator[Fact]:
        imported = _IMPORT.match(self.source.text, start, end)
        dotenv = _DOTENV.match(self.source.text[start:end])
        target = ""
        if imported:
            target = imported["path"]
        elif dotenv:
            target = dotenv["path"] or ".env"
        if target:
            yield Link(
                type=Link.Type.INCLUDE,
                scope=self.root,
                target=target,
                base=self.base,
                region=self.source.region(start, end),
            )

    def _body(self, number: int) -> list[tuple[int, int]]:
        last = number
        while last < len(self.lines):
            line = self.source.text[slice(*self.lines[last])]
            if line.strip() and line[0] not in " \t":
                break
            last += 1
        body = self.lines[number:last]
        while body and not self.source.text[slice(*body[-1])].strip():
            body.pop()
        return body

    def _recipe(
        self, header: tuple[int, int], body: list[tuple[int, int]]
    ) -> Iterator[Fact]:
        scope = (*self.root, "recipe", str(header[0]))
        yield from self._header(header, scope)
        if not body:
            return
        facts: list[Fact] = []
        script = join(
            self._interpolate(raw, scope, facts) for raw in self._script(body)
        )
        yield from facts
        shebang = script.text.startswith("#!")
        if shebang and not _SHEBANG.match(script.text):
            yield from texts(script, scope)
        else:
            yield from extract_shell(script, (*scope, "shell"), base=self.base)

    def _header(self, header: tuple[int, int], scope: Scope) -> Iterator[Fact]:
        at, end = header
        text = self.source.text
        while found := _PARAMETER.match(text, at, end):
            at = found.end()
            if found["value"]:
                reader = self._expression(at, scope)
                yield from self._assign(found["name"], reader, "parameter default")
                at = max(at, reader.at)
        colon = text.find(":", at, end)
        if colon != -1 and "(" in text[colon:end]:
            yield from self._dependencies(colon, end)

    def _dependencies(self, at: int, end: int) -> Iterator[Fact]:
        while found := _DEPENDENCY.search(self.source.text, at, end):
            reader = self._expression(found.end(), self.root)
            reader.depth = 1
            while reader.at < end and reader.peek() not in {")", ""}:
                before = reader.at
                yield from texts(trim(reader.read()), self.root)
                if reader.at == before:
                    break
            yield from reader.facts
            at = max(found.end(), reader.at)

    def _script(self, body: list[tuple[int, int]]) -> Iterator[Template]:
        text = self.source.text
        first = text[slice(*body[0])]
        indent = len(first) - len(first.lstrip(" \t"))
        shebang = first.startswith("#!", indent)
        for start, end in body:
            blanks = len(text[start:end]) - len(text[start:end].lstrip(" \t"))
            start += min(indent, blanks)  # noqa: PLW2901
            while not shebang and text[start:end][:1] in {"@", "-"}:
                start += 1  # noqa: PLW2901
            yield written(self.source, start, end)
            newline = text.find("\n", end, end + 2)
            if newline != -1:
                yield written(self.source, newline, newline + 1)

    def _interpolate(self, raw: Template, scope: Scope, facts: list[Fact]) -> Template:
        pieces: list[Template] = []
        at = 0
        base = raw.region.span.start if raw.region else 0
        while found := _OPEN.search(raw.text, at):
            pieces.append(raw.cut(at, found.start()))
            at = found.end()
            if len(found.group()) == 4:
                region = self.source.region(base + found.start(), base + at)
                pieces.append(literal("{{", region, exact=False))
                continue
            reader = self._expression(base + at, scope)
            pieces.append(reader.read())
            facts.extend(reader.facts)
            close = raw.text.find("}}", max(at, reader.at - base))
            at = len(raw.text) if close == -1 else close + 2
        return join([*pieces, raw.cut(at, len(raw.text))])
