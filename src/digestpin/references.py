"""Finds image references in templates and says what each can be.

A reference is anchored at a repository name that is written out (`kindest/node`); what
stands before it (a registry, possibly in a variable) and behind it (tag and digest,
possibly in variables) belongs to it. The grammar is that of the distribution project's
`reference` package, loosened where a malformed reference has one evident meaning.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from digestpin.facts import Role
from digestpin.patterns import lazy_pattern
from digestpin.templates import HOLE
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digestpin.templates import Template

NODE_IMAGE = "kindest/node"

_PART = rf"(?:[A-Za-z0-9._-]|{HOLE})+"
_PREFIX = rf"(?:{_PART}(?::(?:[0-9]+|{HOLE}))?/)*\Z"
# A name in full has at most 255 characters (distribution's `reference` package).
_LONGEST_PREFIX = 255
# `+` and `~` are in no tag, but in versions that are taken for one.
_TAG = rf"(?:[A-Za-z0-9_.+~-]|{HOLE}|%[sdv]|\{{[A-Za-z0-9_.]*\}})*"
# A colon too many, where a version follows it, belongs to a malformed reference, and so
# does a word behind a second colon, or a digest behind another sign; not the front half
# of what is another name, nor a version: `image:version` is a pair of both.
_MORE = (
    rf"(?:(?<=[A-Za-z0-9_.-])"
    rf"(?:(?::(?!v?[0-9]+\.[0-9])|=(?=sha(?:256|512):))[A-Za-z0-9_][A-Za-z0-9_.+~-]*+"
    rf"(?![(%*\[\\{{<|?^$/{HOLE}]))+)?"
)
_DIGEST = rf"(?:[A-Za-z0-9:_+.-]|{HOLE})*"
_APART = (
    r"[ \t]*@+[ \t]*(?:(?:sha(?:256|512):[ \t]*)+(?=[0-9a-fA-F]{8})"
    r"|(?=[0-9a-fA-F]{64}))"
)
_TAIL = (
    rf"(?P<tail>(?::(?P<tag>(?::+(?=v?[0-9]))?{_TAG}){_MORE})?"
    rf"(?P<digest>(?:{_APART}{_DIGEST}|@{_DIGEST})*))"
)
_HEX = r"(?:sha(?:256|512):[ \t]*)*[0-9a-fA-F]{8,}(?![\w:.-])"
# To a shell, what a line goes on with is another word too.
_GAP = r"(?P<quote>[\"']?)(?:[ \t]|\\\r?\n)*"
_BEHIND = lazy_pattern(rf"{_GAP}(?=[ \t]*@){_APART}{_HEX}")
_BEHIND_AT = lazy_pattern(rf"{_GAP}(?<=[ \t]){_HEX}")
_OPEN_DIGEST = lazy_pattern(r"@(?:sha(?:256|512):?)?\Z")
# What a second colon may be followed by in a sentence or a list, not in a reference.
_COLON_GOES_ON = lazy_pattern(r":[^\s\"'`)\]},;]")
# A tag or digest that goes on like this is a pattern, a placeholder or a path.
_PATTERN_AHEAD = lazy_pattern(r"[(%*\[\\{<|?^$/]|\.\*")
_PLACEHOLDER = lazy_pattern(r"%[sdv]|\{[A-Za-z0-9_.]*\}")
# What `sed` puts a version in for: `kindest/node:K8S_VERSION`, `:__TAG__`.
_STAND_IN = lazy_pattern(
    r"_*(?:[A-Z0-9]+_)*(?:VERSION|TAG|PLACEHOLDER|CHANGEME|REPLACEME|REPLACE)"
    r"(?:_[A-Z0-9]+)*_*|__[A-Z0-9_]+__"
)
# What autoconf and CMake put it in for: `kindest/node:@K8S_VERSION@`.
_STAND_IN_BETWEEN_ATS = lazy_pattern(r"@+[A-Za-z_][A-Za-z0-9_.-]*@+")
# Words before a reference in a sentence that only names an example.
_EXAMPLE_BEFORE = lazy_pattern(
    r"(?:\be\.?g\.?|\bexamples?\b|\bsuch as|\blike|\bi\.?e\.?|\binstead of)"
    r"[:,]?\s*[\"'`(]*\Z",
    re.IGNORECASE,
)
_ALLOWED_SCHEMES = ("docker", "docker-daemon", "containers-storage", "oci")


class Form(StrEnum):
    """What the tail of a written reference looks like."""

    FULL = "full"
    BARE = "bare"
    """The name alone, with neither tag nor digest."""
    OPEN = "open"
    """The name and a colon, for a tag that is put behind it elsewhere."""
    PLACEHOLDER = "placeholder"
    """The tag is filled in by code that is not followed (`%s`, `{}`, `K8S_VERSION`)."""


@frozen
class Match:
    """Where a reference stands in `Template.text`: the whole, and its name alone."""

    start: int
    name_start: int
    name_end: int
    end: int
    form: Form


@lru_cache(maxsize=8)
def _pattern(repositories: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(
        re.escape(name).replace(r"\*", r"[a-z0-9._-]+") for name in repositories
    )
    return re.compile(rf"(?P<name>{names})(?![A-Za-z0-9_-]|\.[A-Za-z0-9]){_TAIL}")


@lru_cache(maxsize=1)
def _prefix_pattern() -> re.Pattern[str]:
    return re.compile(_PREFIX)


def _start(text: str, name_start: int) -> int:
    """Return where the registry and path in front of a name start."""
    if text[name_start - 1 : name_start] != "/":
        return name_start
    low = max(0, name_start - _LONGEST_PREFIX)
    match = _prefix_pattern().search(text[low:name_start])
    return name_start if match is None else low + match.start()


def find_references(
    template: Template, repositories: Sequence[str] = (NODE_IMAGE,)
) -> Iterator[Match]:
    """Give every reference to one of the repositories, in order.

    `repositories` are names as they are written, `*` for any part of one component.
    """
    text = template.text
    for match in _pattern(tuple(repositories)).finditer(text):
        start = _start(text, match.start())
        if _is_reference(text, start, match):
            yield Match(
                start,
                match.start("name"),
                match.end("name"),
                match.end() - _trailing(match),
                _form(match),
            )


def _trailing(match: re.Match[str]) -> int:
    """Return how many characters at the end are punctuation of the sentence.

    A word that stands alone is no sentence: there they are part of the reference.
    """
    text = match.string
    if match.end() == len(text) and not re.search(r"\s", text[: match.start()]):
        return 0
    written = match["digest"] or match["tag"] or ""
    marks = ".:" if _has_digest(match) else ".+~-"
    return len(written) - len(written.rstrip(marks))


def _has_digest(match: re.Match[str]) -> bool:
    return match["digest"].strip("@") != ""


def find_digest_behind(reference: str, text: str, start: int) -> re.Match[str] | None:
    """Return the rest of a digest that stands behind `reference`, at `start`.

    Blanks keep it apart, so that a shell takes it for another word. `quote`: the
    reference's own quote, which ends before it.
    """
    if "@" not in reference:
        return _BEHIND.match(text, start)
    is_open = _OPEN_DIGEST.search(reference) is not None
    return _BEHIND_AT.match(text, start) if is_open else None


def _form(match: re.Match[str]) -> Form:
    tag, has_digest = match["tag"], _has_digest(match)
    if tag is not None and _STAND_IN_BETWEEN_ATS.fullmatch(match["digest"]):
        return Form.PLACEHOLDER
    if tag and (_PLACEHOLDER.search(tag) or _STAND_IN.fullmatch(tag)):
        return Form.PLACEHOLDER
    if tag == "" and not has_digest:
        return Form.OPEN
    return Form.FULL if tag or has_digest else Form.BARE


def _is_reference(text: str, start: int, match: re.Match[str]) -> bool:
    before = text[max(0, start - 40) : start]
    if before.endswith("://"):
        scheme = before[:-3]
        if not scheme.endswith(_ALLOWED_SCHEMES):
            return False
    elif before and (before[-1].isalnum() or before[-1] in "_/@%\\^.("):
        return False
    if _EXAMPLE_BEFORE.search(before):
        return False
    if _PATTERN_AHEAD.match(text, match.end()):
        return False
    if _COLON_GOES_ON.match(text, match.end()) or _is_front(text, start, match):
        return False
    # A name followed by an empty tag is the front half of something that is built
    # elsewhere; it can only be followed from the end of a text.
    is_open = match["tag"] == "" and not _has_digest(match)
    return not is_open or match.end() == len(text)


def find_needles(repositories: Sequence[str]) -> Iterator[str]:
    """Give fixed strings, one of which stands in every file that names one of these."""
    for name in repositories:
        # A variable may hold either side of the node image's name.
        side = name.partition("/")[0] if name == NODE_IMAGE else name
        yield side.strip("*").strip("/").rpartition("*")[2]


def is_part_of_name(text: str, repositories: Sequence[str]) -> bool:
    """Say whether a text is one side of a repository's name, cut at its slash.

    >>> is_part_of_name("x.io/kindest", (NODE_IMAGE,))
    True
    """
    return any(
        _ends_in(text, head) or text == tail for head, tail in _cuts(repositories)
    )


def completes_name(
    before: str, text: str, after: str, repositories: Sequence[str]
) -> bool:
    """Say whether a text makes a repository's name of what stands around it."""
    return any(
        (_ends_in(text, head) and after.startswith((f"{tail}:", f"{tail}@")))
        or (_ends_in(before, head) and text == tail and after.startswith((":", "@")))
        for head, tail in _cuts(repositories)
    )


def _cuts(repositories: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the two sides of each name, the slash with one or the other."""
    for name in repositories:
        if "*" not in name:
            head, slash, tail = name.partition("/")
            if slash:
                yield from ((head, f"/{tail}"), (f"{head}/", tail))


def _ends_in(text: str, head: str) -> bool:
    return text.endswith(head) and text[: -len(head)][-1:] in ("", "/")


def _is_front(text: str, start: int, match: re.Match[str]) -> bool:
    """Say whether a colon at the end of a word waits for more: `kindest/node:v1:`."""
    is_last = match.end() == len(text) - 1 and text[-1] == ":"
    return is_last and not re.search(r"\s", text[:start])


_LOOKED_AT = frozenset({Role.VALUE, Role.IMAGE})


def is_looked_at(role: Role) -> bool:
    """Say whether references in a text of this role are references that are used."""
    return role in _LOOKED_AT


def selects(repositories: Sequence[str], name: str) -> bool:
    """Say whether a canonical name (`docker.io/kindest/node`) is one of these."""
    return any(
        name == repository
        or name.endswith(f"/{repository}")
        or fnmatchcase(name, repository)
        for repository in repositories
    )
