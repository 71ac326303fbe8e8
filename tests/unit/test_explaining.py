"""The page of a rule on a terminal."""

from __future__ import annotations

import pytest

from digestpin.errors import UsageError
from digestpin.explaining import explain_rule, list_rules
from digestpin.rules import load_rules
from digestpin.terminal import Style


@pytest.mark.parametrize("text", ["DP001", "unpinned-tag"])
def test_a_page(text: str) -> None:
    lines = explain_rule(text, Style()).splitlines()
    assert lines[0] == "DP001 unpinned-tag (error)"
    assert lines[2] == "A node image is referenced by a tag alone, with no digest."
    assert [line for line in lines if line in ("Why", "Example", "Fix")] == [
        "Why",
        "Example",
        "Fix",
    ]
    assert "    node_image: kindest/node:v1.31.4" in lines
    assert not [line for line in lines if "```" in line or "##" in line or "`" in line]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("unpined-tag", "did you mean 'unpinned-tag'?"),
        ("something else", "`digestpin explain` lists all rules"),
    ],
)
def test_no_such_rule(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain_rule(text, Style())
    assert str(caught.value) == f"there is no rule {text!r}"
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


def test_the_table_has_a_line_a_rule() -> None:
    lines = list_rules(Style()).splitlines()
    assert [line.split()[:3] for line in lines] == [
        [rule.info.code, rule.info.severity.value, rule.info.name]
        for rule in load_rules()
    ]
