"""A change is written and read back as it was, and a store carries it out."""

from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from engine.live import change
from engine.live.change import Change

A, B, P, G, H = (NamedNode(f"https://example.org/{name}") for name in "abpgh")
XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
NAMES = st.sampled_from([A.value, B.value, P.value])
NASTY = ("", "\n} ; DROP ALL", '"', "\\", "é\u2028", "a" * 10_000)


def test_a_change_is_read_back_as_it_was_written() -> None:
    made = Change.of([Quad(A, P, Literal(text, language="en"), G) for text in NASTY], [B.value])
    assert Change.read(made.written()) == made


def test_a_store_replaces_all_that_was_said() -> None:
    store = Store()
    kept = Quad(A, P, B, G)
    store.extend([Quad(B, P, Literal("old"), G), Quad(B, P, Literal("old"), H), kept])
    said = [Quad(B, P, Literal(text), G) for text in NASTY]
    store.update(Change.of(said).update())
    assert set(store) == {kept, *said}
    store.update(Change.of([], [B.value]).update())
    assert set(store) == {kept}


TERMS = [A, B, Literal("old"), Literal("new"), Literal("01", datatype=XSD_INTEGER), Literal("1", datatype=XSD_INTEGER)]
TERMS += [Literal("new", language="en"), BlankNode("b"), *map(Literal, NASTY)]
QUADS = st.builds(Quad, st.sampled_from([A, B, P]), st.just(P), st.sampled_from(TERMS), st.sampled_from([G, H]))


@given(st.sets(QUADS), st.sets(QUADS.filter(lambda quad: not isinstance(quad.object, BlankNode))), st.sets(NAMES))
def test_the_difference_makes_the_same_store(before: set[Quad], said: set[Quad], dropped: set[str]) -> None:
    made, other = Change.of(said, dropped), Store()
    store = Store()
    for each in (store, other):
        each.extend([*before, Quad(A, P, B)])
    store.update(made.update())
    there = (quad for iri in made.subjects for quad in other.quads_for_pattern(NamedNode(iri), None, None))
    other.update(made.difference(there))
    assert set(store) == set(other)


def test_only_what_is_other_is_told_to_a_store() -> None:
    kept, old, new = (Quad(A, P, Literal(text), G) for text in ("kept", "old", "new"))
    told = Change.of([kept, new]).difference([kept, old])
    assert ("kept" in told, "old" in told, "new" in told) == (False, True, True)
    assert Change.of([kept]).difference([kept]) == ""


def test_a_change_of_many_statements_is_carried_out() -> None:
    store, said = Store(), [Quad(NamedNode(f"https://example.org/{n}"), P, Literal(n), G) for n in range(20_000)]
    store.update(Change.of(said).update())
    assert len(store) == len(said)


def test_what_is_said_again_is_not_dropped() -> None:
    assert Change.of([Quad(A, P, B, G)], [A.value]).dropped == ()


def test_its_example_runs() -> None:
    assert doctest.testmod(change).failed == 0
