"""The gaps that come first: what applies already or soonest, then what costs most, then what lacks most."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.coverage.rollup import DROPPED, roll_up
from engine.model import ReviewState, State
from engine.report.names import Names
from engine.report.penalties import shipped_penalties
from engine.report.steps import basis, next_step
from engine.report.values import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.report.penalties import PenaltyTier

__all__ = ["GAP_STATES", "all_gaps"]

GAP_STATES = (State.NOT_COVERED, State.PARTIALLY, State.CLAIMED, State.REVIEW)
"""The states that are a gap, the severest first."""


def all_gaps(assessment: Assessment, *, penalties: Mapping[Iri, PenaltyTier] | None = None) -> tuple[Gap, ...]:
    """Return every gap, one a requirement, over all scopes of the organisation, the most urgent first.

    :param penalties: the penalty tiers to rank by; the shipped ones where none are given.
    """
    tiers = shipped_penalties() if penalties is None else penalties
    names = Names(assessment)
    gaps = [gap for iri in assessment.by_requirement if (gap := _gap(assessment, names, iri, tiers)) is not None]

    def urgency(gap: Gap) -> tuple[date, bool, Decimal, int, int, str, str]:
        tier = assessment.knowledge.requirements[gap.requirement].penalty
        share, amount = tiers[tier].severity if tier and tier in tiers else (Decimal(0), 0)
        starts = max(gap.effective_from or assessment.day, assessment.day)
        state, place = GAP_STATES.index(gap.state), _place(assessment, gap.requirement)
        return starts, gap.undetermined, -share, -amount, state, place, gap.requirement

    return tuple(sorted(gaps, key=urgency))


def _place(assessment: Assessment, requirement: Iri) -> str:
    """Return what sorts a requirement as its citation reads: paragraph 9 before paragraph 10."""
    knowledge = assessment.knowledge
    provision = knowledge.provisions.get(knowledge.requirements[requirement].provision)
    return f"{provision.framework} {provision.sort_key}" if provision else ""


def _gap(assessment: Assessment, names: Names, iri: Iri, tiers: Mapping[Iri, PenaltyTier]) -> Gap | None:
    results = assessment.by_requirement[iri]
    live = [r for r in results if r.state not in DROPPED]
    concerned = live or [r for r in results if r.state is State.NOT_YET and r.if_applicable not in {None, *DROPPED}]
    lacking = [r for r in concerned if basis(r).state in GAP_STATES]
    state = roll_up(basis(r).state for r in concerned) if concerned else State.NOT_APPLICABLE
    if state not in GAP_STATES or not lacking:
        return None
    worst = min(lacking, key=lambda r: (_starts(r, assessment.day), GAP_STATES.index(basis(r).state), r.scope))
    applies_now = bool(live) and any(r.rule not in {"R2", "R2b"} for r in lacking)
    requirement = assessment.knowledge.requirements[iri]
    tier = tiers.get(requirement.penalty) if requirement.penalty else None
    return Gap(
        requirement=iri,
        citation=names.label(iri),
        label=requirement.label,
        state=state,
        unreviewed=any(r.assurance is ReviewState.PROPOSED for r in concerned),
        effective_from=_first(lacking),
        applies_now=applies_now,
        undetermined=bool(live) and not applies_now,
        penalty=tier.label if tier else "",
        scopes=tuple(names.scope(r.scope) for r in lacking),
        next_step=next_step(names, worst),
    )


def _starts(result: Result, day: date) -> date:
    return max(result.effective_from or day, day)


def _first(results: Iterable[Result]) -> date | None:
    return min((r.effective_from for r in results if r.effective_from is not None), default=None)
