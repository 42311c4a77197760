"""A record as values is what it reads back as, and states what a Turtle file would."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from engine.graph import Graph
from engine.records.naming import iri_of, key_of
from engine.records.statements import changed, statements, values_of, whole
from engine.records.table import KINDS, Form
from engine.resources import example_files

if TYPE_CHECKING:
    from engine.records.table import Field, Kind

HOME = "https://acme.example/org/"
ME, GRAPH = f"{HOME}acme", NamedNode("https://w3id.org/normgraph/g/org/acme/records")
IRIS = some.sampled_from([f"{HOME}{part}" for part in ("a", "b/c", "d#e", "ü", "x%20y")])
VALUES: dict[Form, some.SearchStrategy[Any]] = {
    Form.TEXT: some.text(some.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    Form.PLAIN: some.text(some.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    Form.HASH: some.text("0123456789abcdef", min_size=64, max_size=64),
    Form.DAY: some.dates(date(1900, 1, 1), date(2999, 12, 31)).map(date.isoformat),
    Form.FLAG: some.booleans(),
    Form.CONCEPT: some.one_of(some.sampled_from(["Implemented", "TestResult"]), IRIS),
    Form.LINK: IRIS,
}


def of_field(field: Field) -> some.SearchStrategy[Any]:
    one = some.sampled_from(field.choices) if field.choices else VALUES[field.form]
    return some.lists(one, unique=True, max_size=3).map(sorted) if field.many else some.none() | one


def of_kind(kind: Kind) -> some.SearchStrategy[dict[str, Any]]:
    types = (
        {}
        if kind.is_of_one_type
        else {"types": some.lists(some.sampled_from(sorted(kind.types)), unique=True, min_size=1).map(sorted)}
    )
    return some.fixed_dictionaries({**types, **{field.name: of_field(field) for field in kind.fields}})


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=some.data())
def test_a_record_reads_back_as_it_was_written(name: str, data: some.DataObject) -> None:
    kind = KINDS[name]
    said, later = data.draw(of_kind(kind)), data.draw(of_kind(kind))
    quads = list(statements(kind, f"{HOME}x", said, ME, GRAPH))
    there = list(parse(serialize(quads, format=RdfFormat.N_QUADS) or b"", format=RdfFormat.N_QUADS))
    assert values_of(kind, Graph(there), f"{HOME}x") == said
    removed, added = changed(kind, f"{HOME}x", later, ME, there)
    now = [*(quad for quad in there if quad not in removed), *added]
    assert values_of(kind, Graph(now), f"{HOME}x") == later
    assert set(now) == set(statements(kind, f"{HOME}x", later, ME, GRAPH))


def test_it_states_what_a_turtle_file_would() -> None:
    said = {
        "label": "Test report",
        "evidences": [f"{HOME}control/tests"],
        "evidence_type": "TestResult",
        "outcome": "Supports",
        "issued": "2026-03-03",
        "location": "a.pdf",
    }
    text = f"""
        @prefix ng: <https://w3id.org/normgraph/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <{HOME}evidence/1> a ng:Evidence ; skos:prefLabel "Test report"@en ; ng:evidences <{HOME}control/tests> ;
            ng:evidenceType ng:TestResult ; ng:outcome ng:Supports ; dcterms:issued "2026-03-03"^^xsd:date ;
            ng:location "a.pdf" .
    """
    found = statements(KINDS["evidence"], f"{HOME}evidence/1", said, ME, GRAPH)
    expected = {Triple(q.subject, q.predicate, q.object) for q in parse(text, format=RdfFormat.TURTLE)}
    assert {quad.triple for quad in found} == expected


@pytest.mark.parametrize("example", ["bank", "medical"])
def test_every_record_of_the_examples_survives_being_put_as_it_is(example: str) -> None:
    there = [Quad(q.subject, q.predicate, q.object, GRAPH) for f in example_files(example) for q in parse(path=str(f))]
    records = Graph(there)
    seen = 0
    for kind in KINDS.values():
        for of_class in kind.types.values():
            for iri in records.instances(of_class):
                said = values_of(kind, records, iri)
                assert changed(kind, iri, said, ME, there) == ([], [])
                seen += 1
    assert seen > 100


def test_what_a_record_says_beside_stays_and_goes_with_it() -> None:
    text = f"""<{HOME}x> a <https://w3id.org/normgraph/ns#Finding> ; <urn:x:more> [ <urn:x:deep> 1 ] ;
        <http://www.w3.org/2004/02/skos/core#prefLabel> "Alt"@de ."""
    there = [Quad(q.subject, q.predicate, q.object, GRAPH) for q in parse(text, format=RdfFormat.TURTLE)]
    kind = KINDS["findings"]
    assert changed(kind, f"{HOME}x", {"label": "Alt", "against": []}, ME, there) == ([], [])
    removed, added = changed(kind, f"{HOME}x", {"label": "New", "against": []}, ME, there)
    assert [str(quad.object) for quad in removed] == ['"Alt"@de']
    assert [str(quad.object) for quad in added] == ['"New"@en']
    assert set(whole(f"{HOME}x", there)) == set(there)


@given(
    tail=some.text(some.characters(exclude_categories=["Cs"]), max_size=20),
    segment=some.sampled_from(["", "evidence/", "control/"]),
    base=some.sampled_from([HOME, f"{HOME}evidence/", f"{HOME}control/", "urn:x:"]),
)
def test_a_key_names_one_record_and_has_no_slash(tail: str, segment: str, base: str) -> None:
    key = key_of(base + tail, HOME, segment)
    assert iri_of(key, HOME, segment) == base + tail
    assert "/" not in key
    assert key not in {".", ".."}
