"""Works out which folder of the repository a shell word names.

Scripts find their neighbours by `$(dirname "${BASH_SOURCE[0]}")/lib.sh`. Such words
are reduced step by step, innermost first, until a path is left or nothing changes.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from digestpin.patterns import lazy_pattern

_ROOT = "/R"
"""Stands for the root of the repository."""

_PATH = rf"({_ROOT}(?:/[^\s$()`\"'&;|<>]*)?)"
_SELF = lazy_pattern(
    r"\$(?:0|BASH_SOURCE)\b|\$\{(?:0|BASH_SOURCE(?:\[0\])?|\(%\):-%[xN])\}"
    r"|\$\{BASH_SOURCE\[0\]:-\$0\}|\$\{BASH_SOURCE:-\$0\}"
)
_SELF_FOLDER = lazy_pattern(r"\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}")
_GIT_ROOT = lazy_pattern(r"\$\(\s*git\s+rev-parse\s+--show-toplevel\s*(?:2>\S+\s*)?\)")
_DIRNAME = lazy_pattern(rf"\$\(\s*dirname\s+(?:--\s+)?{_PATH}\s*\)")
_REAL = lazy_pattern(
    rf"\$\(\s*(?:realpath|readlink)\s+(?:-\w+\s+|--\s+)*{_PATH}\s*(?:2>\S+\s*)?\)"
)
_CD = lazy_pattern(
    rf"\$\(\s*(?:unset CDPATH;|CDPATH=)?\s*(?:builtin )?cd\s+(?:-\w\s+|--\s+)*{_PATH}"
    r"\s*(?:&?>\s*\S+\s*)?(?:2>&1\s*)?(?:&&|;)\s*(?:builtin )?pwd(?:\s+-\w)?\s*\)"
)
_VARIABLE = lazy_pattern(r"\$(?:(\w+)|\{(\w+)(?:\[0\])?\})")
_MAX_LENGTH = 400
_MAX_STEPS = 8


@dataclass
class Folders:
    """The folders that the variables of one script are known to hold.

    `script` is the script's path from the root, "" for a script that is no file.
    """

    script: str = ""
    known: dict[str, str] = field(default_factory=dict)

    def learn(self, name: str, written: str) -> None:
        """Note what a variable holds, by its value as written."""
        path = self._reduce(written)
        if path is None:
            self.known.pop(name, None)
        else:
            self.known[name] = path

    def find(self, written: str) -> str | None:
        """Return the path from the root that a word names, `""` for the root."""
        path = self._reduce(written)
        if path is None:
            return None
        path = posixpath.normpath(path)
        if path == _ROOT:
            return ""
        if not path.startswith(f"{_ROOT}/"):
            return None
        return path[len(_ROOT) + 1 :]

    def _reduce(self, written: str) -> str | None:
        if len(written) > _MAX_LENGTH or "$" not in written:
            return None
        text = written.replace('"', "").replace("`", "")
        for _ in range(_MAX_STEPS):
            before = text
            text = self._step(text)
            if text == before:
                break
        return text if re.fullmatch(_PATH, text) else None

    def _step(self, text: str) -> str:
        if self.script:
            own = f"{_ROOT}/{self.script}"
            text = _SELF_FOLDER.sub(posixpath.dirname(own), text)
            text = _SELF.sub(own, text)
        text = _GIT_ROOT.sub(_ROOT, text)
        text = _VARIABLE.sub(self._value, text)
        text = _DIRNAME.sub(lambda match: posixpath.dirname(_tidy(match[1])), text)
        text = _REAL.sub(lambda match: _tidy(match[1]), text)
        return _CD.sub(lambda match: _tidy(match[1]), text)

    def _value(self, match: re.Match[str]) -> str:
        return self.known.get(match[1] or match[2], match[0])


def _tidy(path: str) -> str:
    return posixpath.normpath(path)
