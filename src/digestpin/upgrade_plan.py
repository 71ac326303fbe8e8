"""What an upgrade means to do at one place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from digestpin.values import frozen

if TYPE_CHECKING:
    from digestpin.findings import Fix
    from digestpin.inventory import Reference
    from digestpin.kind.releases import NodeImageBuild
    from digestpin.source import Location


@frozen(kw_only=True)
class Planned:
    """A kind pin or node image at its place, and what becomes of it.

    `before` and `after` are texts to show. Without a `fix` it stays, and `why_left`
    says why; `ignored` when that is meant, `rule` is the one that reports it, if any.
    `risk` is why a fix is unsafe, `note` what
    there is to know of the choice.
    """

    type: Literal["kind", "node image"]
    location: Location
    before: str
    after: str = ""
    what: str = ""
    fix: Fix | None = None
    note: str = ""
    risk: str = ""
    why_left: str = ""
    ignored: bool = False
    rule: str = ""
    reference: Reference | None = None
    build: NodeImageBuild | None = None

    def leave(self, why: str, *, ignored: bool = False, rule: str = "") -> Planned:
        """Return the plan to leave it as it is."""
        return replace(
            self, fix=None, after="", why_left=why, ignored=ignored, rule=rule
        )
