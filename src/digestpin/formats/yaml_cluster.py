"""Finds kind cluster configs among YAML nodes.

A cluster config is known by its `apiVersion`, wherever it stands: a file of its own, a
ConfigMap, an input of an action, a here-document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from digestpin.facts import ClusterConfig
from digestpin.formats.yaml_variables import expand
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_GROUPS = ("kind.x-k8s.io/", "kind.sigs.k8s.io/")
_KUBEADM = "kubeadm.k8s.io"
_KINDS = frozenset(("Cluster", "Config"))
_WRAPPED = "kindV1Alpha4Cluster"
"""The key of a ctlptl cluster that holds a cluster config without its version."""

_Node = TypeVar("_Node", Scalar, Mapping)


def names_cluster_config(text: str) -> bool:
    """Say whether a cluster config can be in a text, before that is parsed."""
    return any(group in text for group in _GROUPS)


def find_cluster_config(root: Node | None, scope: Scope) -> ClusterConfig | None:
    """Return the cluster config that a document or mapping is, if it is one."""
    config = _config(root)
    if config is None:
        return None
    listed = [node for it in _all(config, "nodes") for node in _items(it)]
    nodes = [node for node in listed if isinstance(node, Mapping)]
    images = [image for node in nodes for image in _all(node, "image")]
    patched = (config, *nodes)
    return ClusterConfig(
        region=config.region,
        scope=scope,
        # kind makes one control plane when none is listed.
        nodes=len(nodes) or 1,
        node_images=tuple(
            expand(image.content, scope)
            for image in images
            if isinstance(image, Scalar) and image.text
        ),
        containerd_patches=_texts((config,), "containerdConfigPatches"),
        kubeadm_patches=_texts(patched, "kubeadmConfigPatches"),
        containerd_json_patches=_texts((config,), "containerdConfigPatchesJSON6902"),
        kubeadm_json_patches=tuple(_json_patches(patched)),
        is_open=(
            len(nodes) < len(listed)
            or not all(isinstance(image, Scalar) for image in images)
            or any(_scalar(it) is not None for it in _all(config, "nodes"))
        ),
    )


def _texts(mappings: Iterable[Mapping], key: str) -> tuple[Template, ...]:
    """Return the strings in the sequences at a key."""
    return tuple(item.content for item in _listed(mappings, key, Scalar))


def _json_patches(mappings: Iterable[Mapping]) -> Iterator[tuple[Template, str]]:
    """Yield the version and kind of each JSON patch for kubeadm's own objects."""
    for patch in _listed(mappings, "kubeadmConfigPatchesJSON6902", Mapping):
        group, version = _scalar(patch.get("group")), _scalar(patch.get("version"))
        kind = _scalar(patch.get("kind"))
        if version is not None and group is not None and group.text == _KUBEADM:
            yield version, "" if kind is None else kind.text


def _listed(
    mappings: Iterable[Mapping], key: str, type_: type[_Node]
) -> Iterator[_Node]:
    for mapping in mappings:
        for sequence in _all(mapping, key):
            for item in _items(sequence):
                if isinstance(item, type_):
                    yield item


def _all(mapping: Mapping, key: str) -> list[Node]:
    """Return the values at a key; the branches of a template may repeat it."""
    return [value for name, value in mapping.items() if name.text == key]


def _config(root: Node | None) -> Mapping | None:
    if not isinstance(root, Mapping):
        return None
    wrapped = root.get(_WRAPPED)
    if isinstance(wrapped, Mapping):
        return wrapped
    version, kind = _scalar(root.get("apiVersion")), _scalar(root.get("kind"))
    if version is None or kind is None or kind.text not in _KINDS:
        return None
    return root if version.text.startswith(_GROUPS) else None


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _scalar(node: Node | None) -> Template | None:
    return node.content if isinstance(node, Scalar) and node.text else None
