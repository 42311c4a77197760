from __future__ import annotations

from itertools import product

import pytest

from engine.kleene import Truth, all_of, any_of, negate

F, U, T = Truth.FALSE, Truth.UNDETERMINED, Truth.TRUE
COMPLETIONS = {F: (False,), U: (False, True), T: (True,)}
TUPLES = [values for size in range(5) for values in product(Truth, repeat=size)]


def test_the_tables_of_kleene() -> None:
    conjunction = {(F, F): F, (F, U): F, (F, T): F, (U, F): F, (U, U): U, (U, T): U, (T, F): F, (T, U): U, (T, T): T}
    disjunction = {(F, F): F, (F, U): U, (F, T): T, (U, F): U, (U, U): U, (U, T): T, (T, F): T, (T, U): T, (T, T): T}
    assert {pair: all_of(pair) for pair in product(Truth, repeat=2)} == conjunction
    assert {pair: any_of(pair) for pair in product(Truth, repeat=2)} == disjunction
    assert {value: negate(value) for value in Truth} == {F: T, U: U, T: F}


def test_nothing_to_conjoin_is_true_and_nothing_to_disjoin_false() -> None:
    assert all_of([]) is T
    assert any_of([]) is F


@pytest.mark.parametrize("values", TUPLES, ids=lambda values: "".join(v.name[0] for v in values) or "none")
def test_what_is_definite_holds_under_every_completion(values: tuple[Truth, ...]) -> None:
    worlds = list(product(*(COMPLETIONS[value] for value in values)))
    for combine, classical in ((all_of, all), (any_of, any)):
        outcomes = {classical(world) for world in worlds}
        assert combine(values) is (U if len(outcomes) == 2 else Truth(2 * outcomes.pop()))


@pytest.mark.parametrize("values", TUPLES, ids=lambda values: "".join(v.name[0] for v in values) or "none")
def test_the_laws_of_de_morgan(values: tuple[Truth, ...]) -> None:
    assert negate(all_of(values)) is any_of(map(negate, values))
    assert negate(any_of(values)) is all_of(map(negate, values))


@pytest.mark.parametrize("value", Truth)
def test_negation_is_its_own_inverse_and_stays_a_truth_value(value: Truth) -> None:
    assert negate(negate(value)) is value
    assert isinstance(negate(value), Truth)
