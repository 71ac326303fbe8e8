"""Knows the shell commands that print the version of kind that `go.mod` requires."""

from __future__ import annotations

from typing import NamedTuple

from digestpin.patterns import lazy_pattern

KIND_MODULE_NAME = "go.mod:sigs.k8s.io/kind"
"""The name under which a `go.mod` binds the version of kind that it requires."""

_MODULE = r"sigs\\?\.k8s\\?\.io\\?/kind(?![\w.-]|/\w)"
_GO_MOD = r"(?P<file>[^\s|;&<]{0,300}go\.mod)\b"
_KIND = lazy_pattern(_MODULE)
_GO_LIST = lazy_pattern(rf"(?:\bgo|[\0)}}A-Z])\s+list\s[^|;&]{{0,300}}?{_MODULE}")
_GREP = lazy_pattern(rf"{_MODULE}[^|;&]{{0,300}}?[\s<]{_GO_MOD}")
_CAT = lazy_pattern(rf"[\s<]{_GO_MOD}[^;&]{{0,300}}?{_MODULE}")
_FOLDER = lazy_pattern(r"\bcd\s+(?P<folder>[^\s;&|]+)")
_MODFILE = lazy_pattern(r"-modfile[= ](?P<file>\S+)")
_PRINTS_VERSION = lazy_pattern(r"\{\{-?\s*\.Version\s*-?\}\}|\bawk\b|\bcut\b")


class GoModVersion(NamedTuple):
    """A read of kind's version, and the `go.mod` that it is read from."""

    name: str
    go_mod: str


def find_go_list(script: str) -> GoModVersion | None:
    """Return what a script reads when it prints kind's version from a `go.mod`.

    >>> find_go_list("cd tools && go list -m -f '{{.Version}}' sigs.k8s.io/kind")
    GoModVersion(name='go.mod:sigs.k8s.io/kind', go_mod='tools/go.mod')
    """
    if not _KIND.search(script) or not _PRINTS_VERSION.search(script):
        return None
    grep = _GREP.search(script) or _CAT.search(script)
    if not grep and not (_GO_LIST.search(script) and " -m" in script):
        return None
    modfile = _MODFILE.search(script)
    file = grep["file"] if grep else modfile["file"] if modfile else "go.mod"
    folder = _FOLDER.search(script)
    if folder:
        file = f"{folder['folder'].strip(chr(34) + chr(39))}/{file}"
    return GoModVersion(KIND_MODULE_NAME, file)
