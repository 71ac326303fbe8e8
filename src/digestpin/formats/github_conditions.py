"""Says in which rows of its job's matrix a step runs, by its `if:`.

Read are comparisons of a value of the matrix with a text, alone or joined by `&&`. All
else does not restrict the rows: what is not understood may hold in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.github_expressions import variable_name
from digestpin.patterns import lazy_pattern
from digestpin.yamltext import Mapping, Scalar

if TYPE_CHECKING:
    from digestpin.formats.github_matrix import Matrix, Row
    from digestpin.yamltext import Node

_BRACES = lazy_pattern(r"\s*\$\{\{(?P<inner>(?:(?!\}\}).)*)\}\}\s*")
_COMPARISON = lazy_pattern(
    r"\s*(?P<path>matrix(?:\.[\w-]+|\[\s*'[^']+'\s*\])+)"
    r"\s*(?P<mark>==|!=)\s*'(?P<text>[^']*)'\s*"
)


def rows_where(condition: Node | None, matrix: Matrix | None) -> frozenset[int] | None:
    """Return the rows in which a condition may hold; None when it may in all."""
    if not isinstance(condition, Scalar) or matrix is None or matrix.dynamic:
        return None
    whole = _BRACES.fullmatch(condition.text)
    text = whole["inner"] if whole else condition.text
    rows = frozenset(range(len(matrix.rows)))
    if "||" not in text:
        for part in text.split("&&"):
            rows = _narrowed(rows, part, matrix)
    return rows if len(rows) < len(matrix.rows) else None


def _narrowed(rows: frozenset[int], part: str, matrix: Matrix) -> frozenset[int]:
    found = _COMPARISON.fullmatch(part)
    if found is None:
        return rows
    path = variable_name(found["path"]).split(".")[1:]
    is_equal = found["mark"] == "=="
    return frozenset(
        number
        for number in rows
        if (value := _text_at(matrix.rows[number], path)) is None
        # GitHub compares without regard to upper and lower case.
        or (value.lower() == found["text"].lower()) is is_equal
    )


def _text_at(row: Row, path: list[str]) -> str | None:
    """Return a row's text at a path, `""` when it has none, None when not known."""
    node = row.get(path[0])
    for key in path[1:]:
        if not isinstance(node, Mapping):
            break
        fields = {name.lower(): value for name, value in node.values.items()}
        node = fields.get(key)
    if node is None:
        return ""
    is_known = isinstance(node, Scalar) and "${{" not in node.text
    return node.text if is_known and isinstance(node, Scalar) else None
