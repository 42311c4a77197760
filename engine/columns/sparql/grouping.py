"""GROUP BY: a value for each group of solutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from engine.columns.sparql.lexicon import DATE, INTEGER
from engine.columns.sparql.tables import Table, groups, unit
from engine.columns.table import each_once
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.columns.sparql.lexicon import Lexicon
    from engine.columns.sparql.operators import Pipeline
    from engine.columns.sparql.relations import Places
    from engine.columns.sparql.tables import Rows
    from engine.columns.terms import Numbers

__all__ = ["Aggregation", "Grouping"]

_GROUP, _VALUE = NamedNode("urn:g"), NamedNode("urn:v")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """An aggregate, and what gives the values that it is taken of; nothing counts solutions."""

    name: str
    function: str
    distinct: bool
    values: Callable[[Table], Numbers] | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """Works a group out, and takes its solutions together.

    :ivar keys: the variables to group by; nothing makes one group of all, even of none.
    """

    body: Pipeline
    keys: tuple[str, ...] | None
    aggregations: tuple[Aggregation, ...]
    lexicon: Lexicon

    def __call__(self, rows: Rows) -> Table:
        """Run it."""
        table = self.body(unit(), rows)
        columns = [table.column(name) for name in self.keys or ()]
        first, group = groups(columns, table.size)
        size = 1 if self.keys is None else len(first)
        found = {name: column.take(first) for name, column in zip(self.keys or (), columns, strict=True)}
        for aggregation in self.aggregations:
            found[aggregation.name] = self._aggregated(aggregation, table, group, size)
        return Table(size, found)

    def _aggregated(self, aggregation: Aggregation, table: Table, group: Places, size: int) -> Numbers:
        values = None if aggregation.values is None else aggregation.values(table)
        if aggregation.function == "COUNT":
            return self.lexicon.counted(_counts(values, group, size, distinct=aggregation.distinct))
        if values is None or not len(values):
            values = np.empty(0, np.int32)
        elif aggregation.function in {"MIN", "MAX"}:
            codes = self.lexicon.known(values)
            if np.bitwise_and.reduce(codes) & (DATE | INTEGER):
                return _outermost(values, codes, group, last=aggregation.function == "MAX")
        return self._stored(aggregation, values, group, size)

    def _stored(self, aggregation: Aggregation, values: Numbers, group: Places, size: int) -> Numbers:
        """Let the store take the values together."""
        store = Store()
        store.extend(self._said(values, group))
        by = "" if self.keys is None else "GROUP BY ?g"
        of = f"{aggregation.function}({'DISTINCT' if aggregation.distinct else ''} ?v)"
        shown = "" if self.keys is None else "?g"
        pattern = f"?row <{_GROUP.value}> ?g OPTIONAL {{ ?row <{_VALUE.value}> ?v }}"
        answer = store.query(f"SELECT {shown} ({of} AS ?out) {{ {pattern} }} {by}")
        assert isinstance(answer, QuerySolutions)  # noqa: S101 - it is a SELECT
        found = np.full(size, NONE, np.int32)
        for solution in answer:
            value = solution["out"]
            if isinstance(value, NamedNode | BlankNode | Literal):
                found[int(solution["g"].value) if shown else 0] = self.lexicon.add(value)
        return found

    def _said(self, values: Numbers, group: Places) -> Iterator[Quad]:
        terms = self.lexicon.terms
        for place, (number, value) in enumerate(zip(group.tolist(), values.tolist(), strict=True)):
            row = NamedNode(f"urn:row:{place}")
            yield Quad(row, _GROUP, Literal(number))
            if value != NONE:
                yield Quad(row, _VALUE, terms.term(value))


def _counts(values: Numbers | None, group: Places, size: int, *, distinct: bool) -> Places:
    if values is None:
        return np.bincount(group, minlength=size)
    present = np.flatnonzero(values >= 0)
    counted = group.take(present)
    if distinct and len(present):
        counted = each_once(counted << 32 | values.take(present)) >> 32
    return np.bincount(counted, minlength=size)


def _outermost(values: Numbers, codes: Places, group: Places, *, last: bool) -> Numbers:
    order = np.lexsort((codes, group))
    ends = np.flatnonzero(np.diff(group.take(order))) + 1
    places = np.append(ends - 1, len(order) - 1) if last else np.append(0, ends)
    return values.take(order.take(places))
