"""Follows what a command writes: GitHub step outputs and here-documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Fact, Role, Text
from digestpin.formats.cluster_text import find_cluster_configs
from digestpin.formats.shell_echo import lines_of
from digestpin.formats.shell_model import (
    Place,
    Sink,
    is_interesting,
    split_lines,
    strip,
)
from digestpin.formats.yaml_cluster import names_cluster_config
from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, Variable, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OUTPUT_LINE = lazy_pattern(r"\s*([A-Za-z_][\w.-]*)=", re.ASCII)
_OUTPUT_BLOCK = lazy_pattern(r"\s*([A-Za-z_][\w.-]*)<<", re.ASCII)
_SET_OUTPUT = lazy_pattern(r"\s*::set-output name=([^:\0]+)::")
_SET_ENV = lazy_pattern(r"\s*::set-env name=([^:\0]+)::")
_GITHUB_FILE = lazy_pattern(r"GITHUB_(OUTPUT|ENV|STEP_SUMMARY|PATH)\b")
_PEOPLE = lazy_pattern(r"/dev/(?:std(?:out|err)|tty|null)|\S*\.(?:md|log|markdown)")
_IMAGE_KEY = lazy_pattern(r"(?:-\s+)?[\"']?image[\"']?\s*:\s*")
_TABS = lazy_pattern(r"^\t+", re.MULTILINE)
_COMMENT = lazy_pattern(r"\s#(?:\s|$)")
_TELLING = lazy_pattern(r"kind|image|[@\0]", re.IGNORECASE)
_LARGE = 32_768
WHAT = {Sink.GITHUB_OUTPUT: "step output", Sink.GITHUB_ENV: "$GITHUB_ENV"}


def sink_of(destination: str) -> Sink:
    """Return what a file is that output goes to, by its word as written."""
    match = _GITHUB_FILE.search(destination)
    if match is not None:
        if match[1] == "OUTPUT":
            return Sink.GITHUB_OUTPUT
        return Sink.GITHUB_ENV if match[1] == "ENV" else Sink.PEOPLE
    if _PEOPLE.fullmatch(destination.strip("\"'")) is not None:
        return Sink.PEOPLE
    return Sink.FILE


def _output(name: str, value: Template, place: Place, sink: Sink) -> Binding:
    return Binding(
        name=f"{sink}:{name}",
        scope=place.home,
        value=strip(value),
        what=WHAT[sink],
        conditional=place.conditional,
        sequential=True,
        branches=place.branches,
    )


def github_outputs(lines: Iterable[Template], place: Place) -> Iterator[Fact]:
    """Yield what lines `name=value` set, written to the file of `place.sink`."""
    until: str | None = None
    for line in lines:
        text = line.text
        if until is not None:
            until = None if text.strip() == until else until
            if until is not None and is_interesting(line):
                yield Text(template=line, scope=place.scope, label="a step output")
            continue
        match = _OUTPUT_LINE.match(text)
        if match is not None:
            value = line.cut(match.end(), len(text))
            yield _output(match[1], value, place, place.sink)
            continue
        block = _OUTPUT_BLOCK.match(text)
        if block is not None:
            until = text[block.end() :].strip()
            value = _unknown(line, block[1], place)
            yield _output(block[1], value, place, place.sink)
        elif is_interesting(line):
            yield Text(template=line, scope=place.scope, label="a step output")


def _unknown(line: Template, name: str, place: Place) -> Template:
    region = line.region
    if region is None:
        return Template()
    value = Variable(name=name, scope=place.scope, region=region, opaque=True)
    return Template((value,))


def set_output(text: Template, place: Place) -> Binding | None:
    """Return what the old command `::set-output name=k::v` sets."""
    for pattern, sink in (
        (_SET_OUTPUT, Sink.GITHUB_OUTPUT),
        (_SET_ENV, Sink.GITHUB_ENV),
    ):
        match = pattern.match(text.text)
        if match is not None:
            value = text.cut(match.end(), len(text.text))
            return _output(match[1].strip(), value, place, sink)
    return None


def describe_output(text: Template | None, place: Place) -> list[Fact] | None:
    """Return the outputs that `echo` or `printf` sets; None when it sets none."""
    if text is None:
        return None
    if place.sink in WHAT:
        return list(github_outputs(lines_of(text), place))
    binding = set_output(text, place)
    return None if binding is None else [binding]


def describe_document(body: Template, place: Place, reader: str) -> Iterator[Fact]:
    """Yield the texts of a here-document that `reader` reads, one for each line."""
    if place.sink in WHAT:
        yield from github_outputs(split_lines(body), place)
        return
    shown = reader in {"cat", ""} and place.sink in {Sink.TERMINAL, Sink.PEOPLE}
    if not shown:
        yield from _cluster_configs(body, place)
    label = "a here-document"
    for line in split_lines(body) if len(body) <= _LARGE else _telling_lines(body):
        if shown:
            if is_interesting(line):
                yield Text(
                    template=line, scope=place.scope, role=Role.DISPLAY, label=label
                )
        elif not line.text.startswith("#"):
            yield from _data_line(line, place, label)


def _telling_lines(body: Template) -> Iterator[Template]:
    """Yield the lines that name an image or kind, or hold a variable.

    Manifests of a megabyte stand in scripts, and most of their lines need no look.
    """
    text = body.text
    done = 0
    for match in _TELLING.finditer(text):
        if match.start() < done:
            continue
        start = text.rfind("\n", done, match.start()) + 1 or done
        end = text.find("\n", match.end())
        done = len(text) if end == -1 else end
        yield strip(body.cut(start, done))


def _cluster_configs(body: Template, place: Place) -> Iterator[Fact]:
    """Yield the kind cluster configs that a here-document holds."""
    if not names_cluster_config(body.text):
        return
    # NOTE: `<<-` takes tabs off, with which no line of YAML is indented anyway.
    starts = [0, *(tabs.end() for tabs in _TABS.finditer(body.text))]
    ends = [*(tabs.start() for tabs in _TABS.finditer(body.text)), len(body.text)]
    text = join(body.cut(*span) for span in zip(starts, ends, strict=True))
    yield from find_cluster_configs(text, place.scope)


def _data_line(line: Template, place: Place, label: str) -> Iterator[Fact]:
    comment = _COMMENT.search(line.text)
    if comment is not None:
        line = line.cut(0, comment.start())
    if not is_interesting(line):
        return
    role = Role.VALUE
    match = _IMAGE_KEY.match(line.text)
    if match is not None:
        line = _unquoted(strip(line.cut(match.end(), len(line.text))))
        role = Role.IMAGE
        if not is_interesting(line) and "$" in line.text:
            return
    yield Text(template=line, scope=place.scope, role=role, label=label)


def _unquoted(value: Template) -> Template:
    text = value.text
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return value.cut(1, len(text) - 1)
    return value
