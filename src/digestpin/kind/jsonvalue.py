"""Reads values out of JSON, knowing where each stands so that an error can say it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from digestpin.errors import ConfigError, InvalidDigest
from digestpin.kind.versions import ContainerdVersion, parse_kind_version
from digestpin.oci.digest import Digest

if TYPE_CHECKING:
    from packaging.version import Version

_HINT = "take the file anew, or leave it out to use the data that digestpin ships"


class JsonValue:
    """One value of a JSON document, which knows where it stands.

    A plain class that keeps its parent: the table has thousands of values, and only an
    error asks where one is.

    Every method that reads it raises ConfigError, naming the place, when the value is
    not of that shape.
    """

    __slots__ = ("_parent", "_step", "file", "value")

    def __init__(
        self,
        value: object,
        file: str,
        parent: JsonValue | None = None,
        step: str | int = "",
    ) -> None:
        self.value = value
        self.file = file
        self._parent = parent
        self._step = step

    @classmethod
    def parse(cls, data: bytes, file: str) -> JsonValue:
        """Return the document that `data` holds.

        Raises:
            ConfigError: `data` is no JSON; the error has the line.
        """
        try:
            value: object = json.loads(data)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"no JSON: {error.msg}",
                path=file,
                line=error.lineno,
                column=error.colno,
                hint=_HINT,
            ) from error
        except UnicodeDecodeError as error:
            raise ConfigError("no JSON: not UTF-8", path=file, hint=_HINT) from error
        return cls(value, file)

    @property
    def where(self) -> str:
        """The place in the document, such as `kind_releases[3].date`."""
        if self._parent is None:
            return ""
        if isinstance(self._step, int):
            return f"{self._parent.where}[{self._step}]"
        return f"{self._parent.where}.{self._step}".lstrip(".")

    def error(self, reason: str) -> ConfigError:
        """Return the error that says what is wrong with this value."""
        where = f"{self.where}: " if self.where else ""
        return ConfigError(f"{where}{reason}", path=self.file, hint=_HINT)

    def get(self, key: str) -> JsonValue | None:
        """Return the member of this object, or None where it is absent or null."""
        if not isinstance(self.value, dict):
            raise self.error("must be an object")
        member: object = self.value.get(key)
        if member is None:
            return None
        return JsonValue(member, self.file, self, key)

    def __getitem__(self, key: str) -> JsonValue:
        member = self.get(key)
        if member is None:
            raise self.error(f"{key!r} is missing")
        return member

    def keys(self) -> tuple[str, ...]:
        """Return the names of this object's members."""
        if not isinstance(self.value, dict):
            raise self.error("must be an object")
        return tuple(map(str, self.value))

    def items(self) -> tuple[JsonValue, ...]:
        """Return the items of this array."""
        if not isinstance(self.value, list):
            raise self.error("must be an array")
        return tuple(
            JsonValue(item, self.file, self, index)
            for index, item in enumerate(self.value)
        )

    def text(self) -> str:
        """Return this string, which is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error("must be a string that is not empty")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return the strings of this array; a single string is an array of one."""
        if isinstance(self.value, str):
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def integer(self) -> int:
        """Return this whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.error("must be a whole number")
        return self.value

    def date(self) -> dt.date:
        """Return this date, written YYYY-MM-DD."""
        try:
            return dt.date.fromisoformat(self.text())
        except ValueError as error:
            raise self.error("must be a date, YYYY-MM-DD") from error

    def digest(self) -> Digest:
        """Return this digest."""
        try:
            return Digest.parse(self.text())
        except InvalidDigest as error:
            raise self.error(error.message) from error

    def kind_version(self) -> Version:
        """Return this version of a kind release."""
        version = parse_kind_version(self.text())
        if version is None:
            raise self.error(f"{self.value!r} is no kind version")
        return version

    def containerd_version(self) -> ContainerdVersion:
        """Return this version of containerd."""
        version = ContainerdVersion.parse(self.text())
        if version is None:
            raise self.error(f"{self.value!r} is no containerd version")
        return version
