"""What the recommendation says of scope, errors and unbound variables, case by case."""

from __future__ import annotations

import re

import numpy as np
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from engine.columns.sparql.plan import RowsGraph, compile_select
from engine.columns.table import Columns
from engine.columns.terms import NONE
from engine.errors import NotVectorised

DATA = """
@prefix : <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :p :b, :c ; :q 1 ; :when "2026-11-20"^^xsd:date .
:b :p :c ; :q 2, 01 ; :when "2026-11-27"^^xsd:date .
:c :r "x"@en ; :q "text" .
:d :p :d .
"""


def statements() -> list[Triple]:
    return [quad.triple for quad in parse(DATA.encode(), format=RdfFormat.TURTLE)]


def solutions(query: str) -> list[str]:
    columns = Columns.of(statements())
    plan = compile_select(f"PREFIX : <urn:x:> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}")
    found = plan.run(columns)
    rows = zip(*(found[name].tolist() for name in plan.names), strict=True)
    shown = (["-" if n == NONE else columns.terms.term(n).value.removeprefix("urn:x:") for n in row] for row in rows)
    return sorted(" ".join(row) for row in shown)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # a filter sees what its own group binds, and nothing around it (§18.2.2)
        ("SELECT ?x { ?x :q 1 { ?y :p :c FILTER(BOUND(?x)) } }", []),
        ("SELECT ?x ?y { ?x :q 2 { ?y :p :c FILTER(!BOUND(?x)) } }", ["b a", "b b"]),
        # but that of OPTIONAL sees both sides
        ("SELECT ?x ?y { ?x :q 2 OPTIONAL { ?y :p :c FILTER(?y != ?x) } }", ["b a"]),
        ("SELECT ?x ?y { ?x :q 2 OPTIONAL { { ?y :p :c FILTER(?y != ?x) } } }", ["b -"]),
        # a variable that OPTIONAL left open joins with anything later
        ("SELECT ?x ?z { ?x :when ?w OPTIONAL { ?x :none ?z } ?x :p ?z }", ["a b", "a c", "b c"]),
        ("SELECT ?x ?z { { ?x :r ?w OPTIONAL { ?x :none ?z } } { ?y :q 2 . ?y :p ?z } }", ["c c"]),
        # OPTIONAL inside OPTIONAL that names a variable of the outermost group is not well designed: worked out inside
        ("SELECT ?x ?y { ?x :q 2 OPTIONAL { ?y :r ?w OPTIONAL { ?x :q ?v FILTER(?v = 'text') } } }", ["b -"]),
        # MINUS takes away only where a variable is shared
        ("SELECT ?x { ?x :p :c MINUS { ?y :q 2 } }", ["a", "b"]),
        ("SELECT ?x { ?x :p :c MINUS { ?x :q 2 } }", ["a"]),
        # an error is neither true nor false
        ("SELECT ?x { ?x :p :c FILTER(?none = 1 || ?x = :a) }", ["a"]),
        ("SELECT ?x { ?x :p :c FILTER(!(?none = 1 && ?x = :a)) }", ["b"]),
        ("SELECT ?x { ?x :p :c FILTER(?none IN (:a)) }", []),
        ("SELECT ?x { ?x :q ?v FILTER(?v < 2) }", ["a", "b"]),
        ("SELECT ?x { ?x :q ?v FILTER(!(?v < 2)) }", ["b"]),
        ("SELECT ?x ?v { ?x :p :c BIND(?x + 1 AS ?v) }", ["a -", "b -"]),
        ("SELECT ?x { ?x :p :c FILTER(COALESCE(?none, ?x + 1, ?x = :b)) }", ["b"]),
        ("SELECT ?x (IF(?v > 1, 'much', 'little') AS ?told) { ?x :q ?v }", ["a little", "b little", "b much", "c -"]),
        # how the columns write a literal does not matter: 01 and 1 are one value, and one term of the store
        ("SELECT ?x ?y { ?x :q ?v . ?y :q ?v FILTER(?x != ?y) }", ["a b", "b a"]),
        ("SELECT ?v (COUNT(?x) AS ?n) { ?x :q ?v FILTER(isNumeric(?v)) } GROUP BY ?v", ["1 2", "2 1"]),
        ("SELECT ?x { ?x :q 1.0 }", []),
        ("SELECT ?x { ?x :q ?v FILTER(?v = 1.0) }", ["a", "b"]),
        # a path of no steps is at every node, literals among them, and nowhere else
        ("SELECT ?x { ?x :p* :c }", ["a", "b", "c"]),
        ("SELECT ?y { :unheard :p* ?y }", []),
        ("SELECT ?x ?y { ?x :r? ?y . ?x :r ?any }", ["c c", "c x"]),
        ("SELECT (COUNT(?x) AS ?n) { ?x :p* ?x }", ["10"]),
        ("SELECT ?x ?y { ?x :p+ ?y . ?x :when ?day }", ["a b", "a c", "b c"]),
        ("SELECT ?x ?y { ?x (:p/:p)+ ?y }", ["a c", "d d"]),
        ("SELECT DISTINCT ?y { :c ^:p|(:p/:p) ?y }", ["a", "b"]),
        # days
        ("SELECT ?x { ?x :when ?day FILTER(?day > '2026-11-20'^^xsd:date) }", ["b"]),
        ("SELECT (STR(?b - ?a) AS ?d) { :a :when ?a . :b :when ?b }", ["P7D"]),
        # groups: an unbound key is a key; without keys there is one group even of nothing
        ("SELECT ?r (COUNT(*) AS ?n) { ?x :q ?v OPTIONAL { ?x :r ?r } } GROUP BY ?r", ["- 3", "x 1"]),
        ("SELECT (COUNT(?x) AS ?n) { ?x :none ?y }", ["0"]),
        ("SELECT ?x (COUNT(?x) AS ?n) { ?x :none ?y } GROUP BY ?x", []),
        ("SELECT ?x (SUM(?v) AS ?s) { ?x :q ?v } GROUP BY ?x HAVING(COUNT(?v) > 1)", ["b 3"]),
        ("SELECT (MAX(?day) AS ?m) (MIN(?day) AS ?l) { ?x :when ?day }", ["2026-11-27 2026-11-20"]),
        ("SELECT ?x { { SELECT ?x (COUNT(?y) AS ?n) { ?x :p ?y } GROUP BY ?x } FILTER(?n = 2) }", ["a"]),
        # what a query inside hides is another variable
        ("SELECT ?x ?y { ?x :q 2 . ?x :p ?y { SELECT ?x { ?x :q ?y } } }", ["b c", "b c"]),
        ("SELECT ?x ?v { VALUES (?x ?v) { (:a UNDEF) (UNDEF 2) } ?x :q ?v }", ["a 1", "b 2"]),
        ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?y :p ?z } }", ["a", "b"]),
        ("SELECT ?x ?p { ?x ?p ?x }", ["d p"]),
        # order is not kept, and asks for nothing else
        ("SELECT ?x { ?x :p :c } ORDER BY DESC(?x)", ["a", "b"]),
    ],
)
def test_solutions_are_those_of_the_recommendation(query: str, expected: list[str]) -> None:
    assert solutions(query) == expected


ROWS = RowsGraph("urn:rows", "urn:rows:")
HEAD = "PREFIX : <urn:x:> "
GIVEN = "GRAPH <urn:rows> { ?row <urn:rows:this> ?this . ?row <urn:rows:of> ?of }"


def test_rows_join_where_the_query_names_them_and_are_given_back() -> None:
    columns = Columns.of(statements())
    plan = compile_select(
        f"{HEAD} SELECT ?row ?y {{ {GIVEN} ?this :p ?y {{ {GIVEN} FILTER(?of != ?this) }} }}",
        ROWS,
    )
    a, b, c, d = (columns.terms.add(NamedNode(f"urn:x:{name}")) for name in "abcd")
    unheard = columns.terms.add(NamedNode("urn:x:unheard"))
    rows = {
        "this": np.array([b, a, a, a, unheard, d], np.int32),
        "of": np.array([a, a, c, NONE, a, d], np.int32),
    }
    found = plan.run(columns, rows)
    assert sorted(zip(found["row"].tolist(), found["y"].tolist(), strict=True)) == sorted([(0, c), (2, b), (2, c)])
    assert plan.run(columns, {name: column[:0] for name, column in rows.items()})["row"].tolist() == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("ASK { ?x :p ?y }", "a query that is not a plain SELECT"),
        ("SELECT ?x FROM <urn:g> { ?x :p ?y }", "a query that is not a plain SELECT"),
        ("SELECT ?x { ?x :p ?y } LIMIT 1", "Slice of the algebra"),
        ("SELECT ?x { GRAPH ?g { ?x :p ?y } }", "a named graph"),
        ("SELECT ?x { GRAPH <urn:rows> { ?x :p ?y } }", "a pattern over the rows that is not one row"),
        ("SELECT ?x { ?x !:p ?y }", "a negated property set"),
        ("SELECT ?x { ?x :p|:q ?y }", "a choice of paths where it matters how often it gives a solution"),
        ("SELECT ?x { ?x :p ?y FILTER EXISTS { ?x :q ?z OPTIONAL { ?x :r ?w } } }", "EXISTS with more than"),
        ("SELECT ?x { ?x :p ?y FILTER(?x = :a || EXISTS { ?x :q ?z }) }", "the function EXISTS"),
        ("SELECT ?x { ?x :p ?y FILTER(RAND() < 1) }", "the function RAND"),
        ("SELECT ?x { ?x :p ?y { FILTER(false) } }", "a filter that is a constant"),
        ("SELECT ?x { ?x :p ?y OPTIONAL { ?x :q ?z FILTER((0)) } }", "a filter that is a constant"),
        ("SELECT (NOW() AS ?x) { }", "the function NOW"),
        ("SELECT ?x { ?x :p ?y FILTER(?x IN ()) }", "IN with nothing in its list"),
        ("SELECT (GROUP_CONCAT(?x) AS ?y) { ?x :p ?z }", "the aggregate GroupConcat"),
        ("SELECT (COUNT(?x + 1) AS ?y) { ?x :p ?z }", "the aggregate Count of more than a variable"),
        ("SELECT (COUNT(DISTINCT *) AS ?y) { ?x :p ?z }", "the aggregate Count of distinct solutions"),
        ("SELECT ?x { SERVICE <urn:s> { ?x :p ?y } }", "ServiceGraphPattern of the algebra"),
        ("SELECT REDUCED ?x { ?x :p ?y }", "REDUCED"),
    ],
)
def test_what_is_not_covered_is_said_and_never_guessed(query: str, reason: str) -> None:
    with pytest.raises(NotVectorised, match=re.escape(reason)):
        compile_select(HEAD + query, ROWS)


def test_a_path_that_reaches_too_far_is_left_to_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.columns.sparql.graph._MOST_REACHED", 2)
    with pytest.raises(NotVectorised, match="a path between more than 2 pairs"):
        solutions("SELECT ?x { ?x :p+ ?y }")
