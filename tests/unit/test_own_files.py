"""Which files are known as written by digestpin, and which are not."""

from __future__ import annotations

import json

import pytest

from digestpin.own_files import is_own_output

LOG = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "digestpin"}}}]}


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ('{"digestpin_baseline": 1, "findings": []}', True),
        ('{"resolved":[],"schema_version":1}', True),
        (json.dumps(LOG), True),
        (json.dumps(LOG).replace("digestpin", "other"), False),
        (json.dumps({"digestpin": 1, "runs": 3}), False),
        ('{"schema_version": 1, "references": []}', False),
        ('{"schema_version": 2, "resolved": []}', False),
        ('{"schema_version": 1, "resolved": []', False),
        ('{"image": "kindest/node:v1.31.4"}', False),
        ('[{"check_name": "ruff", "description": "", "fingerprint": ""}]', False),
        ('["check_name"]', False),
        ('image: "digestpin"', False),
        ("", False),
    ],
)
def test_own_output(text: str, *, is_own: bool) -> None:
    assert is_own_output(text.encode()) is is_own
