"""Finds which other files of the repository a file of source code takes names from."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Link
from digestpin.patterns import lazy_pattern
from digestpin.templates import Variable, variable
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.code_expressions import ExpressionReader
    from digestpin.source import SourceFile

_PYTHON = lazy_pattern(
    r"^[ \t]*from[ \t]+(?P<dots>\.*)(?P<module>[\w.]*)[ \t]+import[ \t]+"
    r"(?P<names>\([^)]*\)|[^\n#;]+)",
    re.MULTILINE,
)
_JAVASCRIPT = lazy_pattern(
    r"(?:import|export)\s+(?P<names>[\w*{}\s,$]{1,2000}?)\s+from\s*[\"'](?P<path>\.[^\"'\n]+)[\"']"
    r"|(?:const|let|var)\s+(?P<required>\{[\w\s,:$]{1,2000}\}|\w+)\s*=\s*"
    r"require\([\"'](?P<module>\.[^\"'\n]+)[\"']\)"
)
_STARLARK = lazy_pattern(
    r"^(?:load|include)\(\s*[\"'](?P<path>[^\"'\n]+)[\"'](?P<names>[^)]{0,2000})\)",
    re.MULTILINE,
)
_PYTHON_MODULE = lazy_pattern(
    r"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?P<path>[\w.]+)[ \t]+as[ \t]+"
    r"(?P<name>\w+)",
    re.MULTILINE,
)
_JAVASCRIPT_MODULE = lazy_pattern(
    r"(?:import\s+(?:\*\s+as\s+)?(?P<name>[\w$]+)\s+from\s*"
    r"|(?:const|let|var)\s+(?P<required>[\w$]+)\s*=\s*require\()"
    r"[\"'](?P<path>\.[^\"'\n]+)[\"']"
)
_GO_MODULE = lazy_pattern(
    r"^[ \t]*(?:import[ \t]+)?(?P<name>\w+)[ \t]+\"(?P<path>[\w./-]+)\"", re.MULTILINE
)
_RENAMED = lazy_pattern(
    r"\b(?P<name>[A-Za-z_$][\w$]*)(?:\s+as\s+|\s*:\s*)(?P<own>[\w$]+)"
)
_WORD = lazy_pattern(r"[A-Za-z_$][\w$]*")
_SUFFIXES = (".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".mts", ".cts")


@frozen
class Imports:
    """Links to the files imported from, the names imported, and where that stands.

    `renamed` are bindings of the names that the file calls something else.
    """

    links: tuple[Link, ...]
    renamed: tuple[Binding, ...]
    names: frozenset[str]
    spans: tuple[tuple[int, int], ...]

    def covers(self, offset: int) -> bool:
        """Whether an import statement stands at `offset`."""
        at = bisect_right(self.spans, (offset, 1 << 62)) - 1
        return at >= 0 and offset < self.spans[at][1]


def find_imports(reader: ExpressionReader) -> Imports:
    """Return what a file imports from files of its repository."""
    find = {"python": _python, "javascript": _javascript, "starlark": _starlark}.get(
        reader.language.id
    )
    links: list[Link] = []
    renamed: list[Binding] = []
    names: set[str] = set()
    spans: list[tuple[int, int]] = []
    for target, base, words, match, group in find(reader) if find is not None else ():
        names.update(_WORD.findall(words))
        renamed += _renamed(
            reader.source, match.string.find(words, match.start()), words
        )
        spans.append(match.span())
        link = Link(
            type=Link.Type.INCLUDE,
            scope=(str(reader.source.path),),
            target=target,
            base=base,
            region=reader.source.region(*match.span(group)),
        )
        links.append(link)
    return Imports(tuple(links), tuple(renamed), frozenset(names), tuple(spans))


def _renamed(source: SourceFile, start: int, words: str) -> Iterator[Binding]:
    """Give a binding for `y` of `import x as y` and `{ x: y }`."""
    scope = (str(source.path),)
    for match in _RENAMED.finditer(words):
        region = source.region(start + match.start("name"), start + match.end("name"))
        value = variable(Variable(name=match["name"], scope=scope, region=region))
        yield Binding(name=match["own"], scope=scope, value=value, what="import")


def find_modules(source: SourceFile, language: str) -> dict[str, str]:
    """Return what a file calls modules, and the last word of their own names."""
    patterns = {
        "python": _PYTHON_MODULE, "javascript": _JAVASCRIPT_MODULE, "go": _GO_MODULE,
    }  # fmt: skip
    pattern = patterns.get(language)
    if pattern is None:
        return {}
    return {
        (match["name"] or match[2]): _module_name(match["path"], language)
        for match in pattern.finditer(source.text)
    }


def _module_name(path: str, language: str) -> str:
    if language == "python":
        return path.rpartition(".")[2]
    name = path.rstrip("/").rpartition("/")[2]
    return name.partition(".")[0] if language == "javascript" else name


_Found = tuple[str, str, str, re.Match[str], str]


def _folder(reader: ExpressionReader) -> str:
    parent = str(reader.source.path.parent)
    return "" if parent == "." else parent


def _python(reader: ExpressionReader) -> Iterator[_Found]:
    folder = _folder(reader)
    for match in _PYTHON.finditer(reader.source.text):
        dots, module = len(match.group("dots")), match.group("module")
        names = match.group("names")
        if not module:
            continue
        target = module.replace(".", "/") + ".py"
        base = folder
        for _ in range(dots - 1):
            base = base.rpartition("/")[0]
        yield target, base, names, match, "module"
        if not dots and base:
            yield target, "", names, match, "module"


def _javascript(reader: ExpressionReader) -> Iterator[_Found]:
    folder, own = _folder(reader), reader.source.path.suffix
    for match in _JAVASCRIPT.finditer(reader.source.text):
        group = "path" if match.group("path") else "module"
        path = match.group(group)
        words = match.group("names") or match.group("required") or ""
        targets = [path]
        if not path.endswith((*_SUFFIXES, ".json")):
            targets = [path + suffix for suffix in dict.fromkeys((own, ".js"))]
        elif path.endswith(".js") and own in {".ts", ".tsx"}:
            targets.append(path[:-3] + own)
        for target in targets:
            yield target, folder, words, match, group


def _starlark(reader: ExpressionReader) -> Iterator[_Found]:
    folder = _folder(reader)
    for match in _STARLARK.finditer(reader.source.text):
        path, names = match.group("path"), match.group("names")
        if path.startswith("@") or "://" in path:
            continue
        base = folder
        if path.startswith("//"):
            path, base = path[2:].replace(":", "/").lstrip("/"), ""
        yield path.lstrip(":"), base, names, match, "path"
