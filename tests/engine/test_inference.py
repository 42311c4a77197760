from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from engine.inference import INFERRED, inferred_quads
from engine.vocabulary import NG, PREFIXES, graph, identifier

if TYPE_CHECKING:
    from engine.content import Content

RDFS, OWL = PREFIXES["rdfs"], PREFIXES["owl"]


def reachable(step: dict[str, set[str]], start: str) -> set[str]:
    """Follow links until nothing new turns up, the slow way."""
    found = set(step.get(start, ()))
    while True:
        more = {far for near in found for far in step.get(near, ())} - found
        if not more:
            return found
        found |= more


def test_part_of_is_the_transitive_closure_of_direct_part_of(content: Content) -> None:
    direct: dict[str, set[str]] = defaultdict(set)
    derived: dict[str, set[str]] = defaultdict(set)
    found: dict[str, set[tuple[str, str]]] = {NG.partOf.value: set(), NG.derivedWithin.value: set()}
    for quad in content.quads:
        if quad.predicate == NG.directPartOf:
            direct[quad.subject.value].add(quad.object.value)
        elif quad.predicate == NG.derivedFrom:
            derived[quad.subject.value].add(quad.object.value)
        elif quad.predicate.value in found:
            assert quad.graph_name == INFERRED
            found[quad.predicate.value].add((quad.subject.value, quad.object.value))
    assert found[NG.partOf.value] == {(part, whole) for part in direct for whole in reachable(direct, part)}
    within = {(r, p) for r, provisions in derived.items() for p in provisions}
    within |= {(r, whole) for r, provisions in derived.items() for p in provisions for whole in reachable(direct, p)}
    assert found[NG.derivedWithin.value] == within


def test_nothing_trivial_follows_and_nothing_that_is_asserted(content: Content) -> None:
    inferred = [quad for quad in content.quads if quad.graph_name == INFERRED]
    asserted = {(q.subject, q.predicate, q.object) for q in content.quads if q.graph_name != INFERRED}
    assert inferred
    assert len(set(inferred)) == len(inferred)
    for quad in inferred:
        assert (quad.subject, quad.predicate, quad.object) not in asserted
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode)
        assert quad.subject != quad.object
        assert quad.object.value not in {f"{OWL}Thing", f"{OWL}Nothing", f"{RDFS}Resource"}
        assert not quad.subject.value.startswith((RDFS, OWL))


def test_a_cycle_of_parts_comes_to_an_end() -> None:
    home = graph("framework/x/1")
    a, b, c = identifier("x/a"), identifier("x/b"), identifier("x/c")
    quads = [Quad(a, NG.directPartOf, b, home), Quad(b, NG.directPartOf, a, home), Quad(c, NG.directPartOf, a, home)]
    found = {(q.subject, q.object) for q in inferred_quads(quads)}
    assert found == {(a, b), (b, a), (c, a), (c, b)}


def test_a_subclass_of_a_subclass() -> None:
    home, kind = graph("vocabulary/x"), NamedNode(f"{RDFS}subClassOf")
    a, b, c = NG.A, NG.B, NG.C
    quads = [Quad(a, kind, b, home), Quad(b, kind, c, home)]
    assert [(q.subject, q.predicate, q.object) for q in inferred_quads(quads)] == [(a, kind, c)]


def test_what_is_said_outside_the_vocabulary_is_not_reasoned_over() -> None:
    kind = NamedNode(f"{RDFS}subClassOf")
    quads = [Quad(NG.A, kind, NG.B, graph("org/x")), Quad(NG.B, kind, NG.C, graph("org/x"))]
    assert inferred_quads(quads) == []


def test_no_property_has_a_domain_so_nothing_follows_from_a_literal(content: Content) -> None:
    """The closure leaves literals out, which is sound as long as this holds."""
    assert [quad for quad in content.quads if quad.predicate.value == f"{RDFS}domain"] == []
