"""What a variable can be, from where it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from support.facts import show

from digestpin.facts import Binding, Fact, Link
from digestpin.rows import meet_rows, rows_of
from digestpin.source import Region, Span
from digestpin.templates import Scope, Template, Variable, join, made_up, variable
from digestpin.tracing import Tracer

FILE: Scope = ("f",)
JOB: Scope = ("f", "jobs", "a")
STEP: Scope = (*JOB, "steps", "0")


def at(offset: int, path: str = "f") -> Region:
    return Region(PurePosixPath(path), Span(offset, offset + 1))


def read(
    name: str, scope: Scope = FILE, offset: int = 90, default: Template | None = None
) -> Template:
    region = at(offset, scope[0])
    part = Variable(name=name, scope=scope, region=region, default=default)
    return variable(part)


def text(value: str, offset: int, path: str = "f") -> Template:
    part = made_up(value).parts[0]
    return Template((replace(part, region=at(offset, path)),))


def bind(
    name: str, value: str | Template, offset: int = 10, scope: Scope = FILE
) -> Binding:
    content = text(value, offset, scope[0]) if isinstance(value, str) else value
    return Binding(name=name, scope=scope, value=content)


def trace(
    facts: list[Fact],
    template: Template,
    links: dict[str, tuple[str, ...]] | None = None,
) -> list[str]:
    """Return the values of a template; what is not known as `{name}`."""
    by_path: dict[str, list[Fact]] = {}
    for fact in facts:
        path = fact.scope[0]
        by_path.setdefault(path, []).append(fact)
    tracer = Tracer(by_path, lambda link: (links or {}).get(link.target, ()))
    return [show(value.template) for value in tracer.values(template)]


CONDITIONAL = replace(bind("A", "v2", 20), conditional=True)
FALLBACK = replace(bind("A", "v2", 20), fallback=True)


@pytest.mark.parametrize(
    ("facts", "template", "expected"),
    [
        pytest.param([], read("A"), ["{A}"], id="nothing sets it"),
        pytest.param([bind("A", "v1")], read("A"), ["v1"], id="one value"),
        pytest.param([bind("B", "v1")], read("A"), ["{A}"], id="another name"),
        pytest.param(
            [bind("A", "v1"), bind("A", "v2")], read("A"), ["v1", "v2"], id="two values"
        ),
        pytest.param(
            [bind("A", "v1"), bind("A", "v2", scope=JOB)],
            read("A", STEP),
            ["v2"],
            id="the nearest scope",
        ),
        pytest.param(
            [bind("A", "v1"), bind("A", "v2", scope=JOB)],
            read("A"),
            ["v1"],
            id="no scope inside",
        ),
        pytest.param(
            [bind("A", "v1"), replace(CONDITIONAL, scope=JOB)],
            read("A", STEP),
            ["v2", "v1"],
            id="what may be skipped, and what lies further out",
        ),
        pytest.param(
            [bind("A", "v1"), replace(FALLBACK, scope=JOB)],
            read("A", STEP),
            ["v2", "v1"],
            id="a fallback, and what lies further out",
        ),
        pytest.param(
            [bind("A", read("B", offset=10)), bind("B", "v1", 20)],
            read("A"),
            ["v1"],
            id="a chain",
        ),
        pytest.param(
            [
                bind("A", join((made_up("v"), read("B", offset=10), made_up(".4")))),
                bind("B", "1", 20),
            ],
            join((made_up("x:"), read("A"))),
            ["x:v1.4"],
            id="pieces",
        ),
        pytest.param(
            [bind("A", "v1"), bind("B", "1"), bind("B", "2")],
            join((read("A"), made_up("."), read("B"))),
            ["v1.1", "v1.2"],
            id="each with each",
        ),
        pytest.param(
            [],
            read("A", default=made_up("v1")),
            ["v1"],
            id="a default where nothing sets it",
        ),
        pytest.param(
            [bind("A", "v2")],
            read("A", default=made_up("v1")),
            ["v2", "v1"],
            id="a default beside what sets it",
        ),
        pytest.param(
            [bind("A", read("A", offset=10))], read("A"), ["{A}"], id="itself"
        ),
        pytest.param(
            [bind("A", read("B", offset=10)), bind("B", read("A", offset=20))],
            read("A"),
            ["{A}"],
            id="a circle",
        ),
        pytest.param(
            [bind("A", read("A", offset=10, default=made_up("v1")))],
            read("A"),
            ["v1"],
            id="a default of itself",
        ),
        pytest.param(
            [bind("A", "")], read("A"), ["{A}"], id="an empty value is no value"
        ),
    ],
)
def test_values(facts: list[Fact], template: Template, expected: list[str]) -> None:
    assert trace(facts, template) == expected


def sequential(*offsets: int) -> list[Fact]:
    return [
        replace(bind("A", f"v{offset}", offset), sequential=True) for offset in offsets
    ]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        pytest.param(15, ["v10"], id="behind the first"),
        pytest.param(25, ["v20"], id="behind the second"),
        pytest.param(5, ["v10", "v20"], id="before both: a function, called later"),
    ],
)
def test_the_last_assignment_before_a_use_holds(
    offset: int, expected: list[str]
) -> None:
    assert trace(sequential(10, 20), read("A", offset=offset)) == expected


def test_an_assignment_that_may_be_skipped_does_not_hide_the_one_before() -> None:
    first, second = sequential(10, 20)
    assert isinstance(second, Binding)
    facts = [first, replace(second, conditional=True)]
    assert trace(facts, read("A", offset=30)) == ["v10", "v20"]


def link(kind: Link.Type, scope: Scope, names: frozenset[str] | None = None) -> Link:
    region = at(0, scope[0])
    return Link(type=kind, scope=scope, target="g", base="", region=region, names=names)


@pytest.mark.parametrize(
    ("facts", "template", "expected"),
    [
        pytest.param(
            [link(Link.Type.INCLUDE, FILE), bind("A", "v1", scope=("g",))],
            read("A"),
            ["v1"],
            id="what is included",
        ),
        pytest.param(
            [link(Link.Type.INCLUDE, FILE), bind("A", "v1")],
            read("A", ("g",)),
            ["v1"],
            id="what includes",
        ),
        pytest.param(
            [link(Link.Type.RUN, JOB), bind("A", "v1", scope=JOB)],
            read("A", ("g",)),
            ["v1"],
            id="what runs the file",
        ),
        pytest.param(
            [link(Link.Type.RUN, JOB), bind("A", "v1", scope=("g",))],
            read("A", JOB),
            ["{A}"],
            id="not what is run",
        ),
        pytest.param(
            [link(Link.Type.RUN, JOB, frozenset({"A"})), bind("A", "v1", scope=JOB)],
            read("A", ("g",)),
            ["v1"],
            id="a name that is handed over",
        ),
        pytest.param(
            [link(Link.Type.RUN, JOB, frozenset({"B"})), bind("A", "v1", scope=JOB)],
            read("A", ("g",)),
            ["{A}"],
            id="not a name that is not",
        ),
        pytest.param(
            [
                link(Link.Type.INCLUDE, FILE),
                bind("A", "v1"),
                bind("A", "v2", scope=("g",)),
            ],
            read("A"),
            ["v1"],
            id="its own value first",
        ),
    ],
)
def test_links(facts: list[Fact], template: Template, expected: list[str]) -> None:
    assert trace(facts, template, {"g": ("g",)}) == expected


def rows(name: str, value: str, *numbers: int) -> Binding:
    return replace(bind(name, value, scope=JOB), rows=frozenset(numbers))


def test_values_of_different_rows_never_meet() -> None:
    facts: list[Fact] = [
        rows("A", "v1", 0, 1),
        rows("A", "v2", 2),
        rows("B", "x", 0),
        rows("B", "y", 1, 2),
    ]
    template = join((read("A", STEP), made_up("-"), read("B", STEP)))
    assert trace(facts, template) == ["v1-x", "v1-y", "v2-y"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param((), (), (), id="none"),
        pytest.param(((JOB, {0, 1}),), (), ((JOB, {0, 1}),), id="one side"),
        pytest.param(((JOB, {0, 1}),), ((JOB, {1, 2}),), ((JOB, {1}),), id="both"),
        pytest.param(((JOB, {0}),), ((JOB, {1}),), None, id="no common row"),
        pytest.param(
            ((JOB, {0}),), ((FILE, {1}),), ((FILE, {1}), (JOB, {0})), id="two jobs"
        ),
    ],
)
def test_rows_meet(
    first: tuple[tuple[Scope, set[int]], ...],
    second: tuple[tuple[Scope, set[int]], ...],
    expected: tuple[tuple[Scope, set[int]], ...] | None,
) -> None:
    def frozen(
        some: tuple[tuple[Scope, set[int]], ...],
    ) -> tuple[tuple[Scope, frozenset[int]], ...]:
        return tuple((scope, frozenset(numbers)) for scope, numbers in some)

    found = meet_rows(frozen(first), frozen(second))
    assert found == (None if expected is None else frozen(expected))


def test_rows_of_a_binding_are_those_of_its_job() -> None:
    assert rows_of(rows("A", "v1", 3)) == ((JOB, frozenset({3})),)
    assert rows_of(bind("A", "v1")) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"strip_prefix": "v"}, ["1.31.4"], id="a prefix taken off"),
        pytest.param({"strip_suffix": ".4"}, ["v1.31"], id="a suffix taken off"),
        pytest.param({"strip_prefix": "x"}, ["v1.31.4"], id="a prefix it has not"),
        pytest.param({"opaque": True}, ["{A!}"], id="changed in an unknown way"),
    ],
)
def test_what_is_made_of_a_value(
    change: dict[str, str | bool], expected: list[str]
) -> None:
    (part,) = read("A").parts
    assert isinstance(part, Variable)
    changed = replace(part, **change)  # type: ignore[arg-type]
    assert trace([bind("A", "v1.31.4")], variable(changed)) == expected


def test_steps_name_the_way_to_the_value() -> None:
    facts = [bind("A", read("B", offset=10)), bind("B", "v1", 20)]
    tracer = Tracer({"f": facts}, lambda _: ())
    (value,) = tracer.values(read("A"))
    assert [(step.name, step.what) for step in value.steps] == [
        ("A", "assignment"),
        ("B", "assignment"),
    ]
    assert value.is_known


def test_names_that_nothing_sets_are_noted() -> None:
    tracer = Tracer({"f": [bind("A", read("B", offset=10))]}, lambda _: ())
    tracer.values(read("A"))
    assert tracer.missing == {("B", "f")}


def test_a_name_with_very_many_values_is_cut_short() -> None:
    facts: list[Fact] = [bind("A", f"v{number}", number) for number in range(1000)]
    assert len(trace(facts, read("A", offset=2000))) == 512


def run(by: Scope) -> Link:
    return Link(type=Link.Type.RUN, scope=by, target="f", base="", region=at(0, by[0]))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            [
                run(("a",)),
                run(("b",)),
                bind("A", "v1", 1, ("a",)),
                bind("A", "v2", 1, ("b",)),
            ],
            ["v1", "v2"],
            id="both that run it set the name",
        ),
        pytest.param(
            [run(("a", "x")), run(("a", "y")), bind("A", "v1", 1, ("a",))],
            ["v1"],
            id="what both ways come to is read once",
        ),
    ],
)
def test_any_way_to_a_file_may_be_taken(facts: list[Fact], expected: list[str]) -> None:
    assert trace(facts, read("A"), {"f": ("f",)}) == expected
