"""Components that a shapes graph declares, and the corners of pre-binding that set-at-a-time evaluation must keep."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from engine.shacl.terms import SH, shown
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes

EX = "http://example.org/"
HEAD = f"@prefix ex: <{EX}> . @prefix sh: <{SH.base}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
DATA = "ex:a a ex:C ; ex:p 1, 5 ; ex:q ex:b . ex:b a ex:C ; ex:p 2 . ex:c a ex:C ."
PREFIXES = f'sh:prefixes [ sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] ]'
DECLARED = f"""
    ex:Most a sh:ConstraintComponent ;
        sh:parameter [ sh:path ex:most ] , [ sh:path ex:except ; sh:optional true ] ;
        sh:validator [ sh:message "{{?value}} is above {{$most}}" ;
            sh:ask "ASK {{ FILTER($value <= $most || $value = COALESCE($except, 0)) }}" ] .
    ex:Sum a sh:ConstraintComponent ; sh:parameter [ sh:path ex:sumAtMost ] ;
        sh:propertyValidator [ {PREFIXES} ; sh:select
            "SELECT $this (SUM(?x) AS ?value) {{ $this $PATH ?x }} GROUP BY $this $sumAtMost HAVING(SUM(?x)>$sumAtMost)"
        ] .
"""


def triples(text: str) -> Triples:
    return Triples(parse((HEAD + text).encode(), format=RdfFormat.TURTLE))


def found(shapes: str) -> list[tuple[str, str, str]]:
    results = run_shapes(triples(shapes), triples(DATA)).results
    return [(shown(r.focus).removeprefix(EX), shown(r.value).removeprefix(EX), r.message) for r in results]


def test_an_ask_validator_with_an_optional_parameter() -> None:
    shape = "ex:S sh:targetClass ex:C ; sh:path ex:p ; ex:most 1"
    assert found(f"{DECLARED} {shape} .") == [("a", "5", "5 is above 1"), ("b", "2", "2 is above 1")]
    assert found(f"{DECLARED} {shape} ; ex:except 5 .") == [("b", "2", "2 is above 1")]


def test_a_select_validator_gives_the_path_to_the_query() -> None:
    results = run_shapes(
        triples(f"{DECLARED} ex:S sh:targetClass ex:C ; sh:path ex:p ; ex:sumAtMost 3 ."), triples(DATA)
    )
    (result,) = results.results
    assert (result.path_text, shown(result.value), result.component) == (f"{EX}p", "6", f"{EX}Sum")
    assert result.constraint is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this { FILTER NOT EXISTS { $this ex:p ?any } }", ["c"]),
        ("SELECT $this { OPTIONAL { $this ex:q ?x } FILTER(!BOUND(?x)) }", ["b", "c"]),
        ("SELECT $this { { FILTER(bound($this)) } $this ex:q ?x }", ["a"]),
        ("SELECT $this { { FILTER(false) } UNION { FILTER($this = ex:b) } }", ["b"]),
        ("SELECT $this { OPTIONAL { BIND($this AS ?self) } FILTER(?self = ex:c) }", ["c"]),
        ("SELECT $this { { ?x ex:q ?y FILTER NOT EXISTS { $this ex:p ?z } } UNION { $this ex:q ?y } }", ["a", "c"]),
        ("SELECT $this (COUNT(?x) AS ?n) { $this ex:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)", ["a"]),
        ("SELECT $this { { SELECT $this (COUNT(?x) AS ?n) { $this ex:p ?x } GROUP BY $this } FILTER(?n = 1) }", ["b"]),
        ("SELECT * { $this ex:q ?value }", ["a"]),
        ("SELECT REDUCED $this { ?any ex:q $this }", ["b"]),
    ],
)
def test_a_query_for_all_focus_nodes_is_the_query_for_each(query: str, expected: list[str]) -> None:
    shape = f'ex:S sh:targetClass ex:C ; sh:sparql [ {PREFIXES} ; sh:select "{query}" ] .'
    assert [focus for focus, _, _ in found(shape)] == expected


def test_the_shapes_are_a_graph_of_the_query() -> None:
    query = "SELECT $this { GRAPH $shapesGraph { $currentShape ex:limit ?most } $this ex:p ?x FILTER(?x > ?most) }"
    shape = f'ex:S sh:targetClass ex:C ; ex:limit 4 ; sh:sparql [ {PREFIXES} ; sh:select "{query}" ] .'
    assert [focus for focus, _, _ in found(shape)] == ["a"]
