"""A part of a cluster config is rejected or ignored by the node image it runs on.

## What it reports

A patch in a kind cluster config that the image of its nodes does not take: registry
mirrors in containerd's own configuration with containerd 2, a kubeadm patch of an API
version that this Kubernetes no longer reads. An error where the cluster does not
start, a warning where the patch has no effect.

The image is the one that `kind create cluster --image` or the input of an action gives
with the config; else the one that a node names, else the default of the pinned kind.
Where it cannot be known, nothing is reported.

## Why

Such a config worked with the images of its day. With a newer image, or a newer kind
whose default image the config uses, the cluster fails to start, or starts without the
setting and nobody notices.

## Example

```yaml
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
containerdConfigPatches:
  - |-
    [plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5001"]
      endpoint = ["http://kind-registry:5000"]
```

## Fix

None: the help says what to write instead.

## See also

<https://kind.sigs.k8s.io/docs/user/local-registry/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.findings import Finding, RelatedLocation, Severity
from digestpin.kind.versions import format_kind_version
from digestpin.rules.interface import Context, Rule, describe
from digestpin.rules.places import related_pins
from digestpin.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digestpin.facts import ClusterConfig
    from digestpin.inventory import ConfiguredCluster, NodesImage
    from digestpin.kind.clusterconfig import ClusterConfigBreach, Patch
    from digestpin.templates import Template

INFO = describe("DP107", "cluster-config-unsupported", Severity.ERROR, __doc__ or "")


def check(context: Context) -> Iterator[Finding]:
    """Give a finding for each patch and each constraint that it breaks."""
    for cluster in context.inventory.clusters:
        yield from _judge_cluster(cluster, context)


def _judge_cluster(cluster: ConfiguredCluster, context: Context) -> Iterator[Finding]:
    templates = cluster.config.patches
    if not templates:
        return
    # Only few repositories patch a cluster config; the others need no TOML reader.
    from digestpin.kind.clusterconfig import (  # noqa: PLC0415
        find_cluster_config_breaches,
    )

    patches = _patches(cluster.config)
    seen: set[tuple[str, int]] = set()
    for image in cluster.images:
        for breach in find_cluster_config_breaches(
            patches,
            (image.tag, image.digest),
            image.versions,
            context.inventory.releases,
        ):
            key = (breach.constraint.id, breach.patch)
            if key not in seen:
                seen.add(key)
                yield _finding(breach, image, templates, cluster, context)


def _patches(config: ClusterConfig) -> list[Patch]:
    """Return the patches in the order of `ClusterConfig.patches`."""
    from digestpin.kind.clusterconfig import Patch, PatchType  # noqa: PLC0415

    texts: dict[PatchType, Iterable[tuple[Template, str]]] = {
        PatchType.CONTAINERD: ((it, "") for it in config.containerd_patches),
        PatchType.CONTAINERD_JSON6902: (
            (it, "") for it in config.containerd_json_patches
        ),
        PatchType.KUBEADM: ((it, "") for it in config.kubeadm_patches),
        PatchType.KUBEADM_JSON6902: config.kubeadm_json_patches,
    }
    # A variable within a string is as good as any text; elsewhere this does not parse.
    return [
        Patch(type_, template.text.replace(HOLE, "_"), kind)
        for type_, patches in texts.items()
        for template, kind in patches
    ]


def _finding(
    breach: ClusterConfigBreach,
    image: NodesImage,
    templates: Sequence[Template],
    cluster: ConfiguredCluster,
    context: Context,
) -> Finding:
    inventory = context.inventory
    template = templates[breach.patch]
    place = template.cut(breach.start, max(breach.end, breach.start + 1)).region
    related: list[RelatedLocation] = []
    runs = f"the nodes run {image.tag}"
    if image.region is not None:
        at = inventory.locate(image.region)
        related.append(RelatedLocation(at, "the nodes' image is here"))
    else:
        kinds = ", ".join(format_kind_version(kind) for kind in image.versions)
        runs = f"{runs}, the default of kind {kinds}"
    related += related_pins(image.pins, inventory)
    instead = breach.constraint.instead
    return Finding(
        rule=INFO.code,
        name=INFO.name,
        severity=Severity.ERROR if breach.is_error else Severity.WARNING,
        message=f"{breach.found}: {breach.constraint.symptom} ({runs})",
        location=inventory.locate(place or cluster.config.region),
        related=tuple(related),
        help=() if instead is None else (instead,),
        evidence=breach.constraint.evidence,
    )


RULE = Rule(INFO, check)
