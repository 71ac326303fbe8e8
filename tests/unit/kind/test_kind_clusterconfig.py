import json
from collections.abc import Sequence

import pytest
from packaging.version import Version

from digestpin.kind.clusterconfig import (
    ClusterConfigBreach,
    Patch,
    PatchType,
    find_cluster_config_breaches,
)
from digestpin.kind.constraints import Certainty
from digestpin.kind.releases import KindReleases
from digestpin.oci.digest import Digest

MIRRORS = """\
# local registry
[plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5001"]
  endpoint = ["http://kind-registry:5000"]
"""
TLS = """\
[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".tls]
  ca_file = "/ca.pem"
"""
AUTH = """\
[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".auth]
  username = "me"
"""
V3_MIRRORS = """\
[plugins."io.containerd.cri.v1.images".registry.mirrors."docker.io"]
  endpoint = ["http://mirror"]
"""
CERTS_D = """\
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
"""
NO_PATH = '[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = ""\n'
INLINE = """\
[plugins."io.containerd.grpc.v1.cri"]
registry = { mirrors = { "docker.io" = { endpoint = ["http://m"] } } }
"""
DOTTED = """\
plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io".endpoint = ["m"]
"""
EMPTY = '[plugins."io.containerd.grpc.v1.cri".registry.mirrors]\n'
TEMPLATE = """\
{{- if .Mirror }}
[plugins."io.containerd.grpc.v1.cri".registry.mirrors."{{ .Host }}"]
  endpoint = [{{ .Mirror | quote }}]
{{- end }}
"""
ESCAPED = MIRRORS.replace('"', '\\"')
COMMENTED = "".join(f"# {line}\n" for line in MIRRORS.splitlines())

REFUSED, IGNORED = "containerd-registry-mirrors", "containerd-registry-mirrors-ignored"
SURE, LIKELY = Certainty.SURE, Certainty.LIKELY


def find(
    text: str,
    tag: str | None,
    kinds: Sequence[str] = (),
    type_: PatchType = PatchType.CONTAINERD,
    digest: Digest | None = None,
) -> tuple[ClusterConfigBreach, ...]:
    return find_cluster_config_breaches(
        [Patch(type_, text)],
        (tag, digest),
        [Version(kind) for kind in kinds],
        KindReleases.load(),
    )


@pytest.mark.parametrize(
    ("text", "tag", "kinds", "expected"),
    [
        pytest.param(MIRRORS, "v1.35.0", ["0.31.0"], (REFUSED, SURE), id="refused"),
        pytest.param(MIRRORS, "v1.32.2", ["0.27.0"], (IGNORED, SURE), id="ignored"),
        pytest.param(MIRRORS, "v1.31.4", ["0.26.0"], None, id="containerd 1.7"),
        pytest.param(TLS, "v1.35.0", ["0.31.0"], (REFUSED, SURE), id="tls"),
        pytest.param(AUTH, "v1.35.0", ["0.31.0"], None, id="auth is not refused"),
        pytest.param(V3_MIRRORS, "v1.35.0", ["0.31.0"], (REFUSED, SURE), id="v3 name"),
        pytest.param(V3_MIRRORS, "v1.32.2", ["0.27.0"], None, id="v3 name not ignored"),
        pytest.param(CERTS_D, "v1.35.0", ["0.31.0"], None, id="what to write instead"),
        pytest.param(NO_PATH + MIRRORS, "v1.35.0", ["0.31.0"], None, id="no path"),
        pytest.param(INLINE, "v1.35.0", ["0.31.0"], (REFUSED, SURE), id="inline table"),
        pytest.param(DOTTED, "v1.35.0", ["0.31.0"], (REFUSED, SURE), id="dotted keys"),
        pytest.param(EMPTY, "v1.35.0", ["0.31.0"], None, id="an empty table"),
        pytest.param(TEMPLATE, "v1.35.0", ["0.31.0"], (REFUSED, LIKELY), id="template"),
        pytest.param(ESCAPED, "v1.35.0", ["0.31.0"], (REFUSED, LIKELY), id="escaped"),
        pytest.param(COMMENTED, "v1.35.0", ["0.31.0"], None, id="commented out"),
        pytest.param("{{ x }}\n" + EMPTY, "v1.35.0", [], None, id="empty, template"),
        pytest.param("", "v1.35.0", ["0.31.0"], None, id="empty patch"),
        pytest.param(MIRRORS, "v1.35.0", [], (REFUSED, SURE), id="no kind version"),
        pytest.param(MIRRORS, "latest", ["0.31.0"], None, id="unknown image"),
        pytest.param(MIRRORS, None, ["0.31.0"], None, id="no image"),
        pytest.param(MIRRORS, "v1.37.9", [], (REFUSED, SURE), id="unknown newer image"),
        pytest.param(
            MIRRORS,
            "v1.33.0",
            ["0.27.0"],
            (IGNORED, LIKELY),
            id="a tag added to the release later",
        ),
        pytest.param(
            MIRRORS, "v1.33.0", [], (IGNORED, LIKELY), id="builds that may differ"
        ),
        pytest.param("plugins = 1\n", "v1.35.0", [], None, id="another shape"),
        pytest.param(
            MIRRORS, "v1.32.0", [], None, id="builds that all have containerd 1.7"
        ),
    ],
)
def test_registry_settings_are_judged_by_the_image(
    text: str,
    tag: str | None,
    kinds: Sequence[str],
    expected: tuple[str, Certainty] | None,
) -> None:
    found = [(item.constraint.id, item.certainty) for item in find(text, tag, kinds)]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        pytest.param(
            MIRRORS,
            '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5001"]',
            'plugins."io.containerd.grpc.v1.cri".registry.mirrors',
            id="header",
        ),
        pytest.param(
            INLINE,
            "registry",
            'plugins."io.containerd.grpc.v1.cri".registry.mirrors',
            id="inline table",
        ),
        pytest.param(
            TLS,
            '[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".tls]',
            'plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".tls',
            id="tls",
        ),
        pytest.param(
            TEMPLATE,
            '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."{{ .Host }}"]',
            'plugins."io.containerd.grpc.v1.cri".registry.mirrors',
            id="template",
        ),
        pytest.param(
            "é = 1\n" + DOTTED,
            'plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io".endpoint',
            'plugins."io.containerd.grpc.v1.cri".registry.mirrors',
            id="dotted keys, after other text",
        ),
    ],
)
def test_the_offending_line_is_located(text: str, at: str, found: str) -> None:
    (breach,) = find(text, "v1.35.0", ["0.31.0"])
    assert (text[breach.start : breach.end], breach.found) == (at, found)
    assert breach.constraint.evidence
    assert "hosts.toml" in (breach.constraint.instead or "")


def test_a_key_that_no_line_shows_is_located_at_the_start() -> None:
    text = MIRRORS.replace("[plugins", '["\\u0070lugins"')
    (breach,) = find(text, "v1.35.0", ["0.31.0"])
    assert (breach.start, breach.end, breach.certainty) == (0, 0, SURE)


def test_a_refused_setting_is_an_error_and_an_ignored_one_a_warning() -> None:
    (refused,) = find(MIRRORS, "v1.35.0", ["0.31.0"])
    (ignored,) = find(MIRRORS, "v1.32.2", ["0.27.0"])
    (template,) = find(TEMPLATE, "v1.35.0", ["0.31.0"])
    assert [item.is_error for item in (refused, ignored, template)] == [
        True,
        False,
        False,
    ]


def test_the_digest_decides_and_each_kind_version_is_judged() -> None:
    build = KindReleases.load().published(Version("0.26.0"), "v1.32.0")
    assert build is not None
    assert find(MIRRORS, "v1.35.0", ["0.31.0"], digest=build.digest) == ()
    (breach,) = find(MIRRORS, "v1.35.0", ["0.31.0", "0.32.0"])
    assert breach.kinds == (Version("0.31.0"), Version("0.32.0"))
    (breach,) = find(MIRRORS, "v1.35.0")
    assert breach.kinds == ()


def _json_patch(path: str, value: object, op: str = "add") -> str:
    return json.dumps([{"op": op, "path": path, "value": value}])


BASE = "/plugins/io.containerd.grpc.v1.cri/registry"


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        (_json_patch(f"{BASE}/mirrors/docker.io", {"endpoint": ["m"]}), SURE),
        (_json_patch(BASE, {"mirrors": {"docker.io": {}}}), SURE),
        (_json_patch(f"{BASE}/configs/a~1b/tls", {"ca_file": "x"}, "replace"), SURE),
        (_json_patch(f"{BASE}/configs/a/auth", {"username": "x"}), None),
        (_json_patch(f"{BASE}/mirrors/docker.io", None, "remove"), None),
        (_json_patch(f"{BASE}/config_path", "/etc"), None),
        (f"- op: add\n  path: {BASE}/mirrors/docker.io\n  value: {{}}\n", LIKELY),
        (f"- op: add\n  path: {BASE}/config_path\n  value: x\n", None),
        ('{"path": "/x"}', None),
    ],
)
def test_a_json_patch_of_containerd_is_read(
    text: str, certainty: Certainty | None
) -> None:
    found = find(text, "v1.35.0", ["0.31.0"], PatchType.CONTAINERD_JSON6902)
    assert [item.certainty for item in found] == ([certainty] if certainty else [])
    for item in found:
        assert text[item.start : item.end].startswith("/plugins/")


@pytest.mark.parametrize(
    ("text", "is_lifted"),
    [
        (_json_patch(f"{BASE}/config_path", "", "replace"), True),
        (json.dumps([{"op": "remove", "path": f"{BASE}/config_path"}]), True),
        (_json_patch(f"{BASE}/config_path", "/etc", "replace"), False),
        (_json_patch(f"{BASE}/config_path", {}, "replace"), False),
        (_json_patch(f"{BASE}/headers", "", "replace"), False),
        ("no JSON", False),
    ],
)
def test_a_json_patch_may_take_the_reason_away(text: str, is_lifted: bool) -> None:
    patches = [
        Patch(PatchType.CONTAINERD, MIRRORS),
        Patch(PatchType.CONTAINERD_JSON6902, text),
    ]
    image = ("v1.35.0", None)
    found = find_cluster_config_breaches(
        patches, image, [Version("0.31.0")], KindReleases.load()
    )
    assert bool(found) is not is_lifted


KUBEADM = """\
kind: ClusterConfiguration
apiVersion: kubeadm.k8s.io/{version}
apiServer:
  extraArgs: {{}}
"""


@pytest.mark.parametrize(
    ("text", "tag", "kinds", "certainty"),
    [
        pytest.param("v1beta3", "v1.36.1", ["0.32.0"], SURE, id="ignored"),
        pytest.param("v1beta2", "v1.37.0", ["0.33.0"], SURE, id="older"),
        pytest.param("v1alpha1", "v1.37.0", ["0.33.0"], SURE, id="oldest"),
        pytest.param("v1beta4", "v1.36.1", ["0.32.0"], None, id="right version"),
        pytest.param("v1beta3", "v1.35.5", ["0.32.0"], None, id="older Kubernetes"),
        pytest.param("v1beta3", "v1.36.1", ["0.31.0"], None, id="older kind"),
        pytest.param("v1beta3", "v1.36.1", [], LIKELY, id="no kind version"),
        pytest.param("v1beta3", "v1.36.9", ["0.32.0"], SURE, id="unknown build"),
    ],
)
def test_a_versioned_kubeadm_patch_is_judged(
    text: str, tag: str, kinds: Sequence[str], certainty: Certainty | None
) -> None:
    patch = KUBEADM.format(version=text)
    found = find(patch, tag, kinds, PatchType.KUBEADM)
    assert [item.certainty for item in found] == ([certainty] if certainty else [])
    assert [patch[item.start : item.end] for item in found] == [
        item.found for item in found
    ]
    assert all(item.found == f"kubeadm.k8s.io/{text}" for item in found)
    entry = find(text, tag, kinds, PatchType.KUBEADM_JSON6902)
    assert [item.certainty for item in entry] == [item.certainty for item in found]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ('{"apiVersion": "kubeadm.k8s.io/v1beta3", "kind": "InitConfiguration"}', True),
        ("  apiVersion: 'kubeadm.k8s.io/v1beta3'\n  kind: {{ .Kind }}\n", True),
        ("kind: InitConfiguration\n", False),
        ("# apiVersion: kubeadm.k8s.io/v1beta3\n", False),
        ("apiVersion: kubelet.config.k8s.io/v1beta1\n", False),
        (MIRRORS, False),
    ],
)
def test_the_version_of_a_kubeadm_patch_is_read_from_its_text(
    text: str, is_found: bool
) -> None:
    found = find(text, "v1.36.1", ["0.32.0"], PatchType.KUBEADM)
    assert bool(found) is is_found


def test_breaches_come_in_the_order_of_the_patches() -> None:
    patches = [
        Patch(PatchType.KUBEADM, KUBEADM.format(version="v1beta3")),
        Patch(PatchType.CONTAINERD, CERTS_D),
        Patch(PatchType.CONTAINERD, MIRRORS),
    ]
    found = find_cluster_config_breaches(
        patches, ("v1.36.1", None), [Version("0.32.0")], KindReleases.load()
    )
    assert [(item.patch, item.constraint.id) for item in found] == [
        (0, "kubeadm-patch-v1beta3"),
        (2, REFUSED),
    ]


OTHER_KIND = KUBEADM.replace("ClusterConfiguration", "InitConfiguration")


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        (Patch(PatchType.KUBEADM, KUBEADM.format(version="v1beta4")), False),
        (Patch(PatchType.KUBEADM, OTHER_KIND.format(version="v1beta4")), True),
        (Patch(PatchType.KUBEADM, "kind: ClusterConfiguration\n"), True),
        (Patch(PatchType.KUBEADM_JSON6902, "v1beta4", "ClusterConfiguration"), False),
        (Patch(PatchType.KUBEADM_JSON6902, "v1beta4", "InitConfiguration"), True),
        (Patch(PatchType.KUBEADM_JSON6902, "v1beta4"), True),
        (Patch(PatchType.CONTAINERD, MIRRORS), True),
    ],
)
def test_a_patch_for_each_version_is_as_it_should_be(
    other: Patch, is_found: bool
) -> None:
    patch = Patch(PatchType.KUBEADM, KUBEADM.format(version="v1beta3"))
    image = ("v1.36.1", None)
    found = find_cluster_config_breaches(
        [patch, other], image, [Version("0.32.0")], KindReleases.load()
    )
    kubeadm = [item for item in found if item.constraint.id == "kubeadm-patch-v1beta3"]
    assert bool(kubeadm) is is_found
