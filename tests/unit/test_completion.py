"""The values that a shell offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from digestpin.cli import completion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("complete", "beginning", "expected"),
    [
        pytest.param(completion.complete_formats, "s", ["sarif"], id="a format"),
        pytest.param(completion.complete_text_or_json, "t", ["text"], id="text"),
        pytest.param(completion.complete_kinds, "v0.26", ["v0.26.0"], id="a kind"),
        pytest.param(completion.complete_tags, "v1.31.4", ["v1.31.4"], id="a tag"),
        pytest.param(completion.complete_kinds, "x", [], id="nothing"),
    ],
)
def test_words(
    complete: Callable[[str], list[str]], beginning: str, expected: list[str]
) -> None:
    assert complete(beginning) == expected


@pytest.mark.parametrize(
    ("complete", "beginning", "expected"),
    [
        pytest.param(completion.complete_rules, "dp90", ["DP900", "DP901"], id="codes"),
        pytest.param(
            completion.complete_rules, "DP001,DP201", ["DP001,DP201"], id="a second"
        ),
        pytest.param(completion.complete_rule, "unpin", ["unpinned-tag"], id="a name"),
        pytest.param(completion.complete_rule, "DP001", ["DP001"], id="a code"),
    ],
)
def test_words_with_their_meaning(
    complete: Callable[[str], list[tuple[str, str]]],
    beginning: str,
    expected: list[str],
) -> None:
    assert [word for word, _ in complete(beginning)] == expected
