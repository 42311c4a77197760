"""The value nodes of many focus nodes, as two columns; and what breaks a constraint among them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyoxigraph import NamedNode

from engine.columns.table import upto
from engine.shacl.columnar.paths import follow
from engine.shacl.paths import Predicate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.columns.table import Columns
    from engine.columns.terms import Numbers
    from engine.shacl.columnar.paths import Reached
    from engine.shacl.paths import Path

__all__ = ["Hits", "ValueNodes", "distinct"]

_SCARCE = 64


class ValueNodes:
    """The value nodes of focus nodes (SHACL §2): by a path, or the focus nodes themselves.

    :ivar focus: the focus nodes, ascending, each once.
    :ivar total: how many terms there are.
    """

    def __init__(self, path: Path | None, focus: Numbers, columns: Columns, total: int) -> None:
        self._path = path
        self._columns = columns
        self._pairs = columns.pairs(NamedNode(path.iri)) if isinstance(path, Predicate) else None
        self.focus = focus
        self.total = total

    @cached_property
    def _reached(self) -> Reached:
        if self._path is None:
            return upto(len(self.focus)), self.focus
        if self._pairs is None:
            return follow(self._path, self.focus, self._columns)
        return self._pairs.between(*self._bounds, ascending=True)

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        assert self._pairs is not None  # noqa: S101 - only a single predicate has them
        return self._pairs.bounds(self.focus)

    @property
    def places(self) -> NDArray[np.int64]:
        """For each value the place of its focus node, ascending."""
        return self._reached[0]

    @property
    def values(self) -> Numbers:
        """The values, each once for a focus node."""
        return self._reached[1]

    @cached_property
    def counts(self) -> NDArray[np.integer]:
        """How many values each focus node has; of a single predicate they are known without the values."""
        if self._pairs is None:
            return np.bincount(self.places, minlength=len(self.focus))
        start, end = self._bounds
        return end - start

    @cached_property
    def owners(self) -> Numbers:
        """For each value its focus node."""
        return self.focus if self.places is upto(len(self.focus)) else self.focus[self.places]

    @cached_property
    def distinct(self) -> Numbers:
        """The values, ascending, each once."""
        return self.values if self.values is self.focus else distinct(self.values, self.total)

    def with_any(self, wanted: Numbers) -> NDArray[np.int64]:
        """Return where a value is one of some terms."""
        flags = np.zeros(self.total, np.bool_)
        flags[wanted] = True
        return np.flatnonzero(flags[self.values])


class Hits(NamedTuple):
    """What breaks a constraint: the places of the focus nodes, and the values if the results name them.

    :ivar paths: the path of each result by the number of its predicate, where it is not that of the shape.
    """

    places: NDArray[np.int64]
    values: Numbers | None = None
    paths: Numbers | None = None


def distinct(values: Numbers, total: int) -> Numbers:
    """Return numbers, ascending, each once; all are less than the total."""
    if len(values) * _SCARCE < total:
        return np.unique(values)
    flags = np.zeros(total, np.bool_)
    flags[values] = True
    return np.flatnonzero(flags).astype(np.int32)
