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
from engine.errors import NotVectorised
from engine.shacl.components.sparql import AskConstraint, SelectConstraint
from engine.shacl.query_plans import plan_of
from engine.shacl.reading import compile_shapes
from engine.shacl.run import Run
from engine.shacl.targets import focus_nodes
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes
from engine.vocabulary import NG
from tests.engine.shacl.test_w3c import FILES, SUITE, entry

if TYPE_CHECKING:
    from engine.shacl.components.base import Row
    from engine.shacl.prebinding import Prebound
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
                rows: list[Row] = [{"this": node} for node in focus]
                expected = _by_store(run, constraint.query, rows)
                assert _by_columns(columns, constraint.query, rows) == expected, shape.node
                seen[str(shape.node)] += sum(expected.values())
    assert len(seen) >= 7
    assert sum(seen.values()) > 3


def _harmed(quads: list[Quad], harm: str) -> list[Quad]:
    """Leave out every fifth statement, or say another day, another number, or nobody in every seventh.

    The day and the organisation stay: without them there is nothing to ask about.
    """
    numbered = enumerate(sorted(quads, key=str))
    if harm == "none":
        return quads
    if harm == "left out":
        return [quad for n, quad in numbered if n % 5 or _is_needed(quad)]
    return [_changed(quad, n) if n % 7 == 0 else quad for n, quad in numbered]


def _is_needed(quad: Quad) -> bool:
    return quad.predicate == NG.asOf or str(quad.object).endswith("FormalOrganization>")


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


def _by_store(run: Run, query: Prebound, rows: list[Row]) -> Counter[tuple[object, ...]]:
    return Counter((row, *sorted(cells.items())) for row, cells in run.solutions(query, rows))


def _by_columns(columns: Columns, query: Prebound, rows: list[Row]) -> Counter[tuple[object, ...]]:
    given = {
        name: np.array([columns.terms.add(row[name]) if name in row else NONE for row in rows], np.int32)
        for name in query.names
    }
    found = plan_of(query).run(columns, given)
    names = sorted(set(found) - {query.row})
    told: Counter[tuple[object, ...]] = Counter()
    for row, *numbers in zip(*(found[name].tolist() for name in (query.row, *names)), strict=True):
        cells = zip(names, numbers, strict=True)
        told[(row, *((name, columns.terms.term(number)) for name, number in cells if number != NONE))] += 1
    return told


@pytest.mark.skipif(not SUITE.is_dir(), reason="NORMGRAPH_W3C names no folder with data-shapes-test-suite")
def test_queries_of_the_suite_are_answered_as_the_store_does_or_said_not_to_be_covered() -> None:
    left, run_on_columns = Counter[str](), 0
    for path in (path for path in FILES if path.relative_to(SUITE).parts[0] == "sparql"):
        said = entry(path)
        if said.rows is None:
            continue
        columns, run = Columns.of(said.data), Run(said.data, said.shapes)
        for shape in compile_shapes(said.shapes).shapes:
            for constraint in shape.constraints:
                if isinstance(constraint, SelectConstraint | AskConstraint):
                    focus = sorted(focus_nodes(shape.targets, said.data), key=str)
                    fixed = {**constraint.parameters, "currentShape": shape.node}
                    rows: list[Row] = [{**fixed, "this": node, "value": node} for node in focus]
                    try:
                        found = _by_columns(columns, constraint.query, rows)
                    except NotVectorised as error:
                        left[error.reason] += 1
                    else:
                        run_on_columns += 1
                        assert found == _by_store(run, constraint.query, rows), path
    assert left.keys() <= {"a named graph", "a filter that is a constant"}
    assert run_on_columns >= 12
