"""From steps to operations: what is bound where decides how each step is run."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.columns.sparql.algebra import (
    Bind,
    Exists,
    Filter,
    Group,
    Join,
    Minus,
    Nested,
    Optional,
    Prebound,
    Select,
    Triple,
    Union,
    Values,
    bound_in,
    mentioned_in,
    safe,
)
from engine.columns.sparql.combining import JoinTable, PreboundRows, Remaining, Several, Subtract, Together
from engine.columns.sparql.comparing import Comparer
from engine.columns.sparql.conditions import Conditions
from engine.columns.sparql.expressions import variables
from engine.columns.sparql.grouping import Aggregation, Grouping
from engine.columns.sparql.operators import Extend, Partition, Pipeline, Restrict
from engine.columns.sparql.ordering import Schema, Without, ordered
from engine.columns.sparql.patterns import absent, looked_up, matched
from engine.columns.sparql.tables import Table, distinct, unit
from engine.columns.terms import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.columns.sparql.algebra import Body, Names, Step
    from engine.columns.sparql.expressions import Expression
    from engine.columns.sparql.graph import Graph
    from engine.columns.sparql.relations import Mask
    from engine.columns.sparql.tables import Operator, Rows

__all__ = ["Orders", "Planner"]

_NOTHING = Schema(frozenset(), frozenset())
_SIZES = 3
"""Graphs are of about the same size where their numbers of terms differ by less than a factor of two to this power."""
Orders: TypeAlias = dict[tuple[tuple[int, ...], Schema, int], tuple["Body", list["Step"]]]


class Planner:
    """Makes the operations of a query for one graph.

    :param orders: the orders found for other graphs, which serve those of about the same size: any order that is
        found gives the same solutions, it is only soonest done in the one it was found for.
    """

    def __init__(self, graph: Graph, orders: Orders) -> None:
        self.graph = graph
        self._orders = orders
        self._size = len(graph.lexicon).bit_length() // _SIZES
        self.comparer = Comparer(graph.lexicon)
        self._marks = count(1)

    def select(self, select: Select) -> Callable[[Rows], Table]:
        """Return what works a query out."""
        body = self._pipeline(select.body, _NOTHING, frozenset(select.names))
        names = sorted(select.bound())

        def run(rows: Rows) -> Table:
            table = body(unit(), rows)
            if select.distinct:
                return distinct(table, names)
            return Table(table.size, {name: table.column(name) for name in names})

        return run

    def _pipeline(self, body: Body, schema: Schema, live: Names) -> Pipeline:
        """Return the operations of steps, after which some variables are still asked for."""
        steps, needed = self._ordered(body, schema), [live]
        for step in reversed(steps):
            needed.append(needed[-1] | step.mentions() | _mentioned_inside(step))
        operators = []
        for step, asked in zip(steps, reversed(needed[:-1]), strict=True):
            operators.append(self._operator(step, schema, asked))
            schema = schema.after(step)
        return Pipeline(tuple(operators), tuple(sorted(schema.possible & live)))

    def _ordered(self, body: Body, schema: Schema) -> list[Step]:
        key = tuple(map(id, body)), schema, self._size
        if key not in self._orders:  # the steps are kept beside, so that no other step gets the number of one
            self._orders[key] = body, ordered(body, schema, self.graph)
        return self._orders[key][1]

    def _operator(self, step: Step, schema: Schema, live: Names) -> Operator:
        if isinstance(step, Join):
            return self._join(step, schema, live)
        conditions = Conditions(self.comparer, schema.possible, schema.certain)
        if isinstance(step, Filter):
            return Restrict(conditions.true(step.test), live)
        if isinstance(step, Bind):
            return Extend(step.name, conditions.value(step.value), live)
        if isinstance(step, Minus):
            right = self._apart(step.body, step.looks_at() & schema.possible)
            return Subtract(right, tuple(sorted(step.looks_at() & schema.possible)), live)
        if isinstance(step, Exists):
            return self._exists(step, schema, live)
        optional = step.optional if isinstance(step, Without) else step
        assert isinstance(optional, Optional)  # noqa: S101 - there is no other step
        return self._optional(optional, schema, live, anti=isinstance(step, Without))

    def _join(self, step: Join, schema: Schema, live: Names) -> Operator:
        if isinstance(step, Triple | Prebound):
            unsure = min(step.bound() & (schema.possible - schema.certain), default=None)
            if unsure is not None:
                bound, free = schema.with_bound(unsure), schema.without(unsure)
                return Partition(unsure, self._join(step, bound, live), self._join(step, free, live))
        if isinstance(step, Triple):
            return matched(step, schema.certain, live, self.graph)
        if isinstance(step, Prebound):
            canonical = self.graph.lexicon.all_canonical
            return PreboundRows(step.row, step.names, schema.certain & step.bound(), live, canonical)
        if isinstance(step, Union) and all(
            safe(choice, name) for choice in step.choices for name in schema.possible & step.bound()
        ):
            return self._several(step, schema, live)
        shared = step.bound() & schema.possible
        return JoinTable(self._right(step, live | shared), tuple(sorted(shared)), live)

    def _right(self, step: Join, live: Names) -> Callable[[Rows], Table]:
        """Return what works out a step by itself."""
        if isinstance(step, Values):
            return self._values(step)
        if isinstance(step, Select):
            return self.select(step)
        if isinstance(step, Group):
            return self._group(step)
        body = step.body if isinstance(step, Nested) else (step,)
        return self._apart(body, live)

    def _apart(self, body: Body, live: Names) -> Callable[[Rows], Table]:
        pipeline = self._pipeline(body, _NOTHING, live)
        return lambda rows: pipeline(unit(), rows)

    def _values(self, step: Values) -> Callable[[Rows], Table]:
        numbers = [[NONE if cell is None else self.graph.lexicon.add(cell) for cell in row] for row in step.rows]
        columns = np.array(numbers, np.int32).reshape(len(numbers), len(step.names)).T
        table = Table(len(numbers), dict(zip(step.names, map(np.ascontiguousarray, columns), strict=True)))
        return lambda _: table

    def _group(self, step: Group) -> Callable[[Rows], Table]:
        conditions = Conditions(self.comparer, bound_in(step.body), frozenset())
        asked = [a.argument for a in step.aggregates if a.argument is not None]
        live = frozenset(step.keys or ()).union(*map(variables, asked))
        aggregations = tuple(
            Aggregation(a.name, a.function, a.distinct, None if a.argument is None else conditions.value(a.argument))
            for a in step.aggregates
        )
        return Grouping(self._pipeline(step.body, _NOTHING, live), step.keys, aggregations, self.graph.lexicon)

    def _several(self, step: Union, schema: Schema, live: Names) -> Operator:
        mark = self._mark()
        seeds = [frozenset(name for name in schema.possible if safe(choice, name)) for choice in step.choices]
        choices = tuple(
            self._pipeline(choice, Schema(given | {mark}, (schema.certain & given) | {mark}), live | {mark})
            for choice, given in zip(step.choices, seeds, strict=True)
        )
        return Several(choices, tuple(seeds), mark, live)

    def _exists(self, step: Exists, schema: Schema, live: Names) -> Operator:
        seeds = step.looks_at() & schema.possible
        pipeline, mark = self._seeded(step.body, seeds, schema, frozenset())
        return Remaining(Together(pipeline, seeds, mark, (), ()), None, live, wanted=not step.negated)

    def _optional(self, step: Optional, schema: Schema, live: Names, *, anti: bool) -> Operator:
        direct = (absent if anti else looked_up)(step, schema.possible, schema.certain, live, self.graph)
        if direct is not None:
            return direct
        asked = frozenset() if anti else live & step.bound()
        together, tested = self._together(step, schema, asked)
        names = None if anti else sorted(step.bound())
        return Remaining(together, names, live, tested, wanted=not anti)

    def _together(self, step: Optional, schema: Schema, asked: Names) -> tuple[Together, Names]:
        """Return what works the group of an OPTIONAL out beside solutions, and what tests need that are left over."""
        shared = step.bound() & schema.possible
        wanted = mentioned_in(step.body).union(*map(variables, step.tests))
        seeds = frozenset(name for name in schema.possible & wanted if safe(step.body, name))
        if not seeds & shared:
            return self._matched(step, schema, asked)
        inside = [test for test in step.tests if variables(test) & schema.possible <= seeds]
        left = [test for test in step.tests if test not in inside]
        tested = frozenset().union(*map(variables, left))
        given = (asked | tested | (shared - seeds)) & step.bound()
        pipeline, mark = self._seeded((*step.body, *map(Filter, inside)), seeds, schema, given)
        tests = self._tests(left, schema.after(step))
        return Together(pipeline, seeds, mark, tuple(sorted(shared - seeds)), tests), tested

    def _matched(self, step: Optional, schema: Schema, asked: Names) -> tuple[Together, Names]:
        """Return what works the group of an OPTIONAL out by itself."""
        shared = step.bound() & schema.possible
        tested = frozenset().union(*map(variables, step.tests))
        pipeline = self._pipeline(step.body, _NOTHING, (asked | tested | shared) & step.bound())
        tests = self._tests(list(step.tests), schema.after(step))
        return Together(pipeline, None, self._mark(), tuple(sorted(shared)), tests), tested

    def _seeded(self, body: Body, seeds: Names, schema: Schema, asked: Names) -> tuple[Pipeline, str]:
        """Return what works a group out from solutions, and the variable that says from which."""
        mark = self._mark()
        given = Schema(seeds | {mark}, (schema.certain & seeds) | {mark})
        return self._pipeline(body, given, asked | {mark}), mark

    def _tests(self, tests: list[Expression], schema: Schema) -> tuple[Callable[[Table], Mask], ...]:
        conditions = Conditions(self.comparer, schema.possible, schema.certain)
        return tuple(map(conditions.true, tests))

    def _mark(self) -> str:
        return f"#mark{next(self._marks)}"


def _mentioned_inside(step: Step) -> Names:
    """Return what the choices of a union look at; the union itself only joins."""
    if isinstance(step, Union):
        return frozenset().union(*map(mentioned_in, step.choices))
    return frozenset()
