from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from digestpin.facts import Binding, Fact, Link, Text
from digestpin.formats.code import FORMATS
from digestpin.source import SourceFile
from digestpin.templates import Template, Variable


def extract(path: str, text: str) -> list[Fact]:
    source = SourceFile(PurePosixPath(path), text.encode())
    found = next(one for one in FORMATS if one.matches(source.path, source.data))
    return list(found.extract(source))


def written(template: Template) -> str:
    """Show variables as `<name>`, opaque ones as `<name!>`."""
    shown = []
    for part in template.parts:
        if not isinstance(part, Variable):
            shown.append(part.text)
            continue
        default = f"|{written(part.default)}" if part.default else ""
        cut = f"-{part.strip_prefix}" if part.strip_prefix else ""
        shown.append(f"<{part.name}{'!' * part.opaque}{cut}{default}>")
    return "".join(shown)


def texts(path: str, text: str) -> list[str]:
    """Return `role: template` for all that is looked at or shown."""
    return [
        f"{fact.role}: {written(fact.template)}"
        for fact in extract(path, text)
        if isinstance(fact, Text)
    ]


def bindings(path: str, text: str) -> list[str]:
    """Return `name = value` for each binding, `?` behind what may not hold."""
    return [
        f"{fact.name}{'?' * (fact.conditional or fact.fallback)}"
        f" = {written(fact.value)}"
        for fact in extract(path, text)
        if isinstance(fact, Binding)
    ]


def everything(path: str, text: str) -> list[str]:
    found = []
    for fact in extract(path, text):
        if isinstance(fact, Text):
            found.append(f"{fact.role}: {written(fact.template)}")
        elif isinstance(fact, Binding):
            found.append(f"{fact.name} = {written(fact.value)}")
    return found


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.go", 'const A = "v1"\n', ["A = v1"], id="Go constant"),
        pytest.param(
            "a.go",
            'const (\n\tA = "v1"\n\tB string = "v2"\n)\n',
            ["A = v1", "B = v2"],
            id="Go constant group, typed and not",
        ),
        pytest.param("a.go", "var a string = `v1`\n", ["a = v1"], id="Go raw string"),
        pytest.param(
            "a.go",
            'func f() {\n\ta := "v1"\n\tb := "kindest/node:" + a\n}\n',
            ["a = v1", "b = kindest/node:<a>"],
            id="Go concatenation",
        ),
        pytest.param(
            "a.go",
            'i := fmt.Sprintf("%s:v%v", image, minor)\n',
            ["i = <image>:v<minor>"],
            id="Go Sprintf",
        ),
        pytest.param(
            "a.go",
            'i := cmp.Or(os.Getenv("IMG"), "kindest/node:v1")\n',
            ["i = <IMG|kindest/node:v1>"],
            id="Go environment with default",
        ),
        pytest.param(
            "a.go",
            'flag.StringVar(&v, "kind-version", "v0.26.0", "the version of kind")\n',
            ["kind-version? = v0.26.0"],
            id="Go flag default",
        ),
        pytest.param(
            "a.go",
            'for _, v := range []string{"v1", "v2"} {\n}\n',
            ["v? = v1", "v? = v2"],
            id="Go loop over a list",
        ),
        pytest.param(
            "a.py",
            'X: str = "v1"\nX = f()\n',
            ["X? = v1", "X? = <X!>"],
            id="Python name that is assigned again",
        ),
        pytest.param(
            "a.py",
            'a = "kindest/node:{}".format(tag)\nb = "x:%s" % tag\nc = f"x:{tag}"\n',
            ["a = kindest/node:<tag>", "b = x:<tag>", "c = x:<tag>"],
            id="Python formats",
        ),
        pytest.param(
            "a.py",
            'V = os.environ.get("V", "v1")\nW = os.getenv("W") or "v2"\n',
            ["V = <V|v1>", "W = <W|v2>"],
            id="Python environment with default",
        ),
        pytest.param(
            "a.py",
            'p.add_argument("--kind-version", default="v0.26.0", help="of kind")\n',
            ["kind_version? = v0.26.0"],
            id="argparse default",
        ),
        pytest.param(
            "a.py",
            'def f(a, v="v1"):\n    x = "v" + a\n',
            ["v? = v1", "x = v<a!>"],
            id="Python parameters: a default holds, others are unknown",
        ),
        pytest.param(
            "a.py",
            'x = "a" if c else "b"\n',
            ["x? = a", "x? = b"],
            id="Python choice",
        ),
        pytest.param(
            "Tiltfile",
            'v = os.getenv("V", "v1")\n',
            ["v = <V|v1>"],
            id="Tiltfile environment",
        ),
        pytest.param(
            "a.ts",
            'export const v: string = process.env.V ?? "v1";\n',
            ["v = <V|v1>"],
            id="TypeScript environment with default",
        ),
        pytest.param(
            "a.js",
            "const i = `kindest/node:${v}-${f(`x`)}`;\n",
            ["i = kindest/node:<v>-<f(`x`)!>"],
            id="JavaScript template literal",
        ),
        pytest.param(
            "Jenkinsfile",
            "environment {\n  V = 'v1'\n}\ndef i = \"kindest/node:${env.V}\"\n",
            ["V = v1", "i = kindest/node:<V>"],
            id="Jenkins environment",
        ),
        pytest.param(
            "Jenkinsfile",
            "parameters { string(name: 'V', defaultValue: 'v1', description: 'x') }\n",
            ["name = V", "V? = v1"],
            id="Jenkins parameter",
        ),
        pytest.param(
            "a.ps1",
            '$v = "v1"\n$i = "kindest/node:$v"\n$j = "k:{0}" -f $v\n',
            ["v = v1", "i = kindest/node:<v>", "j = k:<v>"],
            id="PowerShell variables",
        ),
        pytest.param(
            "a.tf",
            'variable "v" {\n  default = "v1"\n}\nlocals {\n  i = "k:${var.v}"\n}\n',
            ["var.v? = v1", "local.i = k:<var.v>"],
            id="Terraform variable and local",
        ),
        pytest.param(
            "a.tf",
            'locals {\n  v = { kind = "v0.26.0" }\n}\n',
            ["local.v.kind = v0.26.0"],
            id="Terraform nested local",
        ),
        pytest.param(
            "a.tfvars", 'v = "v1"\n', ["var.v = v1"], id="Terraform variable file"
        ),
        pytest.param(
            "docker-bake.hcl",
            'variable "V" { default = "v1" }\n',
            ["V? = v1"],
            id="Bake variable",
        ),
        pytest.param(
            "A.java",
            'class A {\n  static final String V = "v1";\n}\n',
            ["V = v1"],
            id="Java constant",
        ),
        pytest.param(
            "a.kts",
            'val i = "kindest/node:$v"\n',
            ["i = kindest/node:<v>"],
            id="Kotlin",
        ),
        pytest.param(
            "a.rs",
            'const V: &str = "v1";\nlet i = format!("k:{V}-{}", x);\n',
            ["V = v1", "i = k:<V>-<x>"],
            id="Rust",
        ),
        pytest.param(
            "a.rb",
            'V = ENV.fetch("V", "v1")\ni = "k:#{V}"\n',
            ["V = <V|v1>", "i = k:<V>"],
            id="Ruby",
        ),
        pytest.param(
            "a.nix",
            'rec { version = "0.26.0"; url = "https://x/v${version}/y"; }\n',
            ["version = 0.26.0", "url = https://x/v<version>/y"],
            id="Nix",
        ),
        pytest.param("A.cs", 'var i = $"k:{v}";\n', ["i = k:<v>"], id="C#"),
        pytest.param("a.lua", 'local i = "k:" .. v\n', ["i = k:<v>"], id="Lua"),
        pytest.param("a.dart", "final i = 'k:$v';\n", ["i = k:<v>"], id="Dart"),
        pytest.param(
            "a.json", '{"kind_version": "v1"}', ["kind_version = v1"], id="JSON field"
        ),
        pytest.param("a.toml", '[a]\nv = "v1"\n', ["v = v1"], id="TOML field"),
    ],
)
def test_values_are_bound(path: str, text: str, expected: list[str]) -> None:
    assert bindings(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.go", 'f("x:1")', ["value: x:1"], id="argument"),
        pytest.param(
            "a.py",
            'run(["kind", "--image", "x:1"])',
            ["value: kind", "value: --image", "image: x:1"],
            id="argument behind --image",
        ),
        pytest.param(
            "a.py",
            'run(["kind", "build", "node-image", "--image", "x:1"])',
            [
                "value: kind",
                "value: build",
                "value: node-image",
                "value: --image",
                "built: x:1",
            ],
            id="image that is built",
        ),
        pytest.param("a.go", 'log.Printf("x:1")', ["display: x:1"], id="logged"),
        pytest.param(
            "a.go", 'fmt.Errorf("x:1 %s", v)', ["display: x:1 %s"], id="error"
        ),
        pytest.param("a.py", 'raise E("x:1")', ["display: x:1"], id="raised"),
        pytest.param("a.py", '"""x:1"""\n', ["display: x:1"], id="docstring"),
        pytest.param(
            "a.py",
            't(help={"x": "Optional node image (e.g. kindest/node:v1.18.19)."})',
            ["display: Optional node image (e.g. kindest/node:v1.18.19)."],
            id="help",
        ),
        pytest.param(
            "a.py", 're.compile(r"x:(.*)")', ["pattern: x:(.*)"], id="Python pattern"
        ),
        pytest.param(
            "a.go",
            'regexp.MustCompile("x:.*")',
            ["pattern: x:.*"],
            id="Go pattern",
        ),
        pytest.param("a.js", "a.match(/x'`/)", ["pattern: /x'`/"], id="regex literal"),
        pytest.param(
            "a.go",
            "x := `kind: Cluster\nnodes:\n- image: x:1 # y\n# image: x:2\n`",
            ["value: Cluster", "value: nodes:", "image: x:1"],
            id="embedded cluster config, its comment left out",
        ),
        pytest.param(
            "a.json",
            '{"registry": "docker.io", "repository": "kindest/node", "tag": "v1"}',
            ["image: docker.io/kindest/node:v1"],
            id="JSON split pair",
        ),
        pytest.param(
            "a.toml",
            '[a]\nrepository = "x/y"\ntag = "v1"\n[b]\ntag = "v2"\n',
            ["image: x/y:v1"],
            id="TOML split pair stays in its table",
        ),
        pytest.param(
            "a.go",
            'const V = "v1"\nfunc f() { g(V) }\n',
            ["value: <V>"],
            id="use of a constant",
        ),
        pytest.param(
            "a.py",
            'v = "v1"\nif v is None:\n    pass\n',
            [],
            id="asking for a value is no use",
        ),
        pytest.param(
            "a.ps1",
            "kind create cluster --image kindest/node:$v\n",
            ["image: kindest/node:<v>"],
            id="PowerShell bare word",
        ),
        pytest.param(
            "renovate.json",
            '{"a": "kindest/node:v1", "image": "x:1"}',
            ["pattern: kindest/node:v1", "pattern: x:1"],
            id="Renovate configuration",
        ),
    ],
)
def test_texts_have_roles(path: str, text: str, expected: list[str]) -> None:
    assert texts(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.go", '// x := "kindest/node:v1"\n', id="Go comment"),
        pytest.param("a.go", '/* "a" */\n', id="Go block comment"),
        pytest.param("a.go", 'import "sigs.k8s.io/kind/pkg/x"\n', id="Go import"),
        pytest.param(
            "a.go", 'import (\n\t"fmt"\n\t"sigs.k8s.io/kind/x"\n)\n', id="Go imports"
        ),
        pytest.param("a.go", 'type T struct {\n\tA string `json:"a"`\n}\n', id="tag"),
        pytest.param("a.go", "", id="empty file"),
        pytest.param("a.py", '# "kindest/node:v1"\n', id="Python comment"),
        pytest.param("a.js", '/* "a" */ // "b"\n', id="JavaScript comments"),
        pytest.param("a.js", 'import { x } from "./y";\n', id="JavaScript import"),
        pytest.param("a.js", "const x = a / b / c;\n", id="division"),
        pytest.param("a.tf", '# "a"\n// "b"\n/* "c" */\n', id="HCL comments"),
        pytest.param("a.lua", '-- "a"\n--[[ "b"\n]]\n', id="Lua comments"),
        pytest.param("a.ps1", '# "a"\n<# "b" #>\n', id="PowerShell comments"),
        pytest.param("a.rb", '# "a"\n=begin\n"b"\n=end\n', id="Ruby comments"),
        pytest.param("a.nix", '# "a"\n/* "b" */\n', id="Nix comments"),
        pytest.param("a.rs", "fn f<'a>(x: &'a str) {}\n", id="Rust lifetime"),
        pytest.param("a.toml", '# a = "b"\n', id="TOML comment"),
        pytest.param("a.json", '{"a": 1, "b": [null]}', id="JSON without strings"),
        pytest.param("package-lock.json", '{"a": "x:1"}', id="lock file"),
        pytest.param(".terraform.lock.hcl", 'a = "x:1"', id="Terraform lock file"),
    ],
)
def test_nothing_is_found(path: str, text: str) -> None:
    assert everything(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.go", 'f("a\n\ng("b")', ["value: a", "value: b"], id="Go"),
        pytest.param("a.py", 'f("""a\nb', ["value: a", "value: b"], id="Python"),
        pytest.param("a.js", "f(`a${b", ["value: a${b"], id="template literal"),
        pytest.param("a.tf", "f(<<EOT\nb\n", ["value: b\n"], id="heredoc"),
        pytest.param("a.json", '}]{"a": ["b', ["value: b"], id="JSON"),
        pytest.param("a.py", ")]}\nf('x'", ["value: x"], id="stray brackets"),
    ],
)
def test_broken_files_are_read_as_far_as_they_go(
    path: str, text: str, expected: list[str]
) -> None:
    assert texts(path, text) == expected


def test_an_escape_is_no_place_for_an_edit() -> None:
    (fact,) = [fact for fact in extract("a.go", 'f("a\\tb")') if isinstance(fact, Text)]
    parts = [
        (part.text, part.exact)
        for part in fact.template.parts
        if not isinstance(part, Variable)
    ]
    assert parts == [("a", True), ("\t", False), ("b", True)]


def test_a_field_never_gives_a_variable_its_value() -> None:
    facts = extract("a.py", 'd = {"v": "v1"}\nx = "k:" + v\n')
    field, use = [fact for fact in facts if isinstance(fact, Binding)]
    (variable,) = use.value.variables
    assert field.scope[: len(field.scope) - 2] == ("a.py",)
    assert field.scope[-2] == "field"
    assert variable.scope == ("a.py",)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("p/a.go", "", [("p/*.go", "")], id="Go package"),
        pytest.param(
            "a.tf",
            "",
            [("*.auto.tfvars", ""), ("terraform.tfvars", ""), ("*.tf", "")],
            id="Terraform module",
        ),
        pytest.param(
            "p/a.py",
            "from .b import V\n",
            [("b.py", "p")],
            id="Python relative import",
        ),
        pytest.param(
            "p/a.py",
            "from q.b import V\n",
            [("q/b.py", "p"), ("q/b.py", "")],
            id="Python absolute import: from the folder or the root",
        ),
        pytest.param(
            "p/a.ts",
            'import { V } from "./b";\n',
            [("./b.ts", "p"), ("./b.js", "p")],
            id="TypeScript import",
        ),
        pytest.param(
            "p/BUILD",
            'load("//q:v.bzl", "V")\nload("@x//:y.bzl", "W")\n',
            [("q/v.bzl", "")],
            id="Starlark load, other repositories left out",
        ),
        pytest.param(
            "p/a.tf",
            'module "k" {\n  source = "./k"\n  v = "v1"\n}\n',
            [
                ("p/*.auto.tfvars", ""),
                ("p/terraform.tfvars", ""),
                ("p/*.tf", ""),
                ("p/k/*.tf", ""),
            ],
            id="Terraform module call",
        ),
        pytest.param("a.py", "import os\n", [], id="plain import"),
    ],
)
def test_files_are_linked(
    path: str, text: str, expected: list[tuple[str, str]]
) -> None:
    links = [fact for fact in extract(path, text) if isinstance(fact, Link)]
    assert [(link.target, link.base) for link in links] == expected


def test_every_language_has_a_name_of_its_own() -> None:
    assert len({one.id for one in FORMATS}) == len(FORMATS)
