"""The value nodes of many focus nodes, as two columns; and what breaks a constraint among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyoxigraph import NamedNode

from engine.columns.table import each_once, upto
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
    """The value nodes of focus nodes (SHACL §2): by a path, or the focus nodes themselves; found when asked for.

    :ivar focus: the focus nodes, ascending, each once.
    :ivar total: how many terms there are.
    """

    __slots__ = (
        "_bounds",
        "_columns",
        "_counts",
        "_distinct",
        "_owners",
        "_pairs",
        "_path",
        "_reached",
        "focus",
        "total",
    )

    def __init__(self, path: Path | None, focus: Numbers, columns: Columns, total: int) -> None:
        self.focus = focus
        self.total = total
        self._path = path
        self._columns = columns
        self._pairs = columns.pairs(NamedNode(path.iri)) if isinstance(path, Predicate) else None
        self._bounds = None if self._pairs is None else self._pairs.bounds(focus)
        self._counts: NDArray[np.integer] | None = None
        self._reached: Reached | None = None
        self._distinct: Numbers | None = None
        self._owners: Numbers | None = None

    @property
    def reached(self) -> Reached:
        """The places of the focus nodes and the values beside each other."""
        if self._reached is None:
            self._reached = self._found()
        return self._reached

    def _found(self) -> Reached:
        if self._path is None:
            return upto(len(self.focus)), self.focus
        if self._pairs is None or self._bounds is None:
            return follow(self._path, self.focus, self._columns)
        return self._pairs.between(*self._bounds, ascending=True)

    @property
    def places(self) -> NDArray[np.int64]:
        """For each value the place of its focus node, ascending."""
        return self.reached[0]

    @property
    def values(self) -> Numbers:
        """The values, each once for a focus node."""
        return self.reached[1]

    @property
    def counts(self) -> NDArray[np.integer]:
        """How many values each focus node has; of a single predicate they are known without the values."""
        if self._counts is None:
            if self._bounds is None:
                self._counts = np.bincount(self.places, minlength=len(self.focus))
            else:
                self._counts = self._bounds[1] - self._bounds[0]
        return self._counts

    @property
    def owners(self) -> Numbers:
        """For each value its focus node."""
        if self._owners is None:
            each = self.places is upto(len(self.focus))
            self._owners = self.focus if each else self.focus[self.places]
        return self._owners

    @property
    def distinct(self) -> Numbers:
        """The values, ascending, each once."""
        if self._distinct is None:
            itself = self.values is self.focus
            self._distinct = self.values if itself else distinct(self.values, self.total)
        return self._distinct

    def with_any(self, wanted: Numbers) -> NDArray[np.int64]:
        """Return where a value is one of some terms."""
        flags = np.zeros(self.total, np.bool_)
        flags[wanted] = True
        return flags[self.values].nonzero()[0]


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
        return each_once(values)
    flags = np.zeros(total, np.bool_)
    flags[values] = True
    return np.flatnonzero(flags).astype(np.int32)
