"""Makes classes of values: fields, compared by what they hold, never changed.

What `dataclasses.dataclass(frozen=True)` makes, but for one thing: it writes and
compiles five methods for each class, and for the hundred classes of a run that takes
longer than checking a small repository. Here one set of methods serves all classes.
That fields are never assigned to is left to the type checker.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@overload
def frozen(cls: type[T], /) -> type[T]: ...


@overload
def frozen(
    *, kw_only: bool = False, slots: bool = True
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(
    cls: type[T] | None = None, /, *, kw_only: bool = False, slots: bool = True
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class one of values; it is a dataclass in every other way.

    `slots=False` leaves room for cached properties.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), len({Point(1), Point(1)})
    (Point(x=1, y=0), True, 1)
    """

    def make(plain: type[T]) -> type[T]:
        made = dataclasses.dataclass(
            repr=False, eq=False, slots=slots, kw_only=kw_only
        )(plain)
        _add_methods(made)
        return made

    return make if cls is None else make(cls)


def _add_methods(made: type[T]) -> None:
    names = tuple(f.name for f in dataclasses.fields(made) if f.compare)  # type: ignore[arg-type]
    key = _key(names)

    def equals(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return key(self) == key(other)

    def hash_of(self: object) -> int:
        return hash(key(self))

    for name, method in (
        ("__eq__", equals),
        ("__hash__", hash_of),
        ("__repr__", _represent),
    ):
        if name not in made.__dict__ or made.__dict__[name] is None:
            setattr(made, name, method)


def _key(names: tuple[str, ...]) -> Callable[[object], object]:
    """Return what gives the compared fields of a value as one value."""
    return attrgetter(*names) if names else lambda _: ()


def _represent(self: object) -> str:
    fields = dataclasses.fields(self)  # type: ignore[arg-type]
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
