"""The agenda gives back exactly the causes that were put for the days that have passed."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from random import Random

import pytest

from engine.live import agenda as agenda_module
from engine.live.agenda import Agenda

START = date(2027, 1, 1)


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_a_plain_list(seed: int) -> None:
    dice, agenda, plain = Random(seed), Agenda[str](), set[tuple[date, str]]()  # noqa: S311 - no secret
    today = START
    for _ in range(200):
        cause = dice.choice("abcdef")
        if dice.random() < 0.6:
            days = [today + timedelta(days=dice.randint(1, 30)) for _ in range(dice.randint(0, 3))]
            agenda.put(cause, days)
            plain |= {(day, cause) for day in days}
        elif dice.random() < 0.5:
            agenda.drop(cause)
            plain = {(day, each) for day, each in plain if each != cause}
        else:
            today += timedelta(days=dice.randint(1, 10))
            assert agenda.due(today) == {each for day, each in plain if day <= today}
            plain = {(day, each) for day, each in plain if day > today}
        assert agenda.next_day == min((day for day, _ in plain), default=None)


def test_its_example_runs() -> None:
    assert doctest.testmod(agenda_module).failed == 0
