"""Says which rules run and which findings count.

Three things take a finding out: a rule that is not chosen, the configuration's
`per-file-ignores`, and an ignore comment at the finding (`ignores.py`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from digestpin.edits import Edit
from digestpin.facts import Quoted
from digestpin.findings import Severity
from digestpin.ignores import MARK, find_ignores
from digestpin.selection import compile_patterns
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from pathlib import PurePosixPath

    from digestpin.config import Configuration
    from digestpin.facts import Fact
    from digestpin.findings import Finding, RuleInfo
    from digestpin.ignores import IgnoreComment
    from digestpin.settings import Settings
    from digestpin.source import SourceFile, Span

_ALL = "ALL"


@frozen(kw_only=True)
class UnusedIgnore:
    """An ignore comment, or one code of it, that matches no finding.

    `span` is what to point at, `removal` what to delete; `code` is None when the
    whole comment is unused. `flaw` says why it cannot match any. `is_data` says that
    it is part of a text that the program hands on.
    """

    path: PurePosixPath
    span: Span
    removal: Span
    code: str | None = None
    flaw: str = ""
    is_data: bool = False

    def removal_edit(self, source: SourceFile) -> Edit:
        """Return the edit that removes it from its file."""
        return Edit(
            path=self.path,
            span=self.removal,
            expected=source.slice(self.removal),
            replacement=b"",
        )


@frozen(kw_only=True)
class Suppressed:
    """What is left of findings, how many are not, and which comments did nothing."""

    kept: tuple[Finding, ...]
    count: int
    unused: tuple[UnusedIgnore, ...]


def selects(selector: str, code: str, name: str) -> bool:
    """Say whether a selector means a rule: its code or the start of it, name or ALL.

    >>> [selects(it, "DP001", "unpinned-tag") for it in ("DP0", "unpinned-tag", "DP1")]
    [True, True, False]
    """
    if selector.upper().startswith("DP"):
        return code.startswith(selector.upper())
    return selector in (_ALL, name)


def is_chosen(rule: RuleInfo, configuration: Configuration) -> bool:
    """Say whether a rule runs.

    Of `select` and `ignore`, the one that names the rule more closely counts; when
    both do alike, it does not run. But flags go over the file: an `--ignore` counts
    whatever the file selects, and a `--select` overrules what the file ignores, or sets
    to `off`, unless that is named more closely.
    """
    settings, flags = configuration.settings, configuration.flags
    selected = _closeness(rule, settings.select)
    ignored = _closeness(rule, settings.ignore)
    off = 0
    if find_severity(rule, settings) is None:
        off = _closeness(rule, _list_off(settings))
    if "ignore" in flags:
        if ignored >= (selected if "select" in flags else 1):
            return False
        ignored = 0
    if "select" in flags:
        return selected >= max(ignored, off, 1)
    return not off and selected > ignored


def _list_off(settings: Settings) -> list[str]:
    return [name for name, severity in settings.severity.items() if severity == "off"]


def _closeness(rule: RuleInfo, selectors: Iterable[str]) -> int:
    return max(
        (
            1 if selector == _ALL else min(len(selector), len(rule.code)) + 1
            for selector in selectors
            if selects(selector, rule.code, rule.name)
        ),
        default=0,
    )


def find_severity(rule: RuleInfo, settings: Settings) -> Severity | None:
    """Return the severity that a rule's findings have; None when it is off."""
    for selector, severity in settings.severity.items():
        if selects(selector, rule.code, rule.name):
            return None if severity == "off" else Severity(severity)
    return rule.severity


def with_severity(finding: Finding, settings: Settings) -> Finding:
    """Return a finding with the severity that the configuration gives its rule."""
    for selector, severity in settings.severity.items():
        if selects(selector, finding.rule, finding.name) and severity != "off":
            return replace(finding, severity=Severity(severity))
    return finding


def apply(
    findings: Iterable[Finding],
    sources: Mapping[PurePosixPath, SourceFile],
    *,
    facts: Mapping[str, Iterable[Fact]] | None = None,
    per_file_ignores: Mapping[str, Sequence[str]] | None = None,
    not_run: Collection[RuleInfo] = (),
    report_bare: bool = True,
) -> Suppressed:
    """Take out the findings that a comment or the configuration suppresses.

    A comment counts as used also when the configuration ignores its finding. A code
    that means a rule of `not_run` is never called unused; nor is a comment without
    codes, unless `report_bare`: it may be there for a rule that was deselected. What
    stands in a string counts for that string alone, and is never
    called unused: there it can be anything.
    """
    comments = {
        path: tuple(read_ignores(source, facts or {}))
        for path, source in sources.items()
    }
    by_line = {path: _by_line(found) for path, found in comments.items() if found}
    is_ignored = _compile(per_file_ignores or {})
    used: set[tuple[PurePosixPath, Span]] = set()
    kept: list[Finding] = []
    count = 0
    for finding in findings:
        path = finding.location.path
        spans = set(_find_covering(finding, by_line.get(path, {})))
        used.update((path, span) for span in spans)
        if spans or is_ignored(finding):
            count += 1
        else:
            kept.append(finding)
    unused = tuple(
        unused
        for path, found in comments.items()
        for comment in found
        if comment.within is None and (comment.codes or comment.flaw or report_bare)
        for unused in _find_unused(path, comment, used, not_run)
    )
    return Suppressed(kept=tuple(kept), count=count, unused=unused)


def read_ignores(
    source: SourceFile, facts: Mapping[str, Iterable[Fact]]
) -> Iterator[IgnoreComment]:
    """Yield the ignore comments of a file, with what the facts say of its strings."""
    if MARK in source.text:
        told = facts.get(source.path.as_posix(), ())
        yield from find_ignores(source, [it for it in told if isinstance(it, Quoted)])


def _compile(
    per_file_ignores: Mapping[str, Sequence[str]],
) -> Callable[[Finding], bool]:
    """Return what says whether `per-file-ignores` take a finding out."""
    table = [
        (compile_patterns((pattern,)), selectors)
        for pattern, selectors in per_file_ignores.items()
    ]

    def is_ignored(finding: Finding) -> bool:
        return any(
            spec.match_file(str(finding.location.path))
            and any(selects(it, finding.rule, finding.name) for it in selectors)
            for spec, selectors in table
        )

    return is_ignored


def _by_line(comments: Iterable[IgnoreComment]) -> dict[int, list[IgnoreComment]]:
    found: dict[int, list[IgnoreComment]] = {}
    for comment in comments:
        for line in comment.lines:
            found.setdefault(line, []).append(comment)
    return found


def _find_covering(
    finding: Finding, comments: Mapping[int, Sequence[IgnoreComment]]
) -> Iterator[Span]:
    """Yield the spans, of comments and of codes, that a finding makes used."""
    if not comments:
        return
    first, last = finding.location.start.line, finding.location.end.line
    for comment in chain.from_iterable(
        comments.get(line, ()) for line in range(first, last + 1)
    ):
        if not comment.covers(finding.location.span):
            continue
        if not comment.codes:
            yield comment.span
        for code in comment.codes:
            if selects(code.text, finding.rule, finding.name):
                yield code.span


def _find_unused(
    path: PurePosixPath,
    comment: IgnoreComment,
    used: Collection[tuple[PurePosixPath, Span]],
    not_run: Collection[RuleInfo],
) -> Iterator[UnusedIgnore]:
    unused = [
        code
        for code in comment.codes
        if (path, code.span) not in used
        and not any(selects(code.text, rule.code, rule.name) for rule in not_run)
    ]
    if len(unused) < len(comment.codes):
        for code in unused:
            removal = comment.removal_of(code, unused)
            yield UnusedIgnore(
                path=path,
                span=code.span,
                removal=removal,
                code=code.text,
                is_data=comment.is_data,
            )
    elif (path, comment.span) not in used:
        yield UnusedIgnore(
            path=path,
            span=comment.span,
            removal=comment.removal,
            flaw=comment.flaw,
            is_data=comment.is_data,
        )
