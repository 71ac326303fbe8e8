"""Holds what a user may configure: one table of options, and everything made from it.

Each field of `Settings` is an option. Its schema, a subset of JSON Schema, is what
values are checked with, what the shipped schema is made of and what the reference in
the documentation shows.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from digestpin.reading import DEFAULT_MAX_SIZE_BYTES
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Schema = dict[str, Any]
Value = TypeVar("Value")

_STRING: Schema = {"type": "string", "minLength": 1}
_STRINGS: Schema = {"type": "array", "items": _STRING}
_RULE: Schema = {"type": "string", "pattern": r"^(ALL|DP[0-9]{0,3}|[a-z]+(-[a-z]+)+)$"}
_RULES: Schema = {"type": "array", "items": _RULE}
_SEVERITY: Schema = {"enum": ["error", "warning", "info", "off"]}
_POSITIVE: Schema = {"type": "number", "exclusiveMinimum": 0}
_NOT_NEGATIVE: Schema = {"type": "number", "minimum": 0}
_KIND_VERSION: Schema = {"type": "string", "pattern": r"^v?[0-9]+\.[0-9]+\.[0-9]+"}
_WORDS = {
    "string": "a string",
    "array": "an array",
    "object": "a table",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}
_PATTERN_WORDS = {
    _RULE[
        "pattern"
    ]: "a rule's code (DP001), its name, the start of codes (DP1) or ALL",
    _KIND_VERSION["pattern"]: "a kind version such as v0.27.0",
}


@frozen(kw_only=True)
class Option:
    """One option: its key in the file and everything to say about it."""

    key: str
    name: str
    schema: Schema
    description: str
    default: Any
    example: str = ""
    is_path: bool = False


def _option(
    default: Value,
    schema: Schema,
    description: str,
    *,
    example: str = "",
    is_path: bool = False,
) -> Value:
    """Return a field of `Settings`; typed as its default, as `field` itself is."""
    metadata = {
        "schema": schema,
        "description": description,
        "example": example,
        "is_path": is_path,
    }
    if isinstance(default, dict):
        table: Value = field(default_factory=dict, metadata=metadata)  # type: ignore[assignment]
        return table
    return field(default=default, metadata=metadata)


_NO_STRINGS: tuple[str, ...] = ()


@frozen(kw_only=True, slots=False)
class Settings:
    """What holds for a run: defaults, then the file, then the command line."""

    images: tuple[str, ...] = _option(
        _NO_STRINGS,
        _STRINGS,
        "Repositories of other images to look for beside kindest/node; a `*` stands "
        "for any characters. Their digests come from the registry.",
        example='["docker.io/library/redis", "ghcr.io/my-org/*"]',
    )
    include: tuple[str, ...] = _option(
        _NO_STRINGS,
        _STRINGS,
        "Files to read though they would be left out, as gitignore patterns from the "
        "repository's root. A pattern with no `/` in it opens no folder: `*.md` does "
        "not bring back what is in `node_modules`.",
        example='["docs/install.md", "third_party/kind/"]',
    )
    exclude: tuple[str, ...] = _option(
        _NO_STRINGS,
        _STRINGS,
        "Files not to read, as gitignore patterns from the repository's root.",
        example='["test/fixtures/", "*.golden"]',
    )
    select: tuple[str, ...] = _option(
        ("ALL",),
        _RULES,
        "Rules to run, by code, name or start of a code.",
        example='["DP0", "node-image-unsupported"]',
    )
    ignore: tuple[str, ...] = _option(
        _NO_STRINGS,
        _RULES,
        "Rules not to run, of those selected.",
        example='["DP103"]',
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _option(
        {},
        {"type": "object", "additionalProperties": _RULES},
        "Rules whose findings do not count in some files: gitignore patterns, each "
        "with its rules.",
        example='{ "test/" = ["DP001"] }',
    )
    severity: Mapping[str, str] = _option(
        {},
        {"type": "object", "additionalProperties": _SEVERITY},
        "Another severity for a rule; `off` does not run it.",
        example='{ DP103 = "off", kind-unpinned = "error" }',
    )
    kind_version: str | None = _option(
        None,
        _KIND_VERSION,
        "The kind version that governs every reference, whatever is pinned in files.",
        example='"v0.27.0"',
    )
    digest_source: str = _option(
        "kind",
        {"enum": ["kind", "registry"]},
        "Where a node image's digest comes from: what was published for the kind "
        "release, or what the registry's tag is now.",
        example='"registry"',
    )
    registry_mirrors: Mapping[str, tuple[str, ...]] = _option(
        {},
        {"type": "object", "additionalProperties": _STRINGS},
        "Registries to ask before the one that is written, by prefix of the name.",
        example='{ "docker.io" = ["mirror.example.org/hub"] }',
    )
    insecure_registries: tuple[str, ...] = _option(
        _NO_STRINGS,
        _STRINGS,
        "Registries, with port, that are spoken to by plain http. Loopback needs no "
        "entry.",
        example='["registry.internal:5000"]',
    )
    ca_file: Path | None = _option(
        None,
        _STRING,
        "Certificates in PEM to trust beside the usual ones, relative to the "
        "configuration file.",
        example='"certs/ca.pem"',
        is_path=True,
    )
    timeout_seconds: float = _option(
        10, _POSITIVE, "The longest wait for one answer of a registry.", example="30"
    )
    deadline_seconds: float = _option(
        60, _POSITIVE, "The longest wait for all registries together.", example="120"
    )
    concurrency: int = _option(
        8,
        {"type": "integer", "minimum": 1, "maximum": 64},
        "How many references are looked up at a time.",
        example="4",
    )
    cache_seconds: float = _option(
        0,
        _NOT_NEGATIVE,
        "How long a registry's answer for a tag may be kept on disk; 0 asks each time.",
        example="3600",
    )
    offline: bool = _option(
        default=False,
        schema={"type": "boolean"},
        description="Never ask a registry; use what was published for kind releases.",
        example="true",
    )
    max_file_size: int = _option(
        DEFAULT_MAX_SIZE_BYTES,
        {"type": "integer", "minimum": 1},
        "The most bytes that a file may have to be read.",
        example="10_000_000",
    )


def list_options() -> tuple[Option, ...]:
    """Return every option, in the order of the reference."""
    return tuple(
        Option(
            key=it.name.replace("_", "-"),
            name=it.name,
            default={} if it.default is MISSING else it.default,
            **it.metadata,
        )
        for it in fields(Settings)
    )


def config_schema() -> Schema:
    """Return the JSON schema of `digestpin.toml` and of `[tool.digestpin]`."""
    properties: Schema = {}
    for option in list_options():
        entry = {"description": option.description, **option.schema}
        if option.default is not None:
            entry["default"] = _as_json(option.default)
        properties[option.key] = entry
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of digestpin",
        "description": "The content of digestpin.toml, or of [tool.digestpin].",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _as_json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def find_mismatches(
    value: object, schema: Schema, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where in `value` it is not as `schema` says, and what is wanted there."""
    if not _has_type(value, schema):
        yield path, f"must be {describe_schema(schema)}"
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from find_mismatches(item, schema["items"], (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = schema["additionalProperties"]
            yield from find_mismatches(item, inner, (*path, key))


def _has_type(value: object, schema: Schema) -> bool:
    match schema.get("type"):
        case "string":
            pattern = schema.get("pattern", "")
            return (
                isinstance(value, str)
                and len(value) >= schema.get("minLength", 0)
                and re.search(pattern, value) is not None
            )
        case "array":
            return isinstance(value, list | tuple)
        case "object":
            return isinstance(value, dict)
        case "boolean":
            return isinstance(value, bool)
        case None:
            return any(value == known for known in schema["enum"])
        case _:
            return _is_number(value, schema)


def _is_number(value: object, schema: Schema) -> bool:
    allowed = int if schema["type"] == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, allowed):
        return False
    number = float(value)
    return bool(
        schema.get("minimum", number) <= number <= schema.get("maximum", number)
        and number > schema.get("exclusiveMinimum", number - 1)
    )


def describe_schema(schema: Schema) -> str:
    """Return a schema in words: `an array of strings`, `"kind" or "registry"`."""
    if "enum" in schema:
        *most, last = (f'"{value}"' for value in schema["enum"])
        return f"{', '.join(most)} or {last}"
    if "pattern" in schema:
        return _PATTERN_WORDS[schema["pattern"]]
    words = _WORDS[schema["type"]]
    if schema.get("minLength"):
        words += " that is not empty"
    for key, text in (
        ("exclusiveMinimum", "above"),
        ("minimum", "of at least"),
        ("maximum", "and at most"),
    ):
        if key in schema:
            words += f" {text} {schema[key]}"
    return words
