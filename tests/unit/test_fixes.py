"""Where the edit of a reference goes, and when it is unsafe or none."""

from __future__ import annotations

import pytest
from support.judging import Files, gather, make_context

from digestpin.findings import Safety

DIGEST = "sha256:" + "0" * 64


def plans(files: Files, tail: str = "") -> list[str]:
    """Return `path:line text` of the edit of each reference, `?` when unsafe."""
    inventory = gather(files)
    fixer = make_context(inventory).fixer
    found = []
    for reference in inventory.references:
        wanted = tail or f":{reference.tag}@{DIGEST}"
        plan = fixer.plan(reference, wanted, "title")
        if plan.fix is None:
            found.append(plan.why_not)
            continue
        (edit,) = plan.fix.edits
        line = inventory.sources[edit.path.as_posix()].line_at(edit.span.start)
        text = edit.replacement.decode().replace(DIGEST, "…")
        mark = "" if plan.fix.safety is Safety.SAFE else "?"
        found.append(f"{edit.path}:{line}{mark} {text}")
    return found


NO_PLACE = "the value is put together in a way that no single place fixes"


def sh(*lines: str) -> Files:
    return {"a.sh": "\n".join(lines) + "\n"}


USE = 'kind create cluster --image "kindest/node:$V"'


DEFAULTS = (
    (
        "Python",
        {
            "a.py": 'V = os.environ.get("V", "v1.31.4")\n'
            'use(f"kindest/node:{V}")\nuse(f"https://dl.k8s.io/{V}/kubectl")\n'
        },
        "a.py:1? v1.31.4@…",
    ),
    (
        "JavaScript",
        {
            "a.js": "const V = process.env.V || 'v1.31.4';\n"
            "use(`kindest/node:${V}`);\nuse(`https://dl.k8s.io/${V}/kubectl`);\n"
        },
        "a.js:1? v1.31.4@…",
    ),
    (
        "Go",
        {
            "a.go": 'package a\n\nvar v = getEnv("V", "v1.31.4")\n'
            'var i = "kindest/node:" + v\nvar u = "https://dl.k8s.io/" + v\n'
        },
        "a.go:3? v1.31.4@…",
    ),
    (
        "make",
        {
            "Makefile": "V := $(or $(K),v1.31.4)\na:\n"
            "\tkind create cluster --image kindest/node:$(V)\n\tkubectl x $(V)\n"
        },
        "Makefile:1? v1.31.4@…",
    ),
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            sh("kind create cluster --image kindest/node:v1.31.4"),
            ["a.sh:1 kindest/node:v1.31.4@…"],
            id="a literal: the whole reference",
        ),
        pytest.param(sh("V=v1.31.4", USE), ["a.sh:1 v1.31.4@…"], id="a variable"),
        pytest.param(
            sh("V=1.31.4", 'kind create cluster --image "kindest/node:v$V"'),
            ["a.sh:1 1.31.4@…"],
            id="behind a prefix",
        ),
        pytest.param(
            sh("V=v1.31", 'kind create cluster --image "kindest/node:$V.4"'),
            ["a.sh:2 .4@…"],
            id="before a suffix: at the use",
        ),
        pytest.param(
            sh("V=v1.31.4", USE, 'curl -LO "https://dl.k8s.io/$V/kubectl"'),
            ["a.sh:1? v1.31.4@…"],
            id="a value that something else reads",
        ),
        pytest.param(
            sh("V=v1.31.4", "W=$V", 'kind create cluster --image "kindest/node:$W"'),
            ["a.sh:1 v1.31.4@…"],
            id="a value that is only handed on",
        ),
        pytest.param(
            sh("I=kindest/node:v1.31.4", 'kind create cluster --image "$I"', 'f "$I"'),
            ["a.sh:1 kindest/node:v1.31.4@…"],
            id="a whole reference, read by anything",
        ),
        pytest.param(
            sh(
                "I=kindest/node:v1.31.4",
                'kind create cluster --image "$I"',
                'x "${I#*:}"',
            ),
            ["a.sh:1? kindest/node:v1.31.4@…"],
            id="a whole reference that is cut apart",
        ),
        pytest.param(
            sh(
                "for v in v1.31.4 v1.30.8; do",
                '  kind create cluster --image "kindest/node:$v"',
                "done",
            ),
            ["a.sh:1 v1.31.4@…", "a.sh:1 v1.30.8@…"],
            id="each element of a list",
        ),
        pytest.param(
            sh(
                "for v in 4 14; do",
                '  kind create cluster --image "kindest/node:v1.31.$v"',
                "done",
            ),
            ["a.sh:1 4@…", "a.sh:1 14@…"],
            id="each end of a list",
        ),
        pytest.param(
            sh(
                "for v in v1.31 v1.30; do",
                '  kind create cluster --image "kindest/node:$v.8"',
                "done",
            ),
            [NO_PLACE, NO_PLACE],
            id="two values with one end",
        ),
        pytest.param(
            sh(USE.replace("$V", "${V:-v1.31.4}")),
            ["a.sh:1 v1.31.4@…"],
            id="a default in place",
        ),
        pytest.param(
            sh(
                'I="${I:-kindest/node:${V:-v1.31.4}}"', "kind create cluster --image $I"
            ),
            ["a.sh:1 v1.31.4@…"],
            id="a default in the default of a whole reference",
        ),
        *(
            pytest.param(files, [expected], id=f"a default in {name} that is read")
            for name, files, expected in DEFAULTS
        ),
        pytest.param(
            {"a.pl": 'my $image = "kindest/node:v1.31.4";\n'},
            ["in Perl an @ names an array: write \\@ by hand"],
            id="a text of Perl",
        ),
        pytest.param(
            {"a.pl": "my $image = 'kindest/node:v1.31.4';\n"},
            ["a.pl:1 kindest/node:v1.31.4@…"],
            id="a text of Perl in single quotes",
        ),
        pytest.param(
            {"bin/a": '#!/usr/bin/env perl\n$x = "kindest/node:v1.31.4";\n'},
            ["in Perl an @ names an array: write \\@ by hand"],
            id="a Perl script by its first line",
        ),
        pytest.param(
            {"a.yaml": 'image: "kindest/node:v1.3\\u0031.4"\n'},
            [NO_PLACE],
            id="an escape in what changes",
        ),
    ],
)
def test_plans(files: Files, expected: list[str]) -> None:
    if expected == [NO_PLACE] and "a.yaml" in files:
        assert plans(files, ":v1.30.8") == expected
        return
    assert plans(files) == expected


def test_another_tag_replaces_the_whole_value() -> None:
    assert plans(sh("V=v1.31.4", USE), ":v1.30.8") == ["a.sh:1 v1.30.8"]
    assert plans(sh("V=1.31.4", USE.replace("$V", "v$V")), ":v1.30.8") == [
        "a.sh:1 1.30.8"
    ]


def test_other_reads_are_named() -> None:
    inventory = gather(sh("V=v1.31.4", USE, 'echo "$V"'))
    (reference,) = inventory.references
    plan = make_context(inventory).fixer.plan(reference, f":v1.31.4@{DIGEST}", "t")
    assert [use.label for use in plan.others] == ["the output of echo"]
    assert [inventory.locate(use.region).start.line for use in plan.others] == [3]


def go_test(literal: str) -> Files:
    return {"a_test.go": f"package a\n\nfunc TestA(t *T) {{\n\t{literal}\n}}\n"}


@pytest.mark.parametrize(
    ("literal", "is_safe"),
    [
        pytest.param('x := A{Image: "kindest/node:v1.31.4"}', False, id="a field"),
        pytest.param('equal("kindest/node:v1.31.4", x)', False, id="an argument"),
        pytest.param('image := "kindest/node:v1.31.4"', True, id="a variable"),
        pytest.param('run("kind", "--image", "kindest/node:v1.31.4")', True, id="run"),
    ],
)
def test_what_a_test_may_expect_is_unsafe(literal: str, *, is_safe: bool) -> None:
    mark = "" if is_safe else "?"
    assert plans(go_test(literal)) == [f"a_test.go:4{mark} kindest/node:v1.31.4@…"]


IMAGE = "image: kindest/node:v1.31.4\n"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            sh('[ "$image" = kindest/node:v1.31.4 ]'), id="a test of the shell"
        ),
        pytest.param(
            sh("sed -i 's|kindest/node:v1.31.4|$NEW|' a.yaml"), id="a substitution"
        ),
        pytest.param(
            {"a.go": 'package a\n\nvar x = y == "kindest/node:v1.31.4"\n'},
            id="a comparison",
        ),
        pytest.param(
            {"a.py": 'if "kindest/node:v1.31.4" != image:\n    pass\n'},
            id="a comparison that begins with it",
        ),
    ],
)
def test_a_fix_is_unsafe_where_the_same_text_is_compared(files: Files) -> None:
    assert plans({"a.yaml": IMAGE} | files) == ["a.yaml:1? kindest/node:v1.31.4@…"]


def test_what_is_compared_with_another_text_does_not_matter() -> None:
    files = sh("sed -i 's|kindest/node:v1.31.40|$NEW|' a.yaml")
    assert plans({"a.yaml": IMAGE} | files) == ["a.yaml:1 kindest/node:v1.31.4@…"]


def test_an_output_that_is_written_elsewhere_reads_nothing_here() -> None:
    text = """\
jobs:
  a:
    uses: ./.github/workflows/a.yaml
  b:
    needs: [a]
    strategy: {matrix: {k: [v1.31.4]}}
    steps:
    - run: kind create cluster --image kindest/node:${{ matrix.k }}
    - run: x $CHART
      env: {CHART: "${{ github.workspace }}/${{ needs.a.outputs.chart }}"}
"""
    assert plans({".github/workflows/b.yaml": text}) == [
        ".github/workflows/b.yaml:6 v1.31.4@…"
    ]


@pytest.mark.parametrize(
    ("name", "check", "is_safe"),
    [
        pytest.param("", "e2e (v1.31.4, linux)", False, id="the job's key"),
        pytest.param("name: End to end", "End to end (v1.31.4)", False, id="its name"),
        pytest.param("", "e2e (v1.31.40)", True, id="another value"),
        pytest.param("", "smoke-e2e (v1.31.4)", True, id="another job"),
    ],
)
def test_a_check_that_is_named_elsewhere_shows_the_value(
    name: str, check: str, *, is_safe: bool
) -> None:
    job = f"    {name}\n    strategy: {{matrix: {{k: [v1.31.4]}}}}\n"
    files = {
        ".github/workflows/a.yaml": f"jobs:\n  e2e:\n{job}    steps:\n"
        "    - run: kind create cluster --image kindest/node:${{ matrix.k }}\n",
        ".mergify.yml": f"conditions:\n- check-success={check}\n",
    }
    mark = "" if is_safe else "?"
    assert plans(files) == [f".github/workflows/a.yaml:4{mark} v1.31.4@…"]
