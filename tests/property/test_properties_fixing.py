"""Tracing always ends, and a fix has nothing to do the second time."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commands import run_digestpin
from support.trees import bare, load_yaml, read_tree

from digestpin.facts import Binding
from digestpin.source import Region, Span
from digestpin.templates import Literal, Template, Variable
from digestpin.tracing import Tracer

NAMES = ("A", "B", "C", "D")
SCOPES = (("f",), ("f", "jobs", "x"), ("g",))
TAGS = ("v1.31.4", "v1.30.8", "v1.32.0", "v1.31.2", "v9.9.9", "1.31.4", "latest")
KINDS = ("v0.25.0", "v0.26.0", "v0.27.0", "v0.31.0")


@st.composite
def bindings(draw: st.DrawFn) -> Binding:
    """A binding whose value may read any name, its own too."""
    parts: list[Literal | Variable] = []
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, 50))
        region = Region(PurePosixPath("f"), Span(at, at + 1))
        if draw(st.booleans()):
            parts.append(Literal("v", region))
        else:
            default = draw(
                st.one_of(st.none(), st.just(Template((Literal("d", region),))))
            )
            name, scope = draw(st.sampled_from(NAMES)), draw(st.sampled_from(SCOPES))
            parts.append(
                Variable(name=name, scope=scope, region=region, default=default)
            )
    return Binding(
        name=draw(st.sampled_from(NAMES)),
        scope=draw(st.sampled_from(SCOPES)),
        value=Template(tuple(parts)),
        conditional=draw(st.booleans()),
        fallback=draw(st.booleans()),
        sequential=draw(st.booleans()),
        rows=draw(st.one_of(st.none(), st.frozensets(st.integers(0, 3), min_size=1))),
    )


@given(st.lists(bindings(), max_size=8))
def test_tracing_ends_and_gives_at_least_one_value(facts: list[Binding]) -> None:
    tracer = Tracer({"f": facts}, lambda _: ())
    for fact in facts:
        values = tracer.values(fact.value)
        assert 1 <= len(values) <= 512
        assert all(len(value.steps) == len(value.bindings) for value in values)


@st.composite
def workflows(draw: st.DrawFn) -> str:
    """A workflow with a matrix, an environment and some steps that use them."""
    tags = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True))
    quote = draw(st.sampled_from(("", '"', "'")))
    listed = ", ".join(f"{quote}{tag}{quote}" for tag in tags)
    lines = [
        "env:",
        f"  NODE: {draw(st.sampled_from(TAGS))}",
        f"  KIND_VERSION: {draw(st.sampled_from(KINDS))}",
        "jobs:",
        "  a:",
    ]
    if draw(st.booleans()):
        lines.append("    name: e2e ${{ matrix.node }}")
    lines += ["    strategy:", "      matrix:", f"        node: [{listed}]"]
    if draw(st.booleans()):
        lines += ["        kind: [v0.26.0, v0.31.0]"]
    if draw(st.booleans()):
        lines += [
            "        include:",
            f"          - node: {draw(st.sampled_from(TAGS))}",
        ]
    lines.append("    steps:")
    steps = st.sampled_from(
        (
            "      - run: kind create cluster --image kindest/node:${{ matrix.node }}",
            "      - run: kind create cluster --image kindest/node:v${{ matrix.node }}",
            '      - run: kind create cluster --image "kindest/node:$NODE" # why',
            "      - run: echo ${{ env.NODE }}",
            "      - run: go install sigs.k8s.io/kind@${{ matrix.kind }}",
            "      - {uses: helm/kind-action@v1.12.0, with: {node_image: 'kindest/node:v1.31.4'}}",  # noqa: E501
            "      - run: |\n          N=v1.30.8\n          kind create cluster --image kindest/node:${N}",  # noqa: E501
        )
    )
    lines += draw(st.lists(steps, min_size=1, max_size=4))
    ending = draw(st.sampled_from(("\n", "\r\n")))
    text = "\n".join(lines) + draw(st.sampled_from(("", "\n")))
    return text.replace("\n", ending)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(workflows(), st.booleans())
def test_fix_twice_is_fix_once_and_touches_references_alone(
    text: str, is_unsafe: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / ".github/workflows/e2e.yaml"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        options = ["--offline", *(["--unsafe"] if is_unsafe else [])]
        first = run_digestpin(folder, "fix", *options)
        assert first.code in (0, 1), first
        after = read_tree(folder)
        assert run_digestpin(folder, "fix", *options).code == first.code
        assert read_tree(folder) == after
        fixed = path.read_bytes()
    assert bare(fixed) == bare(text.encode())
    assert load_yaml(fixed) == load_yaml(text.encode())
    assert load_yaml(fixed) is not None
