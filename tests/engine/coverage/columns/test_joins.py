"""Joins and reductions do what loops would."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.coverage.columns.joins import NEVER, NOWHERE, Groups, Segments, day_number, ints, located, to_date

KEYS = st.lists(st.integers(0, 6), max_size=12)


@given(KEYS, st.lists(st.integers(NOWHERE, 6), max_size=8))
def test_a_join_pairs_each_key_with_what_is_grouped_under_it(grouped: list[int], asked: list[int]) -> None:
    left, right = Groups.of(ints(grouped), 7).join(ints(asked))
    wanted = [(n, place) for n, key in enumerate(asked) for place, other in enumerate(grouped) if other == key]
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == wanted


@given(KEYS, st.data())
def test_what_stands_at_the_positions_of_a_target_is_reduced(targets: list[int], data: st.DataObject) -> None:
    targets = sorted(targets)
    values = [data.draw(st.integers(0, 5)) for _ in targets]
    of: dict[int, list[int]] = defaultdict(list)
    for target, value in zip(targets, values, strict=True):
        of[target].append(value)
    segments, column = Segments.of(ints(targets), 8), ints(values)
    assert segments.count(column > 2).tolist() == [sum(v > 2 for v in of[n]) for n in range(8)]
    assert segments.any(column > 2).tolist() == [any(v > 2 for v in of[n]) for n in range(8)]
    assert segments.least(column).tolist() == [min(of[n], default=NEVER) for n in range(8)]
    assert segments.most(column).tolist() == [max(of[n], default=NOWHERE) for n in range(8)]
    union = [np.bitwise_or.reduce([1 << v for v in of[n]]) if of[n] else 0 for n in range(8)]
    assert segments.union((1 << column).astype(np.uint8)).tolist() == union


@given(st.sets(st.integers(0, 20)), st.lists(st.integers(0, 20)))
def test_keys_are_located(keys: set[int], wanted: list[int]) -> None:
    ordered = sorted(keys)
    found = located(ints(ordered), ints(wanted)).tolist()
    assert found == [ordered.index(key) if key in keys else NOWHERE for key in wanted]


def test_days_and_their_numbers() -> None:
    for day in (date.min, date(2026, 11, 20), date.max):
        assert to_date(day_number(day)) == day
    assert to_date(day_number(None)) is None
    assert day_number(None, 0) < day_number(date.min)
