"""Says what the names of YAML keys tell about their values."""

from __future__ import annotations

from digestpin.facts import Role
from digestpin.patterns import lazy_pattern


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IMAGE = lazy_pattern(
    r"(?:[iI]mage|IMAGE|[iI]mg|IMG)(?:[-_]?(?:[nN]ame|NAME|[rR]ef|REF))?s?\Z"
)
_DISPLAY = _words(
    "alert annotation caption comment comments desc description displayname help "
    "info label message name notes prompt reason summary title tooltip usage"
)
_PATTERN = _words(
    "exclude excludes filematch matchstrings matchstring pattern patterns regex "
    "regexp regexes only_if"
)
_CONDITION = _words("condition if unless when")
_CACHE_KEYS = _words("key keys restore-keys restorekeys")
_SHELL = _words(
    "after_script after_failure after_success before_cache before_deploy "
    "before_install before_script bash cmd cmds command commands deploy "
    "entrypoint inlinescript install post-build pre-build postbuild prebuild "
    "post_build pre_build run script scripts sh shell"
)
ARGUMENTS = frozenset(("args", "command", "cmd", "entrypoint", "arguments"))
"""Keys whose sequence is one command, an item a word."""
VARIABLES = _words(
    "env environment environments variables vars args build_args buildargs "
    "build-args substitutions env_vars environment_variables"
)
"""Keys whose mapping, or list of pairs, sets variables by their plain names."""
PARAMETERS = frozenset(("params", "parameters", "inputs", "arguments"))
"""Keys whose list of pairs sets variables that are read as `key.name`."""


def role_of(key: str, parent: str = "") -> Role:
    """Return what a value is for, by its key and the key above.

    >>> [role_of("nodeImage").value, role_of("description").value, role_of("tag").value]
    ['image', 'display', 'value']
    >>> role_of("name", "image").value
    'image'
    """
    lowered = key.lower()
    if _IMAGE.search(key):
        return Role.IMAGE
    if lowered in _DISPLAY:
        is_image = lowered == "name" and _IMAGE.search(parent)
        return Role.IMAGE if is_image else Role.DISPLAY
    if lowered in _PATTERN:
        return Role.PATTERN
    if lowered in _CONDITION or is_cache_key(key, parent):
        return Role.IGNORED
    return Role.VALUE


def is_cache_key(key: str, owner: str) -> bool:
    """Say whether a key of a step, action or section names what a cache holds.

    >>> is_cache_key("restore-keys", "actions/cache"), is_cache_key("key", "volume")
    (True, False)
    """
    return key.lower() in _CACHE_KEYS and "cache" in owner.lower()


def holds_shell(key: str) -> bool:
    """Whether values of this key are shell commands or scripts."""
    return key.lower() in _SHELL


def names_kind(key: str) -> bool:
    """Whether a key's name speaks of kind."""
    return "kind" in key.lower()
