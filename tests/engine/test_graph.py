from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from engine.graph import Graph, Iri
from engine.vocabulary import PREFIXES, graph

XSD = PREFIXES["xsd"]
TYPE = NamedNode(PREFIXES["rdf"] + "type")
S, P, Q = (NamedNode(f"https://example.org/{name}") for name in "spq")
HOME = graph("org/x")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def about(*values: Any) -> Graph:
    return Graph(Quad(S, P, value, HOME) for value in values)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (typed("true", "boolean"), True),
        (typed("0", "boolean"), False),
        (typed("42", "integer"), 42),
        (typed("0.70", "decimal"), Decimal("0.70")),
        (typed("1e2", "double"), 100.0),
        (typed("2026-11-20", "date"), date(2026, 11, 20)),
        (typed("2026-11-20+01:00", "date"), date(2026, 11, 20)),
        (typed("2026-11-20T09:30:00Z", "dateTime"), datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (Literal("words", language="en"), "words"),
        (Literal("words"), "words"),
        (Q, Iri(Q.value)),
        (BlankNode("b"), Iri("b")),
    ],
)
def test_terms_as_values(term: Any, value: Any) -> None:
    found = about(term).value(S.value, P)
    assert found == value
    assert type(found) is type(value)


def test_what_is_asked_and_is_not_there() -> None:
    empty = Graph([])
    assert empty.values("s", P) == []
    assert empty.value("s", P) is None
    assert empty.iris("s", P) == ()
    assert empty.iri("s", P) is None
    assert empty.text("s", P) == ""
    assert empty.date("s", P) is None
    assert empty.flag("s", P, default=True) is True
    assert empty.number("s", P) is None
    assert empty.home("s") == ""
    assert empty.predicates("s") == []
    assert empty.instances(Q) == []
    assert "s" not in empty
    assert list(empty) == []


def test_of_the_wrong_kind_is_as_if_it_were_not_there() -> None:
    words = about(Literal("soon"))
    assert words.date(S.value, P) is None
    assert words.number(S.value, P) is None
    assert words.flag(S.value, P, default=True) is True
    assert about(typed("true", "boolean")).number(S.value, P) is None


def test_a_time_gives_its_day() -> None:
    assert about(typed("2026-11-20T23:30:00-05:00", "dateTime")).date(S.value, P) == date(2026, 11, 20)


def test_values_are_in_the_order_of_their_text_each_once_whatever_the_order_of_the_quads() -> None:
    terms = [
        Literal("b"),
        Literal("a", language="en"),
        Literal("a"),
        typed("1", "integer"),
        typed("true", "boolean"),
        Literal("1"),
    ]
    for order in permutations(terms):
        values = about(*order).values(S.value, P)
        assert [(type(v).__name__, str(v)) for v in values] == [
            ("int", "1"),
            ("str", "1"),
            ("bool", "True"),
            ("str", "a"),
            ("str", "b"),
        ]


def test_the_same_said_in_two_graphs_is_said_once() -> None:
    said = Graph([Quad(S, P, Q, HOME), Quad(S, P, Q, graph("org/y"))])
    assert said.iris(S.value, P) == (Q.value,)


def test_instances_and_predicates_are_sorted() -> None:
    quads = [Quad(NamedNode(f"https://example.org/{n}"), TYPE, Q, HOME) for n in (3, 1, 2, 1)]
    found = Graph([*quads, Quad(S, Q, P, HOME), Quad(S, P, Q, HOME)])
    assert found.instances(Q) == [f"https://example.org/{n}" for n in (1, 2, 3)]
    assert found.predicates(S.value) == [P.value, Q.value]
    assert S.value in found
    assert len(list(found)) == 4


@pytest.mark.parametrize("order", [0, 1])
def test_home_is_where_a_thing_is_typed_the_first_by_name_and_what_was_asserted_before_what_follows(order: int) -> None:
    step = (1, -1)[order]
    quads = [Quad(S, TYPE, Q, graph("vocabulary/x")), Quad(S, TYPE, P, graph("inference")), Quad(S, P, Q, graph("a"))]
    assert Graph(quads[::step]).home(S.value) == graph("vocabulary/x").value
    two = [Quad(S, TYPE, Q, graph("org/b")), Quad(S, TYPE, Q, graph("org/a"))]
    assert Graph(two[::step]).home(S.value) == graph("org/a").value
    assert Graph([Quad(S, TYPE, Q, DefaultGraph())]).home(S.value) == ""
