"""kind cluster configs, in files of their own and inside other YAML."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines, read, show, unfaithful

from digestpin.facts import ClusterConfig, Fact
from digestpin.formats.cluster_config import extract_embedded, find_cluster_config
from digestpin.formats.shell import FORMAT as SHELL
from digestpin.formats.yaml_generic import FORMAT
from digestpin.source import SourceFile
from digestpin.templates import literal
from digestpin.yamltext import read_documents

CONFIG = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  image: &image kindest/node:v1.31.0
  kubeadmConfigPatches:
  - |
    kind: ClusterConfiguration
- {role: worker, image: *image}
- role: worker
- role: worker
  image: "kindest/node:${V}"
kubeadmConfigPatches: [a]
containerdConfigPatches:
- |-
  [plugins]
"""


def configs(facts: list[Fact]) -> list[ClusterConfig]:
    return [fact for fact in facts if isinstance(fact, ClusterConfig)]


def test_a_cluster_config_tells_its_nodes_and_patches() -> None:
    facts = read(FORMAT, CONFIG, "kind.yaml")
    (config,) = configs(facts)
    assert config.nodes == 4
    images = ["kindest/node:v1.31.0", "kindest/node:v1.31.0", "kindest/node:{V}"]
    assert [show(image) for image in config.node_images] == images
    kubeadm = ["a", "kind: ClusterConfiguration\n"]
    assert [show(patch) for patch in config.kubeadm_patches] == kubeadm
    assert [show(patch) for patch in config.containerd_patches] == ["[plugins]"]
    assert config.scope == ("kind.yaml",)
    assert config.region.span.start == 0
    assert unfaithful(facts, CONFIG.encode()) == []
    assert "image text kindest/node:v1.31.0" in lines(facts)


def test_a_config_without_nodes_has_one() -> None:
    text = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
    assert [config.nodes for config in configs(read(FORMAT, text, "a.yaml"))] == [1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x: |\n  " + CONFIG.replace("\n", "\n  ")[:-2], id="a block"),
        pytest.param("# c\n---\na: b\n---\n" + CONFIG, id="a later document"),
        pytest.param(CONFIG.replace("\n", "\r\n"), id="CRLF"),
    ],
)
def test_a_cluster_config_is_found_where_it_stands(text: str) -> None:
    facts = read(FORMAT, text, "a.yaml")
    (config,) = configs(facts)
    region = config.node_images[0].region
    assert region is not None
    assert text[region.span.start : region.span.end] == "kindest/node:v1.31.0"
    assert unfaithful(facts, text.encode()) == []
    assert "image text kindest/node:v1.31.0" in lines(facts)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("kind: Cluster\napiVersion: cluster.x-k8s.io/v1\n", id="CAPI's"),
        pytest.param("kind: Pod\napiVersion: kind.x-k8s.io/v1alpha4\n", id="a Pod"),
        pytest.param("kind: Cluster\n", id="no version"),
        pytest.param("kind: {a: b}\napiVersion: [c]\n", id="no scalars"),
        pytest.param("- a\n", id="a sequence"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_documents_are_no_cluster_config(text: str) -> None:
    assert configs(read(FORMAT, text, "a.yaml")) == []


def test_ctlptl_holds_a_cluster_config() -> None:
    text = "kind: Cluster\nkindV1Alpha4Cluster:\n  nodes: [{image: a/b:c}, {}]\n"
    (config,) = configs(read(FORMAT, text, "a.yaml"))
    assert (config.nodes, len(config.node_images)) == (2, 1)


def test_an_empty_document_is_no_cluster_config() -> None:
    source = SourceFile(PurePosixPath("a.yaml"), b"--- \n")
    for document in read_documents(source):
        assert find_cluster_config(document.root, ("a.yaml",)) is None


def test_embedded_text_is_read_for_other_formats() -> None:
    source = SourceFile(PurePosixPath("a.yaml"), CONFIG.encode())
    content = literal(CONFIG, source.region(0, len(CONFIG)))
    facts = list(extract_embedded(content, ("a.yaml", "jobs", "x")))
    assert [config.scope for config in configs(facts)] == [("a.yaml", "jobs", "x")]
    assert list(extract_embedded(literal(CONFIG), ("a.yaml",))) == []


PLAIN = CONFIG.replace("&image ", "").replace(", image: *image", "")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param(
            f"cat <<EOF > kind.yaml\n{PLAIN}EOF\nkind create cluster\n",
            "kind.sh",
            id="to a file",
        ),
        pytest.param(
            f"kind create cluster --config - <<'EOF'\n{PLAIN}EOF\n",
            "kind.sh",
            id="to kind",
        ),
        pytest.param(
            f"cat <<EOF | kind create cluster --config=-\na: b\n---\n{PLAIN}EOF\n",
            "kind.sh",
            id="through a pipe, a later document",
        ),
        pytest.param(
            "cat >a.yaml <<-EOF\n\t" + PLAIN.replace("\n", "\n\t") + "EOF\n",
            "kind.sh",
            id="tabs taken off",
        ),
        pytest.param(
            "script: |\n    cat <<EOF >a.yaml\n    "
            + PLAIN.replace("\n", "\n    ")
            + "EOF\n",
            "a.yaml",
            id="of a script in YAML",
        ),
    ],
)
def test_a_cluster_config_is_found_in_a_here_document(text: str, path: str) -> None:
    file_format = SHELL if path.endswith(".sh") else FORMAT
    facts = read(file_format, text, path)
    (config,) = configs(facts)
    assert (config.nodes, len(config.node_images)) == (4, 2)
    assert [show(patch) for patch in config.containerd_patches] == ["[plugins]"]
    region = config.node_images[0].region
    assert region is not None
    assert text[region.span.start : region.span.end] == "kindest/node:v1.31.0"
    assert unfaithful(facts, text.encode()) == []
    assert lines(facts).count("image text kindest/node:v1.31.0") == 1
