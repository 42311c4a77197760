"""Roll many states up at once: over scopes, over the leaves below provisions (COVERAGE §6, R8).

A roll-up depends on which states occur, never on how often: seven bits, and a table of what each of the 128 sets of
states comes to by the plain rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.coverage.columns.addressed import STATES
from engine.coverage.columns.joins import NOWHERE, Segments
from engine.coverage.rollup import roll_up

if TYPE_CHECKING:
    from engine.coverage.columns.joins import Flags, Ints

__all__ = ["roll_up_segments"]


def _table(*, complete: bool) -> list[int]:
    sets = ([state for n, state in enumerate(STATES) if bits >> n & 1] for bits in range(1, 1 << len(STATES)))
    return [NOWHERE, *(STATES.index(roll_up(leaves, complete=complete)) for leaves in sets)]


_COMES_TO = np.array([_table(complete=False), _table(complete=True)], np.int64)


def roll_up_segments(states: Ints, segments: Segments, complete: Flags | None = None) -> Ints:
    """Return what the states of each target come to, as places in ``STATES``; NOWHERE where it has none.

    :param states: the states of leaves, in the order of their targets.
    :param complete: whether the decomposition of each target is flagged complete; all of them, where none is given.
    """
    bits = segments.union((1 << states).astype(np.uint8))
    whole = np.ones(segments.size, np.int64) if complete is None else complete.astype(np.int64)
    found: Ints = _COMES_TO[whole, bits]
    return found
