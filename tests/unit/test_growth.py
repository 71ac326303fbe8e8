"""How the work grows with the size of a file: never much faster than the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.judging import WORKFLOW, Files, gather, make_context
from support.steps import growth

from digestpin.rules import load_rules
from digestpin.suppression import apply

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
        pytest.param(many_rows, 8, id="matrix rows"),
        pytest.param(deep_substitutions, 4, id="deep substitutions"),
        pytest.param(deep_statements, 4, id="deep statements"),
    ],
)
def test_judging_grows_with_the_file(make: Callable[[int], Files], size: int) -> None:
    judged(make(1))()
    assert growth(lambda number: judged(make(number)), size) < 6
