"""The queries of the bundled shapes give on columns what the store gives, on the examples as they are and broken."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from engine.columns.table import Columns
from engine.columns.terms import NONE
from engine.shacl.components.sparql import SelectConstraint
from engine.shacl.query_plans import plan_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.targets import focus_nodes
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes

if TYPE_CHECKING:
    from engine.shacl.terms import Term
    from engine.workspace import Workspace

DAYS = (date(2026, 11, 20), date(2027, 3, 1), date(2028, 8, 2))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("harm", ["none", "left out", "changed"])
def test_columns_answer_the_bundled_queries_as_the_store_does(example: Workspace, day: date, harm: str) -> None:
    quads = _harmed(evidence_data(example, day), harm)
    columns, data = Columns.of(quads), Triples(quads)
    run, seen = Run(data, Triples(())), Counter[str]()
    for shape in compile_shapes(Triples(evidence_shapes(example.content))).shapes:
        focus = sorted(focus_nodes(shape.targets, data), key=str)
        for constraint in shape.constraints:
            if isinstance(constraint, SelectConstraint):
                expected = _by_store(run, constraint, focus)
                assert _by_columns(columns, constraint, focus) == expected, shape.node
                seen[str(shape.node)] += sum(expected.values())
    assert len(seen) >= 7
    assert sum(seen.values()) > 3


def _harmed(quads: list[Quad], harm: str) -> list[Quad]:
    """Leave out every fifth statement, or say another day, another number, or nobody in every seventh."""
    numbered = enumerate(sorted(quads, key=str))
    if harm == "none":
        return quads
    if harm == "left out":
        return [quad for n, quad in numbered if n % 5 or "asOf" in quad.predicate.value]
    return [_changed(quad, n) if n % 7 == 0 else quad for n, quad in numbered]


def _changed(quad: Quad, number: int) -> Quad:
    value = quad.object
    if isinstance(value, Literal) and value.datatype.value.endswith("date"):
        other = ("2020-02-02", "2026-11-20Z", "2026-02-30", "2030-12-31")[number // 7 % 4]
        return Quad(quad.subject, quad.predicate, Literal(other, datatype=value.datatype), quad.graph_name)
    if isinstance(value, Literal) and value.datatype.value.endswith("integer"):
        return Quad(quad.subject, quad.predicate, Literal(f"0{value.value}", datatype=value.datatype), quad.graph_name)
    if isinstance(value, NamedNode) and not quad.predicate.value.endswith("type"):
        return Quad(quad.subject, quad.predicate, BlankNode(f"b{number % 3}"), quad.graph_name)
    return quad


def _by_store(run: Run, constraint: SelectConstraint, focus: list[Term]) -> Counter[tuple[object, ...]]:
    found = run.solutions(constraint.query, [{"this": node} for node in focus])
    return Counter((row, *sorted(cells.items())) for row, cells in found)


def _by_columns(columns: Columns, constraint: SelectConstraint, focus: list[Term]) -> Counter[tuple[object, ...]]:
    plan = plan_of(constraint.query)
    rows = {"this": np.array([columns.terms.add(node) for node in focus], np.int32)}
    found = plan.run(columns, rows)
    names = sorted(set(found) - {constraint.query.row})
    told: Counter[tuple[object, ...]] = Counter()
    for row, *numbers in zip(*(found[name].tolist() for name in (constraint.query.row, *names)), strict=True):
        cells = zip(names, numbers, strict=True)
        told[(row, *((name, columns.terms.term(number)) for name, number in cells if number != NONE))] += 1
    return told
