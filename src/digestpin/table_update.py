"""Brings the table of kind releases up to date, from a place that the user names.

The kind project publishes no list for machines, and its maintainers ask that none be
fetched blindly (kubernetes-sigs/kind issues 2376 and 2965). So a table comes with
digestpin, or by `releases update --from`; never by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from digestpin.errors import DigestpinError, UsageError
from digestpin.patterns import lazy_pattern
from digestpin.values import frozen
from digestpin.writing import store_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.kind.releases import KindReleases
    from digestpin.registry.settings import RegistrySettings

_ADDRESS = lazy_pattern(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_MOST_BYTES = 4 * 1024 * 1024


@frozen(kw_only=True)
class Difference:
    """What a new table says otherwise than the one in use.

    `changed` and `removed` are warnings: what was published does not change.
    """

    releases: tuple[str, ...]
    images: tuple[str, ...]
    constraints: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def compare(old: KindReleases, new: KindReleases) -> Difference:
    """Return what is new in a table, and what it says otherwise."""
    before, after = _listed(old), _listed(new)
    known = {str(release) for release in old.releases}
    added = [key for key in after if key not in before]
    return Difference(
        releases=tuple(
            f"kind {release}, {release.date}, default {release.default_node_image}"
            for release in new.releases
            if str(release) not in known
        ),
        images=tuple(
            f"kind {kind}: {tag}@{after[kind, tag]}"
            for kind, tag in added
            if kind in known
        ),
        constraints=tuple(
            f"{item.id}: needs kind v{item.kind}, else {item.symptom}"
            for item in new.constraints
            if item not in old.constraints
        ),
        changed=tuple(
            f"kind {kind}: {tag} was {before[kind, tag]}, is {after[kind, tag]}"
            for kind, tag in before
            if (kind, tag) in after and before[kind, tag] != after[kind, tag]
        ),
        removed=tuple(
            f"kind {kind}: {tag}@{digest}"
            for (kind, tag), digest in before.items()
            if (kind, tag) not in after
        ),
    )


def _listed(table: KindReleases) -> dict[tuple[str, str], str]:
    return {
        (str(release), build.tag): str(build.digest)
        for release in table.releases
        for build in release.node_images
    }


def read_source(source: str, settings: RegistrySettings) -> bytes:
    """Return the bytes of a file or an https address.

    Raises:
        UsageError: there is no such file, or it cannot be read.
        RegistryError: the address gives nothing that can be used.
    """
    if _ADDRESS.match(source):
        from digestpin.registry.fetching import fetch  # noqa: PLC0415

        return fetch(source, settings)
    try:
        with Path(source).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{source} has more than {_MOST_BYTES} bytes")
    return data


def store(path: Path, data: bytes) -> None:
    """Put the table where later runs find it: whole, or not at all.

    Raises:
        DigestpinError: it cannot be written.
    """
    try:
        store_file(path, data)
    except OSError as error:
        raise DigestpinError(f"{path} cannot be written: {error.strerror}") from error


def differences(found: Difference) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each sort of difference that there is, with its name."""
    for title, lines in (
        ("new kind releases", found.releases),
        ("new node images", found.images),
        ("new or changed constraints", found.constraints),
        ("warning: changed digests", found.changed),
        ("warning: no longer listed", found.removed),
    ):
        if lines:
            yield title, lines
