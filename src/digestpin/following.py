"""Says what to look for in other files while a variable leads out of those read."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from digestpin.checks import check_starts, may_name_checks
from digestpin.facts import HANDED_OVER, Binding, Link, Rule
from digestpin.formats import find_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.inventory import Inventory

_UNLINKED_FORMATS = frozenset({"yaml", "json", "toml", "text"})
_CODE_FORMATS = frozenset(
    {
        *("go", "python", "starlark", "javascript", "groovy", "java", "kotlin"),
        *("rust", "ruby", "nix", "csharp", "lua", "dart"),
    }
)
_READ_ENVIRONMENT = ("docker-compose", "compose.")
_SHORTEST_UPPER = 3
_SHORTEST_NAME = 6
_TEMPLATE_ENDS = (".tmpl", ".tpl", ".template", ".envsubst")
_ACTION_FILES = frozenset({"action.yml", "action.yaml"})
# Names whose bindings are in the same file, or nowhere.
_LOCAL_NAMES = (
    "matrix.",
    "steps.",
    "needs.",
    "jobs.",
    "github.",
    "runner.",
    "secrets.",
)
# Names that callers of a file in any place may give it.
_GIVEN_NAMES = ("parameters.", "inputs.")


def may_be_linked(path: PurePosixPath, *, to_code: bool) -> bool:
    """Say whether a file that only names a variable can have to do with it.

    `to_code`: the variable is one of source code; only other source code can set it, as
    only scripts, makefiles and pipelines can set theirs. Data that no format ties to
    other files (manifests, dashboards) cannot, and is often large; what a link names is
    read whatever it is.
    """
    if path.name.startswith(_READ_ENVIRONMENT):
        return not to_code
    if may_name_checks(path):
        return not to_code
    file_format = find_format(path, b"")
    if file_format is None or file_format.id in _UNLINKED_FORMATS:
        return False
    return (file_format.id in _CODE_FORMATS) == to_code


def _is_code(path: str) -> bool:
    file_format = find_format(PurePosixPath(path), b"")
    return file_format is not None and file_format.id in _CODE_FORMATS


def open_needles(
    inventory: Inventory, files: Iterable[str], *, in_code: bool
) -> Iterator[str]:
    """Give the fixed strings in files that may set or read what is still open.

    `in_code`: of what source code reads, else of what anything else does.
    """
    missing = inventory.tracer.missing
    feeding = {
        (binding.name, binding.scope[0])
        for reference in inventory.references
        for binding in reference.bindings
    }
    for name, path in sorted({*missing, *feeding}):
        if name.startswith(_GIVEN_NAMES) and not in_code and _is_template(path):
            yield posixpath.basename(path)
        is_feeding = (name, path) in feeding
        if _is_looked_for(name, is_feeding=is_feeding):
            yield from _needles(name, path, is_feeding=is_feeding, in_code=in_code)
    if not in_code:
        for reference in inventory.references:
            for binding in reference.bindings:
                yield from check_starts(
                    binding, inventory.facts.get(binding.scope[0], ())
                )
        yield from map(_name_of, filter(_is_named_by_others, files))


def _needles(name: str, path: str, *, is_feeding: bool, in_code: bool) -> Iterator[str]:
    """Give how a name of the file at `path` is spelled where it may be read."""
    if _is_code(path) == in_code:
        yield name
    elif in_code and is_feeding and "_" in name and name.isupper():
        # Code reads its environment by a name in quotes, or as a member.
        yield from (f'"{name}"', f"'{name}'", f"env.{name}")


def _is_looked_for(name: str, *, is_feeding: bool) -> bool:
    """Say whether a name is worth a search in all files.

    A short one is only when a fix depends on who else reads it.
    """
    if len(name) < _SHORTEST_NAME and not (
        is_feeding and name.isupper() and len(name) >= _SHORTEST_UPPER
    ):
        return False
    is_local = name.startswith(_LOCAL_NAMES) or not name.isidentifier()
    return not is_local and ("_" in name or name.lower() != name)


def receivers(
    facts: Mapping[str, Sequence[Fact]], paths: Iterable[str]
) -> Iterator[str]:
    """Give the actions and workflows that those at `paths` hand a variable to."""
    for path in paths:
        for fact in facts.get(path, ()):
            if isinstance(fact, Binding) and fact.what == HANDED_OVER:
                yield from (fact.scope[0] for _ in fact.value.variables)


def callers(
    facts: Mapping[str, Sequence[Fact]],
    paths: set[str],
    targets: Callable[[Link], Sequence[str]],
) -> Iterator[str]:
    """Give the makefiles that run one of `paths`, which others may call them for."""
    for path, found in facts.items():
        is_makefile = any(isinstance(fact, Rule) for fact in found)
        links = [fact for fact in found if is_makefile and isinstance(fact, Link)]
        if any(
            link.type is Link.Type.RUN and paths.intersection(targets(link))
            for link in links
        ):
            yield path


def _is_template(path: str) -> bool:
    """Say whether another file may give the inputs of this one, naming it."""
    return path.endswith((".yml", ".yaml")) and not path.startswith(".circleci/")


def _is_named_by_others(path: str) -> bool:
    base = posixpath.basename(path)
    return (
        base in _ACTION_FILES
        or "/workflows/" in path
        or base.endswith((".sh", ".bash", ".mk", ".env", *_TEMPLATE_ENDS))
    )


def _name_of(path: str) -> str:
    """Return how other files name a file: an action by its folder."""
    folder, base = posixpath.split(path)
    if base in _ACTION_FILES:
        return f"./{folder}"
    return f"./{path}" if "/workflows/" in path else base
