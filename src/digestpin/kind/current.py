"""Says which table of kind releases holds: the shipped one, or a newer one of the user.

`digestpin releases update` puts a table into the user's data folder. It is used as long
as it is of a later day than the shipped one, which a newer digestpin overtakes.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from pathlib import Path

from digestpin.errors import ConfigError
from digestpin.kind.releases import DATA_FILE, KindReleases
from digestpin.values import frozen

_NAME = "kind-releases.json"


@frozen(kw_only=True)
class CurrentTable:
    """The table in use; `file` is the user's, None for the shipped one.

    `unused` says why a table of the user's is there and not used.
    """

    releases: KindReleases
    file: Path | None = None
    unused: str = ""


def user_table() -> Path | None:
    """Return where a table of the user's is looked for; None without a home folder."""
    named = os.environ.get("XDG_DATA_HOME", "")
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
        return base / "digestpin" / "Data" / _NAME
    if sys.platform == "darwin":
        return home / "Library/Application Support/digestpin" / _NAME
    base = Path(named) if named.startswith("/") else home / ".local/share"
    return base / "digestpin" / _NAME


def find_current() -> CurrentTable:
    """Return the table to use. A broken one of the user's is left out, never fatal."""
    path = user_table()
    if path is None or not path.is_file():
        return CurrentTable(releases=KindReleases.load())
    return _choose(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _choose(path: Path, _changed_at: int) -> CurrentTable:
    try:
        own = KindReleases.load(path)
    except ConfigError as error:
        return CurrentTable(releases=KindReleases.load(), unused=str(error))
    shipped: str = json.loads(DATA_FILE.read_bytes())["as_of"]
    if own.as_of.isoformat() <= shipped:
        unused = f"{path} is as of {own.as_of}, not newer than what digestpin ships"
        return CurrentTable(releases=KindReleases.load(), unused=unused)
    return CurrentTable(releases=own, file=path)
