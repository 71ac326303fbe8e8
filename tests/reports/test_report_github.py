"""Workflow commands mean what was said, however a file or a message is named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st
from support.report_sample import FINDINGS, REPORT

from digestpin.findings import Problem, Report
from digestpin.reports import github
from digestpin.source import SourceFile, Span
from digestpin.terminal import Style, escape_controls

COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^:]*)::(?P<data>.*)")


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command back as the runner does (its ActionCommand class)."""
    match = COMMAND.fullmatch(line)
    assert match is not None
    properties = dict(pair.split("=", 1) for pair in match["properties"].split(","))
    read = {key: unescape(value) for key, value in properties.items()}
    return match["name"], read, unescape(match["data"])


def unescape(text: str) -> str:
    for code, character in (("0D", "\r"), ("0A", "\n"), ("3A", ":"), ("2C", ",")):
        text = text.replace(f"%{code}", character)
    return text.replace("%25", "%")


@given(
    name=st.text("ab%:,\r\n\x1b=/ ", min_size=1),
    message=st.text("ab%:,\r\n\x1b= ", min_size=1),
)
def test_what_is_written_is_read_again(name: str, message: str) -> None:
    path = PurePosixPath(f"x{name}")
    source = SourceFile(path, b"image")
    finding = replace(
        FINDINGS[0], location=source.locate(Span(0, 5)), message=message, fix=None
    )
    rendered = github.render(Report(sources={}, findings=(finding,)), Style())
    (line,) = rendered.splitlines()
    assert parse(line) == (
        "error",
        {
            "file": escape_controls(str(path)),
            "line": "1",
            "col": "1",
            "endLine": "1",
            "endColumn": "6",
            "title": "DP001 unpinned-tag",
        },
        escape_controls(message),
    )


def test_a_region_of_several_lines_has_no_columns() -> None:
    commands = [parse(line) for line in github.render(REPORT, Style()).splitlines()]
    (region,) = (found for _, found, _ in commands if found["title"][:5] == "DP107")
    assert (region["line"], region["endLine"]) == ("7", "8")
    assert not {"col", "endColumn"} & set(region)


def test_a_problem_without_a_line_points_to_the_file() -> None:
    problem = Problem(message="too large", path=PurePosixPath("big.yaml"))
    rendered = github.render(Report(sources={}, problems=(problem,)), Style())
    assert rendered == (
        "::warning title=digestpin could not finish,file=big.yaml::too large\n"
    )
