"""The search for actions against every set of actions there is: least cost, most goals, and bounds that hold."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plan import cover as covers
from engine.plan import covering
from engine.plan.cover import cover, harmonic
from engine.plan.covering import Instance, components
from engine.plan.maximum import Limits, maximum

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE_SMALL = -1


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Draw up to six actions over up to eight gaps, and goals of gaps that can all be closed."""
    closes = draw(st.lists(st.integers(0, 255), min_size=1, max_size=6))
    costs = draw(st.lists(st.fractions(Fraction(1, 4), 5, max_denominator=4), min_size=6, max_size=6))
    whole = 0
    for mask in closes:
        whole |= mask
    goals = [goal & whole for goal in draw(st.lists(st.integers(1, 255), max_size=6))]
    return Instance(tuple(costs[: len(closes)]), tuple(closes), tuple(goal for goal in goals if goal))


def subsets(instance: Instance) -> Iterator[tuple[int, ...]]:
    places = range(len(instance.costs))
    return chain.from_iterable(combinations(places, size) for size in range(len(places) + 1))


def reached(instance: Instance, actions: tuple[int, ...]) -> int:
    return instance.reached(instance.closed_by(actions))


def cheapest(instance: Instance) -> Fraction:
    enough = (some for some in subsets(instance) if reached(instance, some) == len(instance.goals))
    return min(instance.choose(some).cost for some in enough)


def most(instance: Instance, limits: Limits) -> int:
    allowed = (some for some in subsets(instance) if limits.allow(instance.choose(some).cost, len(some)))
    return max(reached(instance, some) for some in allowed)


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "MOST_GAPS", NONE_SMALL)
    monkeypatch.setattr(covering, "MOST_ACTIONS", NONE_SMALL)


LIMITS = [
    Limits(days=Fraction(3)),
    Limits(days=Fraction(7, 2)),
    Limits(actions=0),
    Limits(actions=2),
    Limits(Fraction(4), 2),
]


@given(instances())
def test_a_small_cover_is_the_cheapest_there_is(instance: Instance) -> None:
    found = cover(instance)
    assert found.exact
    assert found.chosen.cost == found.least == cheapest(instance)
    assert reached(instance, found.chosen.actions) == len(instance.goals)


@given(instances(), st.sampled_from([limits for limits in LIMITS if not limits.both]))
def test_a_small_maximum_is_the_most_there_is_and_no_dearer_than_needed(instance: Instance, limits: Limits) -> None:
    found = maximum(instance, limits)
    assert found.exact
    assert found.reached == reached(instance, found.chosen.actions) == most(instance, limits)
    same = [s for s in subsets(instance) if reached(instance, s) == found.reached]
    ranks = [instance.choose(s) for s in same if limits.allow(instance.choose(s).cost, len(s))]
    if limits.actions is None:
        assert found.chosen.cost == min(chosen.cost for chosen in ranks)
    else:
        least = min(len(chosen.actions) for chosen in ranks)
        assert len(found.chosen.actions) == least
        assert found.chosen.cost == min(chosen.cost for chosen in ranks if len(chosen.actions) == least)


@settings(max_examples=300)
@given(instances())
@pytest.mark.usefixtures("nothing_is_small")
def test_a_greedy_cover_keeps_its_guarantee_and_its_bound(instance: Instance) -> None:
    found, optimum = cover(instance), cheapest(instance)
    assert reached(instance, found.chosen.actions) == len(instance.goals)
    assert found.least <= optimum <= found.chosen.cost
    if found.widest:
        assert found.chosen.cost <= harmonic(found.widest) * optimum


@settings(max_examples=300)
@given(instances(), st.sampled_from(LIMITS))
@pytest.mark.usefixtures("nothing_is_small")
def test_a_greedy_maximum_keeps_its_bound(instance: Instance, limits: Limits) -> None:
    found = maximum(instance, limits)
    assert limits.allow(found.chosen.cost, len(found.chosen.actions))
    assert found.reached == reached(instance, found.chosen.actions)
    assert found.reached <= most(instance, limits) <= found.most


@settings(max_examples=300)
@given(instances(), st.sampled_from([limits for limits in LIMITS if not limits.both]))
@pytest.mark.usefixtures("nothing_is_small")
def test_the_guarantee_of_the_greedy_maximum_is_for_the_share_of_goals(instance: Instance, limits: Limits) -> None:
    found = maximum(instance, limits)
    allowed = (some for some in subsets(instance) if limits.allow(instance.choose(some).cost, len(some)))
    best = max(instance.credit(instance.closed_by(some)) for some in allowed)
    factor = Fraction(632, 1000) if limits.actions is not None else Fraction(316, 1000)
    if found.by_share:
        assert instance.credit(instance.closed_by(found.chosen.actions)) >= factor * best


@given(instances())
def test_parts_share_nothing_and_lose_nothing(instance: Instance) -> None:
    parts = components(instance)
    useful = {action for action, own in enumerate(instance.closes) if own & instance.gaps}
    assert sorted(action for part in parts for action in part) == sorted(useful)
    closed = [instance.closed_by(part) & instance.gaps for part in parts]
    assert all(not one & other for one, other in combinations(closed, 2))
    assert all(sum(1 for mask in closed if goal & mask) == 1 for goal in instance.goals)


def test_nothing_wanted_is_nothing_done() -> None:
    assert cover(Instance((Fraction(1),), (1,), ())).chosen.actions == ()
    assert maximum(Instance((Fraction(1),), (1,), ()), Limits(actions=3)).chosen.actions == ()


def test_what_makes_another_idle_is_not_bought_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "MOST_GAPS", NONE_SMALL)
    monkeypatch.setattr(covering, "MOST_ACTIONS", NONE_SMALL)
    trap = Instance(
        (Fraction(1), Fraction(1), Fraction(1)), (0b001111, 0b110011, 0b111100), tuple(1 << n for n in range(6))
    )
    assert len(cover(trap).chosen.actions) == 2
    assert covers.harmonic(4) == Fraction(25, 12)
