"""In which order steps are run: filters as soon as they may be, then the join that leaves the fewest solutions.

A step may go before another only where that gives the same. A join may pass OPTIONAL, BIND, FILTER and MINUS if
what they look at is bound before them all the same; a filter may pass what does not change what it looks at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.columns.sparql.algebra import Bind, Exists, Filter, Join, Optional, Prebound, Step, Triple, Values
from engine.columns.sparql.expressions import Call, Const, Var

if TYPE_CHECKING:
    from engine.columns.sparql.algebra import Body, Names, Path
    from engine.columns.sparql.graph import Graph
    from engine.columns.sparql.relations import Relation

__all__ = ["Schema", "Without", "ordered"]

_UNKNOWN_COST = 50.0
_CHEAP = 2.0
"""So few solutions of one are taken without looking further."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Which variables may have a value, and which surely have one."""

    possible: Names
    certain: Names

    def after(self, step: Step) -> Schema:
        """Return what holds after a step."""
        return Schema(self.possible | step.bound(), self.certain | step.certain())

    def with_bound(self, name: str) -> Schema:
        """Return what holds where a variable has a value."""
        return replace(self, certain=self.certain | {name})

    def without(self, name: str) -> Schema:
        """Return what holds where a variable has none."""
        return replace(self, possible=self.possible - {name})


@dataclass(frozen=True)
class Without(Step):
    """Keep solutions to which an OPTIONAL would add nothing."""

    optional: Optional

    def looks_at(self) -> Names:
        """Return the variables of the OPTIONAL."""
        return self.optional.looks_at()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A step that is not yet placed, with what is certain before it as the query is written."""

    step: Step
    bound: Names
    looks_at: Names
    certain: Names

    def may_pass(self, earlier: list[_Waiting]) -> bool:
        """Tell whether it may be run before others that stand before it."""
        if isinstance(self.step, Join):
            return all(self._joins_before(other) for other in earlier)
        if isinstance(self.step, Filter | Exists):
            return all(self.looks_at & other.bound <= other.certain for other in earlier)
        return not earlier

    def _joins_before(self, other: _Waiting) -> bool:
        if isinstance(other.step, Bind) and other.step.name in self.bound:
            return False
        return self.bound & other.looks_at <= other.certain


def ordered(body: Body, schema: Schema, graph: Graph) -> list[Step]:
    """Return steps in the order in which they are run, after what the schema says."""
    waiting, before = [], schema
    for step in body:
        waiting.append(_Waiting(step, step.bound(), step.looks_at(), before.certain))
        before = before.after(step)
    found: list[Step] = []
    while waiting:
        step = waiting.pop(_next(waiting, schema, graph)).step
        if isinstance(step, Optional):
            step = _as_without(step, waiting, schema)
        found.append(step)
        schema = schema.after(step)
    return found


def _next(waiting: list[_Waiting], schema: Schema, graph: Graph) -> int:
    joins = []
    for place, one in enumerate(waiting):
        if one.may_pass(waiting[:place]):
            if isinstance(one.step, Filter | Exists):
                return place
            joins += [place] if isinstance(one.step, Join) else []
    if not joins:
        return 0
    steps = [waiting[place].step for place in joins]
    return joins[_best(steps, schema, graph)]


def _best(steps: list[Step], schema: Schema, graph: Graph) -> int:
    """Return which join to run next: a cheap one, or else that from which all are thought to be done soonest."""
    costs = [_cost(step, schema, graph) for step in steps]
    tied = [place for place, step in enumerate(steps) if _is_tied(step, schema)]
    apart = [place for place in range(len(steps)) if place not in tied]
    firsts = [min(several, key=lambda place: costs[place]) for several in (tied, apart) if several]
    if len(firsts) == 1 or costs[firsts[1]] <= 1:
        return firsts[-1]
    if costs[firsts[0]] <= _CHEAP:
        return firsts[0]
    return min(firsts, key=lambda place: _total(place, steps, schema, graph))


def _total(place: int, steps: list[Step], schema: Schema, graph: Graph) -> float:
    """Return roughly how many solutions are looked at in all, when one join goes first."""
    rows, total, waiting = 1.0, 0.0, list(steps)
    while waiting:
        step = waiting.pop(place)
        rows *= _cost(step, schema, graph)
        total, schema = total + rows, schema.after(step)
        tied = [number for number, other in enumerate(waiting) if _is_tied(other, schema)] or range(len(waiting))
        place = min(tied, key=lambda number: _cost(waiting[number], schema, graph), default=0)
    return total


def _is_tied(step: Step, schema: Schema) -> bool:
    """Tell whether a join begins at what is bound already, or at a term of the query."""
    ends = (step.subject, step.object) if isinstance(step, Triple) else ()
    return bool(step.bound() & schema.certain) or any(isinstance(end, Const) for end in ends)


def _as_without(step: Optional, waiting: list[_Waiting], schema: Schema) -> Step:
    """Return an OPTIONAL whose own variable must be unbound as what it is: a test that nothing is there."""
    fresh = frozenset().union(*(inner.certain() for inner in step.body)) - schema.possible
    tests = {Call("!", (Call("BOUND", (Var(name),)),)) for name in fresh}
    for place, later in enumerate(waiting):
        if isinstance(later.step, Filter) and later.step.test in tests and later.may_pass(waiting[:place]):
            waiting.pop(place)
            return Without(step)
    return step


def _cost(step: Step, schema: Schema, graph: Graph) -> float:
    """Return roughly how many solutions a join makes of one."""
    if isinstance(step, Prebound):
        return 0.0
    if isinstance(step, Triple) and not isinstance(step.path, Var):
        return _pairs_cost(step, step.path, schema, graph)
    size = float(len(step.rows)) if isinstance(step, Values) else _UNKNOWN_COST
    return size / 10 if step.bound() & schema.certain else size * 10


def _pairs_cost(step: Triple, path: Path, schema: Schema, graph: Graph) -> float:
    relation = graph.relation(path)
    one, other = (isinstance(end, Const) or end.name in schema.certain for end in (step.subject, step.object))
    own = 1.0 if relation.zero else 0.0
    if one and other:
        return 0.5
    if one or other:
        return own + _partners(relation, step.subject if one else step.object, graph, forward=one)
    return own * len(graph.lexicon) + len(relation)


def _partners(relation: Relation, end: Var | Const, graph: Graph, *, forward: bool) -> float:
    """Return how many partners one end has, without turning the pairs for that."""
    if isinstance(end, Const):
        number = graph.lexicon.add(end.term)
        return float(len(relation.of(number)) if forward else np.count_nonzero(relation.second == number))
    return len(relation) / max(relation.keys if forward else relation.values, 1)
