"""Constraints written in SPARQL, met while shapes run over columns: the one place where the two readings join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.shacl.columnar.results import Batch

if TYPE_CHECKING:
    from engine.shacl.columnar.nodes import ValueNodes
    from engine.shacl.columnar.run import ColumnRun
    from engine.shacl.components.base import Constraint, Values
    from engine.shacl.shapes import Shape

__all__ = ["solved"]


def solved(constraint: Constraint, shape: Shape, nodes: ValueNodes, run: ColumnRun) -> Batch:
    """Return what breaks a constraint that has no reading over columns: it is read over sets."""
    found = list(constraint.found(shape, _values(nodes, run), run.sets()))
    numbers = np.fromiter((run.terms.number(node) for node, _ in found), np.int32, len(found))
    return Batch(
        shape,
        constraint,
        np.searchsorted(nodes.focus, numbers),
        numbers,
        made=tuple(result for _, result in found),
    )


def _values(nodes: ValueNodes, run: ColumnRun) -> Values:
    focus, values = run.terms.terms(nodes.focus), run.terms.terms(nodes.values)
    ends = np.cumsum(np.bincount(nodes.places, minlength=len(focus))).tolist()
    return {node: values[start:end] for node, start, end in zip(focus, [0, *ends], ends, strict=False)}
