from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from engine.columns.table import Columns, Pairs
from engine.columns.terms import NONE, Kind, Terms

NAMES = [NamedNode(f"urn:x:{letter}") for letter in "abcd"]
VALUES = [*NAMES, BlankNode("b"), Literal("1"), Literal(1), Literal("01", datatype=Literal(1).datatype)]
STATEMENTS = st.lists(st.builds(Triple, st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(VALUES)))


@given(STATEMENTS)
def test_columns_say_what_the_statements_say(statements: list[Triple]) -> None:
    columns = Columns.of(statements)
    told = {
        Triple(subject, columns.terms.term(predicate), value)
        for predicate in columns.predicates
        for subject, value in zip(
            columns.terms.terms(columns.pairs(predicate).first),
            columns.terms.terms(columns.pairs(predicate).second),
            strict=True,
        )
    }
    assert told == set(statements)
    assert sum(len(columns.pairs(predicate)) for predicate in columns.predicates) == len(told)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5))), st.lists(st.integers(-1, 6)))
def test_a_join_gives_every_value_of_every_key_in_order(said: list[tuple[int, int]], keys: list[int]) -> None:
    first, second = np.array([s for s, _ in said], np.int32), np.array([o for _, o in said], np.int32)
    pairs = Pairs(first, second)
    expected = [(place, value) for place, key in enumerate(keys) for name, value in sorted(set(said)) if name == key]
    for one, keyed in ((pairs, keys), (pairs.turned.turned, keys)):
        places, values = one.join(np.array(keyed, np.int32))
        assert list(zip(places.tolist(), values.tolist(), strict=True)) == expected
    turned = list(zip(pairs.turned.first.tolist(), pairs.turned.second.tolist(), strict=True))
    assert turned == sorted({(o, s) for s, o in said})


def test_terms_are_numbered_as_they_are_written() -> None:
    terms = Terms([NAMES[0], Literal(1), NAMES[0]])
    assert len(terms) == 2
    assert terms.number(Literal("01", datatype=Literal(1).datatype)) == NONE
    assert terms.kinds.tolist() == [Kind.IRI, Kind.LITERAL]
    assert terms.add(BlankNode("b")) == 2
    assert terms.kinds.tolist() == [Kind.IRI, Kind.LITERAL, Kind.BLANK]
