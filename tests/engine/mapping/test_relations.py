"""The relation algebra against an enumeration of all patterns of seven Venn regions, written here once more."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, combinations, product

import pytest

from engine.mapping.relations import (
    ALL,
    COMPOSITION,
    CONVERSE,
    GIVES,
    Gives,
    Relation,
    compose,
    derived_gives,
    of_ancestor,
)

REGIONS = [frozenset(names) for size in (1, 2, 3) for names in combinations("ABC", size)]
PATTERNS = [frozenset(there) for there in chain.from_iterable(combinations(REGIONS, n) for n in range(8))]
PAIRS = list(product(Relation, repeat=2))
SUBSETS = [frozenset(some) for size in range(6) for some in combinations(Relation, size)]


def between(pattern: frozenset[frozenset[str]], one: str, other: str) -> Relation:
    first = {region for region in pattern if one in region}
    second = {region for region in pattern if other in region}
    assert first
    assert second
    if first == second:
        return Relation.EQ
    if first > second:
        return Relation.SUP
    if first < second:
        return Relation.SUB
    return Relation.INT if first & second else Relation.DIS


def enumerated() -> dict[tuple[Relation, Relation], set[Relation]]:
    table: dict[tuple[Relation, Relation], set[Relation]] = defaultdict(set)
    for pattern in PATTERNS:
        if all(any(name in region for region in pattern) for name in "ABC"):
            pair = between(pattern, "A", "B"), between(pattern, "B", "C")
            table[pair].add(between(pattern, "A", "C"))
    return table


def share(relation: Relation) -> Gives:
    """What the whole of a source gives of its target, by the meaning of the relation."""
    return {
        Relation.EQ: Gives.FULL,
        Relation.SUP: Gives.FULL,
        Relation.SUB: Gives.PART,
        Relation.INT: Gives.PART,
        Relation.DIS: Gives.NONE,
    }[relation]


def at_least(shares: set[Gives]) -> Gives | None:
    """What is given for certain: all in one world and a part in another is a part; something and nothing is unknown."""
    if shares == {Gives.FULL, Gives.PART}:
        return Gives.PART
    return next(iter(shares)) if len(shares) == 1 else None


def test_there_are_two_to_the_seven_patterns() -> None:
    assert len(PATTERNS) == len(set(PATTERNS)) == 2**7


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_composition_is_what_the_patterns_leave_possible(pair: tuple[Relation, Relation]) -> None:
    assert compose(*pair) == enumerated()[pair]
    assert COMPOSITION.keys() == set(PAIRS)


PRINTED = """
FULL PART FULL PART NONE
PART PART -    -    NONE
FULL PART FULL PART -
PART PART -    -    -
NONE -    NONE -    -
"""


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_what_may_be_derived_is_as_printed_and_true_in_every_pattern(pair: tuple[Relation, Relation]) -> None:
    order = [Relation.EQ, Relation.SUB, Relation.SUP, Relation.INT, Relation.DIS]
    cell = PRINTED.split("\n")[1 + order.index(pair[0])].split()[order.index(pair[1])]
    given = derived_gives(compose(*pair))
    assert given == (None if cell == "-" else Gives[cell])
    assert given == at_least({share(relation) for relation in enumerated()[pair]})


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_a_weak_reading_of_subset_and_intersect_derives_the_same(pair: tuple[Relation, Relation]) -> None:
    weak = {
        Relation.SUB: {Relation.SUB, Relation.EQ},
        Relation.SUP: {Relation.SUP, Relation.EQ},
        Relation.INT: set(Relation) - {Relation.DIS},
    }
    firsts, seconds = (weak.get(relation, {relation}) for relation in pair)
    possible = frozenset(r for one in firsts for two in seconds for r in compose(one, two))
    given = derived_gives(compose(*pair))
    if given is Gives.PART:  # some of it at the least: all of it where the subset is not strict
        assert Relation.DIS not in possible
    else:
        assert derived_gives(possible) == given


@pytest.mark.parametrize("possible", SUBSETS, ids=lambda some: "".join(sorted(r.name for r in some)) or "none")
def test_what_a_set_of_relations_gives_is_what_all_of_them_give(possible: frozenset[Relation]) -> None:
    assert derived_gives(possible) is at_least({share(relation) for relation in possible})
    assert {relation: share(relation) for relation in Relation} == GIVES


def test_the_converse() -> None:
    assert all(CONVERSE[CONVERSE[relation]] is relation for relation in Relation)
    for pattern in PATTERNS:
        if all(any(name in region for region in pattern) for name in "AB"):
            assert between(pattern, "B", "A") is CONVERSE[between(pattern, "A", "B")]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_the_converse_of_a_composition_is_the_composition_of_the_converses(pair: tuple[Relation, Relation]) -> None:
    first, second = pair
    assert {CONVERSE[r] for r in compose(first, second)} == compose(CONVERSE[second], CONVERSE[first])


@pytest.mark.parametrize("relation", Relation)
def test_equal_to_is_neutral(relation: Relation) -> None:
    assert compose(Relation.EQ, relation) == compose(relation, Relation.EQ) == {relation}


@pytest.mark.parametrize("relation", Relation)
def test_of_an_ancestor_what_holds_of_the_part_in_every_pattern(relation: Relation) -> None:
    """C is a part of B, perhaps all of it: FULL and NONE carry down, a partial relation to the whole says nothing."""
    below = {
        between(pattern, "A", "C")
        for pattern in PATTERNS
        if all(any(name in region for region in pattern) for name in "ABC")
        and between(pattern, "A", "B") is relation
        and between(pattern, "B", "C") in {Relation.EQ, Relation.SUP}
    }
    whole = {Relation.EQ, Relation.SUP}  # a subset is not taken strictly here
    assert below <= of_ancestor(relation)
    assert derived_gives(of_ancestor(relation)) == (GIVES[relation] if GIVES[relation] is not Gives.PART else None)
    assert of_ancestor(relation) == (ALL if GIVES[relation] is Gives.PART else whole if relation in whole else below)
