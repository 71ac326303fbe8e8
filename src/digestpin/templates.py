"""Text of a file as a line of written parts and variables, each with its place.

A template is what a format makes of a stretch of a file: the characters that count
(quotes, escapes and block indentation taken away), each still tied to the byte it
stands on, and the variables between them. It is the one currency between formats,
which know structure, and everything that looks for references, pins and values.

In `Template.text` every variable is one `HOLE`; other characters stand for one byte
each, as in `SourceFile.text`. So an index into the text is an index into the template.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from digestpin.source import Region, Span
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOLE = "\0"

Scope = tuple[str, ...]
"""Where a name is known: the file's path, then keys inward, outermost first.

`(".github/workflows/e2e.yaml", "jobs", "e2e", "steps", "3")`. A scope sees its own
names and those of every prefix of it, and what is linked to any of them.
"""


@frozen
class Literal:
    """Characters that are written in a file.

    When `exact`, the bytes of `region` are these characters and an edit may replace
    them. Else the region only shows where they come from (an escape, a folded line,
    a pair joined from two places); None when they stand nowhere.
    """

    text: str
    region: Region | None
    exact: bool = True

    def cut(self, start: int, end: int) -> Literal:
        """Return characters `start` to `end`, tied to their own bytes."""
        if (start, end) == (0, len(self.text)):
            return self
        region = self.region
        if region is not None and self.exact:
            base = region.span.start
            region = Region(region.path, Span(base + start, base + end))
        return Literal(self.text[start:end], region, self.exact)


@frozen(kw_only=True)
class Variable:
    """A place that reads a variable.

    `name` is in the words of the format (`K8S_VERSION`, `matrix.k8s`,
    `inputs.version`); `scope` is where the look-up starts. `default` is used when
    nothing sets the name, or beside what does; when it `is_last`, only where no value
    is found. `strip_prefix` and `strip_suffix` are fixed texts taken off the value
    (`${X#v}`); `opaque` says that the value is changed in a way that is not followed.
    With `json_path` the value is JSON text, and what is meant are the strings at that
    path in it, those of every list element. Of the words of the value, `select` takes
    the one that is like a word of its own, `%` for any characters; `word` takes the one
    of that number, -1 the last, 0 any of them. `others` are texts that may stand in
    its place (`condition && a || b`); a variable that is nothing else has no name.
    `of_environment` says that a program reads it from its environment,
    which whatever starts it may have set.
    """

    name: str
    scope: Scope
    region: Region
    default: Template | None = None
    strip_prefix: str = ""
    strip_suffix: str = ""
    opaque: bool = False
    json_path: tuple[str, ...] | None = None
    select: Template | None = None
    word: int | None = None
    is_last: bool = False
    others: tuple[Template, ...] = ()
    of_environment: bool = False

    @property
    def takes_words(self) -> bool:
        """Whether only some of the words of the value are read."""
        return self.select is not None or self.word is not None


Part = Literal | Variable


@frozen(slots=False)
class Template:
    """Parts in reading order; see the module's description."""

    parts: tuple[Part, ...] = ()

    @cached_property
    def text(self) -> str:
        """The characters, each variable as one `HOLE`."""
        return "".join(
            part.text if isinstance(part, Literal) else HOLE for part in self.parts
        )

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for part in self.parts:
            starts.append(at)
            at += len(part.text) if isinstance(part, Literal) else 1
        return starts

    @property
    def is_literal(self) -> bool:
        """Whether no variable is in it."""
        return all(isinstance(part, Literal) for part in self.parts)

    @property
    def variables(self) -> Iterator[Variable]:
        """Every variable, also those inside defaults."""
        for part in self.parts:
            if isinstance(part, Variable):
                yield part
                if part.default is not None:
                    yield from part.default.variables
                for other in part.others:
                    yield from other.variables

    def cut(self, start: int, end: int) -> Template:
        """Return the template of characters `start` to `end` of `text`."""
        if start <= 0 and end >= len(self.text):
            return self
        parts: list[Part] = []
        index = max(0, bisect_right(self._starts, start) - 1)
        for number in range(index, len(self.parts)):
            part, at = self.parts[number], self._starts[number]
            if at >= end:
                break
            if isinstance(part, Variable):
                if at >= start:
                    parts.append(part)
                continue
            low, high = max(0, start - at), min(len(part.text), end - at)
            if low < high:
                parts.append(part.cut(low, high))
        return Template(tuple(parts))

    def variable_at(self, index: int) -> Variable | None:
        """Return the variable that the hole at `index` stands for."""
        part = self.parts[bisect_right(self._starts, index) - 1]
        return part if isinstance(part, Variable) else None

    @property
    def region(self) -> Region | None:
        """The bytes from the first to the last part, when all are in one file."""
        if len(self.parts) == 1:
            return self.parts[0].region
        regions = [part.region for part in self.parts if part.region is not None]
        if not regions or len({region.path for region in regions}) > 1:
            return None
        start = min(region.span.start for region in regions)
        end = max(region.span.end for region in regions)
        return Region(regions[0].path, Span(start, end))

    @property
    def regions(self) -> Iterator[Region]:
        """The bytes of the whole, and of every default and alternative in it."""
        if (region := self.region) is not None:
            yield region
        for part in self.variables:
            inner = (*part.others, *(() if part.default is None else (part.default,)))
            yield from (at for each in inner if (at := each.region) is not None)

    @property
    def exact_region(self) -> Region | None:
        """The bytes that are exactly `text`; None when there are no such bytes."""
        first: Region | None = None
        end = 0
        for part in self.parts:
            if isinstance(part, Variable) or not part.exact or part.region is None:
                return None
            if first is None:
                first = part.region
            elif part.region.path != first.path or part.region.span.start != end:
                return None
            end = part.region.span.end
        if first is None:
            return None
        return Region(first.path, Span(first.span.start, end))

    def __add__(self, other: Template) -> Template:
        return join((self, other))

    def __len__(self) -> int:
        return len(self.text)


EMPTY = Template()


def join(templates: Iterable[Template]) -> Template:
    """Return one template of all parts; neighbouring exact bytes become one part."""
    parts: list[Part] = []
    run: list[Literal] = []
    for template in templates:
        for part in template.parts:
            if isinstance(part, Literal) and part.exact and part.region is not None:
                if run and not _touch(run[-1], part):
                    parts.append(_merged(run))
                    run = []
                run.append(part)
                continue
            if run:
                parts.append(_merged(run))
                run = []
            parts.append(part)
    if run:
        parts.append(_merged(run))
    return Template(tuple(parts))


def _touch(before: Literal, after: Literal) -> bool:
    left, right = before.region, after.region
    if left is None or right is None or left.span.end != right.span.start:
        return False
    return left.path == right.path


def _merged(run: list[Literal]) -> Literal:
    """Return one literal of several whose bytes follow each other."""
    first, last = run[0].region, run[-1].region
    if len(run) == 1 or first is None or last is None:
        return run[0]
    region = Region(first.path, Span(first.span.start, last.span.end))
    return Literal("".join([part.text for part in run]), region)


def literal(text: str, region: Region | None = None, *, exact: bool = True) -> Template:
    """Return a template of one literal; without a region it stands nowhere."""
    return Template((Literal(text, region, exact and region is not None),))


def made_up(text: str) -> Template:
    """Return text that is written nowhere: the `:` between a split pair."""
    return Template((Literal(text, None, exact=False),))


def variable(part: Variable) -> Template:
    """Return a template of one variable."""
    return Template((part,))


def standing_at(template: Template, region: Region | None) -> Template:
    """Return a template of one variable as if it stood at `region` of its file.

    That is where it is read for a reader: the whole `{…}` or `%s`. Any other template
    stays as it is.
    """
    part = template.parts[0] if len(template.parts) == 1 else None
    if region is None or not isinstance(part, Variable):
        return template
    if part.region.path != region.path:
        return template
    return variable(replace(part, region=region))


def inexact(template: Template) -> Template:
    """Return the same with no byte open to edits (an escaped or folded scalar)."""
    return Template(
        tuple(
            replace(part, exact=False) if isinstance(part, Literal) else part
            for part in template.parts
        )
    )
