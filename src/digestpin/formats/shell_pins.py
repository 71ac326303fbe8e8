"""Finds commands that install kind by name, with a version or with none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import DeclaredPin
from digestpin.patterns import lazy_pattern
from digestpin.templates import EMPTY, Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digestpin.formats.shell_model import Command

_INSTALLERS = {
    "apk": {"add"},
    "apt": {"install"},
    "apt-get": {"install"},
    "arkade": {"get", "install"},
    "ark": {"get"},
    "asdf": {"install", "global", "local", "set", "shell"},
    "aqua": {"install", "generate", "g", "i"},
    "bin": {"install"},
    "brew": {"install", "upgrade", "reinstall"},
    "choco": {"install", "upgrade"},
    "conda": {"install"},
    "devbox": {"add", "global"},
    "dnf": {"install"},
    "flox": {"install"},
    "hermit": {"install"},
    "mise": {"use", "install", "i", "u", "exec", "x"},
    "nix": {"profile", "shell", "run"},
    "nix-env": {"-iA", "-i"},
    "pacman": {"-S", "-Sy", "-Syu"},
    "pkgx": {"install"},
    "port": {"install"},
    "proto": {"install", "pin"},
    "rtx": {"use", "install"},
    "scoop": {"install"},
    "snap": {"install"},
    "stew": {"install"},
    "winget": {"install"},
    "yum": {"install"},
    "zypper": {"install", "in"},
}
_KIND = lazy_pattern(
    r"(?:(?:aqua|ubi|github|nixpkgs|gh|asdf|go)[:#.])?"
    r"(?:(?:github\.com/)?kubernetes-sigs/)?(?:Kubernetes\.)?kind"
    r"(?:(?:@|==?|-(?=v?\d))(?P<version>.+))?",
    re.DOTALL,
)
_MODULES = frozenset(("sigs.k8s.io/kind", "sigs.k8s.io/kind/cmd/kind"))
_REPOSITORY = "kubernetes-sigs/kind"
_VERSION_OPTIONS = ("--version", "-v", "--tag", "-t")
_VERSION = lazy_pattern(r"\d|\0")
_UNVERSIONED = frozenset(("latest", "stable", "*", "lts"))
_TOOLS_BY_REPOSITORY = frozenset(
    ("eget", "ubi", "ghrel", "gh-install", "install-release")
)


def declared_pins(command: Command) -> Iterator[DeclaredPin]:
    """Yield the kind version that the command installs by kind's name."""
    verbs = _INSTALLERS.get(command.name)
    if verbs is not None:
        yield from _installed(command, verbs)
    elif command.name in _TOOLS_BY_REPOSITORY:
        yield from _by_repository(command)
    elif command.name == "go" and command.operands[:1] == ("get",):
        yield from _moved_by_go(command)
    elif command.name == "gh" and command.starts("release", "download"):
        yield from _downloaded(command)


def _installed(command: Command, verbs: set[str]) -> Iterator[DeclaredPin]:
    args = command.args
    if not any(arg.text in verbs for arg in args[:4]):
        return
    for index, arg in enumerate(args):
        match = _KIND.fullmatch(arg.text)
        if match is None:
            continue
        version = EMPTY
        if match["version"] is not None:
            version = arg.cut(*match.span("version"))
        elif (value := _version_option(command)) is not None:
            version = value
        elif command.name in {"asdf", "proto"} and index + 1 < len(args):
            version = args[index + 1]
        yield _pin(command, arg, version)
        return


def _version_option(command: Command) -> Template | None:
    value = command.option(*_VERSION_OPTIONS)
    if value is None or _VERSION.search(value.text) is None:
        return None
    return value


def _by_repository(command: Command) -> Iterator[DeclaredPin]:
    for arg in command.args:
        if arg.text.removeprefix("https://github.com/") == _REPOSITORY:
            yield _pin(command, arg, _version_option(command) or EMPTY)
            return


def _moved_by_go(command: Command) -> Iterator[DeclaredPin]:
    """`go get` with no version takes the newest, whatever go.mod said before."""
    for arg in command.args:
        if arg.text in _MODULES:
            yield _pin(command, arg, EMPTY)


def _downloaded(command: Command) -> Iterator[DeclaredPin]:
    repository = command.option("-R", "--repo")
    if repository is None or not repository.text.endswith(_REPOSITORY):
        return
    taken = {value.text for value, _ in command.options()}
    for arg in command.args[2:]:
        if not arg.text.startswith("-") and arg.text not in taken:
            yield _pin(command, arg, arg)
            return
    yield _pin(command, repository, EMPTY)


def _pin(command: Command, word: Template, version: Template) -> DeclaredPin:
    if version.text in _UNVERSIONED:
        version = EMPTY
    return DeclaredPin(
        mechanism=command.name,
        region=word.region or command.region,
        scope=command.place.scope,
        version=version,
    )
