"""Which images the nodes of a cluster config run, and what follows from it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from support.facts import lines
from support.judging import RELEASES, WORKFLOW, Files, check

from digestpin.findings import Severity
from digestpin.formats.shell import extract_shell
from digestpin.source import SourceFile
from digestpin.templates import literal

CONFIG = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
containerdConfigPatches:
- |-
  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."x"]
    endpoint = ["http://x"]
"""
WORKS = "kindest/node:v1.31.4"
FAILS = "kindest/node:v1.35.0"
RUN = "kind create cluster --config kind.yaml"
NODE = "nodes:\n- role: worker\n  image: ${node}\n"
DOCUMENT = f"<<EOF\n{CONFIG}EOF\n"


def indent(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" for line in text.splitlines(keepends=True))


def script(text: str, **files: str) -> Files:
    """Return a script, kind v0.31.0, whose default the patch does not suit."""
    return {"e2e.sh": text, ".tool-versions": "kind 0.31.0\n", **files}


def beside(text: str) -> Files:
    """Return a script beside a file of the cluster config."""
    return {"kind.yaml": CONFIG, **script(text)}


def steps(text: str) -> str:
    return f"jobs:\n  e2e:\n    steps:\n{indent(text, 6)}"


def action(*inputs: str, uses: str = "helm/kind-action@v1.14.0") -> str:
    given = "".join(f"    {line}\n" for line in inputs)
    return steps(f"- uses: {uses}\n  with:\n{given}")


def found(files: Files) -> list[str]:
    """Return where a patch does not suit, and what the nodes are said to run."""
    return [
        f"{finding.location.path}:{finding.location.start.line} "
        f"{finding.message.rpartition('(the nodes run ')[2].rstrip(')')}"
        for finding in check("cluster_config_unsupported", files)
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            beside(RUN), ["kind.yaml:5 v1.35.0, the default of kind v0.31.0"],
            id="no image at all",
        ),
        pytest.param(beside(f"{RUN} --image {WORKS}"), [], id="an image that works"),
        pytest.param(
            beside(f"{RUN} --image={FAILS}"), ["kind.yaml:5 v1.35.0"],
            id="an image that does not",
        ),
        pytest.param(
            beside(f'I={FAILS}\n{RUN} --image "$I"'), ["kind.yaml:5 v1.35.0"],
            id="an image in a variable",
        ),
        pytest.param(beside(f'{RUN} --image "$1"'), [], id="an unknown image"),
        pytest.param(beside(f"{RUN} $ARGUMENTS"), [], id="unknown arguments"),
        pytest.param(
            beside("kind create cluster $ARGUMENTS"), [], id="nothing that is known"
        ),
        pytest.param(
            beside(f"if a; then {RUN} --image {WORKS}; else {RUN}; fi"),
            ["kind.yaml:5 v1.35.0, the default of kind v0.31.0"],
            id="one run of two",
        ),
        pytest.param(
            beside(f"kind create cluster --image {WORKS}"), [],
            id="an image that may be for the config",
        ),
        pytest.param(
            beside(f"kind create cluster --config kind2.yaml --image {WORKS}"), [],
            id="a config that is not known",
        ),
        pytest.param(
            script(f"kind create cluster --image {FAILS} --config - {DOCUMENT}"),
            ["e2e.sh:6 v1.35.0"],
            id="a here-document",
        ),
        pytest.param(
            script(f"cat <<EOF | kind create cluster --image {WORKS} --config=-\n"
            f"{CONFIG}EOF\n"), [],
            id="a here-document in a pipe",
        ),
        pytest.param(
            script(f"cat > k.yaml {DOCUMENT}kind create cluster --config k.yaml"
            f" --image {WORKS}"), [],
            id="a file that the script writes",
        ),
        pytest.param(
            script(f'cat <<EOF > "$T/k.yaml"\n{CONFIG}EOF\n'
            f'kind create cluster --config "${{T}}/k.yaml" --image {FAILS}'),
            ["e2e.sh:6 v1.35.0"],
            id="a file by another word",
        ),
        pytest.param(
            script(f'cat <<EOF | tee "$T/k.yaml"\n{CONFIG}EOF\n'
            f'kind create cluster --config="$T/k.yaml" --image {FAILS}'),
            ["e2e.sh:6 v1.35.0"],
            id="a file in a folder that is not known",
        ),
        pytest.param(
            script(f"cat > k {DOCUMENT}echo > k\nkind create cluster --config k\n"
            f"cat > k {DOCUMENT}kind create cluster --config k --image {WORKS}"),
            ["e2e.sh:6 v1.35.0, the default of kind v0.31.0"],
            id="a file that is written twice",
        ),
        pytest.param(
            script(f"node={WORKS}\ncat <<EOF | kind create cluster --config=-\n"
            f"{CONFIG}{NODE}EOF\n"), [],
            id="a node's image in a variable",
        ),
        pytest.param(
            script(f"for node in {WORKS} {FAILS}; do\ncat <<EOF | "
            f"kind create cluster --config=-\n{CONFIG}{NODE}EOF\ndone\n"),
            ["e2e.sh:7 v1.35.0"],
            id="one of several images",
        ),
        pytest.param(
            script(f"cat <<EOF | kind create cluster --config=-\n{CONFIG}{NODE}EOF\n"),
            [],
            id="a node's image that is not known",
        ),
        pytest.param(
            beside(f"{RUN} --image kindest/node@{RELEASES.builds[0].digest}"),
            [f"kind.yaml:5 {RELEASES.builds[0].tag}"],
            id="a digest alone",
        ),
        pytest.param(
            script(f"kind create cluster --image {FAILS} --config <(cat {DOCUMENT})\n"),
            ["e2e.sh:6 v1.35.0"],
            id="the output of another command",
        ),
        pytest.param(
            beside(f"yq -i '.nodes[0].image = env(I)' kind.yaml\n{RUN}"), [],
            id="a file that the script changes",
        ),
        pytest.param(
            beside(f"envsubst < kind.yaml | kind create cluster --config - "
            f"--image {WORKS}"), [],
            id="a file that is piped",
        ),
        pytest.param(
            beside(f"go run sigs.k8s.io/kind@v0.31.0 create cluster --config=kind.yaml "
            f"--image {FAILS}"), ["kind.yaml:5 v1.35.0"],
            id="kind by go run",
        ),
        pytest.param(
            beside(f"kind build node-image --image {FAILS}\n{RUN} --image {FAILS}"), [],
            id="an image that is built here",
        ),
        pytest.param(
            {"Makefile": f"I = {FAILS}\nkind:\n\t$(KIND) create cluster --image $(I) "
             "--config kind.yaml\n", **beside("")},
            ["kind.yaml:5 v1.35.0"],
            id="a recipe",
        ),
        pytest.param(
            {"kind.yaml": CONFIG,
             WORKFLOW: action("config: kind.yaml", f"node_image: {WORKS}")}, [],
            id="an action and an image that works",
        ),
        pytest.param(
            {"kind.yaml": CONFIG,
             WORKFLOW: action("config: kind.yaml", f"node_image: {FAILS}")},
            ["kind.yaml:5 v1.35.0"],
            id="an action and an image that does not",
        ),
        pytest.param(
            {"kind.yaml": CONFIG, WORKFLOW: action("config: kind.yaml")},
            ["kind.yaml:5 v1.35.0, the default of kind v0.31.0"],
            id="an action without an image",
        ),
        pytest.param(
            {"kind.yaml": CONFIG,
             WORKFLOW: action("config: kind.yaml", "image: x/kindest/node:v1.35.0",
                              uses="engineerd/setup-kind@v0.6.2")},
            ["kind.yaml:5 v1.35.0"],
            id="another action, and a mirror",
        ),
        pytest.param(
            {"kind.yaml": f"{CONFIG}nodes:\n- role: worker\n  image: {FAILS}\n",
             **script(f"{RUN} --image {WORKS}")}, [],
            id="an image that overrules that of the config",
        ),
    ],
)  # fmt: skip
def test_what_nodes_run(files: Files, expected: list[str]) -> None:
    assert found(files) == expected


DEFAULT = "v1.35.0, the default of kind v0.31.0"
MIRRORS = CONFIG.partition("v1alpha4\n")[2]
HEAD = CONFIG.partition(MIRRORS)[0]
NODES = "nodes:\n- role: worker\n"
STEERED = (
    f"{{{{- if .Values.kind }}}}\n{CONFIG}{NODES}"
    "  image: {{ .Values.image | quote }}\n{{- end }}\n"
)
BRANCHES = (
    f"{CONFIG}{NODES}  {{{{- if .new }}}}\n  image: {FAILS}\n"
    f"  {{{{- else }}}}\n  image: {WORKS}\n  {{{{- end }}}}\n"
)
JSON = (
    '{"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",\n'
    '"containerdConfigPatches": ["[plugins.\\"io.containerd.grpc.v1.cri\\".registry.'
    'mirrors.\\"x\\"]\\nendpoint = [\\"http://x\\"]"]}\n'
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"a.go": f"package a\n\nconst config = `{CONFIG}`\n"},
            [f"a.go:7 {DEFAULT}"],
            id="a raw string of Go",
        ),
        pytest.param(
            {"a.go": f"package a\n\nconst c = `{CONFIG}{NODES}  image: {FAILS}\n`\n"},
            ["a.go:7 v1.35.0"],
            id="a raw string that names an image",
        ),
        pytest.param(
            {"a.go": f"package a\n\nvar c = `{CONFIG}{NODES}  image: %s\n`\n"}, [],
            id="an image that a program puts in",
        ),
        pytest.param(
            {"a.py": f'def f():\n    c = """\n{indent(CONFIG, 4)}    """\n'},
            [f"a.py:7 {DEFAULT}"],
            id="a string of Python, indented",
        ),
        pytest.param(
            {"a.py": f'I = "{FAILS}"\nc = f"""\n{CONFIG}{NODES}  image: {{I}}\n"""\n'},
            ["a.py:7 v1.35.0"],
            id="a variable of the program",
        ),
        pytest.param(
            {"a.py": f'c = """\n{CONFIG}{NODES}  image: {{i}}\n""".format(i=i)\n'}, [],
            id="a placeholder of Python",
        ),
        pytest.param(
            {"a.ts": f"const c = `\n{CONFIG}`;\n"}, [f"a.ts:6 {DEFAULT}"],
            id="a template string",
        ),
        pytest.param({"k.json": JSON}, [f"k.json:2 {DEFAULT}"], id="JSON"),
        pytest.param(
            {"Makefile": f"define C\n{CONFIG}endef\nexport C\nk:\n"
             f'\techo "$$C" | kind create cluster --config - --image {FAILS}\n'},
            ["Makefile:6 v1.35.0"],
            id="a define of make",
        ),
        pytest.param(
            {"Makefile": f"define C\n{CONFIG}endef\nexport C\nk:\n"
             f'\techo "$$C" | kind create cluster --config - --image {WORKS}\n'}, [],
            id="a define that suits its image",
        ),
        pytest.param(
            {"Makefile": f"I = {FAILS}\ndefine C\n{CONFIG}{NODES}  image: $(I)\nendef"},
            ["Makefile:7 v1.35.0"],
            id="a define with a variable",
        ),
        pytest.param(
            {"k.sh": f"C='{CONFIG}'\necho \"$C\" | kind create cluster --config -\n"},
            [f"k.sh:5 {DEFAULT}"],
            id="a string of a script",
        ),
        pytest.param(
            {"k.sh": f"C=$(cat {DOCUMENT})\n"
             f'kind create cluster --config - --image {WORKS} <<< "$C"\n'}, [],
            id="the output of a command",
        ),
        pytest.param(
            {"c/templates/k.yaml": STEERED, "c/values.yaml": f"image: {FAILS}\n"},
            ["c/templates/k.yaml:6 v1.35.0"],
            id="a template with its value",
        ),
        pytest.param(
            {"k.yaml": BRANCHES}, ["k.yaml:5 v1.35.0"], id="branches of a template"
        ),
        pytest.param(
            {"k.yaml": f"{HEAD}{{{{ if .m }}}}\n{MIRRORS}{{{{ end }}}}\n"},
            [f"k.yaml:6 {DEFAULT}"],
            id="a patch in a branch",
        ),
        pytest.param(
            {"k.yaml": f"{CONFIG}nodes:\n{{{{ toYaml .nodes | indent 2 }}}}\n"}, [],
            id="nodes that are put in",
        ),
        pytest.param(
            {"k.yaml.j2": f"{CONFIG}{{# a\ncomment #}}\nnodes:\n{{% for n in a %}}\n"
             f"- role: worker\n  image: {FAILS}\n{{% endfor %}}\n"},
            ["k.yaml.j2:5 v1.35.0"],
            id="Jinja",
        ),
        pytest.param(
            {"m.yaml": f"kind: ConfigMap\ndata:\n  {{{{ if .k }}}}\n  k: |\n"
             f"{indent(CONFIG, 4)}  {{{{ end }}}}\n"},
            [f"m.yaml:9 {DEFAULT}"],
            id="a template of what holds a config",
        ),
        pytest.param(
            {"k.yaml": f"{CONFIG}nodes: ${{NODES}}\n"}, [], id="nodes in a variable"
        ),
        pytest.param(
            {"k.yaml": f"{CONFIG}nodes:\n- ${{NODE}}\n"}, [], id="a node in a variable"
        ),
    ],
)  # fmt: skip
def test_configs_inside_other_texts(files: Files, expected: list[str]) -> None:
    assert found({".tool-versions": "kind 0.31.0\n", **files}) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("a.yaml", ["a.yaml:5 v1.35.0"]),
        ("${{ matrix.config }}", ["a.yaml:5 v1.35.0"]),
        ("${{ inputs.config }}", []),
    ],
)
def test_an_image_counts_for_the_config_that_it_comes_with(
    config: str, expected: list[str]
) -> None:
    matrix = (
        "    strategy:\n      matrix:\n        include:\n"
        f"          - {{config: a.yaml, image: '{FAILS}'}}\n"
        f"          - {{config: b.yaml, image: '{WORKS}'}}\n"
    )
    run = action(f"config: {config}", "node_image: ${{ matrix.image }}")
    workflow = run.replace("    steps:", f"{matrix}    steps:")
    assert found({"a.yaml": CONFIG, "b.yaml": CONFIG, WORKFLOW: workflow}) == expected


def test_callers_that_hand_over_both_are_not_mixed() -> None:
    inner = action("config: ${{ inputs.config }}", "node_image: ${{ inputs.image }}")
    inner = inner.replace("jobs:\n  e2e:\n    steps:", "runs:\n    steps:")
    outer = "".join(
        f"- uses: ./k\n  with: {{config: {name}, image: '{image}'}}\n"
        for name, image in (("a.yaml", FAILS), ("b.yaml", WORKS))
    )
    files = {"a.yaml": CONFIG, "b.yaml": CONFIG, "k/action.yml": inner}
    assert found({**files, WORKFLOW: steps(outer)}) == ["a.yaml:5 v1.35.0"]


def test_what_one_call_is_given_belongs_together() -> None:
    text = (
        'up() {\n  kind create cluster --config "$1" --image "$2"\n}\n'
        f"up a.yaml {FAILS}\nup b.yaml {WORKS}\n"
    )
    files = script(text, **{"a.yaml": CONFIG, "b.yaml": CONFIG})
    assert found(files) == ["a.yaml:5 v1.35.0"]


def test_what_nothing_ties_together_is_not_judged() -> None:
    text = (
        f"C=a.yaml\nI={WORKS}\nif a; then C=b.yaml; fi\nif b; then I={FAILS}; fi\n"
        "kind create cluster --config $C --image $I\n"
    )
    assert found(script(text, **{"a.yaml": CONFIG, "b.yaml": CONFIG})) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{RUN} --name x", ["run with kind.yaml"]),
        (f"{RUN} -v 3 --image=$I", ["run with kind.yaml on {I}"]),
        ("go tool kind create cluster --config=$C", ["run with {C}"]),
        ('kind create cluster "$@"', ["run and more"]),
        ("kind create cluster --name $N --wait=$W", []),
        ("kind get clusters $X", []),
        ("eksctl create cluster --config x", []),
    ],
)
def test_commands_that_create_a_cluster(text: str, expected: list[str]) -> None:
    source = SourceFile(PurePosixPath("e2e.sh"), text.encode())
    facts = extract_shell(literal(text, source.region(0, len(text))), ("x",))
    assert [line for line in lines(facts) if line.startswith("run")] == expected


JSON_PATCHES = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  image: kindest/node:v1.36.1
  kubeadmConfigPatchesJSON6902:
  - {group: kubeadm.k8s.io, version: v1beta2, kind: InitConfiguration, patch: "[]"}
kubeadmConfigPatches:
- |
  kind: JoinConfiguration
  apiVersion: kubeadm.k8s.io/v1beta3
- |
  kind: KubeletConfiguration
  apiVersion: kubelet.config.k8s.io/v1beta1
kubeadmConfigPatchesJSON6902:
- group: kubeadm.k8s.io
  version: v1beta3
  kind: ClusterConfiguration
  patch: "[]"
- group: kubeproxy.config.k8s.io
  version: v1alpha1
  kind: KubeProxyConfiguration
  patch: "[]"
containerdConfigPatchesJSON6902:
- |
  [{"op": "add",
    "path": "/plugins/io.containerd.grpc.v1.cri/registry/mirrors/x",
    "value": {"endpoint": ["http://x"]}}]
"""


def test_a_variable_in_a_string_leaves_no_doubt() -> None:
    text = DOCUMENT.replace('"x"', '"localhost:${port}"')
    files = script(f"port=5001\nkind create cluster --config=- {text}")
    (finding,) = check("cluster_config_unsupported", files)
    assert finding.severity is Severity.ERROR


def test_every_patch_field_is_read() -> None:
    files = {".tool-versions": "kind 0.32.0\n", "kind.yaml": JSON_PATCHES}
    places = sorted(
        (finding.location.start.line, finding.message.partition(": ")[0])
        for finding in check("cluster_config_unsupported", files)
    )
    assert places == [
        (7, "v1beta2"),
        (11, "kubeadm.k8s.io/v1beta3"),
        (17, "v1beta3"),
        (27, 'plugins."io.containerd.grpc.v1.cri".registry.mirrors.x'),
    ]
