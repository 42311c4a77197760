"""Sets of gaps as bits: what is to be closed, by what, at which cost, and how such an instance is made smaller."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "MOST_ACTIONS",
    "MOST_GAPS",
    "Chosen",
    "Instance",
    "best_by_gaps",
    "bits",
    "components",
    "distinct",
    "undominated",
]

MOST_GAPS = 12
"""Up to so many gaps that differ in what closes them, a search is exact however many actions there are."""
MOST_ACTIONS = 15
"""Up to so many actions a search is exact however many gaps there are."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some actions by their place, in order, and what they cost together."""

    cost: Fraction
    actions: tuple[int, ...]

    @property
    def rank(self) -> tuple[Fraction, int, tuple[int, ...]]:
        """What decides between two that do the same: cheaper, then fewer, then first."""
        return self.cost, len(self.actions), self.actions

    def with_one(self, action: int, cost: Fraction) -> Chosen:
        """Return these actions and a later one."""
        return Chosen(self.cost + cost, (*self.actions, action))


@dataclass(frozen=True)
class Instance:
    """Actions that close gaps, and goals that are reached once all their gaps are closed.

    :ivar costs: what each action costs, above zero.
    :ivar closes: the gaps that each action closes, a bit each.
    :ivar goals: the gaps of each goal, a bit each; never none.
    """

    costs: tuple[Fraction, ...]
    closes: tuple[int, ...]
    goals: tuple[int, ...]

    @property
    def gaps(self) -> int:
        """All gaps that some goal needs closed."""
        return _union(self.goals)

    def closed_by(self, actions: Iterable[int]) -> int:
        """Return the gaps that some actions close together."""
        return _union(self.closes[action] for action in actions)

    def reached(self, closed: int) -> int:
        """Return how many goals are reached with some gaps closed."""
        return sum(1 for goal in self.goals if not goal & ~closed)

    def choose(self, actions: Iterable[int]) -> Chosen:
        """Return some actions, in order, with what they cost together."""
        found = tuple(sorted(set(actions)))
        return Chosen(sum((self.costs[action] for action in found), Fraction()), found)

    def credit(self, closed: int) -> Fraction:
        """Return the share of every goal's gaps that is closed, summed: at least the number of goals reached."""
        return sum((Fraction((goal & closed).bit_count(), goal.bit_count()) for goal in self.goals), Fraction())


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits of a mask, from the lowest.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def components(instance: Instance) -> list[tuple[int, ...]]:
    """Return the actions in groups that share no gap and no goal: each group can be searched by itself."""
    parts: list[tuple[int, list[int]]] = [(goal, []) for goal in instance.goals]
    parts += [(closes & instance.gaps, [action]) for action, closes in enumerate(instance.closes)]
    joined: list[tuple[int, list[int]]] = []
    for mask, actions in parts:
        apart = [part for part in joined if not part[0] & mask]
        touching = [part for part in joined if part[0] & mask]
        whole = _union([mask, *(part[0] for part in touching)])
        joined = [*apart, (whole, sorted([*actions, *(a for part in touching for a in part[1])]))]
    return sorted(tuple(actions) for mask, actions in joined if mask and actions)


def undominated(instance: Instance, actions: Iterable[int]) -> list[int]:
    """Return some actions without those of which another closes as much for no more; of two alike the first stays."""
    kept: list[int] = []
    for action in sorted(actions, key=lambda a: (instance.costs[a], -(instance.closes[a] & instance.gaps).bit_count())):
        own = instance.closes[action] & instance.gaps
        if own and not any(not own & ~instance.closes[other] for other in kept):
            kept.append(action)
    return sorted(kept)


def distinct(closes: Sequence[int], wanted: int) -> dict[int, int]:
    """Return the wanted gaps by what closes them, as bits of places in a list: gaps closed alike are one."""
    closers: dict[int, int] = defaultdict(int)
    for place, mask in enumerate(closes):
        for gap in bits(mask & wanted):
            closers[gap] |= 1 << place
    grouped: dict[int, int] = defaultdict(int)
    for gap, by in closers.items():
        grouped[by] |= 1 << gap
    return dict(grouped)


def best_by_gaps(instance: Instance, actions: Sequence[int], wanted: int) -> dict[int, Chosen] | None:
    """Return the best way to close each set of gaps that can be closed exactly; nothing where there are too many.

    Dynamic programming over sets of gaps, action by action: the search is exact. The actions are in order.
    """
    groups = distinct([instance.closes[action] for action in actions], wanted)
    if len(groups) > MOST_GAPS and len(actions) > MOST_ACTIONS:
        return None
    best = {0: Chosen(Fraction(), ())}
    for action in actions:
        own = instance.closes[action] & wanted
        for closed, so_far in list(best.items()):
            more, then = closed | own, so_far.with_one(action, instance.costs[action])
            if more != closed and (more not in best or then.rank < best[more].rank):
                best[more] = then
    return best
