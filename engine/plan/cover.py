"""The cheapest actions that reach every goal within reach: a weighted set cover, exact where it is small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.plan.covering import best_by_gaps, bits, components, distinct, undominated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.plan.covering import Chosen, Instance

__all__ = ["Cover", "cover", "harmonic"]


@dataclass(frozen=True, slots=True)
class Cover:
    """Actions that close all gaps together, and what any that do must cost at least.

    :ivar least: no set of the actions that closes all gaps costs less; equal to the cost where that is exact.
    :ivar widest: the most gaps that one action closes, of those not told apart by what closes them: the guarantee of
        the greedy search is the harmonic number of it; zero where the search was exact throughout.
    """

    chosen: Chosen
    least: Fraction
    widest: int

    @property
    def exact(self) -> bool:
        """Whether nothing cheaper does as much."""
        return self.chosen.cost == self.least


def harmonic(number: int) -> Fraction:
    """Return 1 + 1/2 + … + 1/n.

    >>> harmonic(3)
    Fraction(11, 6)
    """
    return sum((Fraction(1, n) for n in range(1, number + 1)), Fraction())


def cover(instance: Instance) -> Cover:
    """Return actions that close every gap of every goal: the goals are then all reached.

    Every gap has to be closed by some action. Parts that share nothing are searched apart: exactly where a part is
    small, greedily by cost a gap elsewhere, with a bound from the prices that greedy search pays.
    """
    actions: list[int] = []
    least, widest = Fraction(), 0
    apart = replace(instance, goals=tuple(1 << gap for gap in bits(instance.gaps)))
    for part in components(apart):
        found = _part(apart, part)
        actions += found.chosen.actions
        least += found.least
        widest = max(widest, found.widest)
    return Cover(instance.choose(actions), least, widest)


def _part(instance: Instance, part: Sequence[int]) -> Cover:
    actions = undominated(instance, part)
    wanted = _needed(instance, actions)
    best = best_by_gaps(instance, actions, wanted)
    if best is not None:
        chosen = best[wanted]
        return Cover(chosen, chosen.cost, 0)
    return _greedy(instance, actions, wanted)


def _needed(instance: Instance, actions: Sequence[int]) -> int:
    """Return one gap for each way to be closed, without those that are closed whenever another one is."""
    groups = distinct([instance.closes[action] for action in actions], instance.gaps)
    least = [by for by in groups if not any(other != by and not other & ~by for other in groups)]
    return sum(groups[by] & -groups[by] for by in least)


def _greedy(instance: Instance, actions: Sequence[int], wanted: int) -> Cover:
    left, chosen = wanted, []
    price: dict[int, Fraction] = {}
    while left:
        best = min(actions, key=lambda a: (_rate(instance, a, left), a))
        gained = instance.closes[best] & left
        price.update(dict.fromkeys(bits(gained), instance.costs[best] / gained.bit_count()))
        chosen.append(best)
        left &= ~gained
    kept = _without_idle(instance, chosen, wanted)
    # Dual fitting: prices divided by the most that any action is overpaid are feasible for the dual of the cover.
    own = (instance.closes[a] & wanted for a in actions)
    overpaid = max(
        sum((price[gap] for gap in bits(mask)), Fraction()) / instance.costs[a]
        for a, mask in zip(actions, own, strict=True)
    )
    least = sum(price.values(), Fraction()) / overpaid
    widest = max((instance.closes[a] & wanted).bit_count() for a in actions)
    return Cover(instance.choose(kept), least, widest)


def _rate(instance: Instance, action: int, left: int) -> Fraction | float:
    gained = (instance.closes[action] & left).bit_count()
    return instance.costs[action] / gained if gained else float("inf")


def _without_idle(instance: Instance, chosen: Sequence[int], wanted: int) -> list[int]:
    """Return the chosen actions without those that the others make idle, dearest first."""
    kept = list(chosen)
    for action in sorted(chosen, key=lambda a: (-instance.costs[a], -a)):
        others: Iterable[int] = (a for a in kept if a != action)
        if not wanted & ~instance.closed_by(others):
            kept.remove(action)
    return kept
