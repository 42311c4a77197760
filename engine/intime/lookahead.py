"""A look ahead: what a date that is already law, or a proposal if it were adopted, does to an organisation's states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.intime.run_changes import compare_runs
from engine.intime.runs import run_of

if TYPE_CHECKING:
    from datetime import date

    from engine.coverage.values import Policy
    from engine.intime.pending import Pending
    from engine.intime.run_changes import Moved, RunComparison
    from engine.knowledge import Knowledge
    from engine.model import Organisation, State

__all__ = ["Effect", "effect_of", "look_ahead"]


def look_ahead(knowledge: Knowledge, organisation: Organisation, day: date, policy: Policy) -> RunComparison:
    """Return which states are others on a day than on the day before, with the records as they are."""
    eve, then = (assess(knowledge, organisation, d, policy) for d in (day - timedelta(days=1), day))
    return compare_runs(run_of(eve), run_of(then))


@dataclass(frozen=True, slots=True)
class Effect:
    """A state that a proposal would change.

    :ivar today: the state on the day of asking, without the proposal; nothing where there is no such result.
    :ivar moved: the results on the day in question, without the proposal and with it.
    """

    today: State | None
    moved: Moved


def effect_of(
    pending: Pending, law: Knowledge, organisation: Organisation, today: date, then: date, policy: Policy
) -> tuple[Effect, ...]:
    """Return which states a proposal would change, adopted as written, with the records as they are.

    :param then: the day to compare on: without the proposal, and with it.
    """
    now = {(r.requirement, r.scope): r.state for r in assess(law, organisation, today, policy).results}
    without = run_of(assess(law, organisation, then, policy))
    with_it = run_of(assess(pending.knowledge, organisation, then, policy))
    moved = compare_runs(without, with_it).moved
    return tuple(Effect(now.get((m.result.requirement, m.result.scope)), m) for m in moved)
