"""Make a plan: find what could be done, choose, put in order, and recount what each step lifts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.plan.actions import Efforts
from engine.plan.carried_out import carried_out
from engine.plan.cover import cover
from engine.plan.maximum import Limits, by_whole_goals, maximum
from engine.plan.needs import needs
from engine.plan.offers import aimed_at, offers
from engine.plan.standing import Recount
from engine.plan.values import Guarantee, Plan, Quality, Step, moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.plan.actions import Action
    from engine.plan.needs import Needs
    from engine.plan.standing import Spot

__all__ = ["Wish", "make_plan"]


@dataclass(frozen=True)
class Wish:
    """What a plan is wanted for.

    :ivar wholes: the frameworks, provisions or requirements to lift; everything where none is named.
    :ivar scope: the one scope to plan for, in which controls are then implemented.
    :ivar elements: whether addressing an element counts as well where no state rises.
    """

    wholes: tuple[Iri, ...] = ()
    scope: Iri | None = None
    efforts: Efforts = field(default_factory=Efforts)
    limits: Limits = field(default_factory=Limits)
    elements: bool = False


def make_plan(assessment: Assessment, wish: Wish) -> Plan:
    """Return the fewest or cheapest actions that lift the states aimed at as high as they can be lifted.

    With limits: actions within them that lift many. The assessment is of the day by which it should be done; what
    every step lifts is what the engine says with it and all steps before it done.
    """
    aims = aimed_at(assessment, wish.wholes, wish.scope)
    offered = offers(assessment, aims, wish.efforts, wish.scope)
    recount = Recount(assessment)
    found = needs(recount, aims, offered, elements=wish.elements)
    chosen, quality = _chosen(found, wish.limits)
    actions = [found.actions[place] for place in _in_order(found, chosen)]
    steps = tuple(_steps(recount, aims, actions))
    after = _after(assessment, actions)
    return Plan(assessment, tuple(aims), steps, after, wish.limits, quality, len(found.actions), found.stuck)


def _spot(result: Result) -> Spot:
    return result.requirement, result.scope


def _chosen(found: Needs, limits: Limits) -> tuple[tuple[int, ...], Quality]:
    goals = len(found.instance.goals)
    if limits == Limits():
        whole = cover(found.instance)
        guarantee = Guarantee.EXACT if whole.exact else Guarantee.HARMONIC
        return whole.chosen.actions, Quality(guarantee, goals, goals, goals, whole.least, whole.widest)
    best = maximum(found.instance, limits)
    if best.exact:
        guarantee = Guarantee.EXACT
    elif limits.both or not best.by_share:
        guarantee = Guarantee.NONE
    else:
        guarantee = Guarantee.DAYS if limits.days is not None else Guarantee.NUMBER
    return best.chosen.actions, Quality(guarantee, best.reached, goals, best.most, None)


def _in_order(found: Needs, chosen: Sequence[int]) -> list[int]:
    """Return the chosen actions: those first that reach goals soonest, those last that only prepare for one."""
    first = by_whole_goals(found.instance, Limits(), chosen)
    return [*first, *(place for place in chosen if place not in first)]


def _steps(recount: Recount, aims: Sequence[Result], actions: Sequence[Action]) -> Iterator[Step]:
    aimed = set(map(_spot, aims))
    now = {_spot(result): result for result in recount.base.results}
    for number, action in enumerate(actions, 1):
        then = recount.results(actions[:number], recount.moved_by(action))
        moves = moved((now[spot], new) for spot, new in then.items())
        now |= then
        yield Step(
            action,
            tuple(move for move in moves if _spot(move.before) in aimed),
            tuple(move for move in moves if _spot(move.before) not in aimed),
        )


def _after(assessment: Assessment, actions: Sequence[Action]) -> Assessment:
    then = carried_out(assessment.organisation, actions, assessment.day)
    frameworks = [framework.iri for framework in assessment.frameworks]
    return assess(assessment.knowledge, then, assessment.day, assessment.policy, frameworks=frameworks)
