"""Validation of the examples: compiled shapes give what pySHACL gives, and the report is standard."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from engine.errors import BadInput, UnreadableFile
from engine.shacl.pyshacl_engine import by_pyshacl
from engine.shacl.reading import compile_shapes
from engine.shacl.terms import shown
from engine.shacl.triples import Triples
from engine.validation import evidence_data, evidence_shapes, validate, validate_by
from engine.vocabulary import NG, PREFIXES

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


def test_both_engines_agree_on_broken_records(example: Workspace) -> None:
    """Every ninth statement is left out, every seventh text or day is another, every eighth link leads nowhere."""
    broken = tuple(_broken(quad, n) for n, quad in enumerate(sorted(example.quads, key=str)) if n % 9)
    workspace = replace(example, quads=broken)
    shapes = Triples(evidence_shapes(example.content))
    expected = by_pyshacl(shapes, Triples(evidence_data(workspace, date(2027, 3, 1))))
    assert len(expected) > 100
    found = validate(workspace, date(2027, 3, 1)).results
    assert Counter(map(reason, found)) == Counter(map(reason, expected))


def _broken(quad: Quad, number: int) -> Quad:
    """Keep the type of a value: rdflib would compare a text with a day."""
    value = quad.object
    if number % 7 == 0 and isinstance(value, Literal) and value.datatype.value.endswith(("string", "date")):
        other = "2020-02-02" if value.datatype.value.endswith("date") else ""
        return Quad(quad.subject, quad.predicate, Literal(other, datatype=value.datatype), quad.graph_name)
    if number % 8 == 0 and isinstance(value, NamedNode) and not quad.predicate.value.endswith("type"):
        return Quad(quad.subject, quad.predicate, NamedNode("https://nowhere.example/"), quad.graph_name)
    return quad


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


DATA = Path(__file__).parents[1] / "data"


def test_own_shapes_run_on_the_records_and_the_day(bank: Workspace) -> None:
    report = validate_by(DATA / "shapes" / "own.ttl", bank, date(2026, 5, 1))
    by_name = {report.name(result): result for result in report.results}
    assert by_name.keys() == {
        "Owner of a system",
        "https://acme.example/shapes/FileShape",
        "https://acme.example/shapes/LatestShape",
    }
    owner, late = by_name["Owner of a system"], by_name["https://acme.example/shapes/LatestShape"]
    assert (owner.severity, owner.message) == ("Warning", f"{NG.ownedBy.value}: There are fewer than 1 values.")
    assert late.message == f"{shown(late.value)} was issued after the day."
    assert report.engine == "3 shapes compiled"


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("no-target.ttl", None, "holds no shape that says what it is about; add sh:targetClass"),
        ("ill-formed.ttl", 6, "shape https://acme.example/shapes/Owner: sh:minCount “one” is no xsd:integer; write a"),
        ("service.ttl", 5, "shape https://acme.example/shapes/Reach: SERVICE would reach the network (line 1 of the"),
        ("truncated.ttl", 6, "Unexpected end"),
    ],
)
def test_shapes_that_cannot_be_run_are_refused_with_their_place(
    bank: Workspace, name: str, line: int | None, told: str
) -> None:
    with pytest.raises((BadInput, UnreadableFile)) as caught:
        validate_by(DATA / "shapes" / "bad" / name, bank, date(2026, 11, 20))
    assert (caught.value.line, told in str(caught.value)) == (line, True), caught.value
