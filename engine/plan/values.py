"""What a plan says: its steps, what each lifts by recomputation, and how good the choice is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from engine.plan.standing import rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.assess import Assessment
    from engine.coverage.values import Result, Support
    from engine.graph import Iri
    from engine.plan.actions import Action
    from engine.plan.maximum import Limits

__all__ = ["Guarantee", "Move", "Plan", "Quality", "Step", "moved"]


class Guarantee(Enum):
    """What is known beforehand of how good a choice is, whatever the records say.

    The shares: every rise counts one, in equal parts for the gaps that have to be closed for it. They are never below
    the number of rises, and the greedy search is good for them; the rises themselves are counted.
    """

    EXACT = "exact: no other choice of these actions does better"
    HARMONIC = "greedy: at most H(n) times the fewest days that reach as much, n the most gaps that one action closes"
    NUMBER = "greedy: closes at least 1 - 1/e of the largest share of rises that so many steps can close"
    DAYS = "greedy: closes at least (1 - 1/e)/2 of the largest share of rises that so many days can close"
    NONE = "greedy, with no guarantee beforehand but the bound above"


@dataclass(frozen=True)
class Quality:
    """How good the choice is.

    :ivar rises: how many goals the plan reaches; a goal is one rise of one result, or an element where asked for.
    :ivar within_reach: how many could be reached if every action that helps were carried out.
    :ivar most: no plan within the limits reaches more.
    :ivar least: nothing that reaches as much takes fewer days; nothing where the plan had limits.
    :ivar widest: n of the harmonic guarantee; zero elsewhere.
    """

    guarantee: Guarantee
    rises: int
    within_reach: int
    most: int
    least: Fraction | None
    widest: int = 0


@dataclass(frozen=True)
class Move:
    """One result before and after a step, by the engine itself."""

    before: Result
    after: Result

    @property
    def lifts(self) -> bool:
        """Whether the state rises in NotCovered < Partially < Claimed < ready for judgement < Covered."""
        return (rank(self.after) or 0) > (rank(self.before) or 0)

    @property
    def addressed(self) -> tuple[Iri, ...]:
        """The elements that were missing and no longer are."""
        return tuple(element for element in self.before.missing if element not in self.after.missing)

    @property
    def evidenced(self) -> tuple[Iri, ...]:
        """The elements for which evidence was missing and no longer is."""
        unshown = {*self.before.unevidenced, *self.before.missing}
        still = {*self.after.unevidenced, *self.after.missing}
        return tuple(element for element in self.before.live_elements if element in unshown - still)

    @cached_property
    def by(self) -> tuple[Support, ...]:
        """What supports the result now and did not, or did not with evidence."""
        known = {(s.control, s.premises): (len(s.checks), s.proven) for s in self.before.support}
        return tuple(s for s in self.after.support if known.get((s.control, s.premises)) != (len(s.checks), s.proven))


@dataclass(frozen=True)
class Step:
    """One action, and every result that it moves once all steps before it are done.

    :ivar elsewhere: what it moves beside what the plan is for.
    """

    action: Action
    moves: tuple[Move, ...]
    elsewhere: tuple[Move, ...]

    @property
    def lifts(self) -> tuple[Move, ...]:
        """Those results aimed at whose state it lifts."""
        return tuple(move for move in self.moves if move.lifts)


@dataclass(frozen=True)
class Plan:
    """What to do next, in order.

    :ivar before: the states on the day if nothing is done.
    :ivar aims: the results the plan is for.
    :ivar after: the states on the day with all steps done.
    :ivar helping: how many actions that help came into question.
    :ivar stuck: the results aimed at that no such action lifts, and why.
    """

    before: Assessment
    aims: tuple[Result, ...]
    steps: tuple[Step, ...]
    after: Assessment
    limits: Limits
    quality: Quality
    helping: int
    stuck: tuple[tuple[Result, str], ...]

    @property
    def effort(self) -> Fraction:
        """The days of all steps."""
        return sum((step.action.effort for step in self.steps), start=Fraction())

    @cached_property
    def lifted(self) -> tuple[Move, ...]:
        """The results aimed at whose state is higher in the end."""
        then = {(r.requirement, r.scope): r for r in self.after.results}
        moves = (Move(aim, then[aim.requirement, aim.scope]) for aim in self.aims)
        return tuple(move for move in moves if move.lifts)


def moved(pairs: Iterable[tuple[Result, Result]]) -> tuple[Move, ...]:
    """Return those pairs of results that differ in state, or in which elements are missing or without evidence."""
    return tuple(
        Move(old, new)
        for old, new in pairs
        if (old.state, rank(old), old.missing, old.unevidenced) != (new.state, rank(new), new.missing, new.unevidenced)
    )
