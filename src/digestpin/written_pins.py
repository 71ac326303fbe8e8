"""Texts that fix a version of kind by themselves: release URLs, `go install`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.templates import HOLE, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.source import Region
    from digestpin.templates import Template

_VERSION = rf"(?P<version>(?:[A-Za-z0-9._+-]|{HOLE})+)"
WRITTEN = (
    ("go install", re.compile(rf"\bsigs\.k8s\.io/kind(?:/cmd/kind)?@{_VERSION}")),
    ("release URL", re.compile(rf"\bkind\.sigs\.k8s\.io/dl/{_VERSION}/")),
    (
        "release URL",
        re.compile(rf"\bkubernetes-sigs/kind/releases/download/{_VERSION}/"),
    ),
    (
        "release URL",
        re.compile(r"\bkubernetes-sigs/kind/releases/(?P<version>latest)/download/"),
    ),
    (
        "release URL",
        re.compile(
            rf"\bkubernetes-sigs/kind/archive/(?:refs/tags/)?{_VERSION}\.(?:tar\.gz|zip)"
        ),
    ),
    ("package", re.compile(rf"\bkubernetes-sigs/kind@{_VERSION}")),
)


_BASE = re.compile(
    r"(?:\bkind\.sigs\.k8s\.io/dl|\bkubernetes-sigs/kind/releases/download)/?"
)


def find_written(
    template: Template, known: Callable[[Template], str]
) -> Iterator[tuple[str, Template, Region | None]]:
    """Give each version that a text fixes: by what, the version, and where all stands.

    `known(template)` is what a template surely is, or nothing. It is asked for the
    front of a URL that a variable holds: `$RELEASES/$VERSION/kind-linux-amd64`.
    """
    if "kind" not in template.text:
        return
    if template.text.startswith(f"{HOLE}/"):
        base = known(template.cut(0, 1))
        if _BASE.search(base) is not None:
            front = literal(base.rstrip("/"), template.parts[0].region, exact=False)
            template = front + template.cut(1, len(template))
    for mechanism, pattern in WRITTEN:
        for match in pattern.finditer(template.text):
            version = template.cut(*match.span("version"))
            yield mechanism, version, template.cut(*match.span()).region


def carriers(facts: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Give the names of variables in release URLs and the like that speak of kind.

    `KINDVERSION` says little by itself; read in a URL of kind it is telling, wherever
    else it is set.
    """
    for found in facts.values():
        for fact in found:
            template = getattr(fact, "template", None) or getattr(fact, "value", None)
            if template is None or HOLE not in template.text:
                continue
            for _, pattern in WRITTEN if "kind" in template.text else ():
                for match in pattern.finditer(template.text):
                    version = template.cut(*match.span("version"))
                    names = (variable.name for variable in version.variables)
                    yield from (name for name in names if "kind" in name.lower())
