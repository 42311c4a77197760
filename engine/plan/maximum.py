"""The most goals within so many days or actions: exact where small, greedy with a bound elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from engine.plan.covering import Chosen, best_by_gaps, bits, components, undominated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.plan.covering import Instance

__all__ = ["Limits", "Maximum", "by_whole_goals", "maximum"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan may take: so many days, so many actions, or both."""

    days: Fraction | None = None
    actions: int | None = None

    @property
    def both(self) -> bool:
        """Whether there are two limits at once."""
        return self.days is not None and self.actions is not None

    def taken(self, cost: Fraction, number: int) -> Fraction:
        """Return what counts against the limit: days, or actions where only their number is limited."""
        return Fraction(number) if self.days is None and self.actions is not None else cost

    def allow(self, cost: Fraction, number: int) -> bool:
        """Tell whether a cost and a number of actions are within the limits."""
        return (self.days is None or cost <= self.days) and (self.actions is None or number <= self.actions)


@dataclass(frozen=True, slots=True)
class Maximum:
    """Actions within the limits, how many goals they reach, and how many any others could at most.

    :ivar by_share: whether they are those of the greedy search by share of goals, whose guarantee they then have.
    """

    chosen: Chosen
    reached: int
    most: int
    by_share: bool

    @property
    def exact(self) -> bool:
        """Whether nothing within the limits reaches more."""
        return self.reached == self.most


def maximum(instance: Instance, limits: Limits) -> Maximum:
    """Return actions within the limits that reach many goals, with a bound on how many can be reached.

    Parts that share nothing are searched apart, exactly where all of them are small and one limit is given. Elsewhere
    the better of two greedy searches counts: by share of goals closed, and by whole goals.
    """
    found = None if limits.both else _exact(instance if limits.actions is None else _by_number(instance), limits)
    if found is not None:
        reached = instance.reached(instance.closed_by(found.actions))
        return Maximum(instance.choose(found.actions), reached, reached, by_share=False)
    shared, most = _by_share(instance, limits)
    whole = by_whole_goals(instance, limits, range(len(instance.costs)))
    counts = [instance.reached(instance.closed_by(chosen)) for chosen in (shared, whole)]
    better = whole if counts[1] > counts[0] else shared
    return Maximum(instance.choose(better), max(counts), most, by_share=better is shared)


def _by_number(instance: Instance) -> Instance:
    """Return an instance whose costs count actions first, and days where the number is the same."""
    total = sum(instance.costs, Fraction(1))
    return replace(instance, costs=tuple(1 + cost / total for cost in instance.costs))


_Front = dict[int, Chosen]
"""By number of goals reached, the best way to reach them."""


def _exact(instance: Instance, limits: Limits) -> Chosen | None:
    total: _Front = {0: Chosen(Fraction(), ())}
    for part in components(instance):
        front = _front(instance, part, limits)
        if front is None:
            return None
        pairs = [(r + more, _joined(c, added)) for r, c in total.items() for more, added in front.items()]
        total = _best(pairs, limits)
    return total[max(total)]


def _joined(one: Chosen, other: Chosen) -> Chosen:
    return Chosen(one.cost + other.cost, tuple(sorted((*one.actions, *other.actions))))


def _front(instance: Instance, part: Sequence[int], limits: Limits) -> _Front | None:
    actions = undominated(instance, part)
    own = instance.closed_by(actions) & instance.gaps
    best = best_by_gaps(instance, actions, own)
    if best is None:
        return None
    goals = [goal for goal in instance.goals if not goal & ~own]
    return _best(((sum(not goal & ~closed for goal in goals), chosen) for closed, chosen in best.items()), limits)


def _best(found: Iterable[tuple[int, Chosen]], limits: Limits) -> _Front:
    front: _Front = {}
    for reached, chosen in found:
        fits = limits.allow(chosen.cost, len(chosen.actions))
        if fits and (reached not in front or chosen.rank < front[reached].rank):
            front[reached] = chosen
    return front


def _by_share(instance: Instance, limits: Limits) -> tuple[list[int], int]:
    """Return the greedy choice by share of goals a cost, or the best single action, and the most goals there can be.

    The bound is that of submodular functions: with any actions taken, no more can be added than the best of what each
    other one would add alone; the share of goals is never below the number reached.
    """
    chosen: list[int] = []
    closed, most = 0, Fraction(len(instance.goals))
    while True:
        gains = _gains(instance, closed)
        most = min(most, instance.credit(closed) + _most_added(instance, gains, limits))
        spent = instance.choose(chosen).cost
        fitting = [a for a in gains if limits.allow(spent + instance.costs[a], len(chosen) + 1)]
        if not fitting:
            break
        best = max(fitting, key=lambda a: (gains[a] / limits.taken(instance.costs[a], 1), -instance.costs[a], -a))
        chosen.append(best)
        closed |= instance.closes[best]
    return _or_single(instance, chosen, limits), floor(most)


def _gains(instance: Instance, closed: int) -> dict[int, Fraction]:
    """Return by action, where it is any, the share of goals that it would close beside what is closed."""
    worth: dict[int, Fraction] = {}
    for goal in instance.goals:
        for gap in bits(goal & ~closed):
            worth[gap] = worth.get(gap, Fraction()) + Fraction(1, goal.bit_count())
    gains = (sum((worth.get(gap, Fraction()) for gap in bits(own & ~closed)), Fraction()) for own in instance.closes)
    return {action: gain for action, gain in enumerate(gains) if gain}


def _most_added(instance: Instance, gains: dict[int, Fraction], limits: Limits) -> Fraction:
    """Return the most that actions within the limits can add, as if the gains were theirs alone and could be split."""
    found = sum(gains.values(), Fraction())
    if limits.actions is not None:
        found = min(found, sum(sorted(gains.values(), reverse=True)[: limits.actions], Fraction()))
    return found if limits.days is None else min(found, _split(instance, gains, limits.days))


def _split(instance: Instance, gains: dict[int, Fraction], days: Fraction) -> Fraction:
    found, affordable = Fraction(), (a for a in gains if instance.costs[a] <= days)
    for action in sorted(affordable, key=lambda a: (-gains[a] / instance.costs[a], a)):
        part = min(Fraction(1), days / instance.costs[action])
        found += gains[action] * part
        days -= instance.costs[action] * part
        if not days:
            break
    return found


def _or_single(instance: Instance, chosen: list[int], limits: Limits) -> list[int]:
    """Return the choice, or one action that alone closes more: without it a greedy choice has no guarantee."""
    alone = [[a] for a in range(len(instance.costs)) if limits.allow(instance.costs[a], 1)]
    return max([chosen, *alone], key=lambda some: instance.credit(instance.closed_by(some)))


def by_whole_goals(instance: Instance, limits: Limits, actions: Sequence[int]) -> list[int]:
    """Return those of some actions that reach goals, as chosen: time and again the cheapest way to one more."""
    chosen: list[int] = []
    closable = instance.closed_by(actions)
    closed, waiting = 0, [goal for goal in dict.fromkeys(instance.goals) if not goal & ~closable]
    ways: dict[int, Chosen] = {}
    while True:
        waiting = [goal for goal in waiting if goal & ~closed]
        for goal in waiting:
            if goal not in ways:
                ways[goal] = instance.choose(_way(instance, actions, goal & ~closed))
        spent = instance.choose(chosen).cost
        counted = Counter(ways[goal] for goal in waiting)
        fitting = [w for w in counted if limits.allow(spent + w.cost, len(chosen) + len(w.actions))]
        if not fitting:
            return chosen
        best = min(fitting, key=lambda way: (limits.taken(way.cost, len(way.actions)) / counted[way], way.rank))
        chosen += best.actions
        newly = instance.closed_by(best.actions) & ~closed
        closed |= newly
        ways = {goal: way for goal, way in ways.items() if not goal & newly}


def _way(instance: Instance, actions: Sequence[int], gaps: int) -> list[int]:
    """Return actions that close some gaps, greedily by cost a gap."""
    chosen: list[int] = []
    while gaps:
        closing = [a for a in actions if instance.closes[a] & gaps]
        best = min(closing, key=lambda a: (instance.costs[a] / (instance.closes[a] & gaps).bit_count(), a))
        chosen.append(best)
        gaps &= ~instance.closes[best]
    return chosen
