"""A data graph made ready for shapes: its columns with what every run over them looks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.columns.table import Columns
from engine.shacl.columnar.literals import Literals
from engine.shacl.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

__all__ = ["ColumnData"]


class ColumnData:
    """Columns with the kinds, days and whole numbers of their terms, and where the keys of each predicate begin."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.literals = Literals(columns.terms)
        self.literals.read()
        for predicate in columns.predicates:
            columns.pairs(predicate).prepare()
        columns.pairs(RDF.type).turned.prepare()
        assert len(columns.terms.kinds) == len(columns.terms)  # noqa: S101 - the kinds are read too

    @classmethod
    def of(cls, statements: Iterable[Quad | Triple]) -> ColumnData:
        """Return some statements, made ready."""
        return cls(Columns.of(statements))
