"""Who else reads a value that is about to get a digest."""

from __future__ import annotations

import pytest
from support.judging import Files, gather

from digestpin.facts import Binding
from digestpin.references import NODE_IMAGE
from digestpin.uses import Uses

USE = 'kind create cluster --image "kindest/node:$V"'


def others(files: Files, name: str = "V", *, is_whole: bool = False) -> list[str]:
    """Return `line label` of each read of the first binding of a name."""
    inventory = gather(files)
    uses = Uses(inventory, (NODE_IMAGE,))
    binding = next(
        fact
        for facts in inventory.facts.values()
        for fact in facts
        if isinstance(fact, Binding) and fact.name == name
    )
    return [
        f"{inventory.locate(use.region).start.line} {use.label}"
        for use in uses.others(binding, is_whole=is_whole)
    ]


def sh(*lines: str) -> Files:
    return {"a.sh": "\n".join(lines) + "\n"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(sh("V=v1", USE), [], id="a reference"),
        pytest.param(
            sh("V=v1", USE, 'echo "$V"'), ["3 the output of echo"], id="shown"
        ),
        pytest.param(
            sh("V=v1", USE, 'kubectl x "$V"'), ["3 an argument of kubectl"], id="passed"
        ),
        pytest.param(
            sh("V=v1", USE, 'W="x-$V"'), ["3 the value of W"], id="in another value"
        ),
        pytest.param(sh("V=v1", 'W="$V"', USE.replace("$V", "$W")), [], id="handed on"),
        pytest.param(
            sh("V=v1", 'W="$V"', USE.replace("$V", "$W"), 'kubectl x "$W"'),
            ["4 an argument of kubectl"],
            id="handed on and passed",
        ),
        pytest.param(
            sh("V=v1", USE, "V=v2", 'kubectl x "$V"'), [], id="another value by then"
        ),
        pytest.param(
            {"a.sh": f"V=v1\n{USE}\n", "b.sh": 'kubectl x "$V"\n'},
            [],
            id="another file's variable of that name",
        ),
        pytest.param(
            {
                "Makefile": "V = v1\na:\n"
                "\tkind create cluster --image kindest/node:$(V)\n"
            },
            [],
            id="a recipe",
        ),
        pytest.param(
            {
                "Makefile": "V = v1\nI = kindest/node:$(or $(W),$(V))\na:\n"
                "\tkind create cluster --image $(I)\n"
            },
            [],
            id="the default of a part of a reference",
        ),
        pytest.param(
            sh("V=v1", USE, 'docker tag "kindest/node:$V" "mine/kindest/node:$V"'),
            ["3 an argument of docker"],
            id="the tag of what is built",
        ),
        pytest.param(
            sh("V=v1", USE, 'crane copy kindest/node:$V "mine/kindest/node:$V"'),
            ["3 an argument of crane"],
            id="the tag of a copy",
        ),
        pytest.param(
            sh("V=v1", 'I="kindest/node:$V"', 'x --image "$I" "${I##*:}"'),
            ["3 an argument of x"],
            id="cut off what it is a part of",
        ),
        pytest.param(
            sh("V=v1", 'I="mine/kindest/node:$V"', "docker push $I", USE),
            ["3 an argument of docker"],
            id="a part of what is pushed",
        ),
        pytest.param(
            sh("V=v1", USE, 'docker images | grep "kindest/node:$V"'),
            ["3 an argument of grep"],
            id="a part of what is looked for",
        ),
        pytest.param(
            sh("V=v1", 'if [[ $V != "" ]]; then', USE, "fi", 'test "$V" = ""'),
            [],
            id="whether it is empty",
        ),
        pytest.param(
            sh("V=v1", 'printf -v I "kindest/node:%s" "$V"', 'x --image "$I"'),
            [],
            id="printed into another value",
        ),
        pytest.param(
            sh("V=v1", USE, 'printf -v I "%q" "$V"', 'x --image "$I"'),
            ["3 an argument of printf"],
            id="printed in a way of its own",
        ),
        pytest.param(
            sh(
                "declare -A V=([a]=v1)",
                'for K in "${!V[@]}"; do',
                USE.replace("$V", "${V[$K]}"),
                "done",
                'echo "${#V[*]} ${!V[*]}"',
            ),
            [],
            id="the keys of an array and their number",
        ),
        pytest.param(
            sh("V=(v1)", USE, 'echo "${#V} ${#V[0]}"'),
            ["3 the output of echo"],
            id="the length of a value",
        ),
        pytest.param(
            {
                "Makefile": "V = v1\nifneq ($(V),)\nF = --image kindest/node:$(V)\n"
                'endif\nifeq ("$(V)","")\nendif\na:\n\tkind create cluster $(F)\n'
            },
            [],
            id="whether it is empty, asked by make",
        ),
    ],
)
def test_other_reads(files: Files, expected: list[str]) -> None:
    assert others(files) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('kubectl x "$I"', [], id="a read of all of it is a reference"),
        pytest.param('x "${I#*:}"', ["3 an argument of x"], id="one that cuts it"),
        pytest.param(
            'W=$(echo "$I" | cut -d: -f2)',
            ["3 a pipe, which takes it apart"],
            id="a pipe into cut",
        ),
        pytest.param(
            "IFS=: read -r a b <<< $I",
            ["3 read, which takes it apart"],
            id="a here-string for read",
        ),
        pytest.param(
            'W=$(basename "$I")', ["3 basename, which takes it apart"], id="basename"
        ),
        pytest.param('echo "$I" | tee x', [], id="a pipe that changes nothing"),
        pytest.param(
            'docker load <<< "$I"', [], id="a here-string for another program"
        ),
        pytest.param(
            "docker images -q $I", ["3 an argument of docker"], id="a listing's filter"
        ),
        pytest.param('docker push "$I"', ["3 an argument of docker"], id="one built"),
        pytest.param('[ "$I" = x:v1 ]', ["3 a test"], id="a comparison"),
        pytest.param("[[ $I =~ v(.*) ]]", ["3 a test"], id="a match"),
        pytest.param("case $I in x:v1) ;; esac", ["3 a case"], id="a case"),
        pytest.param('sed "s|image: .*|image: $I|" x', [], id="what sed puts in"),
        pytest.param(
            'sed "s@IMAGE@$I@" x', ["3 an argument of sed"], id="a sed with @"
        ),
        pytest.param(
            'sed "s|$I|x|" x', ["3 an argument of sed"], id="what sed looks for"
        ),
    ],
)
def test_reads_of_a_whole_reference(line: str, expected: list[str]) -> None:
    files = sh("I=kindest/node:v1", 'kind create cluster --image "$I"', line)
    assert others(files, "I", is_whole=True) == expected


MATRIX_JOB = """\
jobs:
  e2e:
    strategy:
      matrix:
        v: [v1.31.4]
    env:
      V: ${{ matrix.v }}
    steps:
    - run: kind create cluster --image kindest/node:$V
"""


def workflow(*lines: str) -> Files:
    step = "\n".join(f"      {line}" for line in lines)
    return {".github/workflows/a.yaml": f"{MATRIX_JOB}    -\n{step}\n"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["uses: actions/github-script@v7", "with: {script: 'f(process.env.V)'}"],
            "12 code that reads its environment",
            id="github-script",
        ),
        pytest.param(
            ["shell: python", "run: print(os.environ['V'])"],
            "12 code that reads its environment",
            id="python",
        ),
        pytest.param(
            ["shell: pwsh", "run: echo $env:V"],
            "12 code that reads its environment",
            id="PowerShell",
        ),
        pytest.param(
            ["shell: cmd", "run: echo %V%"],
            "12 code that reads its environment",
            id="cmd",
        ),
        pytest.param(
            ["run: |", "  ruby - <<'EOF'", "  puts ENV['V']", "  EOF"],
            "13 code that reads its environment",
            id="a here-document",
        ),
        pytest.param(
            ["run: node -e 'f(process.env.V)'"],
            "11 code that reads its environment",
            id="an argument",
        ),
        pytest.param(
            ["run: printenv V"],
            "11 `printenv`, which is given its name",
            id="printenv",
        ),
        pytest.param(
            ["run: envsubst '$V' < x.yaml"],
            "11 `envsubst`, which is given its name",
            id="envsubst",
        ),
        pytest.param(
            ["run: docker run -e V x"],
            "11 `docker`, which is given its name",
            id="docker run",
        ),
        pytest.param(
            ["run: docker build --build-arg=V ."],
            "11 `docker`, which is given its name",
            id="docker build",
        ),
        pytest.param(
            ["run: f '${{ toJSON(matrix) }}'"],
            "11 an argument of f",
            id="the whole matrix",
        ),
        pytest.param(
            ["uses: ./x", "with: {v: '${{ env.V }}'}"],
            "12 whatever reads inputs.v, which is out of sight",
            id="an action that is not there",
        ),
        pytest.param(
            ["env: {W: '${{ env.V }}'}", "run: make e2e"],
            "11 whatever reads W, which is out of sight",
            id="a variable for a program",
        ),
    ],
)
def test_reads_by_other_means(lines: list[str], expected: str) -> None:
    assert others(workflow(*lines), "matrix.v") == [expected]


@pytest.mark.parametrize(
    ("path", "lines", "name", "expected"),
    [
        pytest.param(
            ".github/workflows/a.yml",
            [
                "env: {V: 'kindest/node:v1'}",
                "jobs:",
                "  e2e:",
                "    steps:",
                "    - uses: actions/cache@v4",
                "      with:",
                "        key: ${{ env.V }}",
                "        restore-keys: |",
                "          a-${{ env.V }}",
                "          b",
            ],
            "V",
            ["7 `key` of actions/cache", "9 `restore-keys` of actions/cache"],
            id="GitHub",
        ),
        pytest.param(
            ".gitlab-ci.yml",
            ["variables: {V: 'kindest/node:v1'}", "e2e:", "  cache: {key: $V}"],
            "V",
            ["3 key"],
            id="GitLab",
        ),
        pytest.param(
            ".circleci/config.yml",
            [
                "jobs:",
                "  e2e:",
                "    parameters: {v: {default: 'kindest/node:v1'}}",
                "    steps:",
                "    - restore_cache: {keys: ['<< parameters.v >>']}",
            ],
            "parameters.v",
            ["5 keys"],
            id="CircleCI",
        ),
    ],
)
def test_the_key_of_a_cache_is_no_reference(
    path: str, lines: list[str], name: str, expected: list[str]
) -> None:
    files = {path: "\n".join(lines) + "\n"}
    assert others(files, name, is_whole=True) == expected


def test_a_name_that_code_reads_for_itself_is_another() -> None:
    files = workflow("shell: python", "run: f(os.environ['W'], V)")
    assert others(files, "matrix.v") == []


CUT = "an expression that compares it or takes it apart"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("run(I)", [], id="handed on"),
        pytest.param('tag = I.split(":")[1]', [f"2 {CUT}"], id="a method"),
        pytest.param("name = I.strip()", [], id="a method that changes nothing"),
        pytest.param('m = re.match("x", I)', [f"2 {CUT}"], id="a function"),
        pytest.param('t.replace("X", I)', [], id="put in the place of something"),
        pytest.param('I.replace("x", "")', [f"2 {CUT}"], id="its own text replaced"),
        pytest.param('if I == "x:v1":', [f"2 {CUT}"], id="a comparison"),
        pytest.param('if I == "":', [], id="whether it is empty"),
        pytest.param(
            'use(f"{I.split(chr(58))[1]}")', ["2 another text"], id="in a text"
        ),
    ],
)
def test_reads_in_source_code(line: str, expected: list[str]) -> None:
    files = {"a.py": f'I = "kindest/node:v1"\n{line}\n'}
    assert others(files, "I", is_whole=True) == expected


def test_what_go_takes_apart_is_another_use() -> None:
    text = 'package a\n\nconst I = "kindest/node:v1"\n\nvar t = strings.Split(I, ":")\n'
    assert others({"a.go": text}, "I", is_whole=True) == [f"5 {CUT}"]


def test_a_text_that_is_compared_with_is_no_reference() -> None:
    inventory = gather({"a.py": 'if image == "kindest/node:v1.30.8":\n    pass\n'})
    assert inventory.references == ()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "a.py", 'print(os.environ["V_X"])\n', ["1 an expression"], id="py"
        ),
        pytest.param("a.js", "use(process.env.V_X)\n", ["1 an expression"], id="js"),
        pytest.param(
            "a.go",
            'package a\n\nfunc f() {\n\tv := os.Getenv("V_X")\n\tuse(v)\n}\n',
            ["5 an expression"],
            id="handed on",
        ),
        pytest.param(
            "a.go",
            'package a\n\nvar i = "kindest/node:" + os.Getenv("V_X")\n',
            [],
            id="in a reference",
        ),
        pytest.param("a.py", 'V_X = "x"\nuse(V_X)\n', [], id="a name of its own"),
    ],
)
def test_what_a_program_reads_from_its_environment(
    path: str, text: str, expected: list[str]
) -> None:
    script = "export V_X=v1\n" + USE.replace("$V", "$V_X") + "\n"
    assert others({"a.sh": script, path: text}, "V_X") == expected
    step = f"    - run: {USE.replace('$V', '$V_X')}"
    lines = ("env:", "  V_X: v1", "jobs:", "  e2e:", "    steps:", step)
    files = {".github/workflows/a.yml": "\n".join(lines), path: text}
    assert others(files, "V_X") == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("b.py", "from a import V_X as w\nuse(w)\n", id="renamed"),
        pytest.param("b.py", "import a\nuse(a.V_X)\n", id="a module's"),
        pytest.param("b.py", 'import a\nuse(f"x{a.V_X}")\n', id="in a text"),
        pytest.param("b.py", "import a as k\nuse(k.V_X)\n", id="a renamed module's"),
        pytest.param("b.py", "import p.a\nuse(p.a.V_X)\n", id="a package's module's"),
    ],
)
def test_what_other_modules_read(path: str, text: str) -> None:
    files = {"a.py": 'V_X = "v1"\nuse(f"kindest/node:{V_X}")\n', path: text}
    assert others(files, "V_X") != []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("use(p.V_X)", True, id="all of it"),
        pytest.param('use(strings.Split(p.V_X, ":"))', False, id="a part of it"),
        pytest.param('use("x" + p.V_X)', True, id="in a text"),
    ],
)
def test_a_whole_reference_of_another_package(line: str, *, expected: bool) -> None:
    files = {
        "p/a.go": 'package p\n\nconst V_X = "kindest/node:v1"\n',
        "q/b.go": f'package q\n\nimport "x.org/p"\n\nfunc f() {{\n\t{line}\n}}\n',
    }
    assert (others(files, "V_X", is_whole=True) == []) is expected
    bare = {**files, "p/a.go": files["p/a.go"].replace("kindest/node:", "")}
    assert others(bare, "V_X") != []


def test_a_module_that_javascript_calls_something_else() -> None:
    files = {
        "a.js": "export const V_X = 'v1';\nuse(`kindest/node:${V_X}`);\n",
        "b.js": "import * as k from './a.js';\nuse(`x${k.V_X}`);\n",
    }
    assert others(files, "V_X") == ["2 another text"]
