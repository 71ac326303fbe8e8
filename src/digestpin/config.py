"""Turns a configuration file and the command line into `Settings`.

The file is `.digestpin.toml`, `digestpin.toml` or `[tool.digestpin]` in
`pyproject.toml`: the nearest from a folder upward to the repository's root. A mistake
in it is named by line and column.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from digestpin.errors import ConfigError, UsageError
from digestpin.git import is_tracked
from digestpin.patterns import lazy_pattern
from digestpin.settings import Option, Settings, find_mismatches, list_options
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from digestpin.findings import RuleInfo
    from digestpin.tomlpositions import KeyPath

    Reader = Callable[[Path], bytes | None]

_OWN_NAMES = (".digestpin.toml", "digestpin.toml")
_PYPROJECT = "pyproject.toml"
# Options whose flag is not called as their key.
_FLAGS = {"kind-version": "--kind"}
_PYPROJECT_TABLE = ("tool", "digestpin")
_TOML_PLACE = lazy_pattern(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


@frozen(slots=False)
class ConfigFile:
    """A configuration file that was read: path, text, our table in it, and bytes."""

    path: Path
    text: str
    prefix: tuple[str, ...]
    table: Mapping[str, Any]
    data: bytes

    @cached_property
    def _positions(self) -> dict[KeyPath, int]:
        # NOTE: imported only when a place is asked for.
        from digestpin.tomlpositions import find_positions  # noqa: PLC0415

        return find_positions(self.text)

    def find_place(self, key_path: KeyPath) -> tuple[int, int]:
        """Return line and column of a key or item below our table."""
        path = (*self.prefix, *key_path)
        while path and path not in self._positions:
            path = path[:-1]
        offset = self._positions.get(path, 0)
        before = self.text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def error(
        self, message: str, key_path: KeyPath, hint: str | None = None
    ) -> ConfigError:
        """Return an error that names the place of `key_path`."""
        line, column = self.find_place(key_path)
        return ConfigError(
            message, path=str(self.path), line=line, column=column, hint=hint
        )


@frozen(kw_only=True, slots=False)
class Configuration:
    """The settings of a run, and where each of them comes from.

    `reload` reads the configuration again by another `Reader`.
    """

    settings: Settings = field(default_factory=Settings)
    file: ConfigFile | None = None
    flags: frozenset[str] = frozenset()
    reload: Callable[[Reader], Configuration] | None = field(
        default=None, compare=False, repr=False
    )

    def origin(self, option: Option) -> str:
        """Return where a value comes from: `default`, `path:line` or `command line`."""
        if option.name in self.flags:
            return "command line"
        if self.file is None or option.key not in self.file.table:
            return "default"
        return f"{self.file.path}:{self.file.find_place((option.key,))[0]}"

    def require_known_rules(self, rules: Collection[RuleInfo]) -> None:
        """Check the rules that are named.

        Raises:
            UsageError: one does not exist; a ConfigError when the file names it.
        """
        known = {text for rule in rules for text in (rule.code, rule.name)}
        starts = {rule.code[:length] for rule in rules for length in range(2, 6)}
        for name, key_path, selector in self._selectors():
            if selector in known or selector in starts or selector == "ALL":
                continue
            message = f"no rule is called {selector!r}"
            hint = did_you_mean(selector, known)
            if name in self.flags or self.file is None:
                raise UsageError(message, hint=hint)
            raise self.file.error(message, key_path, hint)

    def _selectors(self) -> Iterator[tuple[str, KeyPath, str]]:
        """Yield each rule named: the option, its place in the file, the text."""
        settings = self.settings
        for name in ("select", "ignore"):
            for index, selector in enumerate(getattr(settings, name)):
                yield name, (name, index), selector
        for selector in settings.severity:
            yield "severity", ("severity", selector), selector
        for pattern, selectors in settings.per_file_ignores.items():
            for index, selector in enumerate(selectors):
                place = ("per-file-ignores", pattern, index)
                yield "per_file_ignores", place, selector


def load_configuration(
    start: Path,
    root: Path,
    *,
    config_file: Path | None = None,
    flags: Mapping[str, object] | None = None,
    reader: Reader | None = None,
) -> Configuration:
    """Return what holds for a run in folder `start` of the repository at `root`.

    `config_file` is read instead of the nearest one. `flags` are fields of `Settings`
    that the command line gives; those that are None count as not given. `reader` gives
    the content of files, by default as it is.

    Raises:
        UsageError: a flag has a value that cannot be; `config_file` does not exist.
        ConfigError: the file has a mistake.
    """
    given: dict[str, Any] = {
        name: it for name, it in (flags or {}).items() if it is not None
    }
    options = {option.name: option for option in list_options()}
    for name, value in given.items():
        _check_flag(options[name], value)
    if config_file is None:
        file = find_config_file(start, root, reader or read_file)
    else:
        file = _read_named(config_file, reader or read_file)
    values = _read_values(file) if file else {}
    return Configuration(
        settings=Settings(**{**values, **given}),
        file=file,
        flags=frozenset(given),
        reload=lambda reader: load_configuration(
            start, root, config_file=config_file, flags=flags, reader=reader
        ),
    )


def _check_flag(option: Option, value: object) -> None:
    flag = _FLAGS.get(option.key, f"--{option.key}")
    if option.name in ("select", "ignore"):
        # Whether the rules exist is asked where all of them are known.
        if not value and option.name == "select":
            raise UsageError(f"{flag} names no rule", hint=f"write {flag} DP001")
        return
    for _, message in find_mismatches(value, option.schema):
        raise UsageError(f"{flag} {message}, not {value!r}")


def read_file(path: Path) -> bytes | None:
    """Return what a file holds; None when there is none."""
    return path.read_bytes() if path.is_file() else None


def tracked_reader(root: Path) -> Reader:
    """Return a reader for which there are only the files that git tracks."""
    return lambda path: read_file(path) if is_tracked(root, path) else None


def find_config_file(
    start: Path, root: Path, reader: Reader = read_file
) -> ConfigFile | None:
    """Return the nearest configuration file from `start` upward to `root`.

    Raises:
        ConfigError: a file on the way is no TOML.
    """
    start, root = start.resolve(), root.resolve()
    folders = [start, *start.parents]
    folders = folders[: folders.index(root) + 1] if root in folders else [start]
    for folder in folders:
        for name in (*_OWN_NAMES, _PYPROJECT):
            file = _read(folder / name, reader)
            if file is not None:
                return file
    return None


def _read_named(path: Path, reader: Reader) -> ConfigFile | None:
    if not path.is_file():
        raise UsageError(f"--config: there is no file {path}")
    if reader(path) is None:
        return None  # there was none at the time that the reader reads
    file = _read(path, reader)
    if file is None:
        raise ConfigError("there is no [tool.digestpin] in it", path=str(path))
    return file


def _read(path: Path, reader: Reader) -> ConfigFile | None:
    """Return a configuration file; None for none and a `pyproject.toml` of others."""
    is_pyproject = path.name == _PYPROJECT
    try:
        data = reader(path)
        if data is None:
            return None
        if is_pyproject and b"digestpin" not in data:
            return None
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", path=str(path)
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError("is not UTF-8", path=str(path), line=line) from error
    table = _parse(text, path)
    prefix = _PYPROJECT_TABLE if is_pyproject else ()
    for key in prefix:
        table = table.get(key) if isinstance(table, dict) else None
    if table is None:
        return None
    file = ConfigFile(path, text, prefix, table, data)
    if not isinstance(table, dict):
        raise file.error("tool.digestpin must be a table", ())
    return file


def _parse(text: str, path: Path) -> Any:  # noqa: ANN401 - whatever TOML holds
    # NOTE: imported only when there is a file.
    import tomllib  # noqa: PLC0415

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_PLACE.search(message)
        line, column = text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1
        if place is not None and place[1]:
            line, column = int(place[1]), int(place[2])
        message = _TOML_PLACE.sub("", message)
        raise ConfigError(
            f"not TOML: {message}", path=str(path), line=line, column=column
        ) from error


def _read_values(file: ConfigFile) -> dict[str, Any]:
    """Return the file's values by field of `Settings`, checked."""
    options = {option.key: option for option in list_options()}
    values = {}
    for key, value in file.table.items():
        option = options.get(key)
        if option is None:
            raise file.error(f"unknown key {key!r}", (key,), did_you_mean(key, options))
        for inner, message in find_mismatches(value, option.schema):
            name = key + "".join(f"[{part!r}]" for part in inner)
            raise file.error(f"{name} {message}", (key, *inner))
        values[option.name] = (
            file.path.parent / value if option.is_path else _freeze(value)
        )
    return values


def _freeze(value: Any) -> Any:  # noqa: ANN401 - any TOML value in, any out
    if isinstance(value, list):
        return tuple(_freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: _freeze(item) for key, item in value.items()}
    return value


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """Return a hint that names the known word closest to `word`."""
    # NOTE: imported only when there is a mistake.
    import difflib  # noqa: PLC0415

    simple = {text.lower().replace("_", "-"): text for text in known}
    wanted = word.lower().replace("_", "-")
    close = difflib.get_close_matches(wanted, simple, n=1)
    return f"did you mean {simple[close[0]]!r}?" if close else None
