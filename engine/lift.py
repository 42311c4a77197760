"""The smallest change that lifts a state: fewest controls that address most missing elements (set cover)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.coverage.values import Result
    from engine.graph import Iri

__all__ = ["Lack", "fewest_controls", "offers_of_elements", "smallest_change"]

_MOST_EXACT = 12
"""Up to so many elements the smallest change is found exactly."""


Lack = tuple["Iri", "Iri"]
"""A scope, and what is missing in it: an element, or a whole requirement."""


def smallest_change(result: Result) -> tuple[Iri, ...]:
    """Return the fewest controls whose accepted rows together address most missing elements of a result.

    Only rows that fail for want of an implementation are offered.
    """
    return fewest_controls(offers_of_elements([result]))


def offers_of_elements(results: Iterable[Result]) -> dict[Iri, set[Lack]]:
    """Return which missing elements of some results each control that is not implemented would give."""
    offers: dict[Iri, set[Lack]] = {}
    for result in results:
        for candidate in result.candidates:
            gained = {(result.scope, element) for element in set(candidate.covers) & set(result.missing)}
            if candidate.rule == "R5" and gained:
                offers.setdefault(candidate.control, set()).update(gained)
    return offers


def fewest_controls(offers: Mapping[Iri, set[Lack]]) -> tuple[Iri, ...]:
    """Return the fewest controls that give all that any of them gives (set cover), in order.

    Exact up to twelve things missing, greedy above (COVERAGE §7).
    """
    reachable: set[Lack] = set().union(*offers.values()) if offers else set()
    if len(reachable) <= _MOST_EXACT:
        return _exact(offers, reachable)
    return _greedy(offers, reachable)


def _exact(offers: Mapping[Iri, set[Lack]], reachable: set[Lack]) -> tuple[Iri, ...]:
    """Return the first, by name, of the smallest covers: dynamic programming over sets of elements."""
    controls = sorted(offers)
    bits = {lack: 1 << place for place, lack in enumerate(sorted(reachable))}
    given = [sum(bits[lack] for lack in offers[control]) for control in controls]

    @cache
    def fewest(start: int, left: int) -> int:
        if not left:
            return 0
        if start == len(controls):
            return len(controls) + 1
        skipped = fewest(start + 1, left)
        return min(skipped, 1 + fewest(start + 1, left & ~given[start])) if left & given[start] else skipped

    chosen, left = [], sum(bits.values())
    for place, control in enumerate(controls):
        if left and fewest(place, left) == 1 + fewest(place + 1, left & ~given[place]):
            chosen.append(control)
            left &= ~given[place]
    return tuple(chosen)


def _greedy(offers: Mapping[Iri, set[Lack]], reachable: set[Lack]) -> tuple[Iri, ...]:
    chosen: list[Iri] = []
    left = set(reachable)
    while left:
        best = max(sorted(offers), key=lambda control: len(offers[control] & left))
        chosen.append(best)
        left -= offers[best]
    return tuple(chosen)
