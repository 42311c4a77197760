"""The roll-up over every multiset of up to five leaves, against supervaluation by brute force (COVERAGE §6)."""

from __future__ import annotations

from itertools import combinations_with_replacement, permutations, product

import pytest

from engine.coverage.rollup import DROPPED, roll_up
from engine.model import State

DEFINITE = (State.NOT_COVERED, State.PARTIALLY, State.CLAIMED, State.COVERED)
MULTISETS = [leaves for size in range(1, 6) for leaves in combinations_with_replacement(State, size)]
RANK = {state: rank for rank, state in enumerate(DEFINITE)}


def plainly(live: tuple[State, ...]) -> State:
    """Return the state of settled live leaves, by the words of the specification."""
    if all(state is State.COVERED for state in live):
        return State.COVERED
    if all(state in {State.COVERED, State.CLAIMED} for state in live):
        return State.CLAIMED
    if all(state is State.NOT_COVERED for state in live):
        return State.NOT_COVERED
    return State.PARTIALLY


def supervaluation(leaves: tuple[State, ...]) -> State:
    """Try every way in which the open leaves may turn out."""
    live = [state for state in leaves if state not in DROPPED]
    if not live:
        return State.NOT_YET if State.NOT_YET in leaves else State.NOT_APPLICABLE
    worlds = product(*(DEFINITE if state is State.REVIEW else (state,) for state in live))
    outcomes = {plainly(world) for world in worlds}
    return outcomes.pop() if len(outcomes) == 1 else State.REVIEW


def test_there_are_791_multisets() -> None:
    assert len(MULTISETS) == 791


def test_the_roll_up_is_supervaluation() -> None:
    assert [m for m in MULTISETS if roll_up(m) is not supervaluation(m)] == []


def test_without_a_complete_decomposition_it_is_partial_at_best() -> None:
    for leaves in MULTISETS:
        whole, part = roll_up(leaves), roll_up(leaves, complete=False)
        assert part not in {State.COVERED, State.CLAIMED, *DROPPED}
        if all(leaf in DROPPED for leaf in leaves):
            assert part is State.REVIEW
        else:
            assert part is (State.PARTIALLY if whole in {State.COVERED, State.CLAIMED} else whole)


def test_not_applicable_is_neutral() -> None:
    for leaves in MULTISETS:
        for complete in (True, False):
            more = (*leaves, State.NOT_APPLICABLE)
            assert roll_up(more, complete=complete) is roll_up(leaves, complete=complete), leaves


def test_not_yet_applicable_is_neutral_beside_a_live_leaf() -> None:
    for leaves in MULTISETS:
        if not set(leaves) <= DROPPED:
            assert roll_up((*leaves, State.NOT_YET)) is roll_up(leaves)


def test_order_makes_no_difference() -> None:
    for leaves in MULTISETS:
        if len(leaves) <= 4:
            assert len({roll_up(order) for order in permutations(leaves)}) == 1


def test_covered_only_if_every_live_leaf_is_and_there_is_one() -> None:
    for leaves in MULTISETS:
        live = [leaf for leaf in leaves if leaf not in DROPPED]
        assert (roll_up(leaves) is State.COVERED) == (bool(live) and all(leaf is State.COVERED for leaf in live))


def test_monotone() -> None:
    for leaves in MULTISETS:
        before = roll_up(leaves)
        for place, leaf in enumerate(leaves):
            for better in DEFINITE[RANK[leaf] + 1 :] if leaf in RANK else ():
                after = roll_up((*leaves[:place], better, *leaves[place + 1 :]))
                if before in RANK and after in RANK:
                    assert RANK[after] >= RANK[before], (leaves, better)
                elif State.REVIEW not in leaves:
                    assert before is after, (leaves, better)


def test_settling_an_open_leaf_never_changes_a_definite_outcome() -> None:
    for leaves in MULTISETS:
        before = roll_up(leaves)
        if State.REVIEW not in leaves or before is State.REVIEW:
            continue
        place = leaves.index(State.REVIEW)
        for settled in DEFINITE:
            assert roll_up((*leaves[:place], settled, *leaves[place + 1 :])) is before


def test_step_by_step_gives_another_answer_and_is_not_done() -> None:
    claimed_and_not, covered = (State.CLAIMED, State.NOT_COVERED), (State.NOT_COVERED, State.NOT_COVERED)
    assert roll_up((*claimed_and_not, *covered)) is State.PARTIALLY
    opened = (State.REVIEW, State.COVERED)
    assert roll_up((*opened, State.NOT_COVERED)) is State.PARTIALLY
    assert roll_up((roll_up(opened), State.NOT_COVERED)) is State.REVIEW


def test_nothing_below_is_no_state() -> None:
    with pytest.raises(ValueError, match="no requirement anywhere below"):
        roll_up([])
