from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.graph import Graph, Iri
from engine.model import State
from engine.report.penalties import read_penalties, shipped_penalties
from engine.report.urgency import all_gaps
from engine.vocabulary import ID

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.report.penalties import PenaltyTier


def test_what_applies_comes_first_then_the_fine_then_the_state(
    assessment: Assessment, penalties: dict[Iri, PenaltyTier]
) -> None:
    gaps = all_gaps(assessment, penalties=penalties)
    assert [gap.label for gap in gaps] == [
        "Manage risk",
        "Inform customers",
        "Test the system",
        "Publish a report",
        "Register the system",
    ]
    assert [gap.state for gap in gaps][-1] is State.NOT_COVERED
    assert [gap.applies_now for gap in gaps] == [True, True, True, False, False]
    assert gaps[-1].effective_from == date(2027, 3, 1)
    assert gaps[3].undetermined
    assert [gap.unreviewed for gap in gaps] == [True, False, True, False, False]


def test_each_gap_says_what_to_do_next(assessment: Assessment, penalties: dict[Iri, PenaltyTier]) -> None:
    steps = {gap.label: gap.next_step for gap in all_gaps(assessment, penalties=penalties)}
    assert steps["Manage risk"] == "Address: Risks are treated."
    assert steps["Inform customers"] == "Decide on a measure and its owner: no control at hand addresses it."
    assert steps["Test the system"] == ("Renew “Report on A.2”: lapsed on 2026-05-01 (Standard A.2: yearly report).")
    assert steps["Publish a report"].startswith("Legal answers: Is the company listed?")


def test_the_shipped_tiers_rank_where_none_are_given(assessment: Assessment) -> None:
    assert len(all_gaps(assessment)) == 5


def test_shipped_tiers_rank_by_share_of_turnover() -> None:
    tiers = shipped_penalties()
    worst = max(tiers.values(), key=lambda tier: tier.severity)
    assert worst.iri == f"{ID}penalty/aia-99-3"
    assert tiers[Iri(f"{ID}penalty/nis2-34")].share == Decimal("0.02")


def test_an_empty_graph_has_no_tier() -> None:
    assert read_penalties(Graph([])) == {}
