"""What the text report does with source lines that are hard to show."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.report_sample import CLEAN, FINDINGS, FIXED, REPORT

from digestpin.findings import Finding, Problem, RelatedLocation, Report, Severity
from digestpin.reports import text
from digestpin.reports.summary import summarize
from digestpin.source import SourceFile, Span
from digestpin.terminal import RED, Style, display_width

if TYPE_CHECKING:
    from digestpin.source import Location

PATH = PurePosixPath("x.yaml")
PLAIN = Style()
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def find(location: Location, **fields: object) -> Finding:
    finding = Finding(
        rule="DP001",
        name="unpinned-tag",
        severity=Severity.ERROR,
        message="it is not pinned",
        location=location,
    )
    return replace(finding, **fields)  # type: ignore[arg-type]


def show(data: bytes, start: int, end: int, style: Style = PLAIN) -> list[str]:
    source = SourceFile(PATH, data)
    report = Report(sources={PATH: source})
    finding = find(source.locate(Span(start, end)))
    return text.render_finding(finding, report, style).splitlines()[3:]


@pytest.mark.parametrize(
    ("data", "part", "expected"),
    [
        pytest.param(
            b"a: 1\r\nb: img\r\n",
            b"img",
            ["2 | b: img", "  |    ^^^ unpinned-tag"],
            id="CRLF",
        ),
        pytest.param(
            b"\ta:\timg",
            b"img",
            ["1 |     a:    img", "  |           ^^^ unpinned-tag"],
            id="tabs",
        ),
        pytest.param(
            "\ufeff\u8282: img".encode(),
            b"img",
            ["1 | \u8282: img", "  |     ^^^ unpinned-tag"],
            id="byte order mark and a wide character",
        ),
        pytest.param(
            "e\u0301: img".encode(),
            b"img",
            ["1 | e\u0301: img", "  |    ^^^ unpinned-tag"],
            id="combining character",
        ),
        pytest.param(
            b"\xe9: img",
            b"img",
            ["1 | \u00e9: img", "  |    ^^^ unpinned-tag"],
            id="ISO 8859-1",
        ),
        pytest.param(
            b"\x1b[m: img",
            b"img",
            ["1 | \\x1b[m: img", "  |         ^^^ unpinned-tag"],
            id="escape sequence",
        ),
        pytest.param(
            b"a\n\n",
            b"",
            ["1 | a", "  | ^ unpinned-tag"],
            id="empty span",
        ),
        pytest.param(
            b"a: |\n  one\n  two\nb: 1\n",
            b"one\n  two\n",
            ["2 |   one", "  |   ^^^", "3 |   two", "  |   ^^^ unpinned-tag"],
            id="two lines",
        ),
        pytest.param(
            b"1\n2\n3\n4\n5\n6\n",
            b"1\n2\n3\n4\n5\n6",
            ["1 | 1", "  | ^", "...", "6 | 6", "  | ^ unpinned-tag"],
            id="many lines",
        ),
        pytest.param(
            b"1\n2\n\n4\n",
            b"2\n\n4",
            ["2 | 2", "  | ^", "3 |", "  | ^", "4 | 4", "  | ^ unpinned-tag"],
            id="an empty line within",
        ),
    ],
)
def test_a_span_is_underlined(data: bytes, part: bytes, expected: list[str]) -> None:
    start = data.index(part)
    assert show(data, start, start + len(part)) == expected


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("at", [0, 400, 994])
def test_a_long_line_is_cut_around_the_span(width: int, at: int) -> None:
    data = bytearray(b"x" * 1000)
    data[at : at + 6] = b"needle"
    style = Style(width=width)
    shown, under, *_ = show(bytes(data), at, at + 6, style)
    assert width - 4 <= len(shown) <= width
    assert shown[under.index("^") :].startswith("needle")


def test_a_span_longer_than_the_room_is_cut() -> None:
    shown, under, *_ = show(b"x" * 500, 100, 400, Style(width=50))
    assert shown == "1 | ..." + "x" * 39 + "..."
    assert under.rstrip() == "  |    " + "^" * 39


def test_a_label_goes_below_where_it_does_not_fit() -> None:
    source = SourceFile(PATH, b"pin: v1\nimage: one\n")
    related = RelatedLocation(
        source.locate(Span(5, 7)), "kind v0.26.0 is pinned here, by an action's default"
    )
    finding = find(source.locate(Span(15, 18)), related=(related,))
    report = Report(sources={PATH: source})
    assert text.render_finding(finding, report, Style(width=40)).splitlines()[3:] == [
        "1 | pin: v1",
        "  |      --",
        "  | kind v0.26.0 is pinned here, by an",
        "  | action's default",
        "2 | image: one",
        "  |        ^^^ unpinned-tag",
    ]


def test_two_marks_may_share_a_line() -> None:
    source = SourceFile(PATH, b"kind: v1 image: one\n")
    related = RelatedLocation(source.locate(Span(6, 8)), "pinned here")
    finding = find(source.locate(Span(16, 19)), related=(related,))
    report = Report(sources={PATH: source})
    assert text.render_finding(finding, report, PLAIN).splitlines()[3:] == [
        "1 | kind: v1 image: one",
        "  |                 ^^^ unpinned-tag",
        "  |       -- pinned here",
    ]


def test_a_mark_beyond_what_is_shown_is_at_the_cut() -> None:
    source = SourceFile(PATH, b"a " * 500)
    related = RelatedLocation(source.locate(Span(900, 903)), "")
    finding = find(source.locate(Span(0, 1)), related=(related,))
    report = Report(sources={PATH: source})
    lines = text.render_finding(finding, report, Style(width=40)).splitlines()[3:]
    assert lines[0].endswith("a...")
    assert lines[2].index("-") == lines[0].index("...")


def test_without_the_source_everything_else_is_said() -> None:
    report = Report(sources={})
    finding = next(finding for finding in FINDINGS if finding.rule == "DP101")
    rendered = text.render_finding(finding, report, PLAIN)
    assert "is pinned at .github/workflows/e2e.yaml:8:15 (helm" in rendered
    assert "|" not in rendered


def test_a_location_past_the_end_does_not_stop_the_report() -> None:
    location = SourceFile(PATH, b"a\nb\nc\n").locate(Span(4, 5))
    report = Report(sources={PATH: SourceFile(PATH, b"a\n")})
    assert "x.yaml:3:1" in text.render_finding(find(location), report, PLAIN)


def test_colour_adds_nothing_but_codes() -> None:
    colored = text.render(REPORT, Style(color=True))
    assert ANSI.sub("", colored) == text.render(REPORT, PLAIN)
    assert f"\x1b[{RED}merror[DP001]:" in colored


def test_nothing_but_long_words_passes_the_width_of_a_terminal() -> None:
    rendered = text.render(REPORT, Style(width=70))
    body = rendered.splitlines()[:-1]
    assert [line for line in body if display_width(line) > 70] == []


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            CLEAN,
            "All clear: 12 node image references, 3 kind pins, nothing to do.",
            id="clean",
        ),
        pytest.param(
            Report(sources={}, files=1),
            "All clear: no node image references in 1 file.",
            id="nothing there",
        ),
        pytest.param(
            replace(CLEAN, suppressed=2, references=1, kind_pins=1),
            "All clear: 1 node image reference, 1 kind pin, nothing to do, 2 ignored.",
            id="ignored",
        ),
        pytest.param(
            replace(CLEAN, problems=(Problem(message="x"),)),
            "No findings in 31 files. Incomplete: 1 problem.",
            id="a problem",
        ),
        pytest.param(
            replace(REPORT, findings=FINDINGS[:1], problems=(), suppressed=0),
            "Found 1 finding (1 error) in 1 file; 1 can be fixed with digestpin fix.",
            id="one fixable",
        ),
        pytest.param(
            Report(sources={}, findings=FINDINGS[1:2]),
            "Found 1 finding (1 error) in 1 file; "
            "1 can be fixed with digestpin fix --unsafe.",
            id="only unsafe",
        ),
        pytest.param(
            Report(sources={}, findings=FINDINGS[4:5]),
            "Found 1 finding (1 info) in 1 file.",
            id="not fixable",
        ),
        pytest.param(
            FIXED,
            "Fixed 2 findings in 2 files; 1 left (1 error); "
            "1 can be fixed with digestpin fix --unsafe.",
            id="fixed in part",
        ),
        pytest.param(
            Report(sources={}, fixed=FINDINGS[:1]),
            "Fixed 1 finding in 1 file, nothing left to do.",
            id="all fixed",
        ),
    ],
)
def test_the_summary_says_it_in_one_line(report: Report, line: str) -> None:
    assert summarize(report) == line


def test_a_fixed_finding_without_a_fix_shows_its_message() -> None:
    report = Report(sources={}, fixed=(replace(FINDINGS[0], fix=None),))
    assert text.render(report, PLAIN).startswith(
        "fixed[DP001]: .github/workflows/e2e.yaml:11:23: kindest/node:v1.32.1 is not"
    )


def test_a_problem_is_named_with_its_place() -> None:
    problems = (
        Problem(message="cannot be read", path=PATH),
        Problem(message="", path=PATH, line=4),
    )
    assert text.render_problems(problems, Style(width=80)) == (
        "problem: x.yaml: cannot be read\nproblem: x.yaml:4:\n"
    )


@given(
    data=st.binary(max_size=120),
    ends=st.tuples(st.integers(0, 120), st.integers(0, 120)),
    other=st.integers(0, 120),
    width=st.one_of(st.none(), st.integers(40, 100)),
    encoding=st.sampled_from(["utf-8", "ascii", "cp437"]),
)
def test_any_bytes_can_be_shown(
    data: bytes,
    ends: tuple[int, int],
    other: int,
    width: int | None,
    encoding: str,
) -> None:
    source = SourceFile(PATH, data)
    start, end = sorted(min(end, len(data)) for end in ends)
    related = RelatedLocation(
        source.locate(Span(min(other, len(data)), len(data))), "see here"
    )
    finding = find(source.locate(Span(start, end)), related=(related,))
    report = Report(sources={PATH: source}, findings=(finding,))
    rendered = text.render(report, Style(width=width, encoding=encoding))
    assert rendered.encode(encoding)
    assert all(
        character == "\n" or character.isprintable() or character in "\u3000\u200d"
        for character in rendered
    )
