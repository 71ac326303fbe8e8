"""Texts that fix a version of kind by themselves: release URLs, `go install`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digestpin.facts import Fact

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
