"""In which order steps are run: filters as soon as they may be, then the join that leaves the fewest solutions.

A step may go before another only where that gives the same. A join may pass OPTIONAL, BIND, FILTER and MINUS if
what they look at is bound before them all the same; a filter may pass what does not change what it looks at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.columns.sparql.algebra import Bind, Exists, Filter, Join, Optional, Prebound, Step, Triple, Values
from engine.columns.sparql.expressions import Call, Const, Var

if TYPE_CHECKING:
    from engine.columns.sparql.algebra import Body, Names, Path
    from engine.columns.sparql.graph import Graph
    from engine.columns.sparql.relations import Relation

__all__ = ["Schema", "Without", "ordered"]

_UNKNOWN_COST = 50.0


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


@dataclass(frozen=True, slots=True)
class Without(Step):
    """Keep solutions to which an OPTIONAL would add nothing."""

    optional: Optional

    def looks_at(self) -> Names:
        """Return the variables of the OPTIONAL."""
        return self.optional.looks_at()


def ordered(body: Body, schema: Schema, graph: Graph) -> list[Step]:
    """Return steps in the order in which they are run, after what the schema says."""
    waiting, before = [], schema
    for step in body:
        waiting.append((step, before.certain))
        before = before.after(step)
    found: list[Step] = []
    while waiting:
        place = _next(waiting, schema, graph)
        step, _ = waiting.pop(place)
        if isinstance(step, Optional):
            step = _as_without(step, waiting, schema)
        found.append(step)
        schema = schema.after(step)
    return found


def _next(waiting: list[tuple[Step, Names]], schema: Schema, graph: Graph) -> int:
    free = [place for place in range(len(waiting)) if _may_pass(waiting[place][0], waiting[:place])]
    filters = [place for place in free if isinstance(waiting[place][0], Filter | Exists)]
    joins = [place for place in free if isinstance(waiting[place][0], Join)]
    if filters:
        return filters[0]
    return min(joins, key=lambda place: (_cost(waiting[place][0], schema, graph), place)) if joins else 0


def _may_pass(step: Step, earlier: list[tuple[Step, Names]]) -> bool:
    """Tell whether a step may be run before others that stand before it."""
    if isinstance(step, Join):
        return all(_join_may_pass(step, other, certain) for other, certain in earlier)
    if isinstance(step, Filter | Exists):
        return all(step.looks_at() & other.bound() <= certain for other, certain in earlier)
    return not earlier


def _join_may_pass(step: Join, other: Step, certain: Names) -> bool:
    if isinstance(other, Bind) and other.name in step.bound():
        return False
    return step.bound() & other.looks_at() <= certain


def _as_without(step: Optional, waiting: list[tuple[Step, Names]], schema: Schema) -> Step:
    """Return an OPTIONAL whose own variable must be unbound as what it is: a test that nothing is there."""
    fresh = frozenset().union(*(inner.certain() for inner in step.body)) - schema.possible
    tests = {Call("!", (Call("BOUND", (Var(name),)),)) for name in fresh}
    for place, (later, _) in enumerate(waiting):
        if isinstance(later, Filter) and later.test in tests and _may_pass(later, waiting[:place]):
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
        end, pairs = (step.subject, relation) if one else (step.object, relation.turned)
        return own + _partners(pairs, end, graph)
    return own * len(graph.lexicon) + len(relation)


def _partners(relation: Relation, end: Var | Const, graph: Graph) -> float:
    if isinstance(end, Const):
        return float(len(relation.of(graph.lexicon.add(end.term))))
    return len(relation) / max(relation.keys, 1)
