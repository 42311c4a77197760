"""The smallest change that lifts a state: fewest controls that address most missing elements (set cover)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.coverage.values import Result
    from engine.graph import Iri

__all__ = ["smallest_change"]

_MOST_EXACT = 12
"""Up to so many elements the smallest change is found exactly."""


def smallest_change(result: Result) -> tuple[Iri, ...]:
    """Return the fewest controls whose accepted rows together address most missing elements (set cover).

    Exact up to twelve elements, greedy above. Only rows that fail for want of an implementation are offered.
    """
    offers: dict[Iri, set[Iri]] = {}
    for candidate in result.candidates:
        gained = set(candidate.covers) & set(result.missing)
        if candidate.rule == "R5" and gained:
            offers.setdefault(candidate.control, set()).update(gained)
    reachable = set().union(*offers.values()) if offers else set()
    if len(reachable) <= _MOST_EXACT:
        return _exact(offers, reachable)
    return _greedy(offers, reachable)


def _exact(offers: Mapping[Iri, set[Iri]], reachable: set[Iri]) -> tuple[Iri, ...]:
    for size in range(1, len(offers) + 1):
        for chosen in combinations(sorted(offers), size):
            if set().union(*(offers[control] for control in chosen)) == reachable:
                return chosen
    return ()


def _greedy(offers: Mapping[Iri, set[Iri]], reachable: set[Iri]) -> tuple[Iri, ...]:
    chosen: list[Iri] = []
    left = set(reachable)
    while left:
        best = max(sorted(offers), key=lambda control: len(offers[control] & left))
        chosen.append(best)
        left -= offers[best]
    return tuple(chosen)
