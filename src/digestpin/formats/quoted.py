"""Tells of the strings and here-documents in which an ignore comment is data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Quoted
from digestpin.ignores import MARK
from digestpin.shelltext import find_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.formats.code_language import Language
    from digestpin.formats.code_lexer import Token
    from digestpin.shelltext import Node
    from digestpin.source import SourceFile
    from digestpin.templates import Template
    from digestpin.yamlnodes import Scalar


def quoted_document(content: Template) -> Iterator[Quoted]:
    """Yield a text of its own that stands inside another one."""
    region = content.region if MARK in content.text else None
    if region is not None:
        yield Quoted(region=region, is_document=True)


def quoted_scalar(scalar: Scalar) -> Iterator[Quoted]:
    """Yield a YAML scalar when it stands between quotes."""
    content = scalar.content
    if MARK not in content.text or content.region is None:
        return
    outer, inner = scalar.region, content.region
    if (inner.span.start - outer.span.start, outer.span.end - inner.span.end) == (1, 1):
        yield Quoted(region=outer, is_document=False)


def quoted_in_script(script: Template, root: Node) -> Iterator[Quoted]:
    """Yield the strings and here-documents of a shell script.

    Where the script did not parse, a string may be none: then it is no more than data.
    """
    at = script.text.find(MARK)
    while at != -1:
        node = find_quote(root, at, at + len(MARK))
        if node is not None:
            region = script.cut(node.start_byte, node.end_byte).region
            is_document = root.has_error or node.type == "heredoc_body"
            if region is not None:
                yield Quoted(region=region, is_document=is_document)
        at = script.text.find(MARK, at + 1)


def quoted_in_code(
    source: SourceFile, language: Language, tokens: Iterable[Token]
) -> Iterator[Quoted]:
    """Yield the strings of source code."""
    if MARK not in source.text:
        return
    from digestpin.formats.code_lexer import Kind  # noqa: PLC0415 (scripts need none)

    for token in tokens:
        if token.kind is not Kind.STRING:
            continue
        if MARK in source.text[token.start : token.end]:
            yield Quoted(
                region=source.region(token.start, token.end),
                is_document=language.quotes[token.quote].heredoc,
            )
