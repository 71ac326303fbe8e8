"""Finds the strings in a JSON text that stands inside another file, with their place.

Only what a matrix needs: objects, lists and strings. Offsets are into the text, so
that a string without escapes can be tied to its own bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.patterns import lazy_pattern
from digestpin.values import frozen

if TYPE_CHECKING:
    import re

_TOKEN = lazy_pattern(
    r'\s*(?:(?P<string>"(?:[^"\\\x01-\x1f]|\\.)*")|(?P<mark>[][{}:,])'
    r"|(?P<word>[^\s\"\[\]{}:,]+))"
)
_MAX_DEPTH = 20


@frozen
class JsonString:
    """A string or bare word; `start` and `end` are its offsets without quotes."""

    text: str
    start: int
    end: int


JsonNode = JsonString | list["JsonNode"] | dict[str, "JsonNode"]


def parse_json(text: str) -> JsonNode | None:
    """Return what `text` holds, or None when it is no JSON."""
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            if text[at:].strip():
                return None
            break
        tokens.append(match)
        at = match.end()
    reader = _Reader(tokens)
    try:
        node = reader.value(0)
    except (IndexError, ValueError):
        return None
    return node if reader.at == len(tokens) else None


class _Reader:
    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def take(self) -> re.Match[str]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def mark(self) -> str | None:
        return self.tokens[self.at]["mark"]

    def value(self, depth: int) -> JsonNode:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deep")
        token = self.take()
        if token["mark"] == "[":
            return self.items(depth)
        if token["mark"] == "{":
            return self.members(depth)
        return _scalar(token)

    def items(self, depth: int) -> list[JsonNode]:
        found: list[JsonNode] = []
        while self.mark() != "]":
            found.append(self.value(depth + 1))
            if self.mark() == ",":
                self.take()
        self.take()
        return found

    def members(self, depth: int) -> dict[str, JsonNode]:
        found: dict[str, JsonNode] = {}
        while self.mark() != "}":
            key = _scalar(self.take())
            if self.take()["mark"] != ":":
                raise ValueError("no colon")
            found[key.text] = self.value(depth + 1)
            if self.mark() == ",":
                self.take()
        self.take()
        return found


def _scalar(token: re.Match[str]) -> JsonString:
    if token["string"] is not None:
        start, end = token.span("string")
        return JsonString(token["string"][1:-1], start + 1, end - 1)
    if token["word"] is not None:
        start, end = token.span("word")
        return JsonString(token["word"], start, end)
    raise ValueError("no value")


def strings_at(node: JsonNode | None, path: tuple[str, ...]) -> list[JsonString]:
    """Return the strings at a path of object keys; a list stands for its elements."""
    if isinstance(node, list):
        return [found for item in node for found in strings_at(item, path)]
    if isinstance(node, dict):
        return strings_at(node.get(path[0]), path[1:]) if path else []
    if isinstance(node, JsonString) and not path:
        return [node]
    return []
