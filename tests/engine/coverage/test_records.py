"""An index that is kept current is the index of what is recorded then, in the same order."""

from __future__ import annotations

from random import Random

import pytest

from engine.coverage.memory import Memory
from engine.coverage.records import Records
from engine.graph import Iri
from engine.model import Evidence, Finding, Implementation, Judgement, Override
from tests.engine.values import a, organisation

NAMES = [Iri(name) for name in "abcde"]
LOOKED_UP = (
    "evidence_of",
    "successors_of",
    "performing",
    "implementations_of",
    "findings_against",
    "judgements_of",
    "overrides_of",
)


def some(dice: Random) -> tuple[Iri, ...]:
    return tuple(sorted(dice.sample(NAMES, dice.randint(0, 3))))


def made(dice: Random, number: int) -> Evidence | Implementation | Finding | Judgement | Override:
    iri, one = Iri(f"record-{number:03}"), dice.choice(NAMES)
    found: list[Evidence | Implementation | Finding | Judgement | Override] = [
        a(Evidence, iri=iri, implementations=some(dice), supersedes=some(dice), performs=some(dice)),
        a(Implementation, iri=iri, control=one),
        a(Finding, iri=iri, against=some(dice)),
        a(Judgement, iri=iri, requirement=one),
        a(Override, iri=iri, requirement=one),
    ]
    return dice.choice(found)


@pytest.mark.parametrize("seed", range(10))
def test_putting_and_dropping_leaves_what_reading_anew_finds(seed: int) -> None:
    dice, index = Random(seed), Records(organisation())  # noqa: S311 - a run that can be repeated
    recorded = {record.iri: record for record in (made(dice, number) for number in range(60))}
    for record in dice.sample(list(recorded.values()), len(recorded)):
        index.put(record)
    for iri in dice.sample(list(recorded), 20):
        index.drop(recorded.pop(iri))
    now = sorted(recorded.values(), key=lambda record: record.iri)
    anew = Records(
        organisation(
            evidence=tuple(r for r in now if isinstance(r, Evidence)),
            implementations=tuple(r for r in now if isinstance(r, Implementation)),
            findings=tuple(r for r in now if isinstance(r, Finding)),
            judgements=tuple(r for r in now if isinstance(r, Judgement)),
            overrides=tuple(r for r in now if isinstance(r, Override)),
        )
    )
    for name in LOOKED_UP:
        for iri in (*NAMES, Iri("none")):
            assert list(getattr(index, name)[iri]) == list(getattr(anew, name)[iri])


def test_a_memory_forgets_in_some_scopes_or_in_all() -> None:
    memory = Memory.of(organisation())
    control, here, there = NAMES[:3]
    memory.standings[control] = {here: "x", there: "y"}  # type: ignore[dict-item]
    assert memory.forget_control(control, [here, Iri("none")]) == {here: "x"}
    assert memory.standings[control] == {there: "y"}
    assert memory.forget_control(control) == {there: "y"}
    assert memory.forget_control(control) == {}
