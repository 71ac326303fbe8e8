"""Keeps the templates in which a script fills in its variables: `envsubst < file`.

A template sees what the script exports. What holds there is what is set before the
template is filled in, so a name that is set again later is left untraced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.facts import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Fact, Link


class FilledTemplates:
    """The templates that one script fills in."""

    def __init__(self) -> None:
        self._links: list[Link] = []

    def noted(self, links: Iterable[Link]) -> Iterator[Link]:
        """Yield each link to a template, and keep it."""
        for link in links:
            self._links.append(link)
            yield link

    def hidden(self, link: Link, facts: Iterable[Fact]) -> frozenset[str]:
        """Return the names of which a template does not see the last value.

        None for other links, and in a function: its place does not tell when it runs.
        """
        is_template = any(link is own for own in self._links)
        if not is_template or "function" in link.scope:
            return frozenset()
        start = link.region.span.start
        later = {
            fact.name
            for fact in facts
            if isinstance(fact, Binding)
            and fact.value.region is not None
            and fact.value.region.span.start > start
        }
        return frozenset(later - link.handed)
