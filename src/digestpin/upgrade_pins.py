"""Plans how the kind pins of a repository move to another version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.edits import Edit, sort_edits
from digestpin.errors import UnfaithfulRewrite
from digestpin.findings import Fix, Safety
from digestpin.kind.actions import find_action
from digestpin.kind.versions import format_kind_version, parse_kind_version
from digestpin.patterns import lazy_pattern
from digestpin.upgrade_plan import Planned
from digestpin.verification import Moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import PurePosixPath

    from packaging.version import Version

    from digestpin.inventory import Inventory
    from digestpin.kind.releases import KindRelease, KindReleases
    from digestpin.pins import KindPin
    from digestpin.rewriting import Check
    from digestpin.source import SourceFile

_LEAD = lazy_pattern(r"(?:kind[-_/@ ]?)?v?")
_DEFAULT = " default"
_CHECKSUM = lazy_pattern(r"(?<!sha256:)(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_NEAR_LINES = 8


def plan_pins(
    pins: Iterable[KindPin], inventory: Inventory, release: KindRelease
) -> Iterator[Planned]:
    """Give a plan for each kind pin that is not at the release."""
    pins = [pin for pin in pins if pin.region.path.as_posix() in inventory.sources]
    tested = _versions_in_matrices(pins)
    for pin in pins:
        if pin.version == release.version:
            continue
        plan = _plan(pin, inventory, release)
        if plan.fix is not None and len(tested[pin.region.path]) > 1 and _rows(pin):
            risk = "a matrix names several kind versions, which would become one"
            plan = _risky(plan, risk)
        yield plan


def _rows(pin: KindPin) -> bool:
    return any(rows for _, rows in pin.uses)


def _versions_in_matrices(
    pins: Sequence[KindPin],
) -> Mapping[PurePosixPath, set[Version]]:
    found: defaultdict[PurePosixPath, set[Version]] = defaultdict(set)
    for pin in pins:
        if pin.version is not None and _rows(pin):
            found[pin.region.path].add(pin.version)
    return found


def _risky(plan: Planned, risk: str) -> Planned:
    fix = None if plan.fix is None else replace(plan.fix, safety=Safety.UNSAFE)
    return replace(plan, fix=fix, risk=risk)


def _plan(pin: KindPin, inventory: Inventory, release: KindRelease) -> Planned:
    written = inventory.written(pin.region)
    plan = Planned(
        type="kind",
        location=inventory.locate(pin.region),
        before=_before(pin, written),
        what=pin.mechanism,
    )
    if pin.mechanism.endswith(_DEFAULT):
        return plan.leave(_advise(pin, inventory.releases, release))
    if pin.version is None:
        return plan.leave(_why_open(pin, release), rule="DP104")
    if pin.mechanism == "hermit":
        command = f"hermit install kind-{_bare(release)}"
        return plan.leave(f"its file's name is the version: run `{command}`")
    if parse_kind_version(written) != pin.version or written != written.strip():
        return plan.leave("the version is put together from parts")
    lead = _LEAD.match(written)
    after = (lead[0] if lead else "") + _bare(release)
    edit = Edit(
        path=pin.region.path,
        span=pin.region.span,
        expected=written.encode("latin-1"),
        replacement=after.encode("ascii"),
    )
    fix = Fix(title=f"move kind to {release}", safety=Safety.SAFE, edits=(edit,))
    return replace(plan, after=str(release), fix=fix, note=_go_note(pin))


def _before(pin: KindPin, written: str) -> str:
    if pin.version is None:
        return pin.text or written
    return format_kind_version(pin.version)


def _bare(release: KindRelease) -> str:
    return str(release).removeprefix("v")


def _why_open(pin: KindPin, release: KindRelease) -> str:
    if not pin.is_traceable:
        return "the version comes from a place that cannot be followed"
    return f"no version is fixed here: write {release}"


def _go_note(pin: KindPin) -> str:
    if pin.mechanism != "go.mod":
        return ""
    folder = pin.region.path.parent.as_posix()
    where = "" if folder == "." else f" in {folder}"
    name = pin.region.path.name
    modfile = "" if name == "go.mod" else f" -modfile={name}"
    return f"run `go mod tidy{modfile}`{where}: go.sum is of the old version"


def _advise(pin: KindPin, releases: KindReleases, release: KindRelease) -> str:
    """Say which release of an action installs the kind by default."""
    name = pin.mechanism.partition("@")[0]
    action = find_action(name, releases)
    wanted = release.version
    found = [it.tag for it in action.releases if it.kind == wanted] if action else []
    hints = []
    if found:
        hints.append(f"use {name}@{found[-1]}, which installs {release}")
    if action is not None and action.version_input is not None:
        hints.append(f"give it `{action.version_input}: {release}`")
    why = "no version is written, the action installs its default"
    return f"{why}: {', or '.join(hints)}" if hints else why


def verify_pins(wanted: Version) -> Check:
    """Return what checks that each pin that was edited has the version `wanted`."""

    def check(
        before: Inventory,
        after: Inventory,
        source: SourceFile,
        edits: Mapping[PurePosixPath, Sequence[Edit]],
    ) -> None:
        ordered = sort_edits(edits[source.path])
        moves = Moves(ordered)
        spans = {edit.span for edit in ordered}
        old = [p for p in before.pins if p.region.path == source.path]
        new = {
            (pin.region.span.start, pin.region.span.end, pin.version)
            for pin in after.pins
            if pin.region.path == source.path
        }
        for pin in old:
            place = moves.span(pin.region.span)
            version = wanted if pin.region.span in spans else pin.version
            if (*place, version) not in new:
                raise UnfaithfulRewrite(
                    "re-reading the new text did not find the same kind versions",
                    path=source.path,
                    hint="the file is left as it was; please report this",
                )

    return check


def checksums_near(moved: Iterable[Planned], inventory: Inventory) -> Iterator[str]:
    """Give a note for each checksum that stands near a kind pin that moves."""
    for plan in moved:
        if plan.type != "kind":
            continue
        source = inventory.sources[plan.location.path.as_posix()]
        line = plan.location.start.line
        last = min(line + _NEAR_LINES, len(source.line_starts))
        for near in range(max(1, line - _NEAR_LINES), last + 1):
            span = source.line_span(near)
            if _CHECKSUM.search(source.text, span.start, span.end):
                yield (
                    f"{plan.location.path}:{near}: a checksum stands here; if it is of "
                    "the old kind, it must move too"
                )
