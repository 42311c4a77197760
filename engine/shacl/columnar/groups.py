"""Constraints on the values of a focus node together, over columns (SHACL §4.2, §4.4.5, §4.5, §4.7.3, §4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.columns.table import codes_of, parts_of
from engine.shacl.columnar.nodes import Hits
from engine.shacl.components.nested import Qualified
from engine.shacl.components.sets import Closed, Disjoint, Equals, HasValue, LessThan, MaxCount, MinCount, UniqueLang

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.shacl.columnar.nodes import ValueNodes
    from engine.shacl.columnar.run import ColumnRun

__all__ = ["GROUPS"]


def _min_count(constraint: MinCount, nodes: ValueNodes, run: ColumnRun) -> Hits:
    del run
    return Hits((nodes.counts < constraint.count).nonzero()[0])


def _max_count(constraint: MaxCount, nodes: ValueNodes, run: ColumnRun) -> Hits:
    del run
    return Hits((nodes.counts > constraint.count).nonzero()[0])


def _unique_lang(constraint: UniqueLang, nodes: ValueNodes, run: ColumnRun) -> Hits:
    """Return a focus node once for each language that two of its values share."""
    del constraint
    spoken = sorted({tail.language.lower() for tail in run.terms.tails} - {""})
    numbers = np.array([spoken.index(t.language.lower()) if t.language else -1 for t in run.terms.tails], np.int64)
    languages = numbers[run.terms.tail_of[nodes.values]]
    told = languages >= 0
    codes, counts = np.unique(nodes.places[told] * (len(spoken) + 1) + languages[told], return_counts=True)
    return Hits(codes[counts > 1] // (len(spoken) + 1))


def _has_value(constraint: HasValue, nodes: ValueNodes, run: ColumnRun) -> Hits:
    lacking = np.ones(len(nodes.focus), np.bool_)
    lacking[nodes.places[nodes.values == run.terms.number(constraint.value)]] = False
    return Hits(np.flatnonzero(lacking))


def _equals(constraint: Equals, nodes: ValueNodes, run: ColumnRun) -> Hits:
    places, values = run.columns.pairs(constraint.other).join(nodes.focus)
    mine = codes_of(nodes.places, nodes.values)
    theirs = codes_of(places, values)
    codes = np.setxor1d(mine, theirs, assume_unique=True)
    of_focus, differing = parts_of(codes)
    return Hits(of_focus.astype(np.int64), differing)


def _disjoint(constraint: Disjoint, nodes: ValueNodes, run: ColumnRun) -> Hits:
    shared = run.columns.pairs(constraint.other).has(nodes.owners, nodes.values)
    found = np.flatnonzero(shared)
    return Hits(nodes.places[found], nodes.values[found])


def _less_than(constraint: LessThan, nodes: ValueNodes, run: ColumnRun) -> Hits:
    """Return a value once for each of the other's that it does not come before."""
    which, others = run.columns.pairs(constraint.other).join(nodes.owners)
    values = nodes.values[which]
    found = np.flatnonzero(~run.literals.less(values, others, or_equal=constraint.name.endswith("OrEquals")))
    return Hits(nodes.places[which[found]], values[found])


def _closed(constraint: Closed, nodes: ValueNodes, run: ColumnRun) -> Hits:
    """Return each statement about a value with a property that is not allowed."""
    allowed = {run.terms.number(name) for name in constraint.allowed}
    places, values, paths = [np.empty(0, np.int64)], [nodes.values[:0]], [nodes.values[:0]]
    for predicate in run.columns.predicates:
        if predicate not in allowed:
            which, said = run.columns.pairs(predicate).join(nodes.values)
            places.append(nodes.places[which])
            values.append(said)
            paths.append(np.full(len(said), predicate, np.int32))
    return Hits(np.concatenate(places), np.concatenate(values), np.concatenate(paths))


def _qualified(constraint: Qualified, nodes: ValueNodes, run: ColumnRun) -> Hits:
    counted = nodes.distinct[~run.failing(constraint.shape, nodes.distinct)]
    for sibling in constraint.siblings:
        counted = counted[run.failing(sibling, counted)]
    numbers = np.bincount(nodes.places[nodes.with_any(counted)], minlength=len(nodes.focus))
    few = constraint.name == "QualifiedMinCount"
    return Hits(np.flatnonzero(numbers < constraint.count if few else numbers > constraint.count))


GROUPS: dict[type, Callable[[Any, ValueNodes, ColumnRun], Hits]] = {
    MinCount: _min_count,
    MaxCount: _max_count,
    UniqueLang: _unique_lang,
    HasValue: _has_value,
    Equals: _equals,
    Disjoint: _disjoint,
    LessThan: _less_than,
    Closed: _closed,
    Qualified: _qualified,
}
"""What finds, for each constraint, the focus nodes that break it."""
