"""Constraints written in SPARQL, met while shapes run over columns: the one place where the two readings join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import NotVectorised
from engine.shacl.columnar.results import Batch
from engine.shacl.components.sparql import TRUE, SelectConstraint
from engine.shacl.query_plans import plan_of

if TYPE_CHECKING:
    from engine.shacl.columnar.nodes import ValueNodes
    from engine.shacl.columnar.run import ColumnRun
    from engine.shacl.components.base import Constraint, Values
    from engine.shacl.shapes import Shape

__all__ = ["by_sets", "solved"]


def solved(constraint: Constraint, shape: Shape, nodes: ValueNodes, run: ColumnRun) -> Batch:
    """Return what breaks a constraint written in SPARQL.

    :raises NotVectorised: if it has no reading over columns.
    """
    if not isinstance(constraint, SelectConstraint):
        raise NotVectorised(constraint.name)
    query, fixed = constraint.query, constraint.fixed(shape)
    rows = {
        name: nodes.focus if name == "this" else np.full(len(nodes.focus), run.terms.add(fixed[name]), np.int32)
        for name in query.names
    }
    cells = plan_of(query).run(run.columns, rows)
    origin = cells.pop(query.row).astype(np.int64)
    if "failure" in cells and (cells["failure"] == run.terms.number(TRUE)).any():
        raise constraint.failed(shape)
    return Batch(shape, constraint, origin, nodes.focus[origin], cells=cells)


def by_sets(constraint: Constraint, shape: Shape, nodes: ValueNodes, run: ColumnRun) -> Batch:
    """Return what breaks a constraint that has no reading over columns: it is read over sets."""
    found = list(constraint.found(shape, _values(nodes, run), run.sets()))
    numbers = np.fromiter((run.terms.number(node) for node, _ in found), np.int32, len(found))
    origin, made = np.searchsorted(nodes.focus, numbers), tuple(result for _, result in found)
    return Batch(shape, constraint, origin, numbers, made=made)


def _values(nodes: ValueNodes, run: ColumnRun) -> Values:
    focus, values = run.terms.terms(nodes.focus), run.terms.terms(nodes.values)
    ends = np.cumsum(np.bincount(nodes.places, minlength=len(focus))).tolist()
    return {node: values[start:end] for node, start, end in zip(focus, [0, *ends], ends, strict=False)}
