"""Knows the images that the repository builds itself: they are no references.

`kind build node-image --image X`, `docker build -t X`, and then X.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digestpin.facts import Binding
from digestpin.kind.versions import is_release_tag
from digestpin.patterns import lazy_pattern
from digestpin.references import find_references
from digestpin.templates import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digestpin.facts import Fact
    from digestpin.inventory import Reference
    from digestpin.source import Region
    from digestpin.templates import Template
    from digestpin.tracing import Tracer

NEEDLES = (
    "build node-image",
    '"build", "node-image"',
    "'build', 'node-image'",
)
"""Fixed strings of files that have kind build an image, which may name none."""

# The name that podman gives to images that were built on this machine.
_LOCAL_STORE = "localhost/"
# A registry in front has a dot or a port in its name, or is in a variable.
_ON_DOCKER_HUB = lazy_pattern(r"(?:docker\.io/)?[\w-]+(?:/[\w.-]+)*", re.ASCII)


class BuiltImages:
    """The images that commands say they build, and whether a reference is one."""

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact]],
        tracer: Tracer,
        repositories: tuple[str, ...],
    ) -> None:
        self._tracer = tracer
        self._repositories = repositories
        self._carriers = _find_carriers(facts, repositories)
        self._texts: set[str] = set()
        self._places: set[Region] = set()

    def note(self, template: Template) -> None:
        """Note what a command says it builds.

        A variable alone may hold a published image, which is built only when it is
        wanted: the name without a registry and a release's own tag say so.
        """
        is_named = any(find_references(template, self._repositories))
        if is_named:
            self._texts.add(_spell(template))
        elif not any(it.name in self._carriers for it in template.variables):
            return  # nothing that could lead to one of the repositories
        for value in self._tracer.values(template):
            if not is_named and _is_published(value.text):
                continue
            if value.is_known:
                self._texts.add(value.text)
            region = value.template.region
            if region is not None:
                self._places.add(region)

    def __contains__(self, reference: Reference) -> bool:
        """Say whether the repository builds this image itself."""
        return (
            reference.image.startswith(_LOCAL_STORE)
            or _spell(reference.value) in self._texts
            or reference.region in self._places
        )


def _is_published(text: str) -> bool:
    name, _, tag = text.partition("@")[0].rpartition(":")
    return is_release_tag(tag) and _ON_DOCKER_HUB.fullmatch(name) is not None


def _spell(template: Template) -> str:
    """Return a template's text with each variable by its name."""
    return "".join(
        part.text if isinstance(part, Literal) else f"${{{part.name}}}"
        for part in template.parts
    )


def _find_carriers(
    facts: Mapping[str, Sequence[Fact]], repositories: tuple[str, ...]
) -> frozenset[str]:
    """Return the variables that hold a repository's name, also through others."""
    bindings = [
        fact for found in facts.values() for fact in found if isinstance(fact, Binding)
    ]
    names = [name.strip("*").strip("/") for name in repositories]
    known = {
        binding.name
        for binding in bindings
        if any(name in text for text in _texts(binding.value) for name in names)
    }
    while True:
        more = {
            binding.name
            for binding in bindings
            if binding.name not in known
            and any(variable.name in known for variable in binding.value.variables)
        }
        if not more:
            return frozenset(known)
        known |= more


def _texts(template: Template) -> Iterator[str]:
    """Give a template's own text and those of its defaults and alternatives."""
    yield template.text
    for variable in template.variables:
        if variable.default is not None:
            yield variable.default.text
        yield from (other.text for other in variable.others)
