"""Who vouches for a row: each sentence of decision 23 as a row of a table, and properties over random decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph import Iri
from engine.mapping.reviews import Decision, Review, content_hash, standing
from engine.mapping.rows import MappingRow
from engine.model import ReviewState
from engine.vocabulary import ID

DAY = date(2026, 11, 20)
ROW = MappingRow(
    "one",
    Iri(f"{ID}iso-42001/A.6.2.4"),
    Iri(f"{ID}eu-ai-act/art_15/par_1/req_1"),
    "intersects-with",
    "functional",
    "why",
    "what is left",
)
EXPERT, LAWYER, CONTESTED = Decision.EXPERT, Decision.LAWYER, Decision.CONTESTED
DISMISSED, UPHELD, WITHDRAWN = Decision.DISMISSED, Decision.UPHELD, Decision.WITHDRAWN
PROPOSED, REVIEWED, LEGAL = ReviewState.PROPOSED, ReviewState.EXPERT_REVIEWED, ReviewState.LEGALLY_REVIEWED
DISPUTED, REJECTED = ReviewState.DISPUTED, ReviewState.REJECTED


def review(person: str, decision: Decision, on: int = 0, *, of: MappingRow = ROW) -> Review:
    """Return a decision of a person, some days after the first."""
    day = DAY + timedelta(days=on)
    iri = Iri(f"https://example.org/review/{person}-{on}")
    return Review(iri, of.iri, Iri(f"mailto:{person}@example.org"), person, decision, day, "because", content_hash(of))


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([], PROPOSED),
        ([("ann", EXPERT)], REVIEWED),
        ([("ann", EXPERT), ("bob", EXPERT)], REVIEWED),
        ([("ann", LAWYER)], REVIEWED),
        ([("ann", LAWYER), ("ann", EXPERT, 1)], REVIEWED),
        ([("ann", LAWYER), ("bob", EXPERT)], LEGAL),
        ([("ann", LAWYER), ("bob", LAWYER)], LEGAL),
        ([("ann", LAWYER), ("bob", EXPERT), ("bob", WITHDRAWN, 1)], REVIEWED),
        ([("ann", EXPERT), ("ann", WITHDRAWN, 1)], PROPOSED),
        ([("ann", CONTESTED)], DISPUTED),
        ([("ann", LAWYER), ("bob", EXPERT), ("eve", CONTESTED, 1)], DISPUTED),
        ([("eve", CONTESTED), ("eve", WITHDRAWN, 1), ("ann", EXPERT)], REVIEWED),
        ([("eve", CONTESTED), ("eve", EXPERT, 1)], REVIEWED),
        ([("eve", DISMISSED), ("ann", EXPERT, 1)], REJECTED),
        ([("eve", CONTESTED), ("ann", UPHELD, 1)], DISPUTED),
        ([("eve", CONTESTED), ("ann", UPHELD, 1), ("bob", UPHELD, 1)], REVIEWED),
        ([("eve", CONTESTED), ("ann", UPHELD), ("bob", UPHELD)], REVIEWED),
        ([("ann", UPHELD), ("bob", UPHELD), ("eve", CONTESTED, 1)], DISPUTED),
        ([("eve", CONTESTED), ("ann", UPHELD, 1), ("bob", UPHELD, 1), ("kim", LAWYER, 2)], LEGAL),
        ([("eve", CONTESTED), ("max", CONTESTED), ("ann", UPHELD, 1), ("bob", UPHELD, 1)], REVIEWED),
    ],
)
def test_decisions_add_up(decisions: list[tuple[str, Decision, int]], expected: ReviewState) -> None:
    found = [review(*decision) for decision in decisions]
    for order in permutations(found):
        assert standing(ROW, order, DAY + timedelta(days=9)).state is expected


def test_a_decision_of_a_later_day_is_not_known_yet() -> None:
    later = [review("ann", EXPERT, 5)]
    assert standing(ROW, later, DAY + timedelta(days=4)).state is PROPOSED
    assert standing(ROW, later, DAY + timedelta(days=5)).state is REVIEWED


def test_an_edit_makes_a_signature_stale_and_an_objection_not() -> None:
    edited = replace(ROW, residual="something else is left")
    signed = standing(edited, [review("ann", EXPERT), review("bob", LAWYER)], DAY)
    assert signed.state is PROPOSED
    assert {r.name for r in signed.stale} == {"ann", "bob"}
    assert standing(edited, [review("eve", CONTESTED)], DAY).state is DISPUTED


def test_confidence_strength_and_comment_may_change_under_a_signature() -> None:
    touched = replace(ROW, strength=9, comment="looked at again", author="somebody")
    assert standing(touched, [review("ann", EXPERT)], DAY).state is REVIEWED


def test_an_objection_that_is_set_aside_stays_on_record() -> None:
    found = standing(ROW, [review("eve", CONTESTED), review("ann", UPHELD), review("bob", UPHELD)], DAY)
    assert [r.name for r in found.minority] == ["eve"]
    assert [r.name for r in found.counted] == ["ann", "bob"]


@pytest.mark.parametrize("shipped", [DISPUTED, REJECTED, ReviewState.SUPERSEDED])
def test_a_row_shipped_out_of_force_needs_two_to_stand_again(shipped: ReviewState) -> None:
    row = replace(ROW, review_state=shipped)
    assert standing(row, [review("ann", LAWYER), review("bob", EXPERT)], DAY).state is shipped
    assert standing(row, [review("ann", UPHELD)], DAY).state is shipped
    assert standing(row, [review("ann", UPHELD), review("bob", UPHELD)], DAY).state is REVIEWED


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (EXPERT, WITHDRAWN, PROPOSED),
        (LAWYER, CONTESTED, DISPUTED),
        (CONTESTED, WITHDRAWN, DISPUTED),
        (UPHELD, DISMISSED, REJECTED),
    ],
)
def test_of_two_decisions_that_a_file_states_for_one_day_the_more_cautious_counts(
    one: Decision, other: Decision, expected: ReviewState
) -> None:
    for number in range(8):
        names = (Iri(f"https://example.org/review/{part}-{number}") for part in "ab")
        both = [replace(review("ann", decision), iri=iri) for decision, iri in zip((one, other), names, strict=True)]
        swapped = [replace(both[0], iri=both[1].iri), replace(both[1], iri=both[0].iri)]
        assert standing(ROW, both, DAY).state is standing(ROW, swapped, DAY).state is expected


DECISIONS = st.lists(
    st.builds(review, st.sampled_from(["ann", "bob", "eve", "kim"]), st.sampled_from(Decision), st.integers(0, 4)),
    max_size=8,
    unique_by=lambda r: r.iri,
)


@given(DECISIONS, st.randoms(use_true_random=False))
def test_order_of_record_decides_nothing(decisions: list[Review], dice: object) -> None:
    shuffled = list(decisions)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    last = DAY + timedelta(days=9)
    assert standing(ROW, shuffled, last) == standing(ROW, decisions, last)


@given(DECISIONS)
def test_legally_reviewed_always_has_a_lawyer_and_a_second_person(decisions: list[Review]) -> None:
    found = standing(ROW, decisions, DAY + timedelta(days=9))
    if found.state is LEGAL:
        signed = [r for r in found.counted if r.decision in {EXPERT, LAWYER, UPHELD}]
        assert len({r.person for r in signed}) > 1
        assert any(r.decision is LAWYER for r in signed)


@given(DECISIONS)
def test_a_new_objection_stops_a_row_whatever_was_decided(decisions: list[Review]) -> None:
    objected = [*decisions, review("zoe", CONTESTED, 5)]
    assert standing(ROW, objected, DAY + timedelta(days=9)).state < PROPOSED
