"""What `digestpin config` says: each option, its value and where that comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digestpin.settings import config_schema, list_options
from digestpin.terminal import BOLD, DIM

if TYPE_CHECKING:
    from digestpin.config import Configuration
    from digestpin.terminal import Style


def render_configuration(configuration: Configuration, style: Style) -> str:
    """Return every option as it would be written, with its origin in a comment."""
    file = configuration.file
    where = "no configuration file" if file is None else str(file.path)
    lines = [style.paint(f"# {style.printable(where)}", DIM)]
    for option in list_options():
        value = getattr(configuration.settings, option.name)
        origin = configuration.origin(option)
        key = style.paint(option.key, BOLD) if origin != "default" else option.key
        text = f"{key} = {style.printable(_as_toml(value))}"
        if value is None:
            text = f"# {option.key} is not set"
        shown = style.paint(f"# {style.printable(origin)}", DIM)
        lines.append(f"{text}  {shown}")
    return "".join(f"{line}\n" for line in lines)


def configuration_as_json(configuration: Configuration) -> str:
    """Return the same as JSON, schema version 1."""
    file = configuration.file
    options = [
        {
            "key": option.key,
            "value": _plain(getattr(configuration.settings, option.name)),
            "default": _plain(option.default),
            "origin": configuration.origin(option),
        }
        for option in list_options()
    ]
    return _dump(
        {
            "schema_version": 1,
            "file": None if file is None else str(file.path),
            "options": options,
        }
    )


def render_schema() -> str:
    """Return the JSON schema of the configuration."""
    return _dump(config_schema())


def _dump(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any setting, as JSON has it
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _as_toml(value: object) -> str:
    r"""Return a value as TOML writes it.

    >>> _as_toml({"a/": ("DP001",), "b": True})
    '{ "a/" = ["DP001"], "b" = true }'
    """
    if isinstance(value, dict):
        items = ", ".join(f"{_as_toml(k)} = {_as_toml(v)}" for k, v in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_as_toml, value))}]"
    return json.dumps(_plain(value), ensure_ascii=False)
