"""Roll states up: over scopes, over the leaves below a provision (COVERAGE §6, R8).

The closed form here is supervaluation: the answer is the same whatever the open leaves turn out to be.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DROPPED", "roll_up"]

DROPPED = frozenset({State.NOT_APPLICABLE, State.NOT_YET})
_EVIDENCED_OR_CLAIMED = frozenset({State.COVERED, State.CLAIMED})


def roll_up(leaves: Iterable[State], *, complete: bool = True) -> State:
    """Return the one state of some leaf states.

    :param leaves: states of leaves (requirements in scopes), never states of parents; at least one.
    :param complete: whether the decomposition is flagged complete; if not, PartiallyCovered at best.
    :raises ValueError: if there is no leaf: then there is no state, but a class or “not modelled”.
    """
    counts = Counter(leaves)
    if not counts:
        raise ValueError("nothing to roll up: no requirement anywhere below")
    live = {state for state in counts if state not in DROPPED}
    if not live:
        return _none_live(counts, complete=complete)
    state = _definite(live) if State.REVIEW not in live else _open(live - {State.REVIEW})
    return state if complete or state not in _EVIDENCED_OR_CLAIMED else State.PARTIALLY


def _none_live(counts: Counter[State], *, complete: bool) -> State:
    if not complete:
        return State.REVIEW
    return State.NOT_YET if counts[State.NOT_YET] else State.NOT_APPLICABLE


def _definite(live: set[State]) -> State:
    if live == {State.COVERED}:
        return State.COVERED
    if live <= _EVIDENCED_OR_CLAIMED:
        return State.CLAIMED
    return State.NOT_COVERED if live == {State.NOT_COVERED} else State.PARTIALLY


def _open(settled: set[State]) -> State:
    mixed = State.NOT_COVERED in settled and settled & _EVIDENCED_OR_CLAIMED
    return State.PARTIALLY if State.PARTIALLY in settled or mixed else State.REVIEW
