"""What `digestpin resolve` says of a reference: its digest and where that is from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.findings import Problem
from digestpin.kind.choice import choose_build
from digestpin.kind.versions import format_kind_version
from digestpin.reference_values import is_node_image
from digestpin.registry.resolution import Resolved
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from packaging.version import Version

    from digestpin.errors import RegistryError
    from digestpin.kind.releases import KindReleases
    from digestpin.oci import Digest, ImageReference
    from digestpin.registry.resolution import Resolution
    from digestpin.terminal import Style


@frozen(kw_only=True, slots=False)
class Answer:
    """The digest of one reference, or why there is none.

    `origin` says where the digest is from, `built_for` which kind releases list it,
    `notes` what else there is to know, `warnings` what registries gave cause for.
    """

    reference: ImageReference
    digest: Digest | None
    origin: str
    built_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: RegistryError | None = None


def answer(
    reference: ImageReference,
    kind: Version | None,
    resolutions: Mapping[ImageReference, Resolution],
    releases: KindReleases,
) -> Answer:
    """Answer from the data for a kind version, else from what the registry said."""
    resolution = resolutions.get(reference)
    if kind or resolution is None:
        known = _from_data(reference, kind, releases)
        if known is not None:
            return known
    if resolution is None:
        return Answer(
            reference=reference, digest=None, origin="not known without a registry"
        )
    return _from_registry(reference, resolution, releases)


def _from_data(
    reference: ImageReference, kind: Version | None, releases: KindReleases
) -> Answer | None:
    """Answer from the data, which may not know."""
    if reference.tag is None or not is_node_image(reference.name):
        return None
    kinds = [] if kind is None else [kind]
    choice = choose_build(reference.tag, kinds, releases)
    if choice.build is not None:
        origin = _origin(choice.build.kind, kind)
        return _finish(reference, choice.build.digest, origin, releases)
    if kind is not None and choice.verdicts and choice.verdicts[0].broken:
        symptom = choice.verdicts[0].broken[0].symptom
        return Answer(
            reference=reference,
            digest=None,
            origin=f"kind {format_kind_version(kind)} cannot drive it: {symptom}",
        )
    return None


def _from_registry(
    reference: ImageReference, resolution: Resolution, releases: KindReleases
) -> Answer:
    """Answer what a registry did, or why it did not."""
    warnings = tuple(warning.advice for warning in resolution.warnings)
    if isinstance(resolution, Resolved):
        origin = f"what {resolution.answered_by} answers now"
        found = _finish(reference, resolution.descriptor.digest, origin, releases)
        return replace(found, warnings=warnings)
    return Answer(
        reference=reference,
        digest=None,
        origin=str(resolution.error),
        warnings=warnings,
        error=resolution.error,
    )


def _origin(built: Version | None, kind: Version | None) -> str:
    if built is None:
        return "shipped data: pushed between kind releases"
    text = f"shipped data: published for kind {format_kind_version(built)}"
    if kind is not None and built != kind:
        text += (
            f", the newest known build that kind {format_kind_version(kind)} can drive"
        )
    return text


def _finish(
    reference: ImageReference, digest: Digest, origin: str, releases: KindReleases
) -> Answer:
    tags = sorted(releases.tags_of_digest(digest))
    notes = []
    if tags and reference.tag is not None and reference.tag not in tags:
        notes.append(f"the digest is known as {' and '.join(tags)}")
    return Answer(
        reference=reference,
        digest=digest,
        origin=origin,
        built_for=tuple(
            format_kind_version(kind) for kind in releases.kinds_of_digest(digest)
        ),
        notes=tuple(notes),
    )


def problems_of(answers: Sequence[Answer]) -> tuple[Problem, ...]:
    """Return what has no digest as problems."""
    return tuple(
        Problem(
            message=f"{item.reference}: {item.origin}",
            hint=None if item.error is None else item.error.hint,
        )
        for item in answers
        if item.digest is None
    )


def render_answers(answers: Sequence[Answer], style: Style) -> str:
    """Return the digests for people; the first line of each is the pinned reference."""
    lines = []
    for item in answers:
        if item.digest is None:
            continue
        lines.append(str(item.reference.with_digest(item.digest)))
        lines.append(f"  from {style.printable(item.origin)}")
        if item.built_for:
            lines.append(f"  built for kind {', '.join(item.built_for)}")
        lines += [f"  note: {style.printable(note)}" for note in item.notes]
    return "".join(f"{line}\n" for line in lines)


def render_answers_json(answers: Sequence[Answer]) -> str:
    """Return answers as JSON, `schema_version` 1."""
    items = [
        {
            "reference": str(item.reference),
            "digest": None if item.digest is None else str(item.digest),
            "origin": item.origin,
            "built_for": list(item.built_for),
            "notes": [*item.notes, *item.warnings],
            "failure": None if item.error is None else item.error.failure,
            "hint": None if item.error is None else item.error.hint,
        }
        for item in answers
    ]
    return f"{json.dumps({'schema_version': 1, 'resolved': items}, indent=2)}\n"
