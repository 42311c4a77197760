"""The roll-up over columns is the plain one, on every set of leaves and both flags at once."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from engine.coverage.columns.addressed import STATES
from engine.coverage.columns.joins import NOWHERE, Segments, ints
from engine.coverage.columns.rollup import roll_up_segments
from engine.coverage.rollup import roll_up
from engine.model import State

MULTISETS = [leaves for size in range(1, 6) for leaves in combinations_with_replacement(State, size)]


def test_every_multiset_of_up_to_five_leaves() -> None:
    leaves = ints(STATES.index(state) for multiset in MULTISETS for state in multiset)
    segments = Segments.of(ints(n for n, multiset in enumerate(MULTISETS) for _ in multiset), len(MULTISETS))
    assert [STATES[n] for n in roll_up_segments(leaves, segments)] == [roll_up(m) for m in MULTISETS]
    for complete in (True, False):
        flags = np.full(len(MULTISETS), complete)
        found = [STATES[n] for n in roll_up_segments(leaves, segments, flags)]
        assert found == [roll_up(multiset, complete=complete) for multiset in MULTISETS]


def test_flags_are_of_each_target() -> None:
    leaves = np.zeros(2, np.int64)
    found = roll_up_segments(leaves, Segments.of(ints([0, 2]), 3), np.array([True, True, False]))
    assert [STATES[n] if n != NOWHERE else None for n in found] == [State.COVERED, None, State.PARTIALLY]
