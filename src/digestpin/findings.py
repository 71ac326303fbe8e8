"""Holds what judging can say: severity, finding, fix, report.

The words are SARIF's; a report is the only input of every output format.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePosixPath

    from digestpin.edits import Edit
    from digestpin.source import Location, SourceFile


class Severity(StrEnum):
    """How bad a finding is; SARIF's levels are error, warning and note."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Safety(StrEnum):
    """Whether a fix keeps the meaning of everything that can be seen (`safe`)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@frozen
class RelatedLocation:
    """Another place that a finding speaks of, and what stands there.

    The message is a label at the place: "kind v0.26.0 is pinned here (go.mod)". Where
    the place is not shown, its "here" becomes "at go.mod:4:2".
    """

    location: Location
    message: str


@frozen(kw_only=True)
class Fix:
    """Edits that settle one finding: all of them or none."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@frozen(kw_only=True)
class Finding:
    """A rule's result at a region of a file.

    `rule` is the rule's code (`DP001`), `name` its name (`unpinned-tag`). `help` are
    lines that say what to do; `evidence` are links to what the finding rests on.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    location: Location
    related: tuple[RelatedLocation, ...] = ()
    help: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of its fix; none without one."""
        return () if self.fix is None else self.fix.edits

    @property
    def sort_key(self) -> tuple[PurePosixPath, int, int, str, str]:
        """Order of findings in every report: by path, span, rule."""
        span = self.location.span
        return (self.location.path, span.start, span.end, self.rule, self.message)


@frozen(kw_only=True)
class RuleInfo:
    """What a renderer may know of a rule.

    `documentation` is the rule's manual page in Markdown.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    documentation: str = ""

    @property
    def help_uri(self) -> str:
        """Where the rule's page is, relative to the documentation's root."""
        return f"rules/{self.code}/"


@frozen(kw_only=True)
class Problem:
    """Something that could not be examined or done; the rest of the run went on."""

    message: str
    path: PurePosixPath | None = None
    line: int | None = None
    hint: str | None = None


@frozen(kw_only=True)
class Report:
    """The result of a run.

    `findings` are those left, sorted by `Finding.sort_key`; `fixed` those that `fix`
    has settled. `sources` holds the text of every file that a finding is in, so that a
    renderer can show it. `files` counts files read, `references` node image references,
    `suppressed` findings that an ignore comment or the configuration took out, and
    `hidden` those that a baseline or the change looked at keeps back.
    """

    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    sources: Mapping[PurePosixPath, SourceFile]
    files: int = 0
    references: int = 0
    kind_pins: int = 0
    suppressed: int = 0
    hidden: int = 0
    changed_files: tuple[PurePosixPath, ...] = ()
