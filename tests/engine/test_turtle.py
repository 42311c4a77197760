from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from engine.errors import UnreadableFile
from engine.turtle import format_turtle, read_base, reformat
from engine.vocabulary import PREFIXES

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(Path(str(files("ontology"))).rglob("*.ttl"))
RDF = PREFIXES["rdf"]
P, Q = NamedNode("http://x.example/p"), NamedNode("http://x.example/q")


def read(text: str, base: str | None = None) -> list[Triple]:
    return [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE, base_iri=base)]


def same(one: list[Triple], other: list[Triple]) -> bool:
    found = []
    for triples in (one, other):
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        found.append(dataset)
    return bool(found[0] == found[1])


def check(text: str, base: str = "http://x.example/") -> str:
    triples = read(text, base)
    formatted = format_turtle(triples, base=base)
    again = read(formatted)
    assert same(again, triples), formatted
    assert format_turtle(again, base=base) == formatted
    return formatted


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_file_is_canonical_and_says_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    formatted = reformat(path)
    assert formatted == text
    assert format_turtle(reversed(read(text)), base=read_base(text)) == text


def test_the_form() -> None:
    text = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <http://x.example/b> skos:broader <http://x.example/a>, <http://elsewhere.example/c> ; a skos:Concept .
    <http://x.example/a> <http://x.example/q> true, 1, 1.5, 1e0, "1"^^<http://x.example/t> .
    """
    assert check(text) == (
        "@base <http://x.example/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "<a>\n"
        '    <q> "1"^^<t> ;\n'
        '    <q> "1e0"^^xsd:double ;\n'
        "    <q> 1 ;\n"
        "    <q> 1.5 ;\n"
        "    <q> true ;\n"
        ".\n"
        "\n"
        "<b>\n"
        "    a skos:Concept ;\n"
        "    skos:broader <a> ;\n"
        "    skos:broader <http://elsewhere.example/c> ;\n"
        ".\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<s> <p> [ <q> [ <q> 1 ; <r> 2 ] ] , [] .",
        "<s> <p> _:a . <t> <p> _:a . _:a <q> 1 .",
        "[] <p> 1 . [] <p> 2 .",
        "<s> <p> ( 1 ( 2 3 ) [ <q> ( ) ] ) , () .",
        f"@prefix rdf: <{RDF}> . <s> <p> _:l . _:l rdf:first 1 , 2 ; rdf:rest () .",
        f"@prefix rdf: <{RDF}> . <s> <p> _:l . _:l rdf:first 1; rdf:rest _:m ; <q> 3 . _:m rdf:first 2 ; rdf:rest () .",
        f"@prefix rdf: <{RDF}> . _:l rdf:first 1 ; rdf:rest _:l .",
        f"@prefix rdf: <{RDF}> . <s> <p> _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest _:l .",
        "_:a <p> _:a .",
        "_:a <p> _:b . _:b <p> _:a ; <q> [ <p> 1 ] .",
        "_:a <p> _:b . _:b <p> _:c . _:c <p> _:a . <s> <p> [ <q> _:d ] . _:d <q> 1 .",
    ],
)
def test_blank_nodes_and_lists(text: str) -> None:
    check(text)


def test_a_list_is_written_as_a_list_and_a_node_used_once_where_it_is_used() -> None:
    assert "<p> ( 1 2 )" in check("<s> <p> ( 1 2 ) .")
    assert "_:" not in check("<s> <p> [ <q> [ <q> 1 ] ] .")


@pytest.mark.parametrize(
    "iri",
    [
        "http://x.example/a:b/c",
        "http://x.example/a/b:c",
        "http://x.example/a//b",
        "http://x.example//a",
        "http://x.example/",
        "http://x.example/?q",
        "http://x.example/#f",
        "http://x.example/a?b=http://y/../z",
        "http://x.example/..a/.b/c..",
        "http://x.example",
        "http://x.examples/a",
        "urn:a:b",
        "http://www.w3.org/2004/02/skos/core#a.",
        "http://www.w3.org/2004/02/skos/core#-a",
        "http://www.w3.org/2004/02/skos/core#a/b",
        "http://www.w3.org/2004/02/skos/core#",
        "http://www.w3.org/2004/02/skos/core#15.a-b_c",
        "https://w3id.org/dpv#A",
        "https://w3id.org/normgraph/id/iso-42001/A.6.2.4",
    ],
)
def test_iris_survive(iri: str) -> None:
    node = NamedNode(iri)
    for base in ("http://x.example/", "http://x.example/bank", "http://x.example/a/b/", ""):
        formatted = format_turtle([Triple(node, P, node)], base=base)
        assert read(formatted) == [Triple(node, P, node)], formatted


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    st.sampled_from('a"\\\n\r\t\b'), max_size=12
)


@given(TEXTS)
def test_texts_survive(text: str) -> None:
    triples = [Triple(P, P, Literal(text)), Triple(P, P, Literal(text, language="en"))]
    assert set(read(format_turtle(triples))) == set(triples)


NODES = st.sampled_from([NamedNode("http://x.example/s"), *(BlankNode(name) for name in "abcd")])


@given(
    st.lists(
        st.builds(
            Triple,
            NODES,
            st.sampled_from([P, Q, NamedNode(f"{RDF}first"), NamedNode(f"{RDF}rest")]),
            NODES | st.just(NamedNode(f"{RDF}nil")),
        ),
        max_size=8,
    )
)
def test_any_small_graph_survives(triples: list[Triple]) -> None:
    formatted = format_turtle(triples, base="http://x.example/")
    again = read(formatted)
    assert same(again, list(set(triples)))
    assert format_turtle(triples[::-1], base="http://x.example/") == formatted


def test_the_base_a_file_declares() -> None:
    assert read_base("# x\n@prefix a: <b> .\n@base <http://x.example/> .\n") == "http://x.example/"
    assert read_base("base <http://x.example/>\n") == "http://x.example/"
    assert read_base("<s> <p> '@base <http://x.example/>' .") == ""


def test_a_file_that_is_no_turtle_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<http://x.example/s> <http://x.example/p> 1 .\n<http://x.example/s> ???\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"broken\.ttl, line 2: .*mend the Turtle"):
        reformat(path)
