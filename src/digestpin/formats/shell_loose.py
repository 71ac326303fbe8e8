"""Reads `$NAME` in text that the grammar does not take apart: regular expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.templates import Template, Variable, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.shell_model import Place

_EXPANSION = lazy_pattern(r"\$(?:(\w+)|\{(\w+)\})|\$[{(\w]\S*", re.DOTALL | re.ASCII)


def read_loosely(text: Template, place: Place) -> Template:
    """Return the text with `$NAME` as a variable and any other `$…` as unknown."""
    return join(_pieces(text, place)) if "$" in text.text else text


def _pieces(word: Template, place: Place) -> Iterator[Template]:
    at, text = 0, word.text
    for match in _EXPANSION.finditer(text):
        yield word.cut(at, match.start())
        at = match.end()
        region = word.cut(*match.span()).region
        if region is not None:
            name = match[1] or match[2]
            read = Variable(
                name=name or match[0],
                scope=place.scope,
                region=region,
                opaque=name is None,
            )
            yield Template((read,))
    yield word.cut(at, len(text))
