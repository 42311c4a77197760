"""Validation of the examples: SPARQL shapes on Oxigraph give what pySHACL gives, and the report is standard."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from engine.shacl.sparql_constraints import sparql_shapes
from engine.validation import by_pyshacl, evidence_data, evidence_shapes, validate
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from engine.workspace import Workspace

SH = PREFIXES["sh"]


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2028, 8, 2)])
def test_both_ways_of_running_the_shapes_agree(example: Workspace, day: date) -> None:
    shapes, data = evidence_shapes(example.content), evidence_data(example, day)
    expected = by_pyshacl(shapes, data)
    assert expected
    found = validate(example, day).results
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_every_shape_is_run_by_one_of_the_two(bank: Workspace) -> None:
    shapes = evidence_shapes(bank.content)
    named = {q.subject.value for q in shapes if q.predicate.value == f"{SH}name"}
    queried = {shape.iri for shape in sparql_shapes(shapes)}
    assert len(queried) == 7
    assert queried < named


def test_the_report_is_a_standard_report_with_a_result_each(bank: Workspace) -> None:
    found = validate(bank, date(2026, 11, 20))
    triples = [quad.triple for quad in parse(found.turtle(), format=RdfFormat.TURTLE)]
    results = [t for t in triples if t.predicate.value == f"{SH}result"]
    assert len(results) == len(found.results) > 0
    assert not found.conforms


def test_results_name_what_to_do_for_the_planted_flaws(example: Workspace) -> None:
    found = validate(example, date(2026, 11, 20))
    names = {found.names[r.shape] for r in found.results}
    assert {"Four eyes", "Template satisfied", "Approver of evidence", "Screenshot alone"} <= names
    assert all(r.message for r in found.results)
