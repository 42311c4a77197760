"""What an organisation says of mappings: its own row puts a shipped one aside only while it counts itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.graph import Iri
from engine.mapping.overlay import Overlay
from engine.mapping.recording import decide, person_of
from engine.mapping.reviews import Decision, Review
from engine.mapping.rows import MappingRow
from engine.model import ReviewState
from engine.vocabulary import ID

DAY = date(2026, 11, 20)
BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)
ENDS = (Iri(f"{ID}iso-42001/A.6.2.4"), Iri(f"{ID}eu-ai-act/art_15/par_1/req_1"))
SHIPPED = MappingRow("one", *ENDS, "superset-of", "functional", "why")
OWN = MappingRow("org/acme", *ENDS, "intersects-with", "functional", "why", "what is left", created=DAY)
PROPOSED, DISPUTED, SUPERSEDED = ReviewState.PROPOSED, ReviewState.DISPUTED, ReviewState.SUPERSEDED


def review(decision: Decision, who: str = "Eve", on: date = DAY, row: MappingRow = OWN) -> Review:
    return decide(row, person_of(f"{who} <{who}@example.org>"), decision, on, reason="because", home=f"{ID}acme/")


def states(day: date, *reviews: Review, own: MappingRow = OWN) -> tuple[ReviewState, ReviewState]:
    """Return the state that the shipped row has, and the one that overrides it."""
    seen = Overlay(reviews, (own,), ((SHIPPED.iri, own.iri),)).over([SHIPPED], day)
    found = {row.iri: row.review_state for row in seen}
    return found[SHIPPED.iri], found[own.iri]


def test_a_row_of_ones_own_puts_a_shipped_one_aside() -> None:
    assert states(DAY) == states(AFTER) == (SUPERSEDED, PROPOSED)
    assert states(BEFORE, own=replace(OWN, created=None)) == (SUPERSEDED, PROPOSED)


def test_it_does_not_before_it_was_made() -> None:
    assert states(BEFORE) == (PROPOSED, PROPOSED)


@pytest.mark.parametrize("decision", [Decision.CONTESTED, Decision.DISMISSED])
def test_it_does_not_once_it_is_stopped(decision: Decision) -> None:
    stopped = review(decision, on=AFTER)
    assert states(DAY, stopped)[0] is SUPERSEDED
    shipped, own = states(AFTER, stopped)
    assert shipped is PROPOSED
    assert own < PROPOSED


def test_it_does_again_once_two_have_upheld_it() -> None:
    upheld = (review(Decision.UPHELD, "Ann"), review(Decision.UPHELD, "Bob"))
    assert states(DAY, review(Decision.CONTESTED), *upheld)[0] is SUPERSEDED


def test_one_that_was_written_as_disputed_puts_nothing_aside() -> None:
    assert states(DAY, own=replace(OWN, review_state=DISPUTED)) == (PROPOSED, DISPUTED)


def test_a_row_does_not_put_itself_aside() -> None:
    (seen,) = Overlay((), (OWN,), ((OWN.iri, OWN.iri),)).over([], DAY)
    assert seen.review_state is PROPOSED
