"""One rich report: every shape a finding can have, in files that are hard to show."""

from __future__ import annotations

from pathlib import PurePosixPath

from digestpin.edits import Edit
from digestpin.findings import (
    Finding,
    Fix,
    Problem,
    RelatedLocation,
    Report,
    RuleInfo,
    Safety,
    Severity,
)
from digestpin.source import Location, SourceFile, Span

DIGEST = "sha256:c48c62eac5da28cdadcf560d1d8616cfa6783b58f0d94cf63ad1bf49600cb027"

WORKFLOW = """\
name: e2e
on: [push]
jobs:
  e2e:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: helm/kind-action@v1.12.0
        with:
          cluster_name: e2e
          node_image: kindest/node:v1.32.1
"""
MAKEFILE = (
    "KIND_VERSION ?= v0.26.0\n\ncluster:\n"
    "\tkind create cluster --image kindest/node:v1.31.4\n"
)
CLUSTER = (
    "\ufeffkind: Cluster\r\n# \u8282\u70b9\u955c\u50cf \U0001f680\r\nnodes:\r\n"
    "- {role: control-plane, labels: {zone: \u6771\u4eac}, "
    "image: kindest/node:latest}\r\n"
    "containerdConfigPatches:\r\n- |-\r\n"
    '  [plugins."io.containerd.grpc.v1.cri".registry]\r\n'
    '    config_path = "/etc/containerd/certs.d"\r\n'
)
LONG = (
    "export IMAGES='"
    + " ".join(f"registry.example/app-{n}:v{n}" for n in range(12))
    + " kindest/node:v1.30.0 "
    + " ".join(f"registry.example/tool-{n}:v{n}" for n in range(12))
    + "'\n"
)
HOSTILE = (
    b"echo '\x1b[2J\x1b]0;owned\x07 caf\xe9' "
    b"&& docker pull kindest/node:v1.29.0 # \xfc\n"
)

SOURCES = {
    source.path: source
    for source in (
        SourceFile(PurePosixPath(".github/workflows/e2e.yaml"), WORKFLOW.encode()),
        SourceFile(PurePosixPath("Makefile"), MAKEFILE.encode()),
        SourceFile(PurePosixPath("hack/images.sh"), LONG.encode()),
        SourceFile(PurePosixPath("hack/hostile.sh"), HOSTILE),
        SourceFile(PurePosixPath("test/kind, 50%.yaml"), CLUSTER.encode()),
    )
}
EVIDENCE = "https://github.com/kubernetes-sigs/kind/issues/3853"


def locate(path: str, text: str, *, until: str | None = None) -> Location:
    """Return the location of the first `text`, or from it to the end of `until`."""
    source = SOURCES[PurePosixPath(path)]
    encoding = "utf-8" if source.is_utf8 else "latin-1"
    start = source.data.index(text.encode(encoding))
    last = text if until is None else until
    end = source.data.index(last.encode(encoding), start) + len(last.encode(encoding))
    return source.locate(Span(start, end))


def replace(location: Location, replacement: str) -> Edit:
    """Return an edit of all that a location covers."""
    return Edit(
        path=location.path,
        span=location.span,
        expected=SOURCES[location.path].slice(location.span),
        replacement=replacement.encode(),
    )


def _pin(
    title: str, location: Location, text: str, safety: Safety = Safety.SAFE
) -> Fix:
    return Fix(title=title, safety=safety, edits=(replace(location, text),))


_NODE = locate(".github/workflows/e2e.yaml", "kindest/node:v1.32.1")
_ACTION = locate(".github/workflows/e2e.yaml", "helm/kind-action@v1.12.0")
_MAKE_NODE = locate("Makefile", "kindest/node:v1.31.4")
_MAKE_PIN = locate("Makefile", "v0.26.0")
_LATEST = locate("test/kind, 50%.yaml", "kindest/node:latest")
_PATCH = locate("test/kind, 50%.yaml", "[plugins.", until='certs.d"')
_LONG = locate("hack/images.sh", "kindest/node:v1.30.0")
_HOSTILE = locate("hack/hostile.sh", "kindest/node:v1.29.0")
_HERE = "kind v0.26.0 is pinned here (helm/kind-action@v1.12.0 default)"

FINDINGS = tuple(
    sorted(
        (
            Finding(
                rule="DP001",
                name="unpinned-tag",
                severity=Severity.ERROR,
                message="kindest/node:v1.32.1 is not pinned by digest",
                location=_NODE,
                fix=_pin(
                    "pin kindest/node:v1.32.1@sha256:6afef2b7\u2026, "
                    "built for kind v0.27.0",
                    _NODE,
                    "kindest/node:v1.32.1@" + DIGEST,
                ),
            ),
            Finding(
                rule="DP101",
                name="node-image-unsupported",
                severity=Severity.ERROR,
                message="kind v0.26.0 cannot drive kindest/node:v1.32.1: `kind load` "
                "fails: failed to detect containerd snapshotter",
                location=_NODE,
                related=(RelatedLocation(_ACTION, _HERE),),
                help=(
                    "use kind v0.27.0 or later",
                    "or kindest/node:v1.32.0, which kind v0.26.0 was published with",
                ),
                evidence=(EVIDENCE,),
                fix=_pin(
                    "replace it with kindest/node:v1.32.0@sha256:c48c62ea\u2026",
                    _NODE,
                    "kindest/node:v1.32.0@" + DIGEST,
                    Safety.UNSAFE,
                ),
            ),
            Finding(
                rule="DP102",
                name="digest-of-another-release",
                severity=Severity.WARNING,
                message="kind v0.26.0 lists kindest/node:v1.31.4 with another digest",
                location=_MAKE_NODE,
                related=(
                    RelatedLocation(_MAKE_PIN, "kind v0.26.0 is pinned here"),
                    RelatedLocation(_ACTION, _HERE),
                ),
                fix=_pin(
                    "pin the digest of v0.26.0",
                    _MAKE_NODE,
                    "kindest/node:v1.31.4@" + DIGEST,
                ),
            ),
            Finding(
                rule="DP002",
                name="missing-tag",
                severity=Severity.ERROR,
                message="kindest/node:latest names no Kubernetes version",
                location=_LATEST,
                help=("write the tag that you mean, with its digest",),
            ),
            Finding(
                rule="DP107",
                name="cluster-config-unsupported",
                severity=Severity.WARNING,
                message="containerd 2 ignores this patch | it needs <version = 3>",
                location=_PATCH,
                related=(RelatedLocation(_LATEST, "the image that ignores it"),),
                evidence=(EVIDENCE,),
            ),
            Finding(
                rule="DP103",
                name="node-image-not-published",
                severity=Severity.INFO,
                message="kindest/node:v1.30.0 was not published for kind v0.26.0",
                location=_LONG,
            ),
            Finding(
                rule="DP001",
                name="unpinned-tag",
                severity=Severity.ERROR,
                message="kindest/node:v1.29.0 is not pinned by digest",
                location=_HOSTILE,
                fix=_pin("pin it", _HOSTILE, "kindest/node:v1.29.0@" + DIGEST),
            ),
        ),
        key=lambda finding: finding.sort_key,
    )
)


def _rule(code: str, name: str, severity: Severity, summary: str) -> RuleInfo:
    documentation = f"# {name} ({code})\n\n{summary}.\n\n## Why\n\nTags move.\n"
    return RuleInfo(
        code=code,
        name=name,
        severity=severity,
        summary=summary,
        documentation=documentation,
    )


RULES = (
    _rule("DP001", "unpinned-tag", Severity.ERROR, "An image has a tag but no digest"),
    _rule("DP002", "missing-tag", Severity.ERROR, "An image names no version"),
    _rule("DP101", "node-image-unsupported", Severity.ERROR, "kind cannot drive it"),
    _rule("DP102", "digest-of-another-release", Severity.WARNING, "Built for another"),
    _rule("DP103", "node-image-not-published", Severity.INFO, "Compatible by luck"),
    _rule(
        "DP107", "cluster-config-unsupported", Severity.WARNING, "A patch is ignored"
    ),
)

PROBLEMS = (
    Problem(
        message="UTF-16 is not read",
        path=PurePosixPath("charts/odd.yaml"),
        line=3,
        hint="save it as UTF-8",
    ),
    Problem(message="docker.io did not answer: 2 references were not confirmed"),
)

REPORT = Report(
    findings=FINDINGS,
    problems=PROBLEMS,
    notes=("offline: digests are from the shipped table of kind releases",),
    rules=RULES,
    sources=SOURCES,
    files=17,
    references=9,
    kind_pins=2,
    suppressed=1,
)
CLEAN = Report(sources={}, files=31, references=12, kind_pins=3, rules=RULES)
FIXED = Report(
    findings=FINDINGS[1:2],
    fixed=(FINDINGS[0], FINDINGS[2]),
    sources=SOURCES,
    files=17,
    references=9,
    kind_pins=2,
    changed_files=(FINDINGS[0].location.path, FINDINGS[2].location.path),
)
