"""SARIF's words for files, regions and replacements."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.findings import Fix
    from digestpin.source import Location, SourceFile


def artifact(path: PurePosixPath) -> dict[str, object]:
    """Return a path as a URI relative to the root of the repository."""
    data = str(path).encode("utf-8", "surrogateescape")
    return {"uri": quote(data, safe="/"), "uriBaseId": "%SRCROOT%"}


def physical_location(location: Location) -> dict[str, object]:
    """Return a location with its region in lines and columns."""
    return {"artifactLocation": artifact(location.path), "region": _region(location)}


def fix_object(
    fix: Fix, sources: Mapping[PurePosixPath, SourceFile]
) -> dict[str, object]:
    """Return a fix, its edits gathered by file."""
    by_path: dict[PurePosixPath, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.path, []).append(edit)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": artifact(path),
                "replacements": [
                    _replacement(edit, sources.get(path)) for edit in edits
                ],
            }
            for path, edits in by_path.items()
        ],
    }


def _region(location: Location) -> dict[str, object]:
    return {
        "startLine": location.start.line,
        "startColumn": location.start.column,
        "endLine": location.end.line,
        "endColumn": location.end.column,
    }


def _replacement(edit: Edit, source: SourceFile | None) -> dict[str, object]:
    """Return an edit in characters where the file's are known, else in bytes."""
    if source is not None and source.is_utf8:
        region = _region(source.locate(edit.span))
        content = {"text": edit.replacement.decode("utf-8", "replace")}
        return {"deletedRegion": region, "insertedContent": content}
    return {
        "deletedRegion": {
            "byteOffset": edit.span.start,
            "byteLength": len(edit.span),
        },
        "insertedContent": {"binary": b64encode(edit.replacement).decode("ascii")},
    }
