"""The JSON report keeps to its schema and says all that is known."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.report_sample import CLEAN, FIXED, REPORT, SOURCES

from digestpin.edits import Edit, apply_edits
from digestpin.findings import Fix, Report, Safety
from digestpin.reports import json_v1
from digestpin.source import Span
from digestpin.terminal import Style


def load_schema(name: str) -> dict[str, Any]:
    text = (files("digestpin") / "data" / name).read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(REPORT, id="rich"),
        pytest.param(CLEAN, id="clean"),
        pytest.param(FIXED, id="fixed"),
        pytest.param(Report(sources={}), id="empty"),
    ],
)
def test_a_report_keeps_to_the_shipped_schema(report: Report) -> None:
    value = json.loads(json_v1.render(report, Style()))
    schema = Draft202012Validator(load_schema("report-v1.schema.json"))
    assert [*schema.iter_errors(value)] == []


def test_the_schema_names_every_key() -> None:
    schema = load_schema("report-v1.schema.json")
    definitions = schema["$defs"]
    value = json.loads(json_v1.render(REPORT, Style()))
    finding = next(finding for finding in value["findings"] if finding["fix"])
    related = next(finding for finding in value["findings"] if finding["related"])
    pairs = [
        (schema, value),
        (definitions["summary"], value["summary"]),
        (definitions["finding"], finding),
        (definitions["fix"], finding["fix"]),
        (definitions["edit"], finding["fix"]["edits"][0]),
        (definitions["related"], related["related"][0]),
        (definitions["problem"], value["problems"][0]),
    ]
    for described, found in pairs:
        assert list(described["properties"]) == list(found)
        assert described["required"] == list(found)


def test_offsets_and_edits_can_be_used_as_they_are() -> None:
    value = json.loads(json_v1.render(REPORT, Style()))
    fixes = [finding["fix"] for finding in value["findings"] if finding["fix"]]
    assert len(fixes) == 4
    for fix in fixes:
        for edit in fix["edits"]:
            data = SOURCES[PurePosixPath(edit["path"])].data
            start, end = edit["start_offset"], edit["end_offset"]
            assert data[start:end] == edit["expected"].encode(edit["encoding"])


def test_an_edit_that_is_not_utf8_says_so_and_survives() -> None:
    path = PurePosixPath("hack/hostile.sh")
    source = SOURCES[path]
    span = Span(source.data.index(b"caf"), source.data.index(b"caf") + 4)
    edit = Edit(path=path, span=span, expected=b"caf\xe9", replacement=b"th\xe9")
    fix = Fix(title="drink tea", safety=Safety.SAFE, edits=(edit,))
    changed = replace(REPORT.findings[0], location=source.locate(span), fix=fix)
    found = json_v1.finding_as_json(changed)["fix"]
    assert isinstance(found, dict)
    written = found["edits"][0]
    assert written["encoding"] == "iso-8859-1"
    again = Edit(
        path=path,
        span=Span(written["start_offset"], written["end_offset"]),
        expected=written["expected"].encode(written["encoding"]),
        replacement=written["replacement"].encode(written["encoding"]),
    )
    assert apply_edits(source.data, [again]) == apply_edits(source.data, [edit])


def test_a_name_that_is_no_text_does_not_stop_the_report() -> None:
    path = PurePosixPath(b"caf\xe9.yaml".decode("utf-8", "surrogateescape"))
    report = Report(sources={}, changed_files=(path,))
    rendered = json_v1.render(report, Style())
    assert rendered.isascii()
    assert json.loads(rendered)["summary"]["changed_files"] == [str(path)]
