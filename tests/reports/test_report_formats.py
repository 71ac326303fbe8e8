"""Every output format of one rich report, against golden files."""

from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from support.report_sample import CLEAN, FIXED, REPORT

from digestpin import reports
from digestpin.findings import Problem, Report
from digestpin.reports import FORMAT_IDS, REPORT_FORMATS, load_format, text
from digestpin.reports.statistics import render_statistics
from digestpin.terminal import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from digestpin.reports.interface import ReportFormat

    Golden = Callable[[str, bytes], bytes]

REPORTS = {"rich": REPORT, "clean": CLEAN, "fixed": FIXED}
SUFFIXES = {"json": "json", "gitlab": "json", "sarif": "json", "markdown": "md"}
VERSION = re.compile(r'(?<=ersion": )"\d+\.\d+\.\d+[^"]*"(?=,\n +("sem|"rules))')


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", REPORT_FORMATS, ids=lambda form: form.id)
def test_a_report_renders_as_its_golden_file(
    form: ReportFormat, name: str, golden: Golden
) -> None:
    rendered = VERSION.sub('"VERSION"', form.render(REPORTS[name], Style()))
    file = f"{form.id}-{name}.{SUFFIXES.get(form.id, 'txt')}"
    assert rendered.encode() == golden(file, rendered.encode())


@pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param("color", Style(color=True, width=100), id="colour"),
        pytest.param("narrow", Style(width=60), id="a narrow terminal"),
        pytest.param("ascii", Style(encoding="ascii"), id="an ASCII stream"),
        pytest.param("cp1252", Style(encoding="cp1252"), id="a Windows code page"),
    ],
)
def test_text_suits_its_stream(name: str, style: Style, golden: Golden) -> None:
    rendered = text.render(REPORT, style).encode(style.encoding)
    assert rendered == golden(f"text-rich-{name}.txt", rendered)


@pytest.mark.parametrize("form", REPORT_FORMATS, ids=lambda form: form.id)
def test_every_format_ends_its_text_with_one_line_feed(form: ReportFormat) -> None:
    for report in (REPORT, CLEAN, FIXED, Report(sources={})):
        rendered = form.render(report, Style())
        assert rendered == "" or re.search(r"[^\n]\n\Z", rendered)


@pytest.mark.parametrize("form", REPORT_FORMATS, ids=lambda form: form.id)
def test_no_format_lets_control_characters_through(form: ReportFormat) -> None:
    rendered = form.render(REPORT, Style())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", rendered)


def test_formats_are_listed_by_id_and_none_is_missing() -> None:
    ids = [form.id for form in REPORT_FORMATS]
    assert ids == sorted(ids) == list(FORMAT_IDS)
    modules = [
        import_module(f"digestpin.reports.{module.name}")
        for module in pkgutil.iter_modules(reports.__path__)
    ]
    found = {module.REPORT.id for module in modules if hasattr(module, "REPORT")}
    assert found == set(ids)
    assert all(form.summary for form in REPORT_FORMATS)


def test_only_the_format_that_is_asked_for_is_loaded() -> None:
    code = (
        "import sys; from digestpin.reports import load_format; load_format('text'); "
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "digestpin.reports.text" in loaded
    assert not {"digestpin.reports.sarif", "json", "hashlib", "rich"} & loaded


def test_what_is_no_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        load_format("xml")
    with pytest.raises(AttributeError, match="has no attribute 'FORMATS'"):
        _ = reports.FORMATS


def test_statistics_count_by_rule() -> None:
    finding = REPORT.findings[0]
    some = replace(REPORT, findings=(*REPORT.findings, replace(finding, fix=None)))
    assert render_statistics(some, Style()).splitlines() == [
        "3  DP001 [-] unpinned-tag",
        "1  DP002 [ ] missing-tag",
        "1  DP101 [ ] node-image-unsupported",
        "1  DP102 [*] digest-of-another-release",
        "1  DP103 [ ] node-image-not-published",
        "1  DP107 [ ] cluster-config-unsupported",
    ]
    assert render_statistics(CLEAN, Style()) == ""


def test_gitlab_has_only_findings() -> None:
    form = load_format("gitlab")
    report = Report(sources={}, problems=(Problem(message="no answer"),))
    assert json.loads(form.render(report, Style())) == []


def test_a_job_summary_stays_under_the_limit() -> None:
    form = load_format("markdown")
    report = Report(sources={}, findings=REPORT.findings[:1] * 501)
    rendered = form.render(report, Style())
    assert rendered.count("\n| ") == 501 + 1
    assert "1 finding more not shown here." in rendered
