"""Operations on two tables of solutions: joins with what is worked out by itself, UNION, MINUS, OPTIONAL and EXISTS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.columns.sparql.tables import Table, agree, concatenated, keep, take, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.columns.sparql.algebra import Names
    from engine.columns.sparql.operators import Pipeline
    from engine.columns.sparql.relations import Mask, Places
    from engine.columns.sparql.tables import Rows
    from engine.columns.terms import Numbers

__all__ = ["JoinTable", "PreboundRows", "Remaining", "Several", "Subtract", "Together"]


@dataclass(frozen=True, slots=True)
class PreboundRows:
    """Join with the rows of pre-bound variables; of a row that is known already, only the values are looked at."""

    row: str
    names: tuple[str, ...]
    bound: Names
    live: Names
    canonical: Callable[[Numbers], Numbers] = field(repr=False)

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run it."""
        given = {name: self.canonical(rows[name]) for name in self.names}
        if self.row not in self.bound:
            whole = np.flatnonzero(np.logical_and.reduce([column >= 0 for column in given.values()]))
            right = Table(len(whole), {name: column.take(whole) for name, column in given.items()})
            right.columns[self.row] = whole.astype(np.int32)
            if table.size == 1 and not table.columns:
                return Table(right.size, {name: col for name, col in right.columns.items() if name in self.live})
            shared = sorted(self.bound.intersection(self.names))
            return _merged(table, right, agree(table, right, shared), self.live)
        number = table.columns[self.row]
        same = np.ones(table.size, np.bool_)
        fresh = {}
        for name, column in given.items():
            values = column.take(number)
            same &= values == table.columns[name] if name in self.bound else values >= 0
            fresh.update({name: values} if name in self.live else {})
        return keep(Table(table.size, {**table.columns, **fresh}), same, self.live)


def _merged(table: Table, right: Table, places: tuple[Places, Places], live: Names) -> Table:
    """Put two tables side by side; what one does not bind is taken from the other."""
    ours, theirs = places
    joined = take(table, ours, live)
    for name, column in right.columns.items():
        if name in live:
            values, own = column.take(theirs), joined.columns.get(name)
            joined.columns[name] = values if own is None else np.where(own >= 0, own, values)
    return joined


@dataclass(frozen=True, slots=True)
class JoinTable:
    """Join with what is worked out by itself."""

    right: Callable[[Rows], Table]
    shared: tuple[str, ...]
    live: Names

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run it."""
        right = self.right(rows)
        return _merged(table, right, agree(table, right, self.shared), self.live)


@dataclass(frozen=True, slots=True)
class Subtract:
    """MINUS: drop solutions that agree with a row on a variable that both bind."""

    right: Callable[[Rows], Table]
    shared: tuple[str, ...]
    live: Names

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run it."""
        stays = np.ones(table.size, np.bool_)
        stays[agree(table, self.right(rows), self.shared, touching=True)[0]] = False
        return keep(table, stays, self.live)


@dataclass(frozen=True, slots=True)
class Several:
    """What several rows of operations give of the same solutions, one after the other."""

    choices: tuple[Pipeline, ...]
    seeds: tuple[Names, ...]
    mark: str
    live: Names

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run them; what a choice must not see waits beside it."""
        found = []
        for choice, seeds in zip(self.choices, self.seeds, strict=True):
            hidden = {name: col for name, col in table.columns.items() if name not in seeds and name in self.live}
            given = {name: col for name, col in table.columns.items() if name in seeds}
            if hidden:
                given[self.mark] = np.arange(table.size, dtype=np.int32)
            told = choice(Table(table.size, given), rows)
            here = told.columns.pop(self.mark, None)
            if here is not None:
                told.columns.update({name: col.take(here) for name, col in hidden.items()})
            found.append(told)
        return concatenated(found)


@dataclass(frozen=True, slots=True)
class Together:
    """What a group gives beside each solution: worked out from it, or by itself and then matched.

    :ivar seeds: the variables that the group is given, or nothing if it is worked out by itself.
    :ivar mark: the variable that says which solution a row belongs to.
    :ivar shared: the variables that both may bind and the group is not given: they must agree.
    :ivar tests: what must hold of a solution and a row of the group together.
    """

    body: Pipeline
    seeds: Names | None
    mark: str
    shared: tuple[str, ...]
    tests: tuple[Callable[[Table], Mask], ...]

    def __call__(self, table: Table, rows: Rows, live: Names) -> tuple[Table, Places]:
        """Return the rows with the columns that are asked for, and the place of the solution of each."""
        if self.seeds is None:
            right = self.body(unit(), rows)
            pairs = agree(table, right, self.shared)
            found, ours = _merged(table, right, pairs, live), pairs[0]
        else:
            given = {name: col for name, col in table.columns.items() if name in self.seeds}
            given[self.mark] = np.arange(table.size, dtype=np.int32)
            found = self.body(Table(table.size, given), rows)
            found, ours = self._beside(table, found, found.columns[self.mark].astype(np.int64), live)
        for test in self.tests:
            places = np.flatnonzero(test(found))
            found, ours = take(found, places, live), ours.take(places)
        return found, ours

    def _beside(self, table: Table, found: Table, ours: Places, live: Names) -> tuple[Table, Places]:
        columns = {name: col for name, col in found.columns.items() if name in live and name not in self.shared}
        others = ((name, col) for name, col in table.columns.items() if name in live and name not in columns)
        columns.update({name: col.take(ours) for name, col in others})
        agreed = np.ones(found.size, np.bool_)
        for name in self.shared:
            own, theirs = table.column(name).take(ours), found.column(name)
            agreed &= (own == theirs) | (own < 0) | (theirs < 0)
            columns.update({name: np.where(own >= 0, own, theirs)} if name in live else {})
        beside = Table(found.size, columns)
        if agreed.all():
            return beside, ours
        places = np.flatnonzero(agreed)
        return take(beside, places, live), ours.take(places)


@dataclass(frozen=True, slots=True)
class Remaining:
    """OPTIONAL, EXISTS and their like: what a group gives, or for which solutions it gives anything.

    :ivar names: the columns that the group adds; nothing if only whether there is a row counts.
    :ivar tested: what the tests look at.
    :ivar wanted: if only that counts, whether the solutions stay for which there is a row, or the others.
    """

    together: Together
    names: Sequence[str] | None
    live: Names
    tested: Names = frozenset()
    wanted: bool = True

    def __call__(self, table: Table, rows: Rows) -> Table:
        """Run it."""
        asked = self.tested if self.names is None else self.live | self.tested
        found, ours = self.together(table, rows, asked)
        matched = np.zeros(table.size, np.bool_)
        matched[ours] = True
        if self.names is None:
            return keep(table, matched if self.wanted else ~matched, self.live)
        found.columns = {name: col for name, col in found.columns.items() if name in self.live}
        if matched.all():
            return found
        rest = keep(table, ~matched, self.live)
        for name in self.names:
            if name in self.live and name not in rest.columns:
                rest.columns[name] = rest.column(name)
        return concatenated([found, rest])
