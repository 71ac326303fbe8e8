"""What GitLab compares with the value of a variable, so that it cannot change alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digestpin.formats.ci_matrix import choices
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.facts import Text
    from digestpin.templates import Scope
    from digestpin.yamltext import Node


def entries(node: Node | None) -> Iterable[tuple[Scalar, Node]]:
    """Return keys and values of what may be no mapping."""
    return node.items() if isinstance(node, Mapping) else ()


def options(name: str, given: Node, scope: Scope) -> Iterator[Text]:
    """Yield the values that a variable or an input is limited to."""
    if isinstance(given, Mapping):
        label = f"the `options` of `{name}`"
        yield from choices(name, given.get("options"), scope, label)


def matrix_entries(owner: Mapping) -> Iterator[Mapping]:
    """Give the entries of `parallel: matrix`."""
    parallel = owner.get("parallel")
    matrix = parallel.get("matrix") if isinstance(parallel, Mapping) else None
    for entry in matrix.items if isinstance(matrix, Sequence) else ():
        if isinstance(entry, Mapping):
            yield entry


def needed_rows(file: Scope, name: str, needs: Node | None) -> Iterator[Text]:
    """Yield the values by which a job picks rows of the jobs that it needs."""
    for need in needs.items if isinstance(needs, Sequence) else ():
        job = need.get("job") if isinstance(need, Mapping) else None
        if not isinstance(need, Mapping) or not isinstance(job, Scalar):
            continue
        scope = (*file, "jobs", job.text)
        for entry in matrix_entries(need):
            for key, values in entry.values.items():
                label = f"`needs` of `{name}`, which picks a row by it"
                yield from choices(key, values, scope, label)
