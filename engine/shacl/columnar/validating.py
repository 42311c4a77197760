"""Run compiled shapes over columns, beside the reading over sets for what has no reading over columns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.shacl.columnar.data import ColumnData
from engine.shacl.columnar.run import ColumnRun
from engine.shacl.run import Run
from engine.shacl.triples import Triples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

    from engine.shacl.columnar.results import ColumnResults
    from engine.shacl.shapes import CompiledShapes

__all__ = ["column_results"]


def column_results(
    compiled: CompiledShapes, shapes: Triples, data: ColumnData | Iterable[Quad | Triple]
) -> ColumnResults:
    """Return what compiled shapes find over columns, without the shapes that are left to pySHACL."""
    ready = data if isinstance(data, ColumnData) else ColumnData.of(data)

    @cache
    def sets() -> Run:
        return Run(Triples(ready.columns.statements()), shapes)

    return ColumnRun(ready, sets).results(compiled.shapes)
