"""XML: the text of elements and the values of attributes; comments are left out.

Tags are cut out by one regular expression, so that what is no XML after all, or is cut
off, is still read. An element's name says what its text is for, as a key does in YAML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.formats.interface import FileFormat
from digestpin.formats.line_text import trim
from digestpin.formats.yaml_text import extract_plain_text, extract_value
from digestpin.formats.yaml_variables import expand
from digestpin.patterns import lazy_pattern
from digestpin.templates import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

    from digestpin.facts import Fact
    from digestpin.source import SourceFile
    from digestpin.templates import Scope, Template

_FILES = lazy_pattern(
    r".*\.(?:xml|xsd|xslt?|xhtml|svg|pom|plist|props|targets|[cfv][bcsx]*proj)",
    re.IGNORECASE,
)
# A value holds no `<`, so one that is never closed ends at the next tag.
_TOKEN = lazy_pattern(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)"
    r"|</[^<>]*+>?"
    r"|<(?P<name>[A-Za-z_][\w.:-]*+)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>?"
    r"|<!(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>?"
    r"|(?P<text>[^<]++)",
    re.DOTALL,
)
_ATTRIBUTE = lazy_pattern(
    r"(?P<key>[A-Za-z_][\w.:-]*+)\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)')"
)


def matches(path: PurePosixPath, head: bytes) -> bool:
    """Take files by their suffix, and those that say that they are XML."""
    return _FILES.fullmatch(path.name) is not None or head.startswith(b"<?xml")


def extract(source: SourceFile) -> Iterator[Fact]:
    """Yield a text for the text of each element and each attribute's value."""
    start = source.bom_length
    whole = literal(source.text[start:], source.region(start, len(source.data)))
    scope = (source.path.as_posix(),)
    name = ""
    for token in _TOKEN.finditer(whole.text):
        if token["name"] is not None:
            name = token["name"]
            yield from _attributes(whole, token, scope)
        for group in ("data", "text"):
            if token[group] is not None:
                yield from _content(whole.cut(*token.span(group)), name, scope)


def _content(text: Template, name: str, scope: Scope) -> Iterator[Fact]:
    """Yield what the text of an element tells, line by line when it has several."""
    text = trim(text)
    if "\n" in text.text:
        yield from extract_plain_text(text, scope)
    else:
        yield from extract_value(_local(name), expand(text, scope), scope)


def _attributes(whole: Template, token: re.Match[str], scope: Scope) -> Iterator[Fact]:
    for match in _ATTRIBUTE.finditer(whole.text, *token.span("attributes")):
        group = match.lastgroup or "double"
        value = expand(whole.cut(*match.span(group)), scope)
        yield from extract_value(_local(match["key"]), value, scope)


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(":")[2]


FORMAT = FileFormat(
    id="xml",
    summary="XML: the text of elements, and attributes.",
    matches=matches,
    extract=extract,
)
