"""Validation of the examples: compiled shapes give what pySHACL gives, and the report is standard."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.reading import compile_shapes
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes, validate
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace

SH = PREFIXES["sh"]


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2028, 8, 2)])
def test_both_engines_agree(example: Workspace, day: date) -> None:
    shapes, data = Triples(evidence_shapes(example.content)), Triples(evidence_data(example, day))
    expected = by_pyshacl(shapes, data)
    found = validate(example, day).results
    assert expected
    assert Counter(map(reason, found)) == Counter(map(reason, expected))
    told = {(reason(result), message.value) for result in expected for message in result.messages}
    assert {(reason(result), result.message) for result in found} <= told


def reason(result: ValidationResult) -> tuple[object, ...]:
    """Return what a result is about; pySHACL says the messages of the shape and of the query side by side."""
    return result.focus, result.path, result.value, result.shape, result.component, result.severity, result.constraint


def test_every_shape_is_compiled(bank: Workspace) -> None:
    shapes = evidence_shapes(bank.content)
    named = {q.subject for q in shapes if q.predicate.value == f"{SH}name"}
    compiled = compile_shapes(Triples(shapes))
    assert {shape.node for shape in compiled.shapes} == named
    assert not compiled.not_covered


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
