"""Dockerfiles: images, arguments, environment and the shell of `RUN`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Role
from digestpin.formats.docker_text import Instruction, instructions
from digestpin.formats.dollar_text import expand, quoted_words, read_word
from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import folder_of, texts, words
from digestpin.formats.quoted import quoted_document
from digestpin.formats.shell import extract_shell
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE, Template, inexact, join, made_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import PurePosixPath

    from digestpin.source import SourceFile
    from digestpin.templates import Scope

_NAMES = lazy_pattern(
    r"(?:docker|container)file(?:[.-](?!(?:go|js|json|md|py|rb|rst|sh|ts|txt|ya?ml)$).+)?"
    r"|.+\.(?:docker|container)file"
)
_STRING = lazy_pattern(r'"(?P<text>(?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)')
_SETTING = lazy_pattern(r"(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)=")
_MOUNT_FROM = lazy_pattern(r"(?:^|,)from=(?P<image>[^,]+)")


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Whether the name is that of a Dockerfile or a Containerfile."""
    del head
    return _NAMES.fullmatch(path.name.lower()) is not None


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield what the Dockerfile says; see `FileFormat.extract`."""
    reader = _Reader(source)
    for instruction in instructions(source):
        yield from reader.read(instruction)


FORMAT = FileFormat(
    id="dockerfile",
    summary="Dockerfiles: images, arguments, environment and the shell of `RUN`.",
    matches=matches,
    extract=extract,
)


class _Reader:
    """Reads instructions in order; each `FROM` opens a scope of its own."""

    def __init__(self, source: SourceFile) -> None:
        self.root = (str(source.path),)
        self.scope: Scope = self.root
        self.base = folder_of(source.path)
        self.stages: set[str] = set()
        self.handlers: dict[str, Callable[[Instruction], Iterator[Fact]]] = {
            "FROM": self._from,
            "ARG": self._arg,
            "ENV": self._env,
            "LABEL": self._label,
            "ONBUILD": self._on_build,
            **dict.fromkeys(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"), self._run),
            **dict.fromkeys(("COPY", "ADD"), self._copy),
        }

    def read(self, instruction: Instruction) -> Iterator[Fact]:
        """Yield the facts of the next instruction."""
        yield from self._flags(instruction)
        yield from self.handlers.get(instruction.keyword, self._other)(instruction)

    def _flags(self, instruction: Instruction) -> Iterator[Fact]:
        for name, value in instruction.flags:
            mount = _MOUNT_FROM.search(value.text) if name == "mount" else None
            if name == "from":
                yield from self._image(value)
            elif mount:
                yield from self._image(value.cut(*mount.span("image")))

    def _image(self, raw: Template) -> Iterator[Fact]:
        image = read_word(raw, self.root)
        if image.text.lower() not in self.stages:
            yield from texts(image, self.root, Role.IMAGE)

    def _from(self, instruction: Instruction) -> Iterator[Fact]:
        parts = list(words(_flat(instruction.arguments)))
        if not parts:
            return
        yield from self._image(parts[0])
        self.scope = (*self.root, "stage", str(len(self.stages)))
        named = len(parts) > 2 and parts[1].text.lower() == "as"
        self.stages.add(parts[2].text.lower() if named else f"{HOLE}{len(self.stages)}")

    def _arg(self, instruction: Instruction) -> Iterator[Fact]:
        return self._settings(instruction.arguments, "build argument", fallback=True)

    def _env(self, instruction: Instruction) -> Iterator[Fact]:
        raw = _flat(instruction.arguments)
        first = next(words(raw), None)
        if first is None or "=" in first.text:
            return self._settings(raw, "env", fallback=False)
        value = raw.cut(len(first.text), len(raw.text))
        value = value.cut(len(value.text) - len(value.text.lstrip()), len(value.text))
        return iter(
            [
                Binding(
                    name=first.text,
                    scope=self.scope,
                    value=read_word(value, self.scope),
                    what="env",
                    sequential=True,
                )
            ]
        )

    def _settings(self, raw: Template, what: str, *, fallback: bool) -> Iterator[Fact]:
        for word in quoted_words(_flat(raw)):
            setting = _SETTING.match(word.text)
            if setting:
                value = word.cut(setting.end(), len(word.text))
                yield Binding(
                    name=setting["name"],
                    scope=self.scope,
                    value=read_word(value, self.scope),
                    what=what,
                    fallback=fallback,
                    sequential=True,
                )

    def _label(self, instruction: Instruction) -> Iterator[Fact]:
        for word in quoted_words(_flat(instruction.arguments)):
            text = read_word(word, self.scope)
            yield from texts(text, self.scope, Role.DISPLAY, "a label")

    def _run(self, instruction: Instruction) -> Iterator[Fact]:
        script = instruction.arguments
        if script.text.startswith("["):
            for found in _STRING.finditer(script.text):
                word = script.cut(*found.span("text"))
                word = inexact(word) if "\\" in word.text else word
                yield from texts(word, self.scope)
            return
        if instruction.documents:
            script = _with_documents(instruction)
        if script.region is not None:
            scope = (*self.scope, "run", str(script.region.span.start))
            yield from extract_shell(script, scope, base=self.base)

    def _copy(self, instruction: Instruction) -> Iterator[Fact]:
        for word in quoted_words(_flat(instruction.arguments)):
            yield from texts(read_word(word, self.scope), self.scope)
        for document in instruction.documents:
            yield from quoted_document(document)
            yield from texts(expand(document, self.scope), self.scope)

    def _on_build(self, instruction: Instruction) -> Iterator[Fact]:
        keyword = next(words(instruction.arguments), None)
        if keyword is None or keyword.text.upper() == "ONBUILD":
            return iter(())
        rest = instruction.arguments.cut(
            len(keyword.text), len(instruction.arguments.text)
        )
        inner = Instruction(
            keyword=keyword.text.upper(),
            flags=(),
            arguments=rest.cut(1, len(rest.text)),
            documents=(),
            ends=(),
        )
        return self.read(inner)

    def _other(self, instruction: Instruction) -> Iterator[Fact]:
        text = expand(_flat(instruction.arguments), self.scope)
        return texts(text, self.scope, Role.IGNORED)


def _flat(arguments: Template) -> Template:
    """Return arguments with each continuation as blanks."""
    text = arguments.text
    if "\n" not in text:
        return arguments
    pieces, at = [], 0
    for found in re.finditer(r"[\\`][ \t]*\n", text):
        pieces += [arguments.cut(at, found.start())]
        pieces.append(inexact(arguments.cut(found.end() - 1, found.end())))
        at = found.end()
    return join([*pieces, arguments.cut(at, len(text))])


def _with_documents(instruction: Instruction) -> Template:
    """Return the script of a `RUN` with heredocs."""
    command = instruction.arguments
    if re.fullmatch(r"<<-?[\"']?\w+[\"']?", command.text, re.ASCII):
        return instruction.documents[0]
    pieces = [command]
    for document, end in zip(instruction.documents, instruction.ends, strict=True):
        pieces += [made_up("\n"), document, made_up(f"{end}\n")]
    return join(pieces)
