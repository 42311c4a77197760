"""Solutions as columns of numbers, and how two tables of them are matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.columns.sparql.relations import spread
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.columns.sparql.relations import Mask, Places
    from engine.columns.terms import Numbers

__all__ = ["Operator", "Rows", "Table", "agree", "concatenated", "distinct", "empty", "groups", "keep", "take", "unit"]

_BITS = 63


@dataclass(slots=True)
class Table:
    """Solutions: as many as the size says, with a column for each variable that is still asked for."""

    size: int
    columns: dict[str, Numbers]

    def column(self, name: str) -> Numbers:
        """Return the values of a variable; no values where there is none of it."""
        found = self.columns.get(name)
        return np.full(self.size, NONE, np.int32) if found is None else found


Rows: TypeAlias = "Mapping[str, Numbers]"
Operator: TypeAlias = "Callable[[Table, Rows], Table]"


def unit() -> Table:
    """Return one solution that says nothing: where every group begins."""
    return Table(1, {})


def empty(names: Iterable[str]) -> Table:
    """Return no solution."""
    return Table(0, {name: np.empty(0, np.int32) for name in names})


def take(table: Table, places: Places, names: Collection[str]) -> Table:
    """Return the solutions at some places, with the columns that are named."""
    return Table(len(places), {name: col.take(places) for name, col in table.columns.items() if name in names})


def keep(table: Table, mask: Mask, names: Collection[str]) -> Table:
    """Return the solutions that a mask marks, with the columns that are named."""
    places = np.flatnonzero(mask)
    if len(places) == table.size:
        return Table(table.size, {name: col for name, col in table.columns.items() if name in names})
    return take(table, places, names)


def concatenated(tables: Sequence[Table]) -> Table:
    """Return the solutions of several tables one after the other."""
    some = [table for table in tables if table.size]
    if len(some) <= 1:
        return some[0] if some else tables[0]
    names = dict.fromkeys(name for table in some for name in table.columns)
    columns = {name: np.concatenate([table.column(name) for table in some]) for name in names}
    return Table(sum(table.size for table in some), columns)


def _packed(columns: Sequence[Numbers]) -> NDArray[np.int64]:
    """Return one number for each row, the same where, and only where, the rows are the same."""
    code, used = np.zeros(len(columns[0]), np.int64), 0
    for column in columns:
        least, most = (int(column.min()), int(column.max())) if len(column) else (0, 0)
        bits = (most - least).bit_length()
        if not bits:
            continue
        if used + bits > _BITS:
            _, inverse = np.unique(code, return_inverse=True)
            code, used = inverse.astype(np.int64), int(inverse.max()).bit_length()
        code = code << bits | (column - np.int32(least)) if used else (column - np.int32(least)).astype(np.int64)
        used += bits
    return code


def groups(columns: Sequence[Numbers], size: int) -> tuple[Places, Places]:
    """Return where each different row first stands, and for each row the number of its group."""
    if not columns or size == 0:
        return np.zeros(min(size, 1), np.int64), np.zeros(size, np.int64)
    _, first, inverse = np.unique(_packed(columns), return_index=True, return_inverse=True)
    return first, inverse


def distinct(table: Table, names: Collection[str]) -> Table:
    """Return each solution once, with the columns that are named."""
    kept = [table.column(name) for name in names]
    if table.size <= 1:
        return Table(table.size, dict(zip(names, kept, strict=True)))
    if not kept:
        return Table(1, {})
    first = np.unique(_packed(kept), return_index=True)[1]
    return Table(len(first), {name: column.take(first) for name, column in zip(names, kept, strict=True)})


def agree(left: Table, right: Table, shared: Sequence[str], *, touching: bool = False) -> tuple[Places, Places]:
    """Return the pairs of solutions that agree: have the same value wherever both have one.

    :param touching: only pairs that both bind a variable, as MINUS asks for.
    """
    ours, theirs = np.arange(left.size), np.arange(right.size)
    pairs = list(_agree(left, right, (ours, theirs), list(shared), []))
    told = [pair for *pair, names in pairs if names or not touching]
    if not told:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([one for one, _ in told]), np.concatenate([other for _, other in told])


def _agree(
    left: Table, right: Table, places: tuple[Places, Places], waiting: list[str], bound: list[str]
) -> Iterable[tuple[Places, Places, list[str]]]:
    """Part both sides by which variables are bound, until only those bound on both are compared."""
    ours, theirs = places
    if not len(ours) or not len(theirs):
        return
    if not waiting:
        yield (*_matches(left, right, places, bound), bound)
        return
    name, *rest = waiting
    one, other = left.column(name).take(ours) >= 0, right.column(name).take(theirs) >= 0
    yield from _agree(left, right, (ours[one], theirs[other]), rest, [*bound, name])
    yield from _agree(left, right, (ours[one], theirs[~other]), rest, bound)
    yield from _agree(left, right, (ours[~one], theirs), rest, bound)


def _matches(left: Table, right: Table, places: tuple[Places, Places], names: list[str]) -> tuple[Places, Places]:
    ours, theirs = places
    if not names:
        return np.repeat(ours, len(theirs)), np.tile(theirs, len(ours))
    sides = [(left.columns[name].take(ours), right.columns[name].take(theirs)) for name in names]
    code = _packed([np.concatenate(side) for side in sides])
    keys, values = code[: len(ours)], code[len(ours) :]
    order = np.argsort(values, kind="stable")
    values = values[order]
    start = np.searchsorted(values, keys, "left")
    counts = np.searchsorted(values, keys, "right") - start
    found = spread(counts)
    within = np.arange(len(found)) + (start - (np.cumsum(counts) - counts)).take(found)
    return ours[found], theirs[order[within]]
