"""A look ahead at one day, and at what a proposal would do, for the bank."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.intime.lookahead import effect_of, look_ahead
from engine.intime.pending import open_pending
from engine.model import State

if TYPE_CHECKING:
    from engine.workspace import Workspace

EXAMPLE = Path(__file__).parents[2] / "data" / "pending" / "example.ttl"
TODAY, THEN = date(2026, 11, 20), date(2027, 3, 1)


def test_the_day_before_and_the_day(bank: Workspace) -> None:
    found = look_ahead(bank.content.knowledge, bank.organisation, date(2026, 12, 2), Policy())
    assert (found.before.day, found.after.day) == (date(2026, 12, 1), date(2026, 12, 2))
    assert {(m.old.state if m.old else None) for m in found.moved} == {State.NOT_YET}
    assert len(found.moved) == 14
    quiet = look_ahead(bank.content.knowledge, bank.organisation, date(2026, 12, 3), Policy())
    assert quiet.moved == ()


def test_a_proposal_changes_only_what_it_is_about(bank: Workspace) -> None:
    law = bank.content.knowledge
    pending = open_pending(bank.content, EXAMPLE)
    effects = effect_of(pending, law, bank.organisation, TODAY, THEN, Policy())
    by_name = {(e.moved.result.citation, e.moved.result.scope.rpartition("/")[2]): e for e in effects}
    gone = by_name["AI Act 4(1) no. 1", "organisation"]
    assert (gone.moved.what, gone.moved.new) == ("gone", None)
    assert gone.today is not None
    came = by_name["AI Act 4(1) no. pending-1", "organisation"]
    assert came.today is None
    assert came.moved.new is not None
    assert came.moved.new.state is State.NOT_COVERED
    listed = by_name["AI Act 26(6a) no. pending-1", "credit-scoring-2"]
    assert listed.moved.new is not None
    assert (listed.moved.new.state, listed.moved.new.effective_from) == (State.NOT_YET, date(2029, 12, 2))
    dates = {e.moved.result.effective_from for e in effects if e.moved.what == "date"}
    assert dates == {date(2029, 12, 2)}
    assert {e.moved.result.framework for e in effects} == {"eu-ai-act"}


def test_today_is_the_shipped_law_of_today(bank: Workspace) -> None:
    law = bank.content.knowledge
    now = {(r.requirement, r.scope): r.state for r in assess(law, bank.organisation, TODAY).results}
    pending = open_pending(bank.content, EXAMPLE)
    for effect in effect_of(pending, law, bank.organisation, TODAY, THEN, Policy()):
        result = effect.moved.result
        assert effect.today is now.get((result.requirement, result.scope))
