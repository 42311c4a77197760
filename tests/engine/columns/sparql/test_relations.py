from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.columns.sparql.relations import Nodes, Reflexive, Relation, closure, composed, pairs_of

SIZE = 7
PAIRS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)))
KEYS = st.lists(st.integers(-1, SIZE + 2))


def relation(said: list[tuple[int, int]]) -> Relation:
    first, second = np.array([s for s, _ in said], np.int32), np.array([o for _, o in said], np.int32)
    return Relation(*pairs_of(first, second), SIZE)


def pairs(of: Relation) -> set[tuple[int, int]]:
    first, second = of.all_pairs()
    return set(zip(first.tolist(), second.tolist(), strict=True))


def expanded(of: Relation, keys: list[int]) -> list[tuple[int, int]]:
    given_keys = of.within(np.array(keys, np.int32), SIZE + 9)
    places, values = of.expand(given_keys)
    return sorted(zip((range(len(keys)) if places is None else places.tolist()), values.tolist(), strict=True))


@given(PAIRS, KEYS)
def test_partners_are_found_by_key(said: list[tuple[int, int]], keys: list[int]) -> None:
    for one, known in ((relation(said), set(said)), (relation(said).turned, {(o, s) for s, o in said})):
        assert pairs(one) == known
        assert expanded(one, keys) == sorted((n, o) for n, key in enumerate(keys) for s, o in known if s == key)
        there = one.is_there(one.within(np.array(keys, np.int32), SIZE + 9))
        assert there.tolist() == [any(s == key for s, _ in known) for key in keys]
        assert (one.keys, one.values) == (len({s for s, _ in known}), len({o for _, o in known}))
        assert sorted(one.of(3).tolist()) == sorted(o for s, o in known if s == 3)


@given(PAIRS, PAIRS)
def test_pairs_are_checked(said: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    keys, values = np.array([s for s, _ in asked], np.int32), np.array([o for _, o in asked], np.int32)
    assert relation(said).holds(keys, values).tolist() == [pair in said for pair in asked]


@given(PAIRS, PAIRS, KEYS)
def test_paths_reach_what_following_step_by_step_reaches(
    said: list[tuple[int, int]], other: list[tuple[int, int]], keys: list[int]
) -> None:
    both = composed(relation(said), relation(other))
    assert pairs(both) == {(s, o) for s, middle in said for start, o in other if middle == start}
    reached = set(said)
    while more := {(s, o) for s, m in reached for n, o in said if m == n} - reached:
        reached |= more
    many = closure(relation(said), 1000)
    assert many is not None
    assert pairs(many) == reached
    here = {end for pair in said for end in pair}
    mask = np.array([number in here for number in range(SIZE)] + [False])
    star = Reflexive(many, Nodes(lambda: mask, lambda: mask))
    meant = reached | {(node, node) for node in here}
    assert pairs(star) == meant
    assert expanded(star, keys) == sorted((n, o) for n, key in enumerate(keys) for s, o in meant if s == key)
    assert pairs(star.turned) == {(o, s) for s, o in meant}
    assert closure(relation([(n, n + 1) for n in range(SIZE - 1)]), 10) is None
