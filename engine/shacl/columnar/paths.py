"""Follow property paths over columns, from many nodes at once (SHACL §2.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyoxigraph import NamedNode

from engine.columns.table import codes_of, each_once, parts_of, upto
from engine.shacl.paths import Alternative, Inverse, Predicate, Sequence, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.columns.table import Columns
    from engine.columns.terms import Numbers
    from engine.shacl.paths import Path, Repeated

__all__ = ["Reached", "follow"]

Reached = tuple["NDArray[np.int64]", "Numbers"]
"""The places of the nodes that a path leads from, ascending, and what it leads to, each once for a place."""


def follow(path: Path, nodes: Numbers, columns: Columns) -> Reached:
    """Return what a path leads to from each node.

    :param nodes: the nodes, ascending, each once.
    """
    return _once(_followed(path, nodes, columns))


def _followed(path: Path, nodes: Numbers, columns: Columns) -> Reached:
    """Return what a path leads to from each node, in any order, perhaps more than once."""
    if isinstance(path, Predicate):
        return columns.pairs(NamedNode(path.iri)).join(nodes)
    if isinstance(path, Sequence):
        return _sequence(path, nodes, columns)
    if isinstance(path, Alternative):
        return _joined(*(_followed(choice, nodes, columns) for choice in path.choices))
    if isinstance(path, Inverse):
        if isinstance(path.inner, Predicate):
            return columns.pairs(NamedNode(path.inner.iri)).turned.join(nodes)
        return _followed(turned(path.inner), nodes, columns)
    return _repeated(path, nodes, columns)


def _itself(nodes: Numbers) -> Reached:
    return upto(len(nodes)), nodes


def _joined(*several: Reached) -> Reached:
    return np.concatenate([places for places, _ in several]), np.concatenate([values for _, values in several])


def _once(reached: Reached) -> Reached:
    codes = codes_of(reached[0], reached[1])
    ordered = each_once(codes)
    return reached if ordered is codes else _reached(ordered)


def _reached(codes: NDArray[np.int64]) -> Reached:
    places, values = parts_of(codes)
    return places.astype(np.int64), values


def _onwards(path: Path, reached: Reached, columns: Columns) -> Reached:
    """Return what a path leads to from what was reached: each node is followed once, however often it was."""
    middle = each_once(reached[1])
    back = np.searchsorted(middle, reached[1])
    places, values = _once(_followed(path, middle, columns))
    counts = np.bincount(places, minlength=len(middle))
    starts = np.cumsum(counts) - counts
    several = counts[back]
    within = np.arange(int(several.sum())) - np.repeat(np.cumsum(several) - several, several)
    return np.repeat(reached[0], several), values[np.repeat(starts[back], several) + within]


def _sequence(path: Sequence, nodes: Numbers, columns: Columns) -> Reached:
    first, *others = path.steps
    reached = _once(_followed(first, nodes, columns))
    for step in others:
        reached = _once(_onwards(step, reached, columns))
    return reached


def _repeated(path: Repeated, nodes: Numbers, columns: Columns) -> Reached:
    if path.times == "?":
        return _joined(_itself(nodes), _followed(path.inner, nodes, columns))
    start = _itself(nodes) if path.times == "*" else _once(_followed(path.inner, nodes, columns))
    return _closure(path.inner, start, columns)


def _closure(inner: Path, start: Reached, columns: Columns) -> Reached:
    """Return what is reached by any number of further steps, a whole frontier at a time."""
    fresh = each_once(codes_of(start[0], start[1]))
    found = fresh
    while len(fresh):
        fresh = np.setdiff1d(codes_of(*_onwards(inner, _reached(fresh), columns)), found)
        found = np.union1d(found, fresh)
    return _reached(found)
