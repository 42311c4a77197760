from __future__ import annotations

import time

import pytest

from engine.errors import BadInput
from engine.sparql_guard import MAX_BYTES, MAX_NESTING, MAX_ROW, check_query, tokens

P = "PREFIX : <http://127.0.0.1/> PREFIX e: <http://127.0.0.1/> "

NETWORK = {
    "plain": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "silent, without spaces": "SELECT * {SERVICESILENT<http://127.0.0.1/>{?s ?p ?o}}",
    "mixed case": "SELECT * { sErViCe <http://127.0.0.1/> { ?s ?p ?o } }",
    "a comment between": P + "SELECT * { SERVICE#{}\n:x { ?s ?p ?o } }",
    "after a comment that ends at a carriage return": "SELECT * { # harmless\rSERVICE <http://127.0.0.1/> { } }",
    "a variable endpoint": "SELECT * { SERVICE?x{?s ?p ?o} }",
    "glued to the empty prefix": P + "SELECT * {SERVICE:x{?s ?p ?o}}",
    "glued to a prefix": P + "SELECT * {SERVICEe:x{?s ?p ?o}}",
    "glued to a value": P + "SELECT * {?s ?p trueSERVICE:x{?s ?p ?o}}",
    "glued to a number": P + "SELECT * {?s ?p 1SERVICE:x{?s ?p ?o}}",
    "glued to an empty string": P + 'SELECT * {?s ?p ""SERVICE :x{?s ?p ?o}}',
    "after a language tag": P + 'SELECT * {?s ?p "x"@en.SERVICE :x{?s ?p ?o}}',
    "escaped": "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "escaped with eight digits": "SELECT * { SERVIC\\U00000045 <http://127.0.0.1/> { ?s ?p ?o } }",
    "behind an escaped quote": P + 'SELECT * { BIND("\\u0022 AS ?x) SERVICE :x {} #" AS ?x) }',
    "in what looks like an IRI": P + "SELECT * {FILTER(1<2)SERVICE:x#>\n{?s ?p ?o}}",
    "in what looks like an IRI with a prefix": P + "SELECT * {FILTER(1<e:b)SERVICE:x#>\n{?s ?p ?o}}",
    "in what looks like a string": "SELECT * {FILTER(1<'a>'&&'b'='c')SERVICE<http://127.0.0.1/>{}#'}",
    "inside EXISTS": "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }",
    "LOAD": "LOAD <http://127.0.0.1/>",
    "LOAD after a comment": "#\nload silent <http://127.0.0.1/> INTO GRAPH <http://127.0.0.1/>",
    "FROM a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "FROM NAMED another host": "SELECT * FROM NAMED <http://127.0.0.1/> { GRAPH ?g { ?s ?p ?o } }",
    "FROM by prefix": "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }",
    "FROM by base": "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
}
CRASHING = {
    "5,000 braces": "SELECT * WHERE " + "{" * 5_000 + "}" * 5_000,
    "5,000 parentheses": "SELECT * { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
    "1,000 EXISTS": "SELECT * {" + "FILTER EXISTS {" * 1_000 + "}" * 1_000 + "}",
    "1,000 property lists": "SELECT * { ?s ?p " + "[ ?p " * 1_000 + "1" + "]" * 1_000 + " }",
    "1,000 quoted triples": "SELECT * { ?s ?p " + "<< ?s ?p " * 1_000 + "1" + ">>" * 1_000 + " }",
    "parentheses behind what looks like an IRI": "SELECT * {FILTER(" + "((((1<1#>))))\n&&" * 90 + "1)}",
    "6,500 UNION": "SELECT * {" + "{} UNION " * 6_500 + "{}}",
    "20,000 additions": "SELECT * { FILTER(1" + "+1" * 20_000 + ") }",
    "15,000 conjunctions": "SELECT * { FILTER(1" + "&&1" * 15_000 + ") }",
    "20,000 negations": "SELECT * { FILTER(" + "!" * 20_000 + "1) }",
    "1,000 steps": "SELECT * { ?s <p>" + "/<p>" * 1_000 + " ?o }",
}
UPDATES = {
    "insert": "INSERT DATA { <s> <p> <o> }",
    "delete": "DELETE WHERE { ?s ?p ?o }",
    "drop": "DROP ALL",
    "after a query": "SELECT * { } ; CLEAR ALL",
}
GARBAGE = {
    "nothing": "",
    "only a comment": "# SELECT * { }",
    "an open string": "SELECT * { ?s ?p 'x }",
    "a lone surrogate": "SELECT * { ?s ?p \ud800 }",
    "another alphabet": "SELECT * { ſERVICE <http://127.0.0.1/> { } §",  # noqa: RUF001 - the long s is the point
}
SOUND = [
    "SELECT ?service WHERE { ?service a <https://w3id.org/dpv#ServiceProvider> } # SERVICE <x> {}",
    "ASK { ?s ?p 'SERVICE <http://127.0.0.1/> { LOAD }' }",
    'SELECT ?s { ?s ?p """a "quoted" SERVICE""", \'it\\\'s\' }',
    "SELECT ?a { VALUES (?a ?b) { (<http://a#x> <http://b#y>) (<http://a#z> UNDEF) } FILTER(?a < ?b && ?a<5) }",
    "SELECT ?s { ?s ^<p>/(<q>|!<r>)* ?o ; a <c> , <d> . FILTER NOT EXISTS { ?s ?p -1.5e3 } }",
    "PREFIX ex: <http://e/> CONSTRUCT { ?s ex:p\\-q _:b.c } WHERE { ?s ex:a.b ?o }",
    "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "-1 " * 500 + "} } GROUP BY ?x HAVING (COUNT(*) > 1)",
    "SELECT ?s { " + "?s <a>/<b>* ?o . " * 200 + "}",
    "ASK { ?s ?p <<( <http://e/a> <http://e/b> <http://e/c> )>> }",
    "DESCRIBE <http://e/x>",
]


@pytest.mark.parametrize("text", [*NETWORK.values(), *CRASHING.values()], ids=[*NETWORK, *CRASHING])
def test_hostile_text_is_refused_quickly(text: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(BadInput):
        check_query(text)
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("text", [*UPDATES.values(), *GARBAGE.values()], ids=[*UPDATES, *GARBAGE])
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        check_query(text)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_passes(text: str) -> None:
    assert check_query(text).form in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def test_size_is_counted_in_bytes() -> None:
    query = "ASK { ?s ?p 'é' }"
    check_query(query + " " * (MAX_BYTES - len(query.encode())))
    with pytest.raises(BadInput, match="65,537 bytes"):
        check_query(query + " " * (MAX_BYTES - len(query.encode()) + 1))


def test_limits_are_the_documented_ones() -> None:
    check_query("ASK " + "{" * MAX_NESTING + "}" * MAX_NESTING)
    check_query("ASK { FILTER(1" + "+1" * MAX_ROW + ") }")
    with pytest.raises(BadInput, match="brackets"):
        check_query("ASK " + "{" * (MAX_NESTING + 1) + "}" * (MAX_NESTING + 1))
    with pytest.raises(BadInput, match="operators in a row"):
        check_query("ASK { FILTER(1" + "+1" * (MAX_ROW + 1) + ") }")


def test_message_names_text_line_and_remedy() -> None:
    with pytest.raises(BadInput) as caught:
        check_query("SELECT *\n{\nSERVICE <x> {} }", "mine.rq")
    assert str(caught.value).startswith("mine.rq, line 3: SERVICE would reach the network; ")


def test_own_graphs_may_be_named() -> None:
    assert check_query("SELECT * FROM <https://w3id.org/normgraph/g/prov> { ?s ?p ?o }").names_graphs
    assert check_query("PREFIX g: <https://w3id.org/normgraph/g/> ASK FROM NAMED g:prov { ?s ?p ?o }").names_graphs
    assert not check_query("ASK { ?s ?p ?o }").names_graphs


def test_tokens_know_their_place() -> None:
    text = "ask\n{ ?s <p> 'x' }"
    assert [(token.kind, token.line, text[token.start]) for token in tokens(text)][:3] == [
        ("word", 1, "a"),
        ("mark", 2, "{"),
        ("variable", 2, "?"),
    ]
