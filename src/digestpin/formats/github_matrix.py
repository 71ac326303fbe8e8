"""Expands a job's matrix into rows, as GitHub does.

The algorithm is that of docs.github.com, "Running variations of jobs in a workflow":
the product of all lists, without what `exclude` matches; each `include` entry extends
every row whose original values it does not change, or becomes a row of its own.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from digestpin.facts import MATRIX, Binding, Role, Text
from digestpin.formats.github_expressions import expand
from digestpin.jsontext import JsonString, parse_json
from digestpin.source import Region, Span
from digestpin.templates import Variable, made_up, variable
from digestpin.yamltext import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digestpin.jsontext import JsonNode
    from digestpin.templates import Scope, Template
    from digestpin.yamltext import Node

_MAX_ROWS = 512

Row = dict[str, "Node"]


class Matrix:
    """One job's matrix: its rows, and the parts that another job computes."""

    def __init__(self, node: Node | None, scope: Scope) -> None:
        self.scope = scope
        self.dynamic: dict[str, Variable] = {}
        """Dimensions given by an expression, `""` for the whole matrix and `include`
        for that list."""
        self.rows: list[Row] = []
        self._compared: list[tuple[str, str, Node]] = []
        root = self._resolve(node, "")
        if isinstance(root, Mapping):
            self.rows = self._expand(root)

    def _resolve(self, node: Node | None, name: str) -> Node | None:
        """Return a node with literal JSON read, noting what only a run can know."""
        if not isinstance(node, Scalar) or "${{" not in node.text:
            return node
        items: list[Node] = []
        for value in _alternatives(expand(node.content, self.scope)):
            found = self._computed(value, name)
            if isinstance(found, Sequence):
                items += found.items
            elif found is not None:
                return found
        return Sequence(node.region, tuple(items)) if items else None

    def _computed(self, value: Template, name: str) -> Node | None:
        """Return one value that an expression can have, or note that a run gives it."""
        if value.text.lstrip()[:1] in ("[", "{"):
            # Variables inside its strings stay what they are: `format('["{0}"]', x)`.
            return _from_json(value, parse_json(value.text))
        if len(value.parts) == 1 and isinstance(value.parts[0], Variable):
            part = value.parts[0]
            if part.json_path is not None:
                self.dynamic[name] = part
        return None

    def _expand(self, matrix: Mapping) -> list[Row]:
        dimensions: dict[str, list[Node]] = {}
        for key, node in matrix.items():
            name = key.text.lower()
            if name in ("include", "exclude"):
                continue
            found = self._resolve(node, name)
            if isinstance(found, Sequence):
                # An element that only a run can know is one row all the same.
                dimensions[name] = [
                    self._resolve(item, name) or item for item in found.items
                ]
        rows = _product(dimensions)
        excluded = list(self._entries(matrix.get("exclude"), "exclude"))
        names = set(dimensions)
        used = [entry for entry in excluded if any(_fits(entry, row) for row in rows)]
        self._note("exclude", used, names)
        rows = [row for row in rows if not any(_fits(e, row) for e in excluded)]
        included = list(self._entries(matrix.get("include"), "include"))
        used = [entry for entry in included if _find_rows(rows, entry, names)]
        self._note("include", used, names)
        return _include(rows, included, names)

    def _note(self, word: str, entries: Iterable[Row], names: Iterable[str]) -> None:
        """Note the values that are compared with those of the lists of these names."""
        for entry in entries:
            self._compared += [
                (word, key, node) for key, node in entry.items() if key in names
            ]

    def _entries(self, node: Node | None, name: str) -> Iterator[Row]:
        found = self._resolve(node, name)
        if isinstance(found, Sequence):
            for item in found.items:
                if isinstance(item, Mapping):
                    yield {key.text.lower(): value for key, value in item.items()}

    def bindings(self) -> Iterator[Binding]:
        """Give a binding for each place that writes a value, with its rows."""
        places: dict[tuple[str, Region], tuple[Template, set[int]]] = {}
        for number, row in enumerate(self.rows):
            for key, node in row.items():
                for name, scalar in _leaves(f"matrix.{key}", node):
                    place = places.setdefault(
                        (name, scalar.region), (scalar.content, set())
                    )
                    place[1].add(number)
        is_partial = bool(self.dynamic)
        for (name, _), (content, numbers) in places.items():
            yield Binding(
                name=name,
                scope=self.scope,
                value=expand(content, self.scope),
                what=MATRIX,
                conditional=is_partial,
                rows=None if is_partial else frozenset(numbers),
            )

    def comparisons(self) -> Iterator[Text]:
        """Give the values that are only compared with those of a dimension.

        GitHub compares the texts: a value that is changed in the list alone is no
        longer excluded, or included with.
        """
        for word, key, node in self._compared:
            for name, scalar in _leaves(f"matrix.{key}", node):
                read = Variable(name=name, scope=self.scope, region=scalar.region)
                yield Text(
                    template=variable(read),
                    scope=self.scope,
                    role=Role.IGNORED,
                    label=f"`{word}` of the matrix, which compares it",
                    only=scalar.text,
                )

    def computed(self, name: str) -> Iterator[Binding]:
        """Give bindings for a name that is read and comes from a computed part."""
        parts = tuple(name.split(".")[1:])
        if not parts:
            return
        for source, paths in (
            ("", (parts, ("include", *parts))),
            ("include", (parts,)),
            (parts[0], (parts[1:],)),
        ):
            part = self.dynamic.get(source)
            for path in paths if part is not None else ():
                yield Binding(
                    name=name,
                    scope=self.scope,
                    value=variable(_at_path(part, path)),
                    what=MATRIX,
                    conditional=True,
                )


def _alternatives(value: Template) -> Iterator[Template]:
    """Give the texts of which an expression is one: `a && b || c` is `b` or `c`."""
    part = value.parts[0] if len(value.parts) == 1 else None
    if isinstance(part, Variable) and not part.name:
        for other in part.others:
            yield from _alternatives(other)
    else:
        yield value


def _at_path(part: Variable | None, path: tuple[str, ...]) -> Variable:
    assert part is not None  # noqa: S101 - the caller has looked
    return Variable(
        name=part.name,
        scope=part.scope,
        region=part.region,
        default=part.default,
        json_path=path,
        others=part.others,
    )


def _product(dimensions: dict[str, list[Node]]) -> list[Row]:
    if not dimensions:
        return []
    size = 1
    for values in dimensions.values():
        size *= len(values)
    if size > _MAX_ROWS:
        # Far more jobs than GitHub starts (256): keep each value, not each pair.
        return [
            {name: value} for name, values in dimensions.items() for value in values
        ]
    names = list(dimensions)
    return [
        dict(zip(names, values, strict=True))
        for values in itertools.product(*dimensions.values())
    ]


def _include(rows: list[Row], included: list[Row], original: set[str]) -> list[Row]:
    extended = [dict(row) for row in rows]
    added: list[Row] = []
    for entry in included:
        targets = _find_rows(rows, entry, original)
        for number in targets:
            new = {key: node for key, node in entry.items() if key not in rows[number]}
            extended[number] |= new
        if not targets:
            added.append(entry)
    return extended + added


def _find_rows(rows: list[Row], entry: Row, original: set[str]) -> list[int]:
    """Return the numbers of the rows that an `include` entry extends."""
    shared = original & entry.keys()
    return [
        number
        for number, row in enumerate(rows)
        if all(key in row and _plain(row[key]) == _plain(entry[key]) for key in shared)
    ]


def _fits(excluded: Row, row: Row) -> bool:
    return all(
        key in row and _covers(_plain(node), _plain(row[key]))
        for key, node in excluded.items()
    )


Plain = str | tuple["Plain", ...] | dict[str, "Plain"]


def _plain(node: Node) -> Plain:
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return tuple(_plain(item) for item in node.items)
    return node.text


def _covers(excluded: Plain, value: Plain) -> bool:
    """Say whether an excluded value, or the part of an object it names, is this one."""
    if isinstance(excluded, dict) and isinstance(value, dict):
        return all(
            key in value and _covers(part, value[key]) for key, part in excluded.items()
        )
    return excluded == value


def _leaves(name: str, node: Node) -> Iterator[tuple[str, Scalar]]:
    if isinstance(node, Scalar):
        yield name, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(f"{name}.{key.text.lower()}", value)
    else:
        for item in node.items:
            yield from _leaves(name, item)


def _from_json(text: Template, node: JsonNode | None) -> Node | None:
    """Return JSON inside a scalar as nodes tied to their bytes."""
    outer = text.region
    if node is None or outer is None:
        return None
    if isinstance(node, JsonString):
        content = text.cut(node.start, node.end)
        return Scalar(content, content.region or Region(outer.path, Span(0, 0)))
    if isinstance(node, list):
        items = (_from_json(text, item) for item in node)
        return Sequence(outer, tuple(item for item in items if item is not None))
    entries = []
    for key, value in node.items():
        found = _from_json(text, value)
        if found is not None:
            entries.append((Scalar(made_up(key), outer), found))
    return Mapping(outer, tuple(entries))
