"""Operations that take a table of solutions and give another: joins with pairs, filters, values, and rows of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.columns.sparql.tables import Table, concatenated, empty, keep, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.columns.sparql.algebra import Names
    from engine.columns.sparql.lexicon import Lexicon
    from engine.columns.sparql.relations import Mask, Relation
    from engine.columns.sparql.tables import Operator, Rows
    from engine.columns.terms import Numbers

__all__ = [
    "Check",
    "Cross",
    "Expand",
    "Extend",
    "LookUp",
    "Member",
    "Partition",
    "Pipeline",
    "Restrict",
]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Operations one after the other; the rest is skipped once there is no solution left."""

    operators: tuple[Operator, ...]
    names: tuple[str, ...]

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run them."""
        for operator in self.operators:
            table = operator(table, rows)
            if not table.size:
                return empty(self.names)
        return table


@dataclass(frozen=True, slots=True)
class Expand:
    """Join with pairs by one end, which gives the other a value."""

    relation: Relation
    lexicon: Lexicon
    key: str
    value: str
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        keys = self.relation.within(table.columns[self.key], len(self.lexicon))
        places, values = self.relation.expand(keys)
        if places is None:
            joined = Table(table.size, {n: column for n, column in table.columns.items() if n in self.live})
        else:
            joined = take(table, places, self.live)
        if self.value in self.live:
            joined.columns[self.value] = values
        return joined


@dataclass(frozen=True, slots=True)
class LookUp:
    """Give a variable the one partner of another, or nothing: OPTIONAL with a pattern of one value."""

    relation: Relation
    lexicon: Lexicon
    key: str
    value: str
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        keys = self.relation.within(table.columns[self.key], len(self.lexicon))
        found = {name: column for name, column in table.columns.items() if name in self.live}
        found[self.value] = self.relation.partner(keys)
        return Table(table.size, found)


@dataclass(frozen=True, slots=True)
class Check:
    """Keep solutions whose two values are a pair."""

    relation: Relation
    lexicon: Lexicon
    subject: str
    object: str
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        known = len(self.lexicon)
        keys = self.relation.within(table.columns[self.subject], known)
        return keep(table, self.relation.holds(keys, table.columns[self.object]), self.live)


@dataclass(frozen=True, slots=True)
class Member:
    """Keep solutions whose value is marked, or is not."""

    marked: Mask
    lexicon: Lexicon
    key: str
    live: Names
    negated: bool = False

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it; the last mark is that of a number that came later."""
        keys = table.columns[self.key]
        last = len(self.marked) - 1
        found = self.marked.take(np.minimum(keys, last) if len(self.lexicon) > last else keys)
        return keep(table, ~found if self.negated else found, self.live)


@dataclass(frozen=True, slots=True)
class Cross:
    """Put every solution beside every row of a fixed table."""

    size: int
    columns: dict[str, Numbers]
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        if table.size == 1 and not table.columns:
            return Table(self.size, {name: column for name, column in self.columns.items() if name in self.live})
        live = {name: column for name, column in self.columns.items() if name in self.live}
        if self.size == 1:
            own = {name: column for name, column in table.columns.items() if name in self.live}
            return Table(table.size, {**own, **{n: np.full(table.size, col[0], np.int32) for n, col in live.items()}})
        joined = take(table, np.repeat(np.arange(table.size), self.size), self.live)
        joined.columns.update({name: np.tile(column, table.size) for name, column in live.items()})
        return joined


@dataclass(frozen=True, slots=True)
class Partition:
    """Treat solutions that bind a variable in one way, and those that do not in another."""

    name: str
    if_bound: Operator
    if_free: Operator

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run it."""
        column = table.columns.get(self.name)
        if column is None:
            return self.if_free(table, rows)
        mask = column >= 0
        if mask.all():
            return self.if_bound(table, rows)
        others = Table(table.size, {name: col for name, col in table.columns.items() if name != self.name})
        free = self.if_free(keep(others, ~mask, others.columns), rows)
        return concatenated([self.if_bound(keep(table, mask, table.columns), rows), free]) if mask.any() else free


@dataclass(frozen=True, slots=True)
class Restrict:
    """Keep solutions for which a condition is true."""

    condition: Callable[[Table], Mask]
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        return keep(table, self.condition(table), self.live)


@dataclass(frozen=True, slots=True)
class Extend:
    """Give a variable the value of an expression."""

    name: str
    value: Callable[[Table], Numbers]
    live: Names

    def __call__(self, table: Table, _: Rows) -> Table:
        """Run it."""
        found = {name: column for name, column in table.columns.items() if name in self.live}
        if self.name in self.live:
            found[self.name] = self.value(table)
        return Table(table.size, found)
