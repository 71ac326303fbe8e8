"""JSON that stands inside another file, tied to its own bytes."""

from __future__ import annotations

import pytest

from digestpin.jsontext import JsonString, parse_json, strings_at


def found(text: str, *path: str) -> list[str]:
    """Return the strings at a path, cut from the text by their offsets."""
    strings = strings_at(parse_json(text), path)
    assert all(text[item.start : item.end] == item.text for item in strings)
    return [item.text for item in strings]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param('["a", "b"]', (), ["a", "b"], id="a list"),
        pytest.param('{"k": ["a"]}', ("k",), ["a"], id="a list in an object"),
        pytest.param('[{"k": "a"}, {"k": "b"}]', ("k",), ["a", "b"], id="of each"),
        pytest.param('{"i": [{"k": "a"}]}', ("i", "k"), ["a"], id="two steps"),
        pytest.param('{"k": 1.5}', ("k",), ["1.5"], id="a number"),
        pytest.param('["a",]', (), ["a"], id="a comma at the end"),
        pytest.param(' [ "a" ] ', (), ["a"], id="blanks"),
        pytest.param('{"k": "a"}', (), [], id="an object is no string"),
        pytest.param('{"k": "a"}', ("x",), [], id="a key that is not there"),
        pytest.param('"a"', ("k",), [], id="a string has no keys"),
        pytest.param('{"k": {}}', ("k",), [], id="an empty object"),
    ],
)
def test_strings(text: str, path: tuple[str, ...], expected: list[str]) -> None:
    assert found(text, *path) == expected


@pytest.mark.parametrize(
    "text",
    ["", "[", "{", '{"a" "b"}', '["a"', '["a"] x', '"a', "]", '{"a":}', "[" * 50],
)
def test_what_is_no_json(text: str) -> None:
    assert parse_json(text) is None
    assert strings_at(parse_json(text), ()) == []


def test_offsets_are_those_inside_the_quotes() -> None:
    assert parse_json('["ab"]') == [JsonString("ab", 2, 4)]
