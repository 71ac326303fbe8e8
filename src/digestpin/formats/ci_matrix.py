"""Numbers the rows of a job's matrix and binds the values of each.

A row is one set of values that a job runs with; what is bound in different rows never
meets.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digestpin.facts import Binding, Role, Text
from digestpin.formats.yaml_keys import role_of
from digestpin.templates import Variable, variable
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Lookup

    from digestpin.source import Region
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_MAX_ROWS = 1000

Row = dict[str, "Template"]


def list_values(node: Node | None) -> list[Template]:
    """Return a scalar, or the scalars of a sequence."""
    if isinstance(node, Scalar):
        return [node.content]
    if isinstance(node, Sequence):
        return [item.content for item in node.items if isinstance(item, Scalar)]
    return []


def product_rows(dimensions: Mapping) -> list[Row] | None:
    """Return every combination of the values of each key; None when too many."""
    lists = {key: list_values(value) for key, value in dimensions.values.items()}
    lists = {key: values for key, values in lists.items() if values}
    if not lists or math.prod(map(len, lists.values())) > _MAX_ROWS:
        return None
    return [
        dict(zip(lists, values, strict=True))
        for values in itertools.product(*lists.values())
    ]


def compared(name: str, value: str, scope: Scope, region: Region, label: str) -> Text:
    """Return a text that must stay equal to a value of a variable.

    It picks a row of a matrix, or is a choice that a parameter allows: no edit may
    change the value alone.
    """
    read = variable(Variable(name=name, scope=scope, region=region))
    return Text(template=read, scope=scope, role=Role.IGNORED, label=label, only=value)


def choices(name: str, values: Node | None, scope: Scope, label: str) -> Iterator[Text]:
    """Yield the values that a variable may have, each as what is compared."""
    for value in list_values(values):
        if value.region is not None:
            yield compared(name, value.text, scope, value.region, label)


@dataclass
class Rows:
    """Collects the rows of one scope."""

    scope: Scope
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Lookup[str, Template]) -> None:
        """Add a row."""
        self.rows.append(dict(row))

    def leave(self, binding: Binding) -> Binding:
        """Return a binding of the scope as holding where no row sets its name."""
        left = (at for at, row in enumerate(self.rows) if binding.name not in row)
        return replace(binding, rows=frozenset(left))

    def bindings(self, what: str) -> Iterator[Binding]:
        """Yield each value once, with the rows that it holds in."""
        places: dict[tuple[str, Template], set[int]] = {}
        for number, row in enumerate(self.rows):
            for name, value in row.items():
                places.setdefault((name, value), set()).add(number)
        for (name, value), numbers in places.items():
            yield Binding(
                name=name,
                scope=self.scope,
                value=value,
                what=what,
                role=role_of(name.rpartition(".")[2]),
                rows=frozenset(numbers),
            )
