"""What a shapes graph may not say is refused by name, what is left to pySHACL is named: nothing is skipped."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from engine.errors import IllFormedShape
from engine.shacl.terms import SH, XSD
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes

EX = "http://example.org/"
HEAD = f"""
@prefix ex: <{EX}> .
@prefix sh: <{SH.base}> .
@prefix xsd: <{XSD.base}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = "ex:a a ex:C ; ex:p 1, 2 ; ex:knows ex:b . ex:b a ex:C ; ex:p _:x . _:x ex:q 3 ."


def triples(text: str) -> Triples:
    return Triples(parse((HEAD + text).encode(), format=RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sh:path ex:p ; sh:minCount 1.5", "sh:minCount “1.5” is no xsd:integer; write a whole number"),
        ("sh:path ex:p ; sh:minCount 1, 2", "sh:minCount has 2 values; keep one"),
        ("sh:minCount 1", "sh:minCount in a node shape; say it of a property shape"),
        ("sh:lessThan ex:p", "sh:lessThan in a node shape"),
        ("sh:path ex:p, ex:q", "sh:path has 2 values"),
        ("sh:path [ sh:inversePath ex:p ; sh:zeroOrMorePath ex:p ]", "sh:path is no well-formed path"),
        ("sh:path ( ex:p )", "a list in sh:path has fewer than two members"),
        ("sh:path 'p'", "sh:path is no well-formed path; write an IRI, a list"),
        ("a sh:PropertyShape", "a property shape has no sh:path"),
        ("a sh:NodeShape ; sh:path ex:p", "a node shape has sh:path"),
        ("sh:nodeKind ex:p", "sh:nodeKind “http://example.org/p” is no kind of node; use one of sh:BlankNode"),
        ("sh:datatype 'integer'", "sh:datatype “integer” is no IRI"),
        ("sh:in 1", "sh:in is no well-formed list"),
        ("sh:languageIn ( 1 )", "sh:languageIn “1” is no string"),
        ("sh:closed 'true'", "sh:closed “true” is no xsd:boolean"),
        ("sh:property ex:T . ex:T sh:minLength 1", "a value of sh:property has no sh:path"),
        ("sh:node ex:T . ex:T sh:path ex:p", "a value of sh:node has sh:path"),
        ("sh:pattern '(a'", "sh:pattern “(a” with the flags “” is no regular expression that is run here"),
        ("sh:pattern '(?=a)b'", "look-around and back-references are not taken"),
        ("sh:severity 'bad'", "sh:severity “bad” is no IRI"),
        ("sh:message ex:m", "sh:message http://example.org/m is no literal"),
        ("sh:rule ex:r", "sh:rule is nothing that is run here"),
        ("sh:target [ ]", "there is no sh:select; add the query"),
        ("sh:target [ sh:select 'SELECT ?this { SERVICE <http://x.org/> { ?this ?p ?o } }' ]", "SERVICE would reach"),
        ("sh:expression ex:r", "sh:expression is nothing that is run here"),
        ("sh:js ex:r", "sh:js is nothing that is run here"),
        ("sh:singleLine true", "sh:singleLine is nothing that is run here"),
        ("sh:sparql [ ]", "there is no sh:select"),
        ("sh:sparql [ sh:select 'SELECT $this WHERE { $this ex:p ?x }' ]", "its query is no SPARQL"),
        ("sh:sparql [ sh:select 'SELECT $this { $this $PATH ?x }' ]", "$PATH in a node shape"),
        ("sh:sparql [ sh:select 'CONSTRUCT { $this ?p ?o } { $this ?p ?o }' ]", "CONSTRUCT has no place here"),
        ("sh:sparql [ sh:select 'SELECT $this FROM <urn:x> { $this ?p ?o }' ]", "FROM"),
        ("sh:sparql [ sh:select 'SELECT $this { { SELECT ?p { ?s ?p ?o } } }' ]", "does not return $this"),
        ("sh:sparql [ sh:select 'SELECT $this { BIND(1 AS $this) }' ]", "$this is pre-bound"),
        ("sh:sparql [ sh:select 'SELECT $this (true AS ?failure) { }' ]", "its query reports a failure"),
    ],
)
def test_refused(said: str, told: str) -> None:
    with pytest.raises(IllFormedShape) as caught:
        run_shapes(triples(f"ex:S sh:targetClass ex:C ; {said} ."), triples(DATA))
    assert caught.value.shape in {f"{EX}S", f"{EX}T"}
    assert told in str(caught.value)


def test_entailment_is_refused() -> None:
    with pytest.raises(IllFormedShape, match="sh:entailment; take it away"):
        run_shapes(triples("ex:shapes sh:entailment ex:RDFS ."), triples(DATA))


def test_shapes_in_shapes_have_an_end() -> None:
    links = " ".join(f"ex:S{n} sh:not ex:S{n + 1} ." for n in range(100))
    with pytest.raises(IllFormedShape, match="more than 50 deep"):
        run_shapes(triples(f"ex:S0 sh:targetClass ex:C . {links}"), triples(DATA))
    path = "[ sh:inversePath " * 60 + "ex:p" + " ]" * 60
    with pytest.raises(IllFormedShape, match="more than 50 deep"):
        run_shapes(triples(f"ex:S sh:targetClass ex:C ; sh:path {path} ."), triples(DATA))


def test_a_component_without_a_validator_is_refused() -> None:
    declared = "ex:Comp a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ] ."
    with pytest.raises(IllFormedShape, match=f"{EX}Comp has no validator in SPARQL for node shapes"):
        run_shapes(triples(f"{declared} ex:S sh:targetClass ex:C ; ex:limit 3 ."), triples(DATA))


LEFT = {
    "sh:target": (
        "ex:S a sh:NodeShape ; sh:nodeKind sh:Literal ; "
        "sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this { ?this <http://example.org/knows> ?any }' ] ."
    ),
    "http://example.org/S refers to itself": "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:knows ; sh:node ex:S ; sh:maxCount 0 ] .",  # noqa: E501 - one shape
    "a query with LIMIT or OFFSET": (
        "ex:S sh:targetClass ex:C ; sh:sparql [ sh:select 'SELECT $this { $this ?p ?o } LIMIT 1' ] ."
    ),
}


@pytest.mark.parametrize("reason", LEFT)
def test_what_is_not_covered_goes_to_pyshacl_and_is_named(reason: str) -> None:
    both = triples(f"{LEFT[reason]} ex:T sh:targetNode ex:a ; sh:nodeKind sh:Literal .")
    report = run_shapes(both, triples(DATA))
    assert [(left.shape, left.reason) for left in report.not_covered] == [(NamedNode(f"{EX}S"), reason)]
    assert {result.shape for result in report.results} > {NamedNode(f"{EX}T")}
    assert sum(result.shape == NamedNode(f"{EX}T") for result in report.results) == 1
    assert report.engine == f"1 shape compiled, by pySHACL: {EX}S ({reason})"


def test_blank_focus_nodes_and_literals_as_written() -> None:
    shapes = """
        ex:S sh:targetObjectsOf ex:p ; sh:pattern "^0" ;
            sh:sparql [ sh:message "at {$this}"@en ; sh:select "SELECT $this { FILTER(isBlank($this)) }" ] .
    """
    report = run_shapes(triples(shapes), triples("ex:a ex:p _:x, '01'^^xsd:integer, 1 . _:x ex:q 3 ."))
    patterns = [result for result in report.results if result.component.endswith("#PatternConstraintComponent")]
    queried = [result for result in report.results if result not in patterns]
    assert sorted(type(result.focus).__name__ for result in patterns) == ["BlankNode", "Literal"]
    assert [result.value for result in queried] == [result.focus for result in queried]
    assert [message.language for result in queried for message in result.messages] == ["en"]
    assert Literal("01", datatype=XSD.integer) not in {result.focus for result in report.results}


def test_recursive_shapes_over_recursive_data_are_refused() -> None:
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:knows ; sh:node ex:S ] ."
    with pytest.raises(IllFormedShape, match="left to pySHACL"):
        run_shapes(triples(shapes), triples("ex:a ex:knows ex:b . ex:b ex:knows ex:a ."))
