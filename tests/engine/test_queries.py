from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from engine.errors import BadInput, BadParameter, UnknownCitation, UnknownName
from engine.graph import Iri
from engine.queries import (
    Answer,
    Parameter,
    bind,
    bound_text,
    catalogue,
    checks,
    find,
    parse_query,
    run,
    violations,
)
from engine.vocabulary import graph

HEADER = """# # Things
# **Question:** Which things are there,
# and how many?
# **Parameters:** {parameters}
# **Returns:** ?thing
# **Reading:** none
# **Competency:** 1, 12
# **Asked by:** analyst, legal
"""
XSD = "http://www.w3.org/2001/XMLSchema#"
DATA = """
@prefix : <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :on "2026-01-01"^^xsd:date ; :of :x ; :n 1 .
:b :on "2026-06-01"^^xsd:date ; :of :x ; :n 2 .
:c :on "2026-12-01"^^xsd:date ; :of :y ; :n 3 .
"""


def question(body: str, parameters: str = "?asOf (date), ?of (IRI, optional)"):  # noqa: ANN201 - a Query
    return parse_query("things", HEADER.format(parameters=parameters) + "PREFIX : <http://e/>\n" + body)


@pytest.fixture
def store() -> Store:
    store = Store()
    for number, quad in enumerate(parse(DATA, format=RdfFormat.TURTLE)):
        store.add(Quad(quad.subject, quad.predicate, quad.object, graph(f"test/{number % 2}")))
    return store


def unknown(citation: str) -> Iri:
    raise UnknownCitation(citation, ["AI Act 15", "GDPR 15"])


def things(store: Store, body: str, **given: str) -> list[str]:
    asked = question(body)
    answer = run(store, asked, bind(asked, {"asOf": "2026-06-01", **given}, unknown))
    return [str(row[0]).removeprefix("http://e/") for row in answer.rows]


def test_header_is_read() -> None:
    asked = question("SELECT ?thing { }", "?asOf (date), ?of (IRI, optional), ?least (integer, default 3)")
    assert asked.title == "Things"
    assert asked.question == "Which things are there, and how many?"
    assert asked.competency == (1, 12)
    assert asked.asked_by == ("analyst", "legal")
    assert asked.parameters == (
        Parameter("asOf", "date"),
        Parameter("of", "IRI", required=False),
        Parameter("least", "integer", required=False, default="3"),
    )


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("SELECT ?x { }", "title"),
        ("# # Title\nSELECT ?x { }", "Question"),
        (HEADER.format(parameters="?x (number)"), "parameters"),
        (HEADER.format(parameters="some"), "parameters"),
    ],
)
def test_bad_header_is_refused(text: str, missing: str) -> None:
    with pytest.raises(BadInput, match=missing):
        parse_query("bad", text)


@pytest.mark.parametrize(
    "body",
    [
        "SELECT ?thing { ?thing :on ?day FILTER(?day <= ?asOf) } ORDER BY ?thing",
        "SELECT ?thing { ?thing :n ?n FILTER NOT EXISTS { ?thing :on ?day FILTER(?day > ?asOf) } } ORDER BY ?thing",
        "SELECT ?thing { ?thing :on ?day BIND(?day <= ?asOf AS ?past) FILTER(?past) } ORDER BY ?thing",
        "SELECT ?thing { ?thing :n ?n OPTIONAL { ?thing :on ?d FILTER(?d <= ?asOf) } FILTER BOUND(?d) } ORDER BY ?n",
        "SELECT ?thing { ?thing :on ?day } GROUP BY ?thing ?asOf HAVING (MAX(?day) <= ?asOf) ORDER BY ?thing",
    ],
    ids=["filter", "exists", "bind", "optional", "having"],
)
def test_parameters_reach_every_place_that_is_promised(store: Store, body: str) -> None:
    assert things(store, body) == ["a", "b"]


def test_parameter_inside_an_aggregate(store: Store) -> None:
    asked = question("SELECT (SUM(IF(?day <= ?asOf, ?n, 0)) AS ?sum) { ?thing :on ?day ; :n ?n } ORDER BY ?sum")
    assert run(store, asked, bind(asked, {"asOf": "2026-06-01"}, unknown)).rows == ((3,),)


def test_optional_parameter_is_left_unbound(store: Store) -> None:
    body = "SELECT ?thing { ?thing :of ?of } ORDER BY ?thing"
    assert things(store, body) == ["a", "b", "c"]
    assert things(store, body, of="http://e/y") == ["c"]


def test_group_is_found_behind_comments_and_expressions(store: Store) -> None:
    body = "# { }\nSELECT ?thing (EXISTS { ?thing :of :y } AS ?is) WHERE { ?thing :of ?of } ORDER BY ?thing"
    assert things(store, body, of="http://e/y") == ["c"]


def test_values_cannot_break_out() -> None:
    asked = question("SELECT ?thing { ?thing ?p ?name }", "?name (string)")
    hostile = '" } } SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } #\n\\'
    text = bound_text(asked, bind(asked, {"name": hostile}, unknown))
    assert "SERVICE" in text
    store = Store()
    store.add(Quad(NamedNode("http://e/a"), NamedNode("http://e/p"), Literal(hostile), graph("test")))
    assert len(run(store, asked, bind(asked, {"name": hostile}, unknown)).rows) == 1


def test_bind_reads_types() -> None:
    asked = question(
        "SELECT ?thing { }", "?day (date), ?what (IRI), ?name (string), ?least (integer, default 3), ?more (integer)"
    )
    given = {"day": "2026-11-20", "what": "AI Act 15", "name": "x", "more": "-5"}
    assert bind(asked, given, lambda citation: Iri(f"http://e/{citation.replace(' ', '-')}")) == {
        "day": Literal("2026-11-20", datatype=NamedNode(f"{XSD}date")),
        "what": NamedNode("http://e/AI-Act-15"),
        "name": Literal("x"),
        "least": Literal(3),
        "more": Literal(-5),
    }


@pytest.mark.parametrize(
    ("parameters", "given", "message"),
    [
        ("?day (date)", {"day": "20.11.2026"}, "2026-11-20"),
        ("?day (date)", {"day": "20261120"}, "2026-11-20"),
        ("?day (date)", {"day": "2026-02-30"}, "2026-11-20"),
        ("?day (date)", {}, "needs it"),
        ("?least (integer)", {"least": "3.5"}, "whole number"),
        ("?least (integer)", {"least": "9" * 30}, "whole number"),
        ("?what (IRI)", {"what": "A.7.4"}, "did you mean AI Act 15 or GDPR 15"),
        ("?what (IRI)", {"what": "http://e/a b> } #"}, "known citation"),
        ("?day (date)", {"day": "2026-11-20", "colour": "red"}, "it takes day"),
        ("none", {"colour": "red"}, "it takes none"),
    ],
)
def test_bad_parameters_are_refused(parameters: str, given: dict[str, str], message: str) -> None:
    with pytest.raises(BadParameter, match=message):
        bind(question("SELECT ?thing { }", parameters), given, unknown)


def test_required_parameter_is_demanded_again_when_run(store: Store) -> None:
    with pytest.raises(BadParameter, match="asOf"):
        run(store, question("SELECT ?thing { ?thing :on ?asOf }"))


def test_catalogue_is_sorted_and_has_no_checks() -> None:
    names = [query.name for query in catalogue()]
    assert names == sorted(names)
    assert len(names) >= 14
    assert not [name for name in names if "hygiene" in name]
    assert {severity for severity, _ in checks()} <= {"ERROR", "WARN"}


def test_find_names_what_comes_near() -> None:
    assert find("most-used-controls").title == "Most used controls"
    with pytest.raises(UnknownName) as caught:
        find("most-used-control")
    assert caught.value.known[0] == "most-used-controls"
    with pytest.raises(UnknownName) as caught:
        find("zzz")
    assert len(caught.value.known) == len(catalogue())
    with pytest.raises(UnknownName):
        find("hygiene/plain-match-violation")


def test_text_is_run_in_each_form(store: Store) -> None:
    prefix = "PREFIX : <http://e/> "
    assert run(store, prefix + "ASK { :a :n 1 }") == Answer(("answer",), ((True,),))
    assert run(store, prefix + "SELECT ?thing ?none { ?thing :n 2 }") == Answer(
        ("thing", "none"), ((Iri("http://e/b"), None),)
    )
    assert run(store, prefix + "CONSTRUCT { :a :is ?day } WHERE { :a :on ?day }") == Answer(
        ("subject", "predicate", "object"), ((Iri("http://e/a"), Iri("http://e/is"), date(2026, 1, 1)),)
    )


def test_text_reads_all_graphs_unless_it_names_some(store: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    whole = run(store, count.format("")).rows[0][0]
    part = run(store, count.format("FROM <https://w3id.org/normgraph/g/test/0>")).rows[0][0]
    assert (whole, part) == (9, 5)


def test_literals_become_values(store: Store) -> None:
    cells = f"true 1.5 1.5e0 'x'@en <http://e/x> '2026-13-01'^^<{XSD}date> 'y'^^<http://e/own>"
    text = f"SELECT ?value {{ VALUES ?value {{ {cells} }} }}"
    assert [row[0] for row in run(store, text).rows] == [
        True, Decimal("1.5"), 1.5, "x", "http://e/x", "2026-13-01", "y",
    ]  # fmt: skip


def test_bad_text_is_refused_with_its_line(store: Store) -> None:
    with pytest.raises(BadInput) as caught:
        run(store, "SELECT ?thing {\n?thing ?p }")
    assert caught.value.line == 2
    assert len(str(caught.value)) < 200
    with pytest.raises(BadInput, match="Duplicated variable name in SELECT"):
        run(store, "SELECT (1 AS ?x) (2 AS ?x) { }")
    with pytest.raises(BadInput, match="SERVICE"):
        run(store, "SELECT * { SERVICE <http://127.0.0.1/> { } }")


def test_query_without_a_group_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="no group"):
        run(store, question("SELECT ?thing"), {"asOf": Literal("2026-06-01")})


def test_quoted_triple_is_text(store: Store) -> None:
    answer = run(store, "SELECT (<<( <http://e/a> <http://e/n> 1 )>> AS ?triple) { }")
    assert str(answer.rows[0][0]).startswith("<http://e/a> <http://e/n> ")


def test_violations_of_an_empty_store() -> None:
    assert violations(Store()) == ()
