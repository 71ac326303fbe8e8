"""Renders what `digestpin releases` says of kind releases and node images."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from digestpin.kind.constraints import Level
from digestpin.kind.versions import format_kind_version
from digestpin.reports.summary import number
from digestpin.terminal import BOLD, CYAN, DIM, GREEN, RED, UNDERLINE, YELLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digestpin.kind.constraints import Constraint, ImageCondition, VersionRange
    from digestpin.kind.current import CurrentTable
    from digestpin.kind.releases import KindRelease, KindReleases, NodeImageBuild
    from digestpin.releasing import NodeImageFacts
    from digestpin.terminal import Style

_COLUMNS = ("kind", "released", "default node image", "", "containerd", "images")
_WIDTH = 80


# The table


def render_table(current: CurrentTable, style: Style) -> str:
    """Return the releases, newest first, and which table this is."""
    rows = [_COLUMNS, *(_row(release) for release in current.releases.releases)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = []
    for index, row in enumerate(rows):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        if index:
            cells[0] = style.paint(cells[0], BOLD)
            cells[3] = style.paint(cells[3], DIM)
        line = "  ".join(cells).rstrip()
        lines.append(line if index else style.paint(line, DIM))
    lines += ["", *describe_table(current, style)]
    return "".join(f"{line}\n" for line in lines)


def _row(release: KindRelease) -> tuple[str, ...]:
    default = release.default_node_image
    return (
        str(release),
        release.date.isoformat(),
        default.tag,
        default.digest.short,
        str(release.containerd or ""),
        str(len(release.node_images)),
    )


def describe_table(current: CurrentTable, style: Style) -> Iterator[str]:
    """Give the lines that say which table is used."""
    as_of = current.releases.as_of.isoformat()
    if current.file is None:
        yield f"As of {as_of}, shipped with digestpin."
    else:
        yield f"As of {as_of}, from {style.printable(str(current.file))}."
        yield "Remove that file to use the table that digestpin ships."
    if current.unused:
        note = style.paint("note:", YELLOW)
        yield f"{note} not used: {style.printable(current.unused)}"


def table_as_json(current: CurrentTable) -> str:
    """Return the releases as JSON, schema version 1."""
    return _dump(
        current.releases,
        {
            "table": None if current.file is None else str(current.file),
            "kind_releases": [_release(it) for it in current.releases.releases],
        },
    )


# One release


def render_release(
    release: KindRelease,
    broken: Sequence[Constraint],
    also: Sequence[NodeImageBuild],
    style: Style,
) -> str:
    """Return one release: its images, and what it can and cannot drive."""
    lines = [
        f"{style.paint(f'kind {release}', BOLD)}, {release.date}"
        + (f", containerd {release.containerd}" if release.containerd else ""),
        "",
        "node images, published for it:",
    ]
    width = max(len(build.tag) for build in release.node_images)
    for build in release.node_images:
        mark = "  default" if build == release.default_node_image else ""
        tag = style.paint(f"{build.tag:<{width}}", GREEN)
        lines.append(f"  {tag}  {build.digest}{style.paint(mark, CYAN)}")
    if also:
        tags = ", ".join(build.tag for build in also)
        lines += ["", "drives too, the newest of each Kubernetes minor that was built"]
        lines += ["for another release:", *_wrap(tags, style)]
    if broken:
        lines += ["", "too old for node images with:"]
        for constraint in broken:
            lines += _constraint(constraint, style)
    return "".join(f"{line}\n" for line in lines)


def _wrap(text: str, style: Style) -> list[str]:
    width = style.width or _WIDTH
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.wrap(
        text,
        width,
        initial_indent="  ",
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _constraint(constraint: Constraint, style: Style) -> Iterator[str]:
    color = RED if constraint.level is Level.ERROR else YELLOW
    least = format_kind_version(constraint.kind)
    what = describe_condition(constraint.image)
    yield f"  {style.paint(what, color)}: needs kind {least}"
    yield from _wrap(f"  {style.printable(constraint.symptom)}", style)
    for link in constraint.evidence[:1]:
        yield f"    {style.paint('see:', DIM)} {style.paint(link, UNDERLINE)}"


def describe_condition(condition: ImageCondition) -> str:
    """Return a condition on an image in words: `Kubernetes 1.37.0 or newer`."""
    named = (
        ("Kubernetes", condition.kubernetes),
        ("containerd", condition.containerd),
        ("a containerd configuration of version", condition.containerd_config),
        ("built from the sources of kind", condition.built_for_kind),
    )
    return ", ".join(
        f"{name} {_range(bounds)}" for name, bounds in named if bounds is not None
    )


def _range(bounds: VersionRange) -> str:
    if bounds.low is None:
        return f"older than {bounds.high}"
    if bounds.high is None:
        return f"{bounds.low} or newer"
    return f"{bounds.low} or newer, older than {bounds.high}"


def release_as_json(
    release: KindRelease,
    broken: Sequence[Constraint],
    also: Sequence[NodeImageBuild],
    releases: KindReleases,
) -> str:
    """Return one release as JSON, schema version 1."""
    value: dict[str, object] = {
        "kind_release": _release(release),
        "too_old_for": [_constraint_as_json(item) for item in broken],
        "also_drives": [{"tag": it.tag, "digest": str(it.digest)} for it in also],
    }
    return _dump(releases, value)


# Node images


def render_node_images(found: Sequence[NodeImageFacts], style: Style) -> str:
    """Return each known build: who lists it, what it runs, what kind it needs."""
    lines: list[str] = []
    for item in found:
        build = item.build
        tag = style.paint(f"kindest/node:{build.tag}", BOLD)
        lines += ["", f"{tag}@{build.digest}", f"  {_published(item)}"]
        if build.containerd is not None:
            more = "" if build.containerd_is_exact else " or newer"
            lines.append(f"  containerd {build.containerd}{more}")
        if not item.needs:
            lines.append("  any known kind can drive it, as far as is known")
        for constraint in item.needs:
            least = style.paint(format_kind_version(constraint.kind), CYAN)
            what = describe_condition(constraint.image)
            lines.append(f"  needs kind {least} or newer ({what}), else")
            lines += _wrap(f"  {style.printable(constraint.symptom)}", style)
    builds = number(len(found), "known build")
    lines += ["", style.paint(f"{builds}.", BOLD)]
    return "".join(f"{line}\n" for line in lines[1:])


def _published(item: NodeImageFacts) -> str:
    if not item.kinds:
        return f"pushed about {item.build.date}, between kind releases"
    kinds = ", ".join(
        format_kind_version(kind)
        + (" (its default)" if kind in item.is_default_of else "")
        for kind in item.kinds
    )
    return f"published for kind {kinds}"


def node_images_as_json(found: Sequence[NodeImageFacts], releases: KindReleases) -> str:
    """Return builds as JSON, schema version 1."""
    return _dump(releases, {"node_images": [_facts(item) for item in found]})


def _facts(item: NodeImageFacts) -> dict[str, object]:
    build, least = item.build, item.least_kind
    return {
        "tag": build.tag,
        "digest": str(build.digest),
        "kind_releases": [format_kind_version(kind) for kind in item.kinds],
        "default_of": [format_kind_version(kind) for kind in item.is_default_of],
        "date": build.date.isoformat(),
        "containerd": None if build.containerd is None else str(build.containerd),
        "containerd_is_exact": build.containerd_is_exact,
        "least_kind": None if least is None else format_kind_version(least),
        "needs": [_constraint_as_json(constraint) for constraint in item.needs],
        "evidence": list(build.evidence),
    }


# JSON


def _dump(releases: KindReleases, value: dict[str, object]) -> str:
    head = {"schema_version": 1, "as_of": releases.as_of.isoformat()}
    return json.dumps({**head, **value}, indent=2) + "\n"


def _release(release: KindRelease) -> dict[str, object]:
    return {
        "version": str(release),
        "date": release.date.isoformat(),
        "containerd": None if release.containerd is None else str(release.containerd),
        "default_node_image": str(release.default_node_image),
        "node_images": [
            {"tag": build.tag, "digest": str(build.digest)}
            for build in release.node_images
        ],
        "evidence": list(release.evidence),
    }


def _constraint_as_json(constraint: Constraint) -> dict[str, object]:
    return {
        "id": constraint.id,
        "image": describe_condition(constraint.image),
        "least_kind": format_kind_version(constraint.kind),
        "severity": constraint.level.value,
        "symptom": constraint.symptom,
        "evidence": list(constraint.evidence),
    }
