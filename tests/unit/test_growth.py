"""How the work grows with the size of a file: never much faster than the file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.judging import WORKFLOW, Files, gather, make_context
from support.steps import growth

from digestpin import verification
from digestpin.edits import Edit, apply_edits
from digestpin.findings import Fix, Safety
from digestpin.ignores import find_ignores
from digestpin.reports.snippet import Mark, render_snippet
from digestpin.rewriting import Claims
from digestpin.rules import load_rules
from digestpin.source import SourceFile, Span
from digestpin.suppression import apply
from digestpin.terminal import Style
from digestpin.verification import verify_references, verify_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = "kind create cluster --image kindest/node:"


def many_variables(size: int) -> Files:
    return {"a.sh": "".join(f"V{n}=v1.31.4\n{RUN}$V{n}\n" for n in range(size))}


def many_make_variables(size: int) -> Files:
    rules = (f"V{n} = v1.31.4\nt{n}:\n\t{RUN}$(V{n})\n" for n in range(size))
    return {"Makefile": "".join(rules)}


def one_variable(size: int) -> Files:
    return {"a.sh": "V=v1.31.4\n" + f"{RUN}$V\n" * size}


def many_ignores(size: int) -> Files:
    return {"a.sh": f"# digestpin: ignore[DP001] x\n{RUN}v1.31.4\n" * size}


def many_nodes(size: int) -> Files:
    nodes = "- role: worker\n  image: kindest/node:v1.31.4\n" * size
    head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n"
    return {"kind.yaml": head + nodes}


def many_patched_nodes(size: int) -> Files:
    patch = "containerdConfigPatches:\n- |\n  [plugins.x]\n    a = 1\n"
    return {"kind.yaml": many_nodes(size)["kind.yaml"] + patch}


def many_cluster_runs(size: int) -> Files:
    files = many_patched_nodes(2)
    run = f"{RUN}v1.31.4 --config kind.yaml --name"
    return {**files, "a.sh": "".join(f"{run} n{n}\n" for n in range(size))}


def many_rows(size: int) -> Files:
    rows = "".join(
        f"        - {{kind: v0.26.0, node: v1.31.4, n: {n}}}\n" for n in range(size)
    )
    return {
        WORKFLOW: f"""
jobs:
  e:
    strategy:
      matrix:
        include:
{rows}
    steps:
    - uses: helm/kind-action@v1.12.0
      with:
        version: ${{{{ matrix.kind }}}}
        node_image: kindest/node:${{{{ matrix.node }}}}
"""
    }


def deep_substitutions(size: int) -> Files:
    depth = 50 * size
    inner = f"{'$(' * depth}echo kindest/node:v1.31.4{')' * depth}"
    return {"a.sh": f"echo {inner}\n"}


def deep_statements(size: int) -> Files:
    depth = 50 * size
    head, tail = "if x; then\n" * depth, "fi\n" * depth
    return {"a.sh": f"{head}{RUN}v1.31.4\n{tail}"}


def judged(files: Files) -> Callable[[], object]:
    def judge() -> object:
        inventory = gather(files)
        context = make_context(inventory)
        found = [finding for rule in load_rules() for finding in rule.check(context)]
        sources = {source.path: source for source in inventory.sources.values()}
        return apply(found, sources)

    return judge


@pytest.mark.parametrize(
    ("make", "size"),
    [
        pytest.param(many_variables, 20, id="variables"),
        pytest.param(many_make_variables, 20, id="variables of make"),
        pytest.param(one_variable, 20, id="uses of one variable"),
        pytest.param(many_ignores, 20, id="ignores"),
        pytest.param(many_nodes, 20, id="nodes"),
        pytest.param(many_patched_nodes, 20, id="nodes of a config with a patch"),
        pytest.param(many_cluster_runs, 20, id="runs of a cluster config"),
        pytest.param(many_rows, 8, id="matrix rows"),
        pytest.param(deep_substitutions, 4, id="deep substitutions"),
        pytest.param(deep_statements, 4, id="deep statements"),
    ],
)
def test_judging_grows_with_the_file(make: Callable[[int], Files], size: int) -> None:
    judged(make(1))()
    assert growth(lambda number: judged(make(number)), size) < 6


KIND = PurePosixPath("kind.yaml")


def many_edits(size: int) -> tuple[SourceFile, list[Edit]]:
    """Return a cluster config and an edit of the tag of each of its nodes."""
    source = SourceFile(KIND, str(many_nodes(size)[KIND.name]).encode())
    edits = [
        Edit(
            path=KIND,
            span=Span(match.start(), match.end()),
            expected=match[0],
            replacement=b"v1.30.8",
        )
        for match in re.finditer(rb"v1[.]31[.]4", source.data)
    ]
    return source, edits


def claims_taken(size: int) -> Callable[[], object]:
    fixes = [
        Fix(title="", safety=Safety.SAFE, edits=(edit,)) for edit in many_edits(size)[1]
    ]

    def take() -> None:
        claims = Claims()
        assert all(claims.take(fix) for fix in fixes)

    return take


def references_verified(size: int) -> Callable[[], object]:
    source, edits = many_edits(size)
    before = gather(many_nodes(size))
    after = gather({KIND.name: apply_edits(source.data, edits).decode()})
    return lambda: verify_references(before, after, source, {KIND: edits})


def yaml_verified(size: int) -> Callable[[], object]:
    """Compare with lines for scalars: the parser would hide what comparing costs."""
    source, edits = many_edits(size)
    after = apply_edits(source.data, edits)

    def verify() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                verification, "_scalars", lambda data: data.decode().splitlines()
            )
            verify_yaml(source, after, edits)

    return verify


def deep_yaml_verified(size: int) -> Callable[[], object]:
    # With blanks, as the parser looks 1,024 characters ahead.
    deep = f"[{' ' * 9}" * size
    source = SourceFile(KIND, f"{deep}kindest/node:v1.31.4{']' * size}".encode())
    edit = Edit(
        path=KIND,
        span=Span(len(deep) + 13, len(deep) + 20),
        expected=b"v1.31.4",
        replacement=b"v1.30.8",
    )
    after = apply_edits(source.data, [edit])
    return lambda: verify_yaml(source, after, [edit])


@pytest.mark.parametrize(
    ("make", "size"),
    [
        pytest.param(claims_taken, 50, id="claims"),
        pytest.param(references_verified, 50, id="references"),
        pytest.param(yaml_verified, 50, id="YAML"),
    ],
)
def test_rewriting_grows_with_the_edits(
    make: Callable[[int], Callable[[], object]], size: int
) -> None:
    make(1)()
    assert growth(make, size) < 5


def test_deep_yaml_is_read_no_further_than_it_can_be() -> None:
    deep_yaml_verified(1)()
    assert growth(deep_yaml_verified, 240) < 1.5


def one_long_line(size: int) -> Callable[[], object]:
    line = f"a: [{f'{RUN}v1.31.4, ' * size}]\n"
    source = SourceFile(KIND, line.encode())
    matches = re.finditer(rb"v1[.]31[.]4", source.data)
    locations = [source.locate(Span(*match.span())) for match in matches]
    marks = [Mark(location=it, pen="^", color="") for it in locations]

    def draw() -> None:
        for mark in marks:
            list(render_snippet(source, [mark], Style(width=80)))

    return draw


def test_drawing_grows_with_the_findings_of_one_line() -> None:
    one_long_line(1)()
    assert growth(one_long_line, 50) < 5


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("# digestpin: ignore\n", id="lines"),
        pytest.param("/*\n digestpin: ignore\n*/\n", id="blocks"),
        pytest.param("/* digestpin: ignore\n", id="blocks without end"),
        pytest.param("# digestpin: ignore\n\\\n", id="commands"),
    ],
)
def test_reading_ignores_grows_with_the_file(unit: str) -> None:
    def read(size: int) -> Callable[[], object]:
        source = SourceFile(KIND, (unit * size).encode())
        return lambda: list(find_ignores(source))

    read(1)()
    assert growth(read, 50) < 5
