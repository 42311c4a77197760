"""What results need to stand higher, as gaps that actions close: the instance that is searched.

A goal is one rise of one result in NotCovered < Partially < Claimed < ready for judgement < Covered. It is reached once
all its gaps are closed: every element addressed, every element evidenced. Which action closes which gap is read from
the engine's own results with every action carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.mapping.relations import Gives
from engine.model import State
from engine.plan.actions import Kind
from engine.plan.carried_out import planned_iri
from engine.plan.covering import Instance
from engine.plan.standing import is_ready, rank
from engine.plan.stuck import why_stuck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.coverage.assess import Assessment
    from engine.coverage.values import EvidenceCheck, Result, Support
    from engine.graph import Iri
    from engine.plan.actions import Action
    from engine.plan.offers import Offers
    from engine.plan.standing import Recount

__all__ = ["Needs", "needs"]

_PARTIALLY, _CLAIMED, _PROVEN = 1, 2, 3

Gap = frozenset[int]
"""The actions, by their place, each of which closes it."""


@dataclass(frozen=True)
class Needs:
    """The actions that help, and the instance over them.

    :ivar rises: how many goals are rises of a state; those behind, if any, are elements addressed below one.
    :ivar stuck: the results that cannot rise, and why.
    """

    actions: tuple[Action, ...]
    instance: Instance
    rises: int
    stuck: tuple[tuple[Result, str], ...]


def needs(recount: Recount, aims: Sequence[Result], offered: Offers, *, elements: bool = False) -> Needs:
    """Return what the results aimed at need to stand as high as the offered actions can bring them.

    :param elements: whether an element addressed counts as a goal too where it does not lift a state.
    """
    assessment = recount.base
    reader = _NeedsReader(assessment, offered)
    spots = [(aim.requirement, aim.scope) for aim in aims]
    pairs = list(zip(aims, recount.results(offered.actions, spots).values(), strict=True))
    rising = [tuple(reader.rises(aim, done)) for aim, done in pairs]
    goals = [goal for found in rising for goal in found]
    more = [goal for aim, done in pairs for goal in reader.elements(aim, done)] if elements else []
    actions, instance = _instance(offered.actions, [*goals, *more])
    stuck = tuple(
        (aim, why_stuck(assessment.knowledge.requirements[aim.requirement], aim, done))
        for (aim, done), found in zip(pairs, rising, strict=True)
        if not found
    )
    return Needs(actions, instance, len(goals), stuck)


def _instance(actions: Sequence[Action], goals: Sequence[Sequence[Gap]]) -> tuple[tuple[Action, ...], Instance]:
    used = sorted({place for goal in goals for gap in goal for place in gap})
    bit_of = {place: number for number, place in enumerate(used)}
    closes = [0] * len(used)
    masks = []
    gaps = 0
    for goal in goals:
        mask = 0
        for gap in goal:
            for place in gap:
                closes[bit_of[place]] |= 1 << gaps
            mask |= 1 << gaps
            gaps += 1
        masks.append(mask)
    kept = tuple(actions[place] for place in used)
    return kept, Instance(tuple(action.effort for action in kept), tuple(closes), tuple(masks))


class _NeedsReader:
    """Read the gaps of results off what the engine says of them with everything carried out."""

    def __init__(self, assessment: Assessment, offered: Offers) -> None:
        self.requirements = assessment.knowledge.requirements
        place = {action.key: number for number, action in enumerate(offered.actions)}
        self._implemented = {
            planned_iri(assessment.organisation, action.subject, *action.scopes): number
            for number, action in enumerate(offered.actions)
            if action.kind is Kind.IMPLEMENT
        }
        self._shown = {spot: place[action.key] for spot, action in offered.shown_by.items()}
        self._judged = {
            (action.subject, action.scopes[0]): number
            for number, action in enumerate(offered.actions)
            if action.kind is Kind.JUDGEMENT
        }

    def rises(self, aim: Result, done: Result) -> Iterator[tuple[Gap, ...]]:
        """Yield the gaps of every rise that is within reach."""
        highest, now = rank(done) or 0, rank(aim)
        if is_ready(aim):
            yield (frozenset({self._judged[aim.requirement, aim.scope]}),)
            return
        if aim.state is State.NOT_COVERED and highest >= _PARTIALLY:
            yield (self._closers(done.support, self._implementing),)
        if now is not None and now < _CLAIMED <= highest:
            yield from self._whole(aim, done, aim.missing, self._implementing)
        if now is not None and now < _PROVEN <= highest:
            open_yet = tuple(e for e in aim.live_elements if e in {*aim.missing, *aim.unevidenced})
            yield from self._whole(aim, done, open_yet, lambda check: self._evidencing(check, aim.scope))

    def elements(self, aim: Result, done: Result) -> Iterator[tuple[Gap, ...]]:
        """Yield the gap of every missing element that can be addressed though the state does not rise to Claimed."""
        if not aim.missing or (rank(done) or 0) >= _CLAIMED:
            return
        for element in aim.missing:
            gap = self._closers(_giving(done.support, element), self._implementing)
            if gap:
                yield (gap,)

    def _whole(
        self, aim: Result, done: Result, lacking: Sequence[Iri], by: Callable[[EvidenceCheck], int | None]
    ) -> Iterator[tuple[Gap, ...]]:
        """Yield the gaps before all elements are there: one each, or one in all where only a whole completes."""
        if self.requirements[aim.requirement].elements_complete and aim.live_elements:
            gaps = tuple(self._closers(_giving(done.support, element), by) for element in lacking)
        else:
            gaps = (self._closers((s for s in done.support if s.gives is Gives.FULL), by),)
        if gaps and all(gaps):
            yield gaps

    def _closers(self, support: Iterable[Support], by: Callable[[EvidenceCheck], int | None]) -> Gap:
        found = (by(check) for s in support for check in s.checks)
        return frozenset(place for place in found if place is not None)

    def _implementing(self, check: EvidenceCheck) -> int | None:
        return self._implemented.get(check.implementation)

    def _evidencing(self, check: EvidenceCheck, scope: Iri) -> int | None:
        """Return what gives evidence: its action, or implementing a control that no evidence is asked of."""
        if not check.passes:
            return None
        planned = self._implementing(check)
        return planned if planned is not None else self._shown.get((check.implementation, scope))


def _giving(support: Iterable[Support], element: Iri) -> Iterator[Support]:
    return (s for s in support if s.gives is Gives.FULL or element in s.covers)
