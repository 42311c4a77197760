"""A change is written and read back as it was, and a store carries it out."""

from __future__ import annotations

import doctest

from pyoxigraph import Literal, NamedNode, Quad, Store

from engine.live import change
from engine.live.change import Change

A, B, P, G, H = (NamedNode(f"https://example.org/{name}") for name in "abpgh")
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


def test_a_change_of_many_statements_is_carried_out() -> None:
    store, said = Store(), [Quad(NamedNode(f"https://example.org/{n}"), P, Literal(n), G) for n in range(20_000)]
    store.update(Change.of(said).update())
    assert len(store) == len(said)


def test_what_is_said_again_is_not_dropped() -> None:
    assert Change.of([Quad(A, P, B, G)], [A.value]).dropped == ()


def test_its_example_runs() -> None:
    assert doctest.testmod(change).failed == 0
