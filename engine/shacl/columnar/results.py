"""What shapes find over columns: numbers until somebody asks for the results themselves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from engine.columns.terms import NONE
from engine.shacl.components.sparql import SelectConstraint
from engine.shacl.paths import Predicate
from engine.shacl.results import ValidationResult
from engine.shacl.terms import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from engine.columns.terms import Numbers, Term, Terms
    from engine.shacl.components.base import Constraint
    from engine.shacl.paths import Path
    from engine.shacl.shapes import NotCovered, Shape

__all__ = ["Batch", "ColumnResults"]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The results of one constraint of one shape.

    :ivar origin: for each result the place, among the nodes that were looked at, of the one that does not conform.
    :ivar focus: the focus nodes.
    :ivar values: the values, if the results have one.
    :ivar paths: the predicate that is the path of each result, where it is not the path of the shape.
    :ivar cells: the other values of a solution by variable, where a query found it; ``NONE`` where one is unbound.
    :ivar made: the results themselves, where they were not found by number.
    """

    shape: Shape
    constraint: Constraint
    origin: NDArray[np.int64]
    focus: Numbers
    values: Numbers | None = None
    paths: Numbers | None = None
    cells: Mapping[str, Numbers] | None = None
    made: tuple[ValidationResult, ...] = ()

    def __len__(self) -> int:
        return len(self.origin)

    def chosen(self, rows: NDArray[np.int64], origin: NDArray[np.int64]) -> Batch:
        """Return some of the results, perhaps more than once, found from other nodes."""
        values, paths = (None if column is None else column[rows] for column in (self.values, self.paths))
        cells = None if self.cells is None else {name: column[rows] for name, column in self.cells.items()}
        made = tuple(self.made[row] for row in rows.tolist()) if self.made else ()
        return Batch(self.shape, self.constraint, origin, self.focus[rows], values, paths, cells, made)

    def results(self, terms: Terms) -> Iterable[ValidationResult]:
        """Return the results, in the order of the columns."""
        if self.made:
            return self.made
        return self._made(terms) if self.cells is None else self._solved(self.cells, terms)

    def _solved(self, cells: Mapping[str, Numbers], terms: Terms) -> Iterator[ValidationResult]:
        """Yield a result for each solution of a query."""
        assert isinstance(self.constraint, SelectConstraint)  # noqa: S101 - no other has solutions
        focus_terms, columns = terms.terms(self.focus), {name: _cells(of, terms) for name, of in cells.items()}
        if "message" not in cells:
            yield from self.constraint.results_of(self.shape, focus_terms, columns)
            return
        for focus, *told in zip(focus_terms, *columns.values(), strict=True):
            bound = {name: term for name, term in zip(cells, told, strict=True) if term is not None}
            _, result = self.constraint.result_of(self.shape, focus, {**self.constraint.parameters, **bound})
            yield result

    def _made(self, terms: Terms) -> Iterator[ValidationResult]:
        _, like = self.constraint.result(self.shape, self.shape.node)
        values: Iterable[Term | None] = repeat(None) if self.values is None else terms.terms(self.values)
        paths: Iterable[Path | None] = repeat(self.shape.path)
        if self.paths is not None:
            paths = (Predicate(shown(path)) for path in terms.terms(self.paths))
        for focus, value, path in zip(terms.terms(self.focus), values, paths, strict=False):
            yield ValidationResult(
                focus, like.shape, like.component, like.severity, like.messages, path, value, like.constraint
            )


def _cells(column: Numbers, terms: Terms) -> list[Term | None]:
    bound = column != NONE
    if bound.all():
        return list(terms.terms(column))
    made = iter(terms.terms(column[bound]))
    return [next(made) if known else None for known in bound.tolist()]


class ColumnResults:
    """All that shapes found over columns.

    :ivar by_sets: the shapes with a constraint that was read over sets, and which.
    """

    def __init__(self, batches: list[Batch], terms: Terms, by_sets: tuple[NotCovered, ...]) -> None:
        self.batches = batches
        self.by_sets = by_sets
        self._terms = terms

    def __len__(self) -> int:
        return sum(map(len, self.batches))

    def results(self) -> list[ValidationResult]:
        """Return the results, in no particular order."""
        return [result for batch in self.batches for result in batch.results(self._terms)]
