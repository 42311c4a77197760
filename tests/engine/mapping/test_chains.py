"""Derived mappings of two hops against the composition of all paths, taken one by one."""

from __future__ import annotations

from itertools import permutations, product
from random import Random

import pytest

from engine.graph import Iri
from engine.mapping.chains import DerivedMapping, chains
from engine.mapping.relations import ALL, CONVERSE, Gives, Relation, compose
from engine.mapping.rows import RELATIONSHIPS, MappingRow

A, B, C, D = (Iri(f"https://example.org/{name}") for name in "ABCD")
TARGETS = frozenset({C, D})
NAMES = {relation: name for name, relation in RELATIONSHIPS.items()}


def row(
    subject: Iri, target: Iri, relation: Relation, versions: tuple[str, str] = ("1", "1"), name: str = "one"
) -> MappingRow:
    source, end = versions
    return MappingRow(
        name, subject, target, NAMES[relation], "functional", "why", subject_version=source, object_version=end
    )


@pytest.mark.parametrize(("first", "second"), list(product(Relation, repeat=2)))
def test_one_path_is_the_composition(first: Relation, second: Relation) -> None:
    rows = [row(A, B, first), row(B, C, second)]
    (derived,) = chains(rows, TARGETS, {})
    assert (derived.subject, derived.object) == (A, C)
    assert derived.possible == compose(first, second)
    assert derived.premises == tuple(sorted(r.iri for r in rows))
    assert derived.possible


@pytest.mark.parametrize(("first", "second"), list(product(Relation, repeat=2)))
def test_the_first_hop_may_be_read_backwards(first: Relation, second: Relation) -> None:
    (derived,) = chains([row(B, A, first), row(B, C, second)], TARGETS, {})
    assert (derived.subject, derived.possible) == (A, compose(CONVERSE[first], second))


def test_the_second_hop_is_read_as_written_and_there_are_no_three() -> None:
    assert chains([row(A, B, Relation.EQ), row(C, B, Relation.EQ)], TARGETS, {}) == []
    three = [row(A, B, Relation.EQ), row(B, D, Relation.EQ), row(D, C, Relation.EQ)]
    assert {(d.subject, d.object) for d in chains(three, frozenset({C}), {})} == {(B, C)}


def test_the_middle_is_in_one_version_on_both_hops() -> None:
    assert chains([row(A, B, Relation.EQ, ("1", "2013")), row(B, C, Relation.EQ, ("2022", "1"))], TARGETS, {}) == []
    assert chains([row(B, A, Relation.EQ, ("2013", "1")), row(B, C, Relation.EQ, ("2022", "1"))], TARGETS, {}) == []
    assert len(chains([row(B, A, Relation.EQ, ("2022", "1")), row(B, C, Relation.EQ, ("2022", "1"))], TARGETS, {})) == 1


def test_several_paths_are_intersected_and_may_contradict() -> None:
    other = Iri("https://example.org/other")
    paths = [row(A, B, Relation.SUP), row(B, C, Relation.SUP), row(A, other, Relation.INT), row(other, C, Relation.SUB)]
    found = {(d.subject, d.object): d for d in chains(paths, TARGETS, {})}
    derived = found[A, C]
    assert derived.possible == compose(Relation.SUP, Relation.SUP) & compose(Relation.INT, Relation.SUB)
    assert not derived.possible
    assert derived.gives is None
    assert len(derived.premises) == 4


def test_of_any_rows_in_any_order_the_intersection_of_all_paths() -> None:
    dice = Random(7)  # noqa: S311 - dice, not secrets
    middles = [Iri(f"https://example.org/m{n}") for n in range(3)]
    for _ in range(60):
        rows = [
            row(dice.choice([A, *middles]), dice.choice([*middles, C, D]), dice.choice(list(Relation)), name=str(n))
            for n in range(7)
        ]
        rows = [r for r in rows if r.subject != r.object]
        hops = [(r.subject, r.object, r.relation) for r in rows]
        hops += [(o, s, CONVERSE[r]) for s, o, r in hops]
        expected: dict[tuple[Iri, Iri], frozenset[Relation]] = {}
        for (start, middle, first), last in product(hops, rows):
            if last.subject == middle and last.object in TARGETS and start not in TARGETS:
                pair = start, last.object
                expected[pair] = expected.get(pair, ALL) & compose(first, last.relation)
        found = chains(rows, TARGETS, {})
        assert {(d.subject, d.object): d.possible for d in found} == expected
        assert found == sorted(found, key=lambda d: (d.subject, d.object))
        for order in list(permutations(rows[:4]))[:6]:
            assert chains([*order, *rows[4:]], TARGETS, {}) == found


def test_what_is_derived_gives_only_what_every_possible_relation_gives() -> None:
    assert DerivedMapping(A, C, frozenset({Relation.EQ, Relation.SUP}), ()).gives is Gives.FULL
    assert DerivedMapping(A, C, frozenset({Relation.SUB, Relation.INT}), ()).gives is Gives.PART
    assert DerivedMapping(A, C, ALL, ()).gives is None


def test_a_control_and_the_requirement_that_restates_it_are_one_middle() -> None:
    own = Iri("https://example.org/B/req_1")
    rows = [row(A, own, Relation.SUP), row(B, C, Relation.SUP)]
    (derived,) = chains(rows, TARGETS | {own}, {own: B})
    assert (derived.subject, derived.object, derived.gives) == (A, C, Gives.FULL)
    assert chains(rows, TARGETS | {own}, {}) == []
    assert chains([row(B, own, Relation.EQ), row(B, C, Relation.EQ)], TARGETS | {own}, {own: B}) == []


def test_a_chain_may_end_in_a_requirement_that_restates_a_control() -> None:
    own = Iri("https://example.org/C/req_1")
    (derived,) = chains([row(A, B, Relation.EQ), row(B, own, Relation.SUP)], frozenset({own}), {own: C})
    assert (derived.subject, derived.object) == (A, own)
