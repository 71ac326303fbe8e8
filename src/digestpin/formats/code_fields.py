"""Reads what the fields of one object say together: split references, defaults."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link, Role, Text
from digestpin.formats import code_words as words
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, join, made_up

if TYPE_CHECKING:
    from digestpin.facts import Fact
    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.formats.code_frames import Frame

_REPOSITORIES = (
    "repository",
    "repo",
    "imagerepository",
    "imagename",
    "image",
    "newname",
)
_TAGS = ("tag", "imagetag", "newtag")
_REGISTRIES = ("registry", "imageregistry")
_DIGESTS = ("digest", "imagedigest")
_REPOSITORY = lazy_pattern(r"(?:[\w.\0-]+(?::\d+)?/)*[\w.\0-]+")
_OPTION_NAME = lazy_pattern(r"-*[a-z][\w.-]*")


def record_field(frame: Frame, name: str, at: int, template: Template) -> None:
    """Note that fact number `at` is the value of field `name`."""
    key = name.lower().replace("_", "").replace("-", "")
    frame.fields.setdefault(key, (at, template))


class FieldReader:
    """Changes the facts of an object when it closes."""

    def __init__(self, reader: ExpressionReader, facts: list[Fact | None]) -> None:
        self._reader = reader
        self._facts = facts

    def close(self, frame: Frame) -> None:
        """Read the fields of `frame` together."""
        if frame.fields:
            self._join_reference(frame)
            self._option_default(frame)
            self._build_parameter(frame)
            if frame.callee == "module":
                self._module_link(frame)
        if len(frame.plain_facts) > 1 and words.is_flag_call(frame.callee):
            self._flag(frame)

    def _find(
        self, frame: Frame, names: tuple[str, ...]
    ) -> tuple[int, Template] | None:
        for name in names:
            found = frame.fields.get(name)
            if found is not None and found[1].text:
                return found
        return None

    def _join_reference(self, frame: Frame) -> None:
        repository, tag = self._find(frame, _REPOSITORIES), self._find(frame, _TAGS)
        if repository is None or tag is None:
            return
        if not _REPOSITORY.fullmatch(repository[1].text) or frame.role is not None:
            return
        parts = [repository[1], made_up(":"), tag[1]]
        taken = [repository[0], tag[0]]
        registry, digest = self._find(frame, _REGISTRIES), self._find(frame, _DIGESTS)
        if registry is not None:
            parts[:0] = [registry[1], made_up("/")]
            taken.append(registry[0])
        if digest is not None:
            parts += [made_up("@"), digest[1]]
            taken.append(digest[0])
        for at in taken:
            self._facts[at] = None
        self._facts[repository[0]] = Text(
            template=join(parts), scope=frame.scope, role=Role.IMAGE, label="a pair"
        )

    def _option_default(self, frame: Frame) -> None:
        """Name `default="…"` after the option that it is the default of."""
        found = frame.fields.get("default")
        options = [text for text in frame.texts if text.startswith("--")]
        if found is None or not options or frame.bracket != "(":
            return
        name = options[0].lstrip("-").replace("-", "_")
        fact = self._facts[found[0]]
        if isinstance(fact, Binding):
            role = Role.IMAGE if words.is_image_key(name) else fact.role
            self._facts[found[0]] = replace(
                fact, name=name, what="default", fallback=True, role=role
            )

    def _build_parameter(self, frame: Frame) -> None:
        """Bind a Jenkins parameter: `string(name: 'X', defaultValue: '…')`."""
        name, default = frame.fields.get("name"), frame.fields.get("defaultvalue")
        if name is None or default is None or not name[1].text.isidentifier():
            return
        self._facts[default[0]] = Binding(
            name=name[1].text,
            scope=frame.scope[:1],
            value=default[1],
            what="input default",
            fallback=True,
        )

    def _module_link(self, frame: Frame) -> None:
        """Tie a local Terraform module to what it is given."""
        source = frame.fields.get("source")
        region = source[1].region if source is not None else None
        if source is None or region is None or not source[1].text.startswith("."):
            return
        folder = self._reader.source.path.parent / source[1].text
        names = [
            fact.name
            for at, _ in frame.fields.values()
            if isinstance(fact := self._facts[at], Binding)
        ]
        link = Link(
            type=Link.Type.RUN,
            scope=(*frame.scope, "module", frame.prefix),
            target=posixpath.normpath(folder / "*.tf"),
            base="",
            region=region,
            names=frozenset(names),
        )
        self._facts.append(link)

    def _flag(self, frame: Frame) -> None:
        """Read `StringVar(&x, "node-image", "…", "help")`."""
        texts = [
            fact
            for at in frame.plain_facts
            if isinstance(fact := self._facts[at], Text)
        ]
        name = texts[0].template.text
        if not _OPTION_NAME.fullmatch(name):
            return
        last = frame.plain_facts[-1]
        self._facts[last] = replace(texts[-1], role=Role.DISPLAY)
        if len(texts) > 2 and texts[-2].role is not Role.DISPLAY:
            role = Role.IMAGE if words.is_image_key(name) else Role.VALUE
            region = texts[-2].template.region
            offset = region.span.start if region is not None else 0
            self._facts[frame.plain_facts[-2]] = Binding(
                name=name,
                scope=(*frame.scope, "field", str(offset)),
                value=texts[-2].template,
                what="default",
                role=role,
                fallback=True,
            )
