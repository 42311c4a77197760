from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from engine.columns.sparql.lexicon import DATE, INTEGER, NODE, STRING, Lexicon
from engine.columns.terms import NONE, Terms
from tests.engine.columns.sparql.random_queries import LITERALS, NODES, XSD

TEXTS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True), st.sampled_from(["true", "0", "P1D"])
)
DAYS = st.from_regex(r"-?20[0-2][0-9]-[01][0-9]-[0-3][0-9](Z|[+-]0[0-9]:00)?", fullmatch=True)
DATATYPES = st.sampled_from(
    [XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.byte, XSD.date, XSD.duration, XSD.string]
)


def in_store(literal: Literal) -> object:
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), literal))
    return next(iter(store)).object


@given(st.lists(st.builds(lambda text, kind: Literal(text, datatype=kind), st.one_of(TEXTS, DAYS), DATATYPES)))
def test_canonical_forms_are_those_of_the_store(literals: list[Literal]) -> None:
    terms = Terms(literals)
    lexicon = Lexicon(terms)
    written = np.array([terms.number(literal) for literal in literals], np.int32)
    forms = lexicon.all_canonical(written)
    assert [terms.term(number) for number in forms.tolist()] == [in_store(literal) for literal in literals]
    assert lexicon.all_canonical(forms).tolist() == forms.tolist()


def test_codes_tell_sorts_and_keep_their_order() -> None:
    lexicon = Lexicon(Terms([*NODES, *LITERALS]))
    said = [Literal("2026-01-09", datatype=XSD.date), Literal("2026-11-20", datatype=XSD.date)]
    early, late = lexicon.known(np.array([lexicon.add(day) for day in said], np.int32)).tolist()
    assert early < late
    assert early & late & DATE
    numbers = lexicon.known(np.array([lexicon.add(Literal(value)) for value in (-5, 0, 7)], np.int32))
    assert numbers.tolist() == sorted(numbers.tolist())
    assert np.bitwise_and.reduce(numbers) & INTEGER
    others = [lexicon.add(term) for term in (Literal("text"), NamedNode("urn:new"), BlankNode("new"))]
    text, iri, blank, nothing = lexicon.known(np.array([*others, NONE], np.int32)).tolist()
    assert (text, iri, blank, nothing) == (STRING, NODE, NODE, 0)


def test_counts_become_whole_numbers() -> None:
    lexicon = Lexicon(Terms())
    numbers = lexicon.counted(np.array([3, 0, 3, 700]))
    assert lexicon.terms.terms(numbers.tolist()) == [Literal(3), Literal(0), Literal(3), Literal(700)]
